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
    assert ask(first_home, "analyst", "select section, restricted from person_item") == [("post", False)]
    assert ask(first_home, "analyst", "select warning_id from warning order by 1") == [("W1",), ("W3",)]
    assert ask(first_home, "analyst", "select warning_id from warning_week order by 1") == [("W1",), ("W3",)]
    assert ask(first_home, "analyst", "select warning_id from warning_evidence") == [("W1",)]
    assert ask(first_home, "analyst", "select item from village_item") == [("b",)]
    assert "person_identity" not in {
        row[0] for row in ask(first_home, "analyst", "select table_name from duckdb_tables()")
    }


def test_a_village_state_shows_analysts_open_reasons_and_open_counts_only(first_home: Settings) -> None:
    query = "select reasons, red_warnings, yellow_warnings from village_state_week"
    assert ask(first_home, "analyst", query) == [("petition_open、step_overdue", 0, 2)]
    assert ask(first_home, "authorised", query) == [("petition_open、review_hold、step_overdue", 1, 2)]
    assert "reasons_open" not in columns(first_home, "analyst", "village_state_week")


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


def test_a_restricted_indicator_is_no_village_figure_for_analysts(first_home: Settings) -> None:
    found = ask(first_home, "analyst", "select indicator_id, scope_type from indicator_week order by all")
    assert found == [("nominee_list_result", "county"), ("turnout_voters", "village")]


def test_small_counts_are_suppressed_and_say_so(first_home: Settings) -> None:
    query = (
        "select matters, matters_suppressed, overdue, overdue_suppressed from petition_week order by group_matters, 1"
    )
    assert ask(first_home, "analyst", query) == [(3, None, None, "<3"), (None, "<3", 0, None)]
    query = "select petitions_open, petitions_open_suppressed from village_file order by village_id"
    assert ask(first_home, "analyst", query) == [(None, "<3"), (3, None)]
    query = "select measured, evidence_count, detail_zh from warning where rule_id = 'petition_open'"
    assert ask(first_home, "analyst", query) == [(None, None, "信访事项（少于3，不显示数值）")]
    assert ask(first_home, "analyst", "select measured, detail_zh from warning where warning_id = 'W1'") == [
        (4, "逾期4日")
    ]
    assert ask(first_home, "authorised", "select sum(petitions_open) from village_file") == [(5,)]


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
        assert ask(first_home, edition, "select count(*) from indicator") == [(2,)]
        row = ask(first_home, edition, "select build_id, week, as_of::varchar, content_hash, edition from build")
        assert row == [("2020-W48.001", "2020-W48", "2020-11-29", made["content_hash"], edition)]


@pytest.mark.parametrize(
    "value",
    ["99990119780312001X", "身份证999901196001010041。", "电话16000000001", "（86）16000000001", "8616000000001"],
)
def test_an_identifier_in_a_text_stops_the_publishing(
    home: Settings, publish_week: Publish, rows: dict[str, Any], value: str
) -> None:
    rows["marts.quarantine"] = [{"message_zh": value}]
    with pytest.raises(CunsheError, match=r"quarantine\.message_zh look like a (id_number|mobile)") as problem:
        publish_week()
    assert value not in str(problem.value)
    assert current(home) is None


@pytest.mark.parametrize("value", ["0.17142857143", "ab13812345678cd", "330304001201", "20201123-0123456789ab"])
def test_a_number_that_is_no_identifier_does_not(publish_week: Publish, rows: dict[str, Any], value: str) -> None:
    rows["marts.quality_result"] = [{"observed": value}]
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
        ("alter table marts.village_state_week drop column reasons_open", "no column reasons_open"),
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
