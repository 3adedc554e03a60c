"""Landing a table that is pulled day by day, and replays: what a later run or a later day must not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.landing.land import Door
from pipelines.landing.land import land_dataset as try_to_land
from pipelines.landing.ledger import Delivery, in_force, last_good_day
from pipelines.landing.release import release
from pipelines.sources.contract import load_catalog
from pipelines.sources.source import DatabaseSource
from tests.unit.landing.test_land import SUNDAY, door, drop, land_dataset, ledger, quarantine, rows, sealed, spoiled

__all__ = ["door", "sealed"]  # fixtures

NEXT_SUNDAY = date(2020, 12, 6)
HEADER = rows()[0]


class Table:
    """A department's table; `push` makes the rows of a day what a test wants them to be."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.engine = sa.create_engine(self.url)
        columns = ", ".join(f'"{name}" text' for name in [*HEADER, "pushed_on"])
        with self.engine.begin() as connection:
            connection.exec_driver_sql(f"create table posts ({columns})")

    def push(self, day: str, table: list[list[str]]) -> None:
        places = ", ".join("?" * (len(HEADER) + 1))
        with self.engine.begin() as connection:
            connection.exec_driver_sql("delete from posts where pushed_on = ?", (day,))
            for row in table[1:]:
                connection.exec_driver_sql(f"insert into posts values ({places})", (*row, day))

    def behind(self, door: Door, **source: object) -> Door:
        given = {"kind": "database", "url": self.url, "table": "posts", "cursor": "pushed_on", **source}
        return replace(door, contract=door.contract.model_copy(update={"source": DatabaseSource.model_validate(given)}))


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path / "exchange.db")


def verdicts(door: Door) -> list[tuple[date, str]]:
    return [(one.delivered_at, one.verdict) for one in ledger(door)]


def test_a_row_changed_and_changed_back_is_what_it_is_at_the_source(door: Door, table: Table) -> None:
    door = table.behind(door)
    for content in (rows(), spoiled(5, "是否专职", "否"), rows()):
        table.push("2020-11-26", content)
        assert [one.verdict for one in land_dataset(door, SUNDAY)] == ["accepted"]
    first, _, last = ledger(door)
    assert in_force(ledger(door)) == last
    assert last.sha256 == first.sha256
    assert land_dataset(door, SUNDAY) == []


def test_a_file_changed_back_is_a_version_too_but_two_files_are_not_versions_of_one_another(door: Door) -> None:
    for content in (rows(), spoiled(5, "是否专职", "否"), rows()):
        drop(door, "2020-11-26", content)
        assert len(land_dataset(door, SUNDAY)) == 1
    drop(door, "2020-11-27", rows(), "16000000001.csv")
    drop(door, "2020-11-27", spoiled(5, "是否专职", "否"), "16000000002.csv")
    for folder, content in (("11月26日", rows()), ("11月27日", spoiled(5, "是否专职", "否"))):
        drop(door, folder, content)
    land_dataset(door, SUNDAY)
    assert land_dataset(door, SUNDAY) == []


def test_a_released_day_is_fetched_again_however_long_ago_it_was(door: Door, table: Table) -> None:
    door = table.behind(door, overlap_days=1)
    table.push("2020-11-10", rows())
    table.push("2020-11-12", rows()[:4])
    table.push("2020-11-26", rows())
    _, held, _ = land_dataset(door, SUNDAY)
    assert held.verdict == "held"
    assert land_dataset(door, SUNDAY) == []
    release(door.landing, load_catalog(), held.delivery_id, by="李某", reason="两村合并", today=SUNDAY)
    (landed,) = land_dataset(door, SUNDAY)
    assert (landed.delivered_at, landed.verdict, landed.released_by) == (held.delivered_at, "accepted", "李某")
    assert land_dataset(door, SUNDAY) == []


def quiet(door: Door, days: int = 7) -> Door:
    cadence = door.contract.cadence.model_copy(update={"every_days": days})
    return replace(door, contract=door.contract.model_copy(update={"cadence": cadence}))


def test_a_table_with_nothing_newer_says_that_the_delivery_in_force_holds(door: Door, table: Table) -> None:
    door = quiet(table.behind(door))
    table.push("2020-11-26", rows())
    land_dataset(door, SUNDAY)
    land_dataset(door, NEXT_SUNDAY)
    assert verdicts(door) == [(date(2020, 11, 26), "accepted"), (NEXT_SUNDAY, "duplicate")]
    assert last_good_day(ledger(door)) == NEXT_SUNDAY


