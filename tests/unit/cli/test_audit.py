"""The command `cunshe audit` on a home with a vault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look, run_look
from pipelines.identity.vault import Vault
from pipelines.settings import Settings

Run = Callable[..., Result]
PERSON = "P0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Its vault was opened by a run and by a person who looked at somebody."""
    settings = Settings(home=tmp_path)
    for look in (run_look("link", "weekly run 2020-W48"), Look("李某", "person_show", "本人申请查阅", subject=PERSON, rows=7)):
        with Vault.open(settings, look):
            pass
    return settings


@pytest.fixture
def cunshe(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CUNSHE_HOME", str(home.root))
    return lambda *arguments: CliRunner().invoke(app, ["audit", *arguments])


def test_a_whole_log_is_said_to_be_whole(cunshe: Run) -> None:
    told = cunshe("verify")
    assert told.exit_code == 0
    assert "whole: 2 entries, head 2 " in told.stdout


def test_the_first_wrong_entry_is_named_with_exit_code_1(cunshe: Run, home: Settings) -> None:
    home.audit_log.write_bytes(home.audit_log.read_bytes().replace("李某".encode(), "王某".encode()))
    told = cunshe("verify")
    assert told.exit_code == 1
    assert "Entry 2 is not as it was written" in told.stderr
    home.audit_log.unlink()
    assert "Entry 1 is missing" in cunshe("verify").stderr


def test_a_torn_last_line_is_no_tampering(cunshe: Run, home: Settings) -> None:
    with home.audit_log.open("ab") as file:
        file.write(b'{"no":3')
    told = cunshe("verify")
    assert told.exit_code == 0
    assert "not written to its end" in told.stdout


def test_looks_are_listed_by_person_and_day(cunshe: Run) -> None:
    everything = cunshe("list").stdout
    assert "link" in everything and "李某  person_show  " + PERSON in everything
    one = cunshe("list", "--person", PERSON).stdout
    assert "weekly run" not in one
    assert "7 rows  本人申请查阅" in one
    assert f"1 about {PERSON}; 1 more about everybody" in one
    assert cunshe("list", "--since", "2999-01-01").stdout == ""
    assert cunshe("list", "--since", "2020-01-01").stdout == everything


def test_verifying_and_listing_are_no_looks(cunshe: Run, home: Settings) -> None:
    before = home.audit_log.read_bytes()
    cunshe("verify")
    cunshe("list")
    assert home.audit_log.read_bytes() == before


def test_without_the_vaults_key_nothing_can_be_said(cunshe: Run, home: Settings) -> None:
    home.vault_key.unlink()
    told = cunshe("verify")
    assert isinstance(told.exception, CunsheError)
    assert "missing" in str(told.exception)
