"""Bad input gets an error for people and exit code 1, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.homes import Home, simulated_home


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["status"], "Nothing has been published"),
        (["status", "--json"], "Nothing has been published"),
        (["rollback"], "published"),
        (["run", "--week", "2020-W54"], "'2020-W54' is not a week"),
        (["run", "--week", "2019-W10"], "lies before the first week"),
        (["simulate", "--start", "soon"], "'soon' is not a week"),
    ],
)
def test_errors_are_for_people(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = Home(tmp_path / "var").cunshe(*arguments, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_simulation_into_one_inbox_is_refused(tmp_path: Path) -> None:
    home = simulated_home(tmp_path / "var", villages=1, weeks=1)
    done = home.cunshe("simulate", "--villages", "1", check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["simulate", "run", "status", "rollback", "demo", "ui"])
def test_every_command_helps(tmp_path: Path, command: str) -> None:
    done = Home(tmp_path).cunshe(command, "--help")
    assert "Usage" in done.stdout


@pytest.mark.parametrize("arguments", [["demo"], ["simulate", "serve"]])
def test_a_home_of_real_departments_is_left_alone(tmp_path: Path, arguments: list[str]) -> None:
    home = Home(tmp_path)
    own = tmp_path / "settings.env"
    own.write_text("CUNSHE_SMALL_CELL=5\n", encoding="utf-8")
    done = home.cunshe(*arguments, check=False)
    assert done.returncode == 1
    assert "no home of the simulation" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["settings.env"]
    assert own.read_text("utf-8") == "CUNSHE_SMALL_CELL=5\n"
