"""The way from one round to the next: pseudonyms only, logged twice, for its owner only."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.home_format import mark
from pipelines.identity.audit_check import read_log
from pipelines.identity.vault import Vault
from pipelines.keys.ring import load_or_create_key
from pipelines.publishing.bridge import write_bridge
from pipelines.publishing.persons import pseudonym_of
from pipelines.publishing.publish import Published
from pipelines.settings import Settings
from tests.looks import TESTING

WHO = {"by": "李某", "reason": "两届对比"}


@pytest.fixture
def two_rounds(home: Settings, publish_week: Callable[..., Published]) -> Settings:
    """A home with an edition of the round 2020 and a key of the round 2025."""
    publish_week()
    load_or_create_key(home.round_key("2025"))
    return home


def test_each_person_of_the_vault_has_a_line_of_two_pseudonyms(two_rounds: Settings, tmp_path: Path) -> None:
    out = tmp_path / "bridge.csv"
    assert write_bridge(two_rounds, "2020", "2025", out, **WHO) == 2
    with Vault.open(two_rounds, TESTING, read_only=True) as vault:
        persons = [person for (person,) in vault.connection.execute("select person_id from person").fetchall()]
    keys = [load_or_create_key(two_rounds.round_key(name)) for name in ("2020", "2025")]
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["round_2020", "round_2025"]
    assert sorted(lines[1:]) == sorted([pseudonym_of(person, key) for key in keys] for person in persons)
    assert not any(person in out.read_text("utf-8") for person in persons)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_it_is_logged_with_who_why_and_hash(two_rounds: Settings, tmp_path: Path) -> None:
    write_bridge(two_rounds, "2020", "2025", tmp_path / "bridge.csv", **WHO)
    look, export = [one for one in read_log(two_rounds).entries if one.by == "李某"]
    assert (look.what, look.why, look.parameters) == ("person_bridge", "两届对比", {"from": "2020", "to": "2025"})
    assert (export.what, export.rows, export.parameters["file"]) == ("export", 2, "bridge.csv")


@pytest.mark.parametrize(("first", "then"), [("2020", "2020"), ("2020", "2031"), ("1990", "2020"), ("../vault", "2020")])
def test_there_is_no_way_where_a_round_has_no_editions(two_rounds: Settings, tmp_path: Path, first: str, then: str) -> None:
    with pytest.raises(CunsheError):
        write_bridge(two_rounds, first, then, tmp_path / "bridge.csv", **WHO)
    assert not (tmp_path / "bridge.csv").exists() and not two_rounds.round_key("2031").exists()


def test_without_an_entry_there_is_no_file(two_rounds: Settings, tmp_path: Path) -> None:
    blind = two_rounds.model_copy(update={"audit_heads": str(tmp_path / "missing")})
    with pytest.raises(CunsheError, match="second place"):
        write_bridge(blind, "2020", "2025", tmp_path / "bridge.csv", **WHO)
    assert not (tmp_path / "bridge.csv").exists()


def test_the_command_needs_who_and_why(two_rounds: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_HOME", str(two_rounds.root))
    mark(two_rounds)
    rounds = ["person", "bridge", "--from", "2020", "--to", "2025", "--out", str(tmp_path / "bridge.csv")]
    assert CliRunner().invoke(app, rounds).exit_code == 2
    done = CliRunner().invoke(app, [*rounds, "--by", "李某", "--reason", "两届对比"])
    assert done.exit_code == 0 and done.output.startswith("2 persons: ")
