"""A small build as dbt leaves it, and a home with a vault that knows its persons.

Two villages, two persons; one restricted warning, one petition warning below the small cell, one open warning.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml

from pipelines.identity.vault import Vault
from pipelines.publishing.publish import Published, publish
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY, SUNDAY = date(2020, 11, 23), date(2020, 11, 29)
NUMBERS = ("99990119780312001X", "999901196001010041")
TYPES = {"d": "date", "n": "bigint", "b": "boolean", "f": "double", "m": "decimal(18,2)", "s": "timestamp"}
Rows = dict[str, list[dict[str, Any]]]


def make_home(folder: Path) -> Settings:
    """A home whose vault knows two persons of the delivery d1."""
    settings = Settings(home=folder / "home", keep_builds=3)
    frame = pd.DataFrame({"_row": [2, 3], "person_name": ["测试甲", "测试乙"], "id_number": NUMBERS})
    with Vault.open(settings, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, frame)
        vault.link_week(SUNDAY, ["d1"])
    return settings


def make_rows(home: Settings) -> Rows:
    """The content of a build, by table."""
    with Vault.open(home, TESTING, read_only=True) as vault:
        people = vault.person_names(SUNDAY, ["d1"]).column("person_id").to_pylist()
    warning = {"village_id": "V1", "subject_id": "V1", "measured": 4, "restricted": False, "evidence_count": 4}
    warnings = [
        {**warning, "warning_id": "W1", "rule_id": "step_overdue", "colour": "yellow", "detail_zh": "逾期4日"},
        {**warning, "warning_id": "W2", "rule_id": "review_hold", "colour": "red", "restricted": True},
        {**warning, "warning_id": "W3", "rule_id": "petition_open", "colour": "yellow", "measured": 2,
         "detail_zh": "未办结2件", "evidence_count": 2},
    ]  # fmt: skip
    weekly = [
        {key: value for key, value in one.items() if key != "evidence_count"} | {"week_start": MONDAY, "state": "new"}
        for one in warnings
    ]
    item = {"person_id": people[0], "village_id": "V1", "dataset": "posts", "delivery_id": "d1", "row_no": 2}
    count = {"week_start": MONDAY, "village_id": "V1", "status": "handling", "repeats": 0, "group_matters": 0}
    since = {"valid_from": date(2019, 1, 1)}
    value = {"week_start": MONDAY, "numerator": 1, "denominator": 3, "value": 1 / 3, "scope_id": "V1"}
    examined = {"department": "discipline_inspection"}
    open_rules = "petition_open、step_overdue"
    state = {"week_start": MONDAY, "village_id": "V1", "yellow_warnings": 2}
    return {
        "landing.dataset": [
            {"department": "civil_affairs", "dataset": "villages", "audience": "open", "restricted_headers": ""},
            {**examined, "dataset": "opinions", "audience": "open", "restricted_headers": "结论、有效期至"},
            {**examined, "dataset": "dispositions", "audience": "review", "restricted_headers": "处分种类"},
        ],
        "marts.village_file": [
            {"village_id": "V1", "village_code": "330304001201", "village_name": "甲村", "colour": "red", "petitions_open": 2,
             "as_of": SUNDAY},
            {"village_id": "V2", "village_code": "330304001202", "village_name": "乙村", "colour": "green", "petitions_open": 3,
             "as_of": SUNDAY},
        ],
        "marts.village_item": [
            {"village_id": "V1", "item": "a", "department": "petition"},
            {"village_id": "V1", "item": "b", "department": "civil_affairs"},
        ],
        "marts.person_table": [
            {"person_id": person, "village_id": "V1", "sex": "1", "birth_month": date(1978, 3, 1), "review_asked": 2,
             "review_answered": 1, "review_state": "pending"}
            for person in people
        ],
        "marts.person_item": [
            {**item, "section": "post", "restricted": False},
            {**item, "section": "post", "person_id": people[1], "restricted": False},
            {**item, "section": "review", "restricted": True},
        ],
        "marts.indicator_week": [
            {**value, "indicator_id": "turnout_voters", "scope_type": "village"},
            {**value, "indicator_id": "nominee_list_result", "scope_type": "village"},
            {**value, "indicator_id": "nominee_list_result", "scope_type": "county"},
            {**value, "indicator_id": "petition_matters", "scope_type": "village"},
            {**value, "indicator_id": "petition_matters", "scope_type": "county"},
        ],
        "marts.village_state_week": [{**state, "colour": "red", "red_warnings": 1, "reasons": f"review_hold、{open_rules}"}],
        "marts.village_state_audience_week": [
            {**state, "audience": "review", "colour": "red", "red_warnings": 1, "reasons": f"review_hold、{open_rules}"},
            {**state, "audience": "open", "colour": "yellow", "red_warnings": 0, "reasons": open_rules},
        ],
        "marts.warning": warnings,
        "marts.warning_week": weekly,
        "marts.warning_evidence": [
            {"warning_id": "W1", "department": "civil_affairs"},
            {"warning_id": "W2", "department": "public_security"},
            {"warning_id": "W3", "department": "petition"},
        ],
        "marts.warning_withheld": [
            {"week_start": MONDAY, "rule_id": "petition_open", "subject_id": "V1", "reason": "no_text", "restricted": False},
            {"week_start": MONDAY, "rule_id": "review_hold", "subject_id": people[0], "reason": "no_text", "restricted": True},
        ],
        "marts.rule_ledger": [{"rule_id": "petition_open", "version": 1, "fired": 1, "restricted": False}],
        "marts.rule_measure_week": [
            {"rule_id": "petition_open", "subject_type": "village", "subject_id": village, "village_id": village,
             "week_start": MONDAY - timedelta(weeks=ago), "measured": measured}
            for village, ago, measured in (
                ("V1", 2, 3), ("V1", 1, 6), ("V1", 0, 5), ("V2", 2, 4), ("V2", 1, 1), ("V2", 0, 3),
            )
        ],
        "marts.warning_step": [
            {"answer_no": "HF1", "warning_id": "W1", "handler_code": "Z01", "restricted": False},
            {"answer_no": "HF2", "warning_id": "W2", "handler_code": "Z02", "restricted": True},
        ],
        "marts.supervision_order": [
            {"order_no": "DB1", "village_id": "V1", "restricted": False},
            {"order_no": "DB2", "village_id": "V1", "restricted": True},
        ],
        "marts.delivery": [{"delivery_id": "d1", "landed_at": "2020-11-24 08:00:00", "sha256": "ab" * 32}],
        "marts.petition_week": [
            {**count, "matters": 2, "overdue": 0}, {**count, "village_id": "V2", "matters": 3, "overdue": 1},
        ],
        "marts.review_progress": [{"week_start": MONDAY, "village_id": "V1", "asked": 2, "on_hold": 1}],
        "seeds.indicators": [
            {**since, "indicator_id": "turnout_voters", "name_zh": "参选率", "audience": "open", "restricted": False},
            {**since, "indicator_id": "petition_matters", "audience": "open", "restricted": True},
            {**since, "indicator_id": "nominee_list_result", "audience": "posts", "restricted": True},
        ],
        "seeds.warning_rules": [
            {"rule_id": "step_overdue", "title_zh": "旧名", "valid_from": date(2016, 1, 1)},
            {"rule_id": "step_overdue", "title_zh": "步骤逾期", "valid_from": date(2019, 1, 1)},
            {"rule_id": "petition_open", "title_zh": "未办结信访事项较多", "measure": "count", "protected": "matter",
             "valid_from": date(2019, 1, 1)},
        ],
    }  # fmt: skip


def write_build(path: Path, rows: Rows) -> Path:
    """Write `rows` as a build file; what was there is replaced."""
    shape = yaml.safe_load((Path(__file__).parent / "marts.yml").read_text(encoding="utf-8"))
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("begin; create schema marts; create schema seeds; create schema landing")
        for table, columns in shape.items():
            _make_table(connection, table, columns, rows.get(table, []))
        connection.commit()
    return path


def _make_table(connection: Any, table: str, columns: str, content: list[dict[str, Any]]) -> None:
    types = dict((*column.split(":"), "")[:2] for column in columns.split())
    listed = ", ".join(f"{name} {TYPES.get(kind, 'varchar')}" for name, kind in types.items())
    connection.execute(f"create table {table} ({listed})")
    comments = [f"comment on column {table}.{name} is '列{name} / Column {name}'" for name in types]
    connection.execute("; ".join([f"comment on table {table} is '每一行 / One row per thing'", *comments]))
    for row in content:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


@pytest.fixture(scope="session")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a vault and one published build; for tests that only read."""
    folder = tmp_path_factory.mktemp("published")
    settings = make_home(folder)
    publish(settings, write_build(folder / "warehouse.duckdb", make_rows(settings)), MONDAY, "test", ["d1"])
    return settings


@pytest.fixture
def home(tmp_path: Path, first_home: Settings) -> Settings:
    """A home of the test's own with the same vault, before anything is published."""
    settings = Settings(home=tmp_path / "home", keep_builds=3)
    for folder in ("keys", "vault"):
        shutil.copytree(first_home.root / folder, settings.root / folder)
    return settings


@pytest.fixture
def rows(first_home: Settings) -> Rows:
    """The content of the build; a test may change it before it builds or publishes."""
    return make_rows(first_home)


@pytest.fixture
def build(tmp_path: Path, rows: Rows) -> Callable[[], Path]:
    """Write `rows` as a build file and give its path; called again, it writes it anew."""
    return lambda: write_build(tmp_path / "warehouse.duckdb", rows)


@pytest.fixture
def publish_week(home: Settings, build: Callable[[], Path]) -> Callable[..., Published]:
    """Publish the build as a week, by default the first."""

    def go(monday: date = MONDAY, inputs: tuple[str, ...] = ("d1",), **more: Any) -> Published:
        return publish(home, build(), monday, "test", list(inputs), **more)

    return go
