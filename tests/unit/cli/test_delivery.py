"""The command `cunshe delivery` on a home with one held delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.landing.land import Door, land_dataset
from pipelines.settings import Settings
from tests.unit.landing.test_land import SUNDAY, door, drop, rows, sealed

__all__ = ["door", "sealed"]  # fixtures

Run = Callable[..., Result]


@pytest.fixture
def cunshe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CUNSHE_HOME", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(app, ["delivery", *arguments])


@pytest.fixture
def held(door: Door, tmp_path: Path) -> str:
    """The id of a delivery held for being much smaller than the one before."""
    door = replace(door, landing=Settings(home=tmp_path).landing)
    drop(door, "2020-11-19", rows())
    drop(door, "2020-11-26", rows()[:4])
    return land_dataset(door, SUNDAY).new[1].delivery_id


def test_the_list_names_what_is_held_and_what_can_be_done(cunshe: Run, held: str) -> None:
    listed = cunshe("list").stdout
    assert f"{held}  organisation/posts  2020-11-26  can be released" in listed
    assert "3 rows where at least 4 are expected" in listed


def test_a_release_is_listed_until_it_lands(cunshe: Run, held: str) -> None:
    done = cunshe("release", held, "--by", "李某", "--reason", "两村合并")
    assert done.exit_code == 0
    assert "passes ROWS_TOO_FEW" in done.stdout
    assert "released by 李某; lands at the next run" in cunshe("list").stdout


def test_what_was_closed_by_hand_is_no_longer_listed(cunshe: Run, held: str) -> None:
    assert cunshe("close", held, "--by", "李某", "--reason", "该周无数据").exit_code == 0
    assert cunshe("list").stdout == "No delivery is held.\n"


@pytest.mark.parametrize("missing", ["--by", "--reason"])
def test_a_decision_without_name_or_reason_is_refused(cunshe: Run, held: str, missing: str) -> None:
    options = {"--by": "李某", "--reason": "两村合并", missing: " "}
    refused = cunshe("release", held, *(part for option in options.items() for part in option))
    assert isinstance(refused.exception, CunsheError)
    assert "can be released" in cunshe("list").stdout


def test_no_decision_is_taken_while_a_run_holds_the_home(cunshe: Run, held: str, tmp_path: Path) -> None:
    with sole_run(Settings(home=tmp_path).lock_file):
        refused = cunshe("release", held, "--by", "李某", "--reason", "两村合并")
    assert isinstance(refused.exception, CunsheError)
    assert "can be released" in cunshe("list").stdout
