"""Rows that must not be shared: nothing of them is written, and what landed of them before is withdrawn."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.suite import load_suite
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.ledger import read_ledger
from pipelines.landing.load import load_landing
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week

MATTERS = load_catalog()["petition__matters"]
GOOD = Path(__file__).parents[2] / "fixtures" / MATTERS.name / "good.csv"
VILLAGES = frozenset({"999901001201", "999901001202"})


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(
        contract=MATTERS, suite=load_suite(MATTERS.name), inbox=tmp_path / "inbox", landing=tmp_path / "landing",
        seal=lambda *_: None, secret=str, village_codes=VILLAGES, village_codes_ever=VILLAGES, since=date(2020, 1, 6),
        today=date(2020, 12, 7), small_cell=3,
    )  # fmt: skip


def drop(door: Door, day: str, *changes: dict[str, str]) -> None:
    with GOOD.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = io.StringIO()
    lines = csv.DictWriter(text, rows[0], lineterminator="\n")
    lines.writeheader()
    lines.writerows([*rows, *({**rows[0], **change} for change in changes)])
    path = door.inbox / "petition" / "matters" / day / "事项.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def loaded(door: Door, tmp_path: Path, until: str) -> set[str]:
    """The keys that a build of the week sees."""
    week = Week.parse(until)
    with duckdb.connect() as connection:
        ledger = read_ledger(door.landing, MATTERS, week.sunday)
        load_landing(connection, Settings(home=tmp_path), {MATTERS.name: MATTERS}, week, ledger)
        return {key for (key,) in connection.execute(f"select matter_key from landing.{MATTERS.name}").fetchall()}


def test_nothing_of_an_accusation_is_written(door: Door) -> None:
    drop(door, "2020-11-26", {"事项代号": "verboten", "事项类别": "检举控告类", "承办单位": "秘密单位", "登记日期": "年底"})
    (delivery,) = land_dataset(door, date(2020, 11, 29)).new
    assert (delivery.verdict, delivery.rows_read, delivery.rows_landed, delivery.rows_quarantined) == ("accepted", 2, 2, 0)
    assert any("若干行" in reason for reason in delivery.reasons_zh)
    written = b"".join(path.read_bytes() for path in door.landing.rglob("*") if path.is_file())
    for said in ("verboten", "秘密单位", "检举", "accusation"):
        assert said.encode() not in written


def test_a_matter_that_becomes_an_accusation_is_withdrawn_from_then_on(door: Door, tmp_path: Path) -> None:
    drop(door, "2020-11-19")
    drop(door, "2020-11-26", {"事项类别": "检举控告"}, {"登记日期": "年底"})  # twice in this one
    first, second = land_dataset(door, date(2020, 11, 29)).new
    note = json.loads((second.folder(door.landing) / "withdrawn.json").read_text())
    assert note == [[first.delivery_id, 2]]
    assert loaded(door, tmp_path, "2020-W47") == {"a1b2c3", "d4e5f6"}, "an older week is as it was"
    assert (second.rows_read, second.rows_landed, second.rows_quarantined) == (1, 1, 0), "nor does its other row stand"
    assert loaded(door, tmp_path, "2020-W48") == {"d4e5f6"}


def test_a_withdrawn_matter_is_in_no_build(door: Door, tmp_path: Path) -> None:
    drop(door, "2020-11-19", {"事项代号": "k9"})
    drop(door, "2020-11-26", {"事项代号": "k9", "事项类别": "检举控告"})
    land_dataset(door, date(2020, 11, 29))
    assert "k9" in loaded(door, tmp_path, "2020-W47")
    assert "k9" not in loaded(door, tmp_path, "2020-W48")
    drop(door, "2020-12-03", {"事项代号": "k9"})
    land_dataset(door, date(2020, 12, 6))
    assert "k9" in loaded(door, tmp_path, "2020-W49"), "sent again as an appeal, it is one"
