"""The yearly self-audit of a home."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.access.agreements import suspend
from pipelines.access.legal_holds import place_hold
from pipelines.access.round import close_round
from pipelines.checks.lawful import self_audit
from pipelines.cli import app
from pipelines.files import write_whole
from pipelines.identity.corrections import Value, open_correction
from pipelines.identity.own_deliveries import inbox_folder
from pipelines.settings import Settings
from pipelines.simulation.agreements import register_text
from pipelines.sources.contract import load_catalog

DAY = date(2020, 11, 29)
PERSON = "P0123456789abcdef"
VALUE = Value(PERSON, "organisation", "posts", "profile", "education", "学历", "20201126-a", 2)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path)
    write_whole(made.agreements, register_text().encode())
    return made


def test_a_home_in_order_is_in_order(home: Settings) -> None:
    audit = self_audit(home, DAY)
    assert audit.overdue == []
    said = audit.as_json()
    assert len(said["agreements"]) == 10 and not any(one["is_suspended"] for one in said["agreements"])
    assert said["assessments"][0]["due_on"] == "2021-10-12"
    assert said["corrections"] == {"number": 0, "open": 0, "answered_in_time": 0, "answered_late": 0}
    assert said["looks"]["number"] == 0 and said["suspended"] == {}
    assert inbox_folder(home, load_catalog()["organisation__corrections"]).exists() is False


def no_register(home: Settings) -> None:
    home.agreements.unlink()


def expired(home: Settings) -> None:
    write_whole(home.agreements, register_text().replace("expires_on: '2099-12-31'", "expires_on: '2020-11-28'").encode())


def unassessed(home: Settings) -> None:
    write_whole(home.agreements, register_text().replace("done_on: '2020-10-12'", "done_on: '2019-10-12'").encode())


def never_removed(home: Settings) -> None:
    close_round(home, date(2020, 1, 31), by="李某", reason="换届结束")


def unanswered(home: Settings) -> None:
    open_correction(home, VALUE, by="李某", reason="本人称有误", today=date(2020, 11, 2))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (no_register, "no register"),
        (expired, "petition__matters: agreement PE-01 expired"),
        (unassessed, "impact assessment of agreement DI-01 was due again on 2020-10-12"),
        (never_removed, "to be removed from 2020-07-31"),
        (unanswered, "was to be answered by 2020-11-16"),
    ],
)
def test_what_is_overdue_is_named(home: Settings, fault: Callable[[Settings], None], said: str) -> None:
    fault(home)
    assert any(said in line for line in self_audit(home, DAY).overdue)


def test_suspensions_holds_and_the_rounds_end_are_listed_and_not_overdue(home: Settings) -> None:
    suspend(home, "PE-01", by="李某", reason="核实中")
    place_hold(home, PERSON, by="李某", reason="申诉未结")
    close_round(home, DAY, by="李某", reason="换届结束")
    audit = self_audit(home, DAY)
    assert audit.overdue == []
    assert audit.topics["suspended"].keys() == {"PE-01"} and "核实中" in audit.topics["suspended"]["PE-01"]
    assert audit.topics["retention"] == {
        "round_ended_on": "2020-11-29", "due_on": "2021-05-29", "certificates": [], "legal_holds": 1,
    }  # fmt: skip


def test_the_command_ends_with_1_where_something_is_overdue(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_HOME", str(home.root))
    asked: dict[str, Any] = {}
    for arguments in (["check", "lawful"], ["check", "lawful", "--json"]):
        asked[arguments[-1]] = CliRunner().invoke(app, arguments)
    assert {one.exit_code for one in asked.values()} == {1}, "the invented assessment is of 2020"
    assert "! The impact assessment" in asked["lawful"].stdout
    assert json.loads(asked["--json"].stdout)["overdue"]