def test_it_does_not_say_so_of_days_that_are_still_to_come(door: Door, table: Table) -> None:
    door = quiet(table.behind(door, overlap_days=0), days=3)
    table.push("2020-11-26", rows())
    land_dataset(door, SUNDAY)
    early = replace(door, today=date(2020, 12, 2))
    land_dataset(early, NEXT_SUNDAY)
    table.push("2020-12-03", rows())
    later, *_ = land_dataset(door, NEXT_SUNDAY)
    assert later.delivered_at == date(2020, 12, 3)


def test_nor_where_its_newest_day_is_held(door: Door, table: Table) -> None:
    door = quiet(table.behind(door))
    table.push("2020-11-20", rows())
    table.push("2020-11-26", rows()[:4])
    land_dataset(door, SUNDAY)
    land_dataset(door, NEXT_SUNDAY)
    assert verdicts(door) == [(date(2020, 11, 20), "accepted"), (date(2020, 11, 26), "held")]


def test_nor_for_a_past_week_of_a_whole_table_which_was_not_asked(door: Door, table: Table) -> None:
    door = quiet(table.behind(door, cursor=None))
    table.push("2020-11-26", rows())
    land_dataset(replace(door, today=date(2020, 11, 16)), date(2020, 11, 15))
    late = replace(door, today=date(2020, 12, 14))
    assert land_dataset(late, SUNDAY) == []
    assert land_dataset(late, NEXT_SUNDAY) == []


def test_a_week_run_again_after_a_later_one_asks_for_nothing(door: Door, table: Table) -> None:
    door = table.behind(door, overlap_days=1)
    table.push("2020-11-26", rows())
    table.push("2020-12-03", rows())
    land_dataset(door, NEXT_SUNDAY)
    gone = replace(door, contract=table.behind(door, url="sqlite:////nowhere/at/all.db", overlap_days=1).contract)
    assert land_dataset(gone, SUNDAY) == []


def test_a_late_file_of_an_earlier_week_does_not_repeat_one_that_week_has_not_seen(door: Door) -> None:
    drop(door, "2020-12-03", rows())
    land_dataset(door, NEXT_SUNDAY)
    drop(door, "2020-11-26", rows())
    (late,) = land_dataset(door, SUNDAY)

    def as_of(day: date) -> list[Delivery]:
        return [one for one in ledger(door) if one.delivered_at <= day]

    assert in_force(as_of(SUNDAY)) == late


def test_a_record_has_none_above_it_that_it_could_repeat(door: Door, table: Table) -> None:
    door = table.behind(door)
    table.push("2020-11-26", spoiled(4, "学历", "同上"))
    (delivery,) = land_dataset(door, SUNDAY)
    assert delivery.rows_landed == 3
    assert [code for _, _, code in quarantine(door, delivery)] == ["DITTO_UNCLEAR"]


def test_a_table_that_has_become_empty_is_no_table_without_news(door: Door, table: Table) -> None:
    door = quiet(table.behind(door))
    table.push("2020-11-26", rows())
    land_dataset(door, SUNDAY)
    table.push("2020-11-26", rows()[:1])
    landed = try_to_land(door, NEXT_SUNDAY)
    assert landed.new == [] and landed.failure is not None
    assert landed.failure.code == "SOURCE_EMPTIED"
    assert last_good_day(ledger(door)) == date(2020, 11, 26)
    may = table.behind(door, may_be_empty=True)
    assert [one.verdict for one in land_dataset(may, NEXT_SUNDAY)] == ["duplicate"]


def test_it_is_known_to_have_had_rows_however_long_nothing_new_has_come(door: Door, table: Table) -> None:
    door = quiet(table.behind(door))
    table.push("2020-11-12", rows())
    for sunday in (date(2020, 11, 22), SUNDAY):
        assert [one.verdict for one in land_dataset(door, sunday)][-1:] == ["duplicate"]
    table.push("2020-11-12", rows()[:1])
    assert try_to_land(door, NEXT_SUNDAY).failure is not None


def test_a_week_for_which_nothing_was_asked_says_nothing(door: Door, table: Table) -> None:
    door = quiet(table.behind(door, overlap_days=0))
    table.push("2020-11-12", rows())
    table.push("2020-12-03", rows())
    land_dataset(door, NEXT_SUNDAY)
    before = verdicts(door)
    assert land_dataset(door, SUNDAY) == []
    assert verdicts(door) == before


def test_a_whole_table_that_is_empty_now_is_no_delivery(door: Door, table: Table) -> None:
    door = table.behind(door, cursor=None)
    table.push("2020-11-26", rows())
    land_dataset(replace(door, today=SUNDAY), SUNDAY)
    table.push("2020-11-26", rows()[:1])
    landed = try_to_land(replace(door, today=NEXT_SUNDAY), NEXT_SUNDAY)
    assert landed.new == [] and landed.failure is not None and landed.failure.code == "SOURCE_EMPTIED"
