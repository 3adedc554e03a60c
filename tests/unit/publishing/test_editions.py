"""What each edition holds, and the audit that stops what it must not hold."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.audit_check import read_log
from pipelines.identity.audit_log import Look
from pipelines.publishing.pointer import build_record, current
from pipelines.publishing.publish import Published, publish
from pipelines.publishing.reader import open_edition
from pipelines.publishing.replay import replay, rule_version
from pipelines.publishing.rules import load_rules
from pipelines.settings import Settings
from pipelines.status import collect
from tests.looks import TESTING

Publish = Callable[..., Published]
VIEWS = ("一村一档", "一人一表", "指标周报", "预警台账")


def ask(settings: Settings, edition: str, query: str) -> list[tuple[Any, ...]]:
    with closing(open_edition(settings, edition, look=TESTING)) as connection:
        return connection.execute(query).fetchall()


def columns(settings: Settings, edition: str, table: str) -> list[str]:
    with closing(open_edition(settings, edition, look=TESTING)) as connection:
        return [column[0] for column in connection.execute(f'select * from "{table}" limit 0').description]


def test_the_analyst_edition_has_no_restricted_column_or_row(first_home: Settings) -> None:
    person = set(columns(first_home, "analyst", "person_table"))
    assert person.isdisjoint({"birth_month", "review_asked", "review_answered", "review_state", "person_name"})
    assert {"person_id", "age_band", "village_id"} <= person
    assert ask(first_home, "analyst", "select distinct section, restricted from person_item") == [("post", False)]
    assert ask(first_home, "analyst", "select warning_id from warning order by 1") == [("W1",), ("W3",)]
    assert ask(first_home, "analyst", "select warning_id from warning_week order by 1") == [("W1",), ("W3",)]
    assert ask(first_home, "analyst", "select warning_id from warning_evidence") == [("W1",)]
    assert ask(first_home, "analyst", "select subject_id from warning_withheld") == [("V1",)]
    assert ask(first_home, "analyst", "select item from village_item") == [("b",)]
    assert "person_identity" not in {
        row[0] for row in ask(first_home, "analyst", "select table_name from duckdb_tables()")
    }


def test_a_village_state_is_for_analysts_that_of_the_open_rules(first_home: Settings) -> None:
    query = "select colour, reasons, red_warnings, yellow_warnings from village_state_week"
    assert ask(first_home, "analyst", query) == [("yellow", "petition_open、step_overdue", 0, 2)]
    assert ask(first_home, "authorised", query) == [("red", "review_hold、petition_open、step_overdue", 1, 2)]
    assert ask(first_home, "analyst", "select * from village_state_audience_week") == []
    query = "select colour from village_file where village_id = 'V1'"
    assert [ask(first_home, edition, query) for edition in ("analyst", "authorised")] == [[("yellow",)], [("red",)]]


def test_of_a_restricted_dataset_analysts_know_only_that_it_came(
    home: Settings, publish_week: Publish, rows: dict[str, Any]
) -> None:
    kept = {"delivery_id": "d1", "department": "discipline_inspection", "verdict": "accepted", "file_name": "名.csv"}
    rows["marts.delivery"] = [
        {**kept, "dataset": "dispositions", "rows_read": 2, "sha256": "a"}, {**kept, "dataset": "opinions", "rows_read": 2},
    ]  # fmt: skip
    place = {"department": "discipline_inspection", "dataset": "opinions"}
    rows["marts.quarantine"] = [
        {**place, "row_no": 1, "column_name": "结论"}, {**place, "row_no": 2, "column_name": "答复日期"},
        {**place, "row_no": 3}, {**place, "dataset": "dispositions", "row_no": 4, "column_name": "处分编号"},
    ]  # fmt: skip
    rows["marts.quality_result"] = [{**one, "expectation": str(one["row_no"])} for one in rows["marts.quarantine"]]
    for one in rows["marts.quality_result"]:
        del one["row_no"]
    rows["marts.department_quality_week"] = [{"department": name} for name in ("discipline_inspection", "civil_affairs")]
    publish_week()
    query = "select dataset, verdict, rows_read, file_name, sha256 from delivery order by 1"
    assert ask(home, "analyst", query) == [
        ("dispositions", "accepted", None, None, None), ("opinions", "accepted", 2, "名.csv", None),
    ]  # fmt: skip
    assert ask(home, "analyst", "select row_no from quarantine order by 1") == [(2,), (3,)]
    assert ask(home, "analyst", "select expectation from quality_result order by 1") == [("2",), ("3",)]
    assert ask(home, "analyst", "select department from department_quality_week") == [("civil_affairs",)]
    assert len(ask(home, "authorised", "select * from quarantine")) == 4


def test_staff_codes_and_answers_to_restricted_warnings_are_not_for_analysts(first_home: Settings) -> None:
    assert ask(first_home, "analyst", "select answer_no from warning_step") == [("HF1",)]
    assert ask(first_home, "authorised", "select answer_no, handler_code from warning_step order by 1") == [
        ("HF1", "Z01"),
        ("HF2", "Z02"),
    ]
    assert ask(first_home, "analyst", "select order_no from supervision_order") == [("DB1",)]
    codes = {"warning": 1, "warning_week": 1, "warning_step": 1, "supervision_order": 2, "village_state_week": 1}
    for table, number in codes.items():
        shown, known = (columns(first_home, edition, table) for edition in ("analyst", "authorised"))
        hidden = [name for name in known if name not in shown and name.endswith("_code")]
        assert len(hidden) == number, table


def test_a_restricted_indicator_is_no_figure_for_analysts(first_home: Settings) -> None:
    found = ask(first_home, "analyst", "select indicator_id, scope_type from indicator_week order by all")
    assert found == [("turnout_voters", "village")]
    assert len(ask(first_home, "authorised", "select * from indicator_week")) == 5


def test_small_counts_are_hidden_and_all_look_alike(first_home: Settings) -> None:
    query = (
        "select matters, matters_suppressed, overdue, overdue_suppressed from petition_week"
        " where status = 'handling' order by village_id"
    )
    word = "少于3或隐去"
    assert ask(first_home, "analyst", query) == [(None, word, 0, None), (3, None, None, word)]
    assert ask(first_home, "analyst", "select count(*), sum(matters) from petition_week") == [(18, 3)]
    query = "select petitions_open, petitions_open_suppressed from village_file order by village_id"
    assert ask(first_home, "analyst", query) == [(None, word), (3, None)]
    query = "select measured, evidence_count, detail_zh from warning where rule_id = 'petition_open'"
    assert ask(first_home, "analyst", query) == [(None, None, "未办结信访事项较多（少于3或隐去）")]
    assert ask(first_home, "analyst", "select measured, detail_zh from warning where warning_id = 'W1'") == [
        (4, "逾期4日")
    ]
    assert ask(first_home, "authorised", "select sum(petitions_open) from village_file") == [(5,)]


@pytest.mark.parametrize(
    ("mart", "named"),
    [
        ("petition_week", r"petition_week shows a count that is too small: matters, handling, village V1, 2020-W48"),
        ("village_file", r"village_file shows a count that is too small: matters, open, village V1, 2020-W48"),
    ],
)
def test_an_edition_without_its_protection_is_stopped_and_the_cell_named(
    publish_week: Publish, home: Settings, monkeypatch: pytest.MonkeyPatch, mart: str, named: str
) -> None:
    rules = load_rules()
    bare = rules.marts[mart].model_copy(update={"cells": {}})
    monkeypatch.setattr(
        "pipelines.publishing.publish.load_rules",
        lambda: rules.model_copy(update={"marts": {**rules.marts, mart: bare}}),
    )
    with pytest.raises(CunsheError, match=named):
        publish_week()
    assert current(home) is None


def test_a_hidden_cell_that_can_be_worked_out_stops_the_edition(
    publish_week: Publish, home: Settings, rows: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"week_start": date(2020, 11, 23), "repeats": 0, "group_matters": 0, "overdue": 0}
    rows["marts.petition_week"] = [
        {**counts, "village_id": village, "status": "answered", "matters": matters}
        for village, matters in (("V1", 1), ("V2", 4))
    ]
    rows["marts.village_file"] = [{**row, "petitions_open": 0} for row in rows["marts.village_file"]]
    rows["marts.responsibility"] = [
        {"recipient_type": "township", "recipient_id": "township:T1", "village_id": village} for village in ("V1", "V2")
    ]
    monkeypatch.setattr("pipelines.disclosure.decisions.suppress", lambda system, sensitive: sensitive)
    with pytest.raises(CunsheError, match="petition_week hides a count that can be worked out: matters, answered, village V1"):
        publish_week()
    assert current(home) is None


def test_names_and_masked_numbers_are_in_the_authorised_edition_only(first_home: Settings) -> None:
    folder = first_home.published / "2020-W48.001"
    found = ask(first_home, "authorised", "select person_name, id_number_masked from person_identity order by 1")
    assert found == [("测试乙", "999901***********1"), ("测试甲", "999901***********X")]
    shown = ask(first_home, "authorised", 'select "姓名", "公民身份号码", "联审状态" from "一人一表" order by 1')
    assert shown == [("测试乙", "999901***********1", "待复"), ("测试甲", "999901***********X", "待复")]
    assert not {"姓名", "公民身份号码", "出生年月", "联审状态"} & set(columns(first_home, "analyst", "一人一表"))
    for path in folder.iterdir():
        assert "测试甲".encode() not in path.read_bytes()
        assert b"99990119780312001X" not in path.read_bytes()
    assert "甲村".encode() in (folder / "analyst.duckdb").read_bytes()
    assert "甲村".encode() not in (folder / "authorised.duckdb").read_bytes()
    assert stat.S_IMODE((folder / "authorised.duckdb").stat().st_mode) == 0o600


@pytest.mark.parametrize("edition", ["analyst", "authorised"])
def test_chinese_views_have_a_row_per_row_and_chinese_names(first_home: Settings, edition: str) -> None:
    for view, table in zip(VIEWS, ("village_file", "person_table", "indicator_week", "warning"), strict=True):
        counts = ask(
            first_home, edition, f'select (select count(*) from "{view}"), (select count(*) from marts.{table})'
        )
        assert counts[0][0] == counts[0][1] > 0
        assert all(re.fullmatch(r"[一-鿿]+", column) for column in columns(first_home, edition, view))
    warning = ask(
        first_home, edition, """select "预警事项", "村社名称", "预警颜色" from "预警台账" where "预警编号" = 'W1'"""
    )
    assert warning == [("步骤逾期", "甲村", "黄")]


def test_every_table_and_column_is_described(first_home: Settings) -> None:
    for edition in ("analyst", "authorised"):
        query = "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
        assert ask(first_home, edition, query) == []
        query = "select comment from duckdb_columns() where column_name = '村社名称' and table_name = '一村一档'"
        assert ask(first_home, edition, query) == [("列village_name / Column village_name",)]
        query = "select table_name from duckdb_tables() where comment is null and not internal"
        assert ask(first_home, edition, query) == []


def test_code_tables_and_the_build_row_are_in_both_editions(first_home: Settings) -> None:
    made = build_record(first_home, "2020-W48.001")
    for edition in ("analyst", "authorised"):
        assert ask(first_home, edition, "select count(*) from indicator") == [(3,)]
        ((*named, content_hash, of),) = ask(
            first_home, edition, "select build_id, week, as_of::varchar, content_hash, edition from build"
        )
        assert (*named, of) == ("2020-W48.001", "2020-W48", "2020-11-29", edition)
        # what analysts do not have is in the build's hash: theirs is another
        assert (content_hash == made["content_hash"]) == (edition == "authorised") and len(content_hash) == 64


@pytest.mark.parametrize(
    "value",
    ["99990119780312001X", "身份证999901196001010041。", "电话16000000001", "（86）16000000001", "8616000000001"],
)
def test_an_identifier_in_a_text_stops_the_publishing(
    home: Settings, publish_week: Publish, rows: dict[str, Any], value: str
) -> None:
    rows["marts.quarantine"] = [{"department": "civil_affairs", "dataset": "villages", "message_zh": value}]
    with pytest.raises(CunsheError, match=r"quarantine\.message_zh look like a (id_number|mobile)") as problem:
        publish_week()
    assert value not in str(problem.value)
    assert current(home) is None


@pytest.mark.parametrize("value", ["0.17142857143", "ab13812345678cd", "330304001201", "20201123-0123456789ab"])
def test_a_number_that_is_no_identifier_does_not(publish_week: Publish, rows: dict[str, Any], value: str) -> None:
    rows["marts.quality_result"] = [{"department": "civil_affairs", "dataset": "villages", "observed": value}]
    assert publish_week().is_current


@pytest.mark.parametrize("column", ["person_name", "id_number", "contact_phone", "birth_month", "leader_name"])
def test_an_identifier_column_stops_the_publishing(home: Settings, build: Callable[[], Path], column: str) -> None:
    path = build()
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"alter table marts.responsibility add column {column} varchar")
    with pytest.raises(CunsheError, match=f"responsibility has a column {column}"):
        _publish(home, path)
    assert current(home) is None


def _publish(home: Settings, path: Path) -> Published:
    return publish(home, path, date(2020, 11, 23), "test", ["d1"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("create table marts.new_mart as select 1 as x", "what to do with mart new_mart"),
        ("drop table marts.petition_week", "no mart petition_week"),
        ("alter table marts.village_state_week drop column override_code", "no column override_code"),
        ("drop table seeds.codes", "no seed codes"),
    ],
)
def test_a_mart_nobody_has_decided_about_stops_the_publishing(
    home: Settings, build: Callable[[], Path], change: str, message: str
) -> None:
    path = build()
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
    with pytest.raises(CunsheError, match=message):
        _publish(home, path)


def test_a_person_without_a_name_stops_the_publishing(publish_week: Publish, rows: dict[str, Any]) -> None:
    rows["marts.person_table"].append({"person_id": "P0000000000000000"})
    with pytest.raises(CunsheError, match="1 of 3 persons have no name"):
        publish_week()


def test_a_view_that_doubles_rows_stops_the_publishing(publish_week: Publish, rows: dict[str, Any]) -> None:
    rows["marts.village_file"].append(dict(rows["marts.village_file"][0]))
    with pytest.raises(CunsheError, match="view 预警台账 has not one row per row"):
        publish_week()


def test_chinese_names_are_short_and_distinct() -> None:
    for rule in load_rules().views.values():
        names = [*rule.columns, *rule.authorised_columns]
        assert len(names) == len(set(names))
        assert max(len(name) for name in names) <= 8


def test_nobody_looks_into_the_authorised_edition_unlogged(home: Settings, publish_week: Publish) -> None:
    publish_week()
    before = len(read_log(home).entries)
    with pytest.raises(CunsheError, match="unnamed"):
        open_edition(home, "authorised")
    with closing(open_edition(home, "analyst")):
        pass
    assert len(read_log(home).entries) == before
    with closing(open_edition(home, "authorised", None, Look("李某", "edition_test", "核对"))):
        last = read_log(home).entries[-1]
    assert (last.by, last.what, last.parameters) == ("李某", "edition_test", {"build_id": "2020-W48.001"})
    blind = home.model_copy(update={"audit_heads": str(home.root / "missing")})
    with pytest.raises(CunsheError, match="second place"):
        open_edition(blind, "authorised", look=TESTING)


def test_each_way_into_the_authorised_edition_names_itself(home: Settings, publish_week: Publish) -> None:
    """What opens it outside a week's run, which the integration test of a run counts."""
    publish_week()
    before = len(read_log(home).entries)
    collect(home)
    replay(home, rule_version("petition_open"))
    assert [one.what for one in read_log(home).entries[before:]] == ["edition_status", "edition_replay"]
