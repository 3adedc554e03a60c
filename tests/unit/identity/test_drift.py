"""The gate on drift: what leaves its bounds is named with its department and rows, and passes once somebody has accepted it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.identity.drift import SUMMARY, Linked, Summary, accept_drift, check_drift, drifts, summarise
from pipelines.settings import Settings

BEFORE, NOW = "2020-11-23", "2020-11-30"
USUAL = Linked(records=100, linked=98, group=2)


def of(one: Linked, merges: int = 0) -> Summary:
    return Summary({"public_security/opinions": one}, merges)


def rows(persons: Iterable[str | None]) -> list[dict[str, object]]:
    return [
        {"department": "petition", "dataset": "matters", "place": f"20201126-a row {row}", "person_id": person}
        for row, person in enumerate(persons, start=2)
    ]


def test_links_are_counted_by_dataset_with_the_rows_and_persons_that_stand_out() -> None:
    (found,) = summarise(rows(["P1", "P1", None, "P2"]), merges=1).datasets.values()
    assert (found.records, found.linked, found.group) == (4, 3, 2)
    assert (found.places, found.largest[0]) == (("20201126-a row 4",), "P1")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (of(replace(USUAL, linked=92, places=("d-b row 7",))), ["public_security/opinions", "92 of 100", "d-b row 7"]),
        (of(replace(USUAL, group=9, largest=("P0aa",))), ["public_security/opinions", "9 records", "P0aa"]),
        (of(USUAL, merges=4), ["4 persons are joined"]),
    ],
)  # fmt: skip
def test_what_leaves_its_bounds_is_named(now: Summary, words: list[str]) -> None:
    (found,) = drifts(of(USUAL), now)
    assert all(word in found for word in words)


@pytest.mark.parametrize(
    "now", [of(USUAL), of(replace(USUAL, linked=93)), of(replace(USUAL, group=5)), of(USUAL, merges=3), Summary()]
)
def test_what_stays_within_passes(now: Summary) -> None:
    assert drifts(of(USUAL), now) == []


def test_of_few_records_a_share_says_nothing() -> None:
    few = Linked(records=19, linked=19, group=1)
    assert drifts(of(few), of(replace(few, linked=5))) == []


def week(settings: Settings, monday: str, summary: Summary) -> None:
    folder = settings.identity / monday
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMMARY).write_bytes(summary.to_json())


def test_a_drift_stops_the_run_until_a_person_accepts_it(tmp_path: Path) -> None:
    home = Settings(home=tmp_path)
    week(home, BEFORE, of(USUAL))
    week(home, NOW, of(replace(USUAL, linked=50)))
    check_drift(home, NOW, None)  # there is nothing to compare with
    with pytest.raises(CunsheError, match="Nothing is published"):
        check_drift(home, NOW, BEFORE)
    with pytest.raises(CunsheError, match="a name and a reason"):
        accept_drift(home, NOW, by=" ", reason="核对过")
    accept_drift(home, NOW, by="李某", reason="名册换届后未更新")
    check_drift(home, NOW, BEFORE)
    # accepted is what was seen, not whatever comes later
    week(home, NOW, of(replace(USUAL, linked=40)))
    with pytest.raises(CunsheError, match="40 of 100"):
        check_drift(home, NOW, BEFORE)


def test_nothing_to_accept_is_said(tmp_path: Path) -> None:
    with pytest.raises(CunsheError, match="Run the week first"):
        accept_drift(Settings(home=tmp_path), NOW, by="李某", reason="核对过")
