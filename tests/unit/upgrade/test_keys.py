"""A home whose keys lay side by side is taken over: ids and log stay; killed anywhere, it completes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.access import person_id_of_number
from pipelines.identity.audit_check import check_log
from pipelines.identity.encrypted import attach_encrypted, connect_memory, encrypt_anew, fits
from pipelines.identity.vault import Vault
from pipelines.keys.digests import keyed_digest
from pipelines.keys.ring import KeyRing, load_or_create_key, write_key
from pipelines.settings import Settings
from pipelines.upgrade import keys
from tests.looks import TESTING

MONDAY = date(2020, 11, 23)
NUMBER = "99990119780312001X"
OLD = bytes.fromhex("5a" * 32)


@pytest.fixture
def before(tmp_path: Path) -> Settings:
    """A home as it was: one key for vault, ids and log, and the others beside it."""
    return as_before(Settings(home=tmp_path / "home", allow_unassigned_area=True))


def as_before(home: Settings) -> Settings:
    write_key(home.pseudonym_key, OLD)
    write_key(home.audit_key, bytes.fromhex(keyed_digest(OLD, "audit log")))
    write_key(home.vault_key, OLD)
    frame = pd.DataFrame({"_row": [2], "person_name": ["测试"], "id_number": [NUMBER]})
    with Vault.open(home, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, frame)
        vault.link_week(MONDAY, ["d1"])
    for path in (home.delivery_key, home.authorised_key):
        write_key(path, os.urandom(32))
        path.rename(home.keys / path.name)
        path.parent.rmdir()
    for path in (home.pseudonym_key, home.audit_key):
        path.unlink()
        path.parent.rmdir()
    home.vault_key.rename(home.keys / "vault.key")
    home.vault_key.parent.rmdir()
    assert sorted(path.name for path in home.keys.iterdir()) == ["authorised.key", "delivery.key", "vault.key"]
    return home


def test_a_home_of_before_is_told_to_upgrade(before: Settings) -> None:
    with pytest.raises(CunsheError, match="cunshe upgrade"), Vault.open(before, TESTING):
        pass
    for path in (before.delivery_key, before.authorised_key, before.pseudonym_key, before.audit_key):
        with pytest.raises(CunsheError, match="cunshe upgrade"):
            load_or_create_key(path)
    assert not [path for path in before.keys.iterdir() if path.is_dir() and any(path.iterdir())]


def check_taken_over(home: Settings, delivery: bytes) -> None:
    assert keys.pending(home) == []
    assert all(path.is_dir() and path.stat().st_mode & 0o077 == 0 for path in home.keys.iterdir())
    assert home.delivery_key.read_bytes() == delivery
    assert not fits(home.vault_db, OLD)
    person = "P" + keyed_digest(OLD, f"person:{NUMBER}")[:16]
    assert person_id_of_number(home, NUMBER, by="李某", reason="核对") == person
    with Vault.open(home, TESTING, read_only=True) as vault:
        assert vault.connection.execute("select person_id from person").fetchall() == [(person,)]
    assert check_log(home).problem is None
    assert OLD not in KeyRing(home.audit_key).keys() + KeyRing(home.vault_key).keys()


def test_it_goes_on_as_it_was_under_keys_of_their_own(before: Settings) -> None:
    delivery = (before.keys / "delivery.key").read_bytes()
    said = keys.pending(before)
    assert len(said) == 4 and "key of its own" in said[-1]
    keys.apply(before)
    check_taken_over(before, delivery)
    written = {path: path.read_bytes() for path in before.root.rglob("*") if path.is_file()}
    keys.apply(before)
    assert {path: path.read_bytes() for path in before.root.rglob("*") if path.is_file()} == written


@pytest.mark.parametrize("after", range(6))
def test_killed_after_any_step_it_completes(before: Settings, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A step is a key written, a key renewed, a file encrypted anew."""
    delivery = (before.keys / "delivery.key").read_bytes()
    child = os.fork()
    if child == 0:  # pragma: no cover - dies at once
        left = [after]

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def step(*arguments: object) -> object:
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
                return real(*arguments)

            return step

        monkeypatch.setattr(keys, "write_key", counted(write_key))
        monkeypatch.setattr(KeyRing, "renew", counted(KeyRing.renew))
        monkeypatch.setattr("pipelines.identity.rotation.encrypt_anew", counted(encrypt_anew))
        keys.apply(before)
        os.kill(os.getpid(), signal.SIGKILL if left[0] == 0 else signal.SIGTERM)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert keys.pending(before)
    keys.apply(before)
    check_taken_over(before, delivery)


@pytest.mark.parametrize("knows", [True, False], ids=["both name the folder", "one does not know"])
def test_homes_with_the_same_keys_are_taken_over_one_by_one(before: Settings, tmp_path: Path, knows: bool) -> None:
    second = Settings(home=tmp_path / "second", keys_path=before.keys, allow_unassigned_area=True)
    second.vault_db.parent.mkdir(parents=True)
    with closing(connect_memory(writing=True)) as connection:
        attach_encrypted(connection, second.vault_db, [OLD], "vault", read_only=False)
        connection.execute("create table vault.version as select 3 as version")
    first = Settings(home=before.root, keys_path=before.keys if knows else None, allow_unassigned_area=True)
    keys.apply(first)
    assert keys.pending(first) == [] and keys.pending(second)
    keys.apply(second)
    assert keys.pending(second) == []
    assert not fits(second.vault_db, OLD)


def test_a_home_without_keys_has_nothing_to_take_over(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    assert keys.pending(home) == []
    keys.apply(home)
    assert not home.root.exists()
