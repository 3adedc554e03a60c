"""The real lists of 瓯海区: no unit is lost, every change is in a proposal; township codes of two systems never join silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.identity.villages.lists import compare_years, read_lists
from pipelines.identity.villages.registry import build
from pipelines.identity.villages.shapes import Entry
from pipelines.identity.villages.townships import joinable_townships, match_townships, read_two_systems
from pipelines.simulation.geography import LISTS
from tests.unit.identity.villages.shapes import D1, D2, TOWN, A, B, listing

TOWNSHIPS = Path(__file__).parents[3] / "fixtures" / "ouhai" / "town_codes_two_systems_330304.csv"
COUNTS = ("units_earlier", "units_later", "same", "renamed", "recoded", "gone", "new")


def test_every_unit_of_every_year_is_accounted_for() -> None:
    pairs = compare_years(read_lists(LISTS))
    counts = {one.later: tuple(one.as_json()[name] for name in COUNTS) for one in pairs}
    assert counts == {
        2017: (284, 284, 284, 0, 0, 0, 0),
        2018: (284, 285, 284, 0, 0, 0, 1),
        2019: (285, 205, 155, 2, 1, 127, 47),
        2020: (205, 205, 205, 0, 0, 0, 0),
        2021: (205, 204, 204, 0, 0, 1, 0),
        2022: (204, 198, 191, 0, 0, 13, 7),
        2023: (198, 197, 197, 0, 0, 1, 0),
    }
    assert [(one.lost, one.unproposed) for one in pairs] == [(0, ())] * 7


def test_the_proposals_of_2019_are_complete() -> None:
    lists = read_lists(LISTS)
    pair = next(one for one in compare_years(lists) if one.later == 2019)
    gone = lists[2018].entries.keys() - lists[2019].entries.keys()
    new = lists[2019].entries.keys() - lists[2018].entries.keys()
    assert (len(gone), len(new)) == (128, 48)
    assert {one.old_code for one in pair.proposals} - {None} == gone
    assert {one.new_code for one in pair.proposals if one.kind != "gone"} - {None} >= new
    named = {(lists[2018].entries[one.old_code].name, lists[2019].entries[one.new_code].name)
             for one in pair.proposals if one.old_code and one.new_code}  # fmt: skip
    assert ("将军村委会", "将军社区") in named
    assert ("岷岗前村委会", "岷岗村委会") in named
    assert ("大川村委会", "大川村委会") in named
    assert ("河西村委会", "横仙河社区") in named
    assert pair.recoded == (("330304108204", "330304008216"),)


def test_a_unit_that_is_in_no_part_is_counted_as_lost() -> None:
    from dataclasses import replace

    pair = compare_years(read_lists(LISTS))[2]
    assert replace(pair, gone=pair.gone[1:]).lost == 1
    assert replace(pair, proposals=pair.proposals[1:]).unproposed != ()


def test_a_name_that_two_units_bear_is_no_recode() -> None:
    from pipelines.identity.villages.shapes import Listing

    twins = {code: Entry(code, "前进村") for code in (A, B)}
    lists = {1: Listing(D1, twins), 2: Listing(D2, {"330304001300": Entry("330304001300", "前进村"), B: twins[B]})}
    (pair,) = compare_years(lists)
    assert (pair.recoded, pair.gone, pair.new, pair.lost) == ((), (A,), ("330304001300",), 0)


def test_the_command_prints_the_table_and_all_proposals() -> None:
    plain = CliRunner().invoke(app, ["check", "villages", "--lists", str(LISTS), "--townships", str(TOWNSHIPS)])
    assert plain.exit_code == 0
    assert "2018 -> 2019  285 -> 205" in plain.stdout
    assert plain.stdout.count("refused") == 4
    found = json.loads(CliRunner().invoke(app, ["check", "villages", "--json"]).stdout)
    assert [one["lost"] for one in found["years"]] == [0] * 7
    assert found["years"][2]["proposals"][0]["evidence"]


@pytest.mark.parametrize("content", ["code,name\n1,a\n", "year,code,name,town_code,town_name\nx,1,a,1,b\n"])
def test_a_file_that_is_no_list_is_a_clear_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "lists.csv").write_text(content, encoding="utf-8")
    with pytest.raises(CunsheError, match=r"lists\.csv cannot be read as yearly lists"):
        read_lists(tmp_path / "lists.csv")


def test_the_four_colliding_township_codes_are_refused() -> None:
    here, there = read_two_systems(TOWNSHIPS)
    refused = [one for one in match_townships(here, there) if one.verdict == "refused"]
    assert [(one.code[6:9], one.name, one.other_name) for one in refused] == [
        ("003", "南白象街道", "茶山街道"), ("004", "茶山街道", "南白象街道"),
        ("005", "娄桥街道", "新桥街道"), ("006", "新桥街道", "娄桥街道"),
    ]  # fmt: skip
    assert refused[0].other_code == "330304004000"
    with pytest.raises(CunsheError, match="4 township codes mean different townships"):
        joinable_townships(here, there)
    agreeing = {code: name for code, name in there.items() if here.get(code, name) == name}
    assert len(joinable_townships(here, agreeing)) == 8


def test_a_list_that_mixes_two_systems_is_named() -> None:
    def town(serial: int, name: str) -> Entry:
        return Entry(f"33030400{serial}201", "甲村", township_code=f"33030400{serial}000", township_name=name)

    first = listing(D1, town(3, "南白象街道"), town(4, "茶山街道"))
    swapped = listing(D2, town(3, "茶山街道"), town(4, "南白象街道"))
    assert build([first, first], []).problems == ()
    assert [one.basis for one in build([first, swapped], []).problems] == ["330304003000", "330304004000"]
    mixed = listing(D1, Entry(A, "甲村", township_code=TOWN, township_name="景山街道"),
                    Entry(B, "乙村", township_code=TOWN, township_name="梧田街道"))  # fmt: skip
    assert [one.basis for one in build([mixed], []).problems] == [TOWN]
