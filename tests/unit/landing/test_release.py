"""A held delivery lets itself be released by a named person with a reason, where a release means anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow.parquet as pq
import pytest

from expectations.suite import Suite
from pipelines.errors import CunsheError
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.ledger import Delivery, in_force, read_ledger
from pipelines.landing.release import release
from pipelines.landing.return_lines import return_lines
from pipelines.sources.contract import load_catalog
from tests.unit.landing.test_land import SUNDAY, door, drop, quarantine, rows, sealed, spoiled

__all__ = ["door", "sealed"]  # fixtures

TODAY = date(2020, 11, 30)


def ledger(door: Door) -> list[Delivery]:
    return read_ledger(door.landing, door.contract)


def released(door: Door, delivery_id: str, by: str = "李某", reason: str = "两村合并，人数减少") -> None:
    release(door.landing, load_catalog(), delivery_id, by=by, reason=reason, today=TODAY)


@pytest.fixture
def smaller(door: Door) -> Delivery:
    """A delivery held because it is much smaller than the one before."""
    drop(door, "2020-11-19", rows())
    drop(door, "2020-11-26", rows()[:4])
    _, held = land_dataset(door, SUNDAY).new
    assert [hold["code"] for hold in held.holds] == ["ROWS_TOO_FEW"]
    return held


def test_a_released_delivery_lands_at_the_next_run_and_says_who_let_it(door: Door, smaller: Delivery) -> None:
    assert land_dataset(door, SUNDAY).new == []
    released(door, smaller.delivery_id)
    (landed,) = land_dataset(door, SUNDAY).new
    assert (landed.verdict, landed.rows_landed, landed.delivered_at) == ("accepted", 3, smaller.delivered_at)
    assert (landed.released_by, landed.release_reason) == ("李某", "两村合并，人数减少")
    assert in_force(ledger(door)) == landed
    assert land_dataset(door, SUNDAY).new == []


def test_the_held_record_stays_as_it_was(door: Door, smaller: Delivery) -> None:
    record = smaller.folder(door.landing) / "delivery.json"
    before = record.read_bytes()
    released(door, smaller.delivery_id)
    land_dataset(door, SUNDAY)
    assert record.read_bytes() == before
    assert smaller in ledger(door)


def test_landing_it_closes_its_line(door: Door, smaller: Delivery) -> None:
    assert len(return_lines(door.landing, door.contract, ledger(door), SUNDAY)) == 1
    released(door, smaller.delivery_id)
    (landed,) = land_dataset(door, SUNDAY).new
    (line,) = return_lines(door.landing, door.contract, ledger(door), SUNDAY)
    assert line.closed_by_delivery_id == landed.delivery_id


def test_a_release_waives_that_hold_only(door: Door, smaller: Delivery) -> None:
    released(door, smaller.delivery_id)
    *_, last = door.contract.columns
    more = (*door.contract.columns, last.model_copy(update={"name": "other", "headers": ("另一列",)}))
    (again,) = land_dataset(replace(door, contract=door.contract.model_copy(update={"columns": more})), SUNDAY).new
    assert (again.verdict, [hold["code"] for hold in again.holds]) == ("held", ["COLUMN_MISSING"])


def test_another_hold_stands_until_it_is_released_too(door: Door, smaller: Delivery) -> None:
    released(door, smaller.delivery_id)
    whole = {"id": "large", "type": "ExpectTableRowCountToBeBetween", "kwargs": {"min_value": 100}, "severity": "critical",
             "zh": "行数过少", "en": "too few", "fix_zh": "请补报"}  # fmt: skip
    strict = replace(door, suite=Suite(owner="某科", expectations=(whole,)))  # type: ignore[arg-type]
    (again,) = land_dataset(strict, SUNDAY).new
    assert (again.verdict, [hold["code"] for hold in again.holds]) == ("held", ["SUITE_FAILED"])
    released(door, again.delivery_id)
    (landed,) = land_dataset(strict, SUNDAY).new
    assert (landed.verdict, landed.rows_landed) == ("accepted", 3)


def test_another_small_delivery_is_held_again(door: Door, smaller: Delivery) -> None:
    released(door, smaller.delivery_id)
    drop(door, "2020-11-27", rows()[:2])
    verdicts = [one.verdict for one in land_dataset(door, SUNDAY).new]
    assert verdicts == ["accepted", "held"]


def test_what_cannot_be_read_cannot_be_released(door: Door) -> None:
    drop(door, "2020-11-26", [row[:3] + row[4:] for row in rows()])
    (held,) = land_dataset(door, SUNDAY).new
    with pytest.raises(CunsheError, match="cannot be read"):
        released(door, held.delivery_id)


def test_refusals_say_what_to_do(door: Door, smaller: Delivery) -> None:
    accepted = next(one for one in ledger(door) if one.verdict == "accepted")
    for delivery_id, words in (("20201126-000000000000", "no delivery"), (accepted.delivery_id, "has landed")):
        with pytest.raises(CunsheError, match=words) as refused:
            released(door, delivery_id)
        assert "cunshe delivery list" in refused.value.hint
    for by, reason in (("", "有理由"), ("李某", " ")):
        with pytest.raises(CunsheError, match="a name and a reason"):
            released(door, smaller.delivery_id, by, reason)
    released(door, smaller.delivery_id)
    with pytest.raises(CunsheError, match="released already"):
        released(door, smaller.delivery_id)


def test_a_duplicate_cannot_be_released(door: Door) -> None:
    drop(door, "2020-11-19", rows())
    drop(door, "2020-11-26", rows(), "again.csv")
    _, duplicate = land_dataset(door, SUNDAY).new
    with pytest.raises(CunsheError, match="repeats"):
        released(door, duplicate.delivery_id)


def test_a_number_in_the_reason_goes_no_further(door: Door, smaller: Delivery) -> None:
    released(door, smaller.delivery_id, reason="已电话16000000001核实")
    (record,) = (door.landing / "organisation" / "posts" / "releases").iterdir()
    assert "16000000001" not in record.read_text("utf-8")


def test_a_held_delivery_keeps_apart_what_its_reasons_say(door: Door) -> None:
    drop(door, "2020-11-26", [row[:3] + row[4:] for row in rows()])
    (held,) = land_dataset(door, SUNDAY).new
    assert held.holds == [
        {"code": "COLUMN_MISSING", "sheet": None, "row": 1, "column": "职务", "zh": "缺少列“职务”",
         "fix_zh": "请按数据约定补齐该列"}
    ]  # fmt: skip
    assert Delivery.from_json((held.folder(door.landing) / "delivery.json").read_bytes()) == held


def test_nothing_of_a_key_that_names_a_person_is_kept(door: Door) -> None:
    drop(door, "2020-11-26", spoiled(4, "学历", "30"))
    (delivery,) = land_dataset(door, SUNDAY).new
    assert quarantine(door, delivery) == [(4, "学历", "UNKNOWN_CODE")]
    assert pq.read_table(delivery.folder(door.landing) / "quarantine.parquet")["key"].to_pylist() == [None]
