"""The commands `cunshe agreement`, `cunshe round` and `cunshe retention hold`: what they say, and that the lock is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.files import sole_run, write_whole
from pipelines.settings import Settings
from pipelines.simulation.agreements import register_text

PERSON = "P0123456789abcdef"
DECIDED = ("--by", "李某", "--reason", "核实中")
Run = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CUNSHE_HOME", str(tmp_path))
    return Settings()


def cunshe(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments])
    if isinstance(done.exception, CunsheError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_agreements_are_listed_suspended_and_resumed(home: Settings) -> None:
    assert "no register" in cunshe("agreement", "list")
    write_whole(home.agreements, register_text().encode())
    listed = cunshe("agreement", "list")
    assert "PE-01  petition  村级风险研判  L3  until 2099-12-31" in listed
    assert "cunshe agreement resume PE-01" in cunshe("agreement", "suspend", "PE-01", *DECIDED)
    assert "PE-01  petition  村级风险研判  L3  suspended" in cunshe("agreement", "list")
    assert "in force again" in cunshe("agreement", "resume", "PE-01", *DECIDED)
    assert "suspended" not in cunshe("agreement", "list")


def test_a_round_is_closed_and_opened_and_says_who_did(home: Settings) -> None:
    assert cunshe("round", "status") == "The round is open.\n"
    assert "2021-01-31" in cunshe("round", "close", "--on", "2021-01-31", *DECIDED)
    with pytest.raises(CunsheError, match="two people"):
        cunshe("round", "open", "--second", "李某", *DECIDED)
    cunshe("round", "open", "--second", "王某", *DECIDED)
    said = cunshe("round", "status").splitlines()
    assert said[0] == "The round is open."
    assert "closed  李某  ended_on=2021-01-31  核实中" in said[1] and "opened  李某  second=王某  核实中" in said[2]


def test_a_legal_hold_is_placed_and_lifted(home: Settings) -> None:
    assert f"unhold {PERSON}" in cunshe("retention", "hold", PERSON, *DECIDED)
    assert "No hold" in cunshe("retention", "unhold", PERSON, *DECIDED)


@pytest.mark.parametrize(
    "arguments",
    [("agreement", "suspend", "PE-01"), ("round", "close", "--on", "2021-01-31"), ("retention", "hold", PERSON)],
)
def test_nobody_decides_while_a_run_is_at_work(home: Settings, arguments: tuple[str, ...]) -> None:
    with sole_run(home.lock_file), pytest.raises(CunsheError, match="at work"):
        cunshe(*arguments, *DECIDED)
