"""Losing the key: nothing opens without it, a wrong one is told, and a backup of key and vault gives the same people."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.identity.backup import back_up, try_backup
from pipelines.identity.vault import Vault
from pipelines.keys.ring import KeyRing, load_or_create_key
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY = date(2020, 11, 23)
Roster = Callable[..., pd.DataFrame]


def key_files(home: Settings) -> list[Path]:
    return [home.vault_key, home.pseudonym_key, home.audit_key, home.authorised_key, home.delivery_key]


def people(home: Settings) -> list[str]:
    with Vault.open(home, TESTING, read_only=True) as vault:
        return [row[0] for row in vault.connection.execute("select person_id from person order by 1").fetchall()]


@pytest.fixture
def used(home: Settings, roster: Roster) -> Settings:
    """A home whose vault knows three persons."""
    with Vault.open(home, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, 3))
        vault.link_week(MONDAY, ["d1"])
    return home


def test_the_drill_gives_the_same_people_in_an_empty_home(used: Settings, tmp_path: Path, roster: Roster) -> None:
    before = people(used)
    back_up(used, tmp_path / "copy", tmp_path / "safe")
    shutil.rmtree(used.root)
    restored = Settings(home=tmp_path / "restored")
    shutil.copytree(tmp_path / "copy", restored.root)
    shutil.copytree(tmp_path / "safe", restored.keys)
    assert people(restored) == before
    with Vault.open(restored, TESTING) as vault:  # and new people get the ids they would have got
        vault.store_identities("d2", "organisation", "posts", MONDAY, True, roster(1, 4))
        links = vault.link_week(MONDAY, ["d1", "d2"]).person_link.to_pylist()
    assert {row["person_id"] for row in links if row["_delivery_id"] == "d2"} & set(before)


def test_every_key_is_copied(used: Settings, tmp_path: Path) -> None:
    made = {path: load_or_create_key(path) for path in key_files(used)}
    back_up(used, tmp_path / "copy", tmp_path / "safe")
    assert {path: load_or_create_key(tmp_path / "safe" / path.relative_to(used.keys), may_create=False) for path in made} == made


def test_a_key_alone_gives_the_same_ids_when_everything_is_sent_again(used: Settings, tmp_path: Path, roster: Roster) -> None:
    before = people(used)
    shutil.rmtree(used.vault_db.parent)
    shutil.rmtree(used.audit_log.parent)
    with Vault.open(used, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, 3))
        vault.link_week(MONDAY, ["d1"])
    assert people(used) == before


def test_a_copy_without_its_key_or_with_another_is_of_no_use(used: Settings, tmp_path: Path) -> None:
    copy, safe = tmp_path / "copy", tmp_path / "safe"
    back_up(used, copy, safe)
    assert try_backup(copy, safe).persons == 3
    (safe / "vault" / "vault.key").unlink()
    with pytest.raises(CunsheError, match="missing"):
        try_backup(copy, safe)
    (safe / "vault" / "vault.key").write_text("ab" * 32)
    (safe / "vault" / "vault.key").chmod(0o600)
    with pytest.raises(CunsheError, match="key does not fit") as problem:
        try_backup(copy, safe)
    assert "ab" * 32 not in str(problem.value)


def test_former_keys_that_are_still_kept_are_copied(used: Settings, tmp_path: Path) -> None:
    ring = KeyRing(used.audit_key)
    former = ring.current()
    ring.renew()
    people(used)
    back_up(used, tmp_path / "copy", tmp_path / "safe")
    assert KeyRing(Settings(home=used.root, keys_path=tmp_path / "safe").audit_key).keys() == [ring.current(), former]
    found = try_backup(tmp_path / "copy", tmp_path / "safe")
    assert (found.log.entries, found.log.problem) == (2, None)


def test_a_key_kept_elsewhere_is_not_copied_and_the_command_says_so(
    used: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.vault_key.parent.rename(tmp_path / "memory")
    monkeypatch.setenv("CUNSHE_HOME", str(used.root))
    monkeypatch.setenv("CUNSHE_KEY_FOLDERS__VAULT", str(tmp_path / "memory"))
    told = CliRunner().invoke(app, ["vault", "backup", str(tmp_path / "copy"), "--keys", str(tmp_path / "safe")])
    assert "keeps them elsewhere: vault." in told.stdout and "3 persons" in told.stdout, told.output
    assert not (tmp_path / "safe" / "vault").exists() and (tmp_path / "safe" / "pseudonyms").exists()


def test_keys_do_not_lie_with_what_they_open(used: Settings, tmp_path: Path) -> None:
    for keys in (tmp_path / "copy", tmp_path / "copy" / "keys", tmp_path):
        with pytest.raises(CunsheError, match="keys would lie with the vault"):
            back_up(used, tmp_path / "copy", keys)
    assert not (tmp_path / "copy").exists()


def test_a_second_copy_replaces_the_first(used: Settings, tmp_path: Path) -> None:
    back_up(used, tmp_path / "copy", tmp_path / "safe")
    with Vault.open(used, TESTING):
        pass
    back_up(used, tmp_path / "copy", tmp_path / "safe")
    found = try_backup(tmp_path / "copy", tmp_path / "safe")
    assert (found.log.entries, found.log.problem) == (2, None)
    assert (tmp_path / "safe").stat().st_mode & 0o077 == 0


def test_the_command_says_what_the_copy_holds(used: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_HOME", str(used.root))
    told = CliRunner().invoke(app, ["vault", "backup", str(tmp_path / "copy"), "--keys", str(tmp_path / "safe")])
    assert "3 persons, 3 records, audit log whole with 1 entries" in told.stdout, told.output
    log = tmp_path / "copy" / "audit" / "vault.jsonl"
    log.write_bytes(log.read_bytes().replace(b"unit test", b"unit tess"))
    refused = CliRunner().invoke(app, ["vault", "check", str(tmp_path / "copy"), "--keys", str(tmp_path / "safe")])
    assert isinstance(refused.exception, CunsheError)
