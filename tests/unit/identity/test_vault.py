"""The vault: encrypted, whole, and the same however often a delivery is stored."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.encrypted import connect_memory
from pipelines.identity.vault import Vault
from pipelines.settings import PROJECT_ROOT, Settings
from tests.looks import TESTING

MONDAY = date(2020, 11, 23)
Roster = Callable[..., pd.DataFrame]


def store(vault: Vault, delivery_id: str, frame: pd.DataFrame, *, spine: bool = True, day: date = MONDAY) -> None:
    vault.store_identities(delivery_id, "organisation", "posts" if spine else "pairings", day, spine, frame)


def counts(vault: Vault) -> dict[str, int]:
    tables = ("delivery", "record", "contact", "person", "discarded")
    return {table: vault.connection.execute(f"select count(*) from {table}").fetchone()[0] for table in tables}


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_no_byte_of_an_identity_is_readable(home: Settings, roster: Roster, number: Callable[[int], str]) -> None:
    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", roster(*range(300)))
        in_log = bytes_under(home.root)  # the write-ahead log is still there
        vault.link_week(MONDAY, ["d1"])
    for content in (in_log, bytes_under(home.root)):
        assert "测试7".encode() not in content
        assert number(7).encode() not in content
    assert stat.S_IMODE(home.vault_db.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.vault_db.parent.stat().st_mode) == 0o700


def test_what_does_not_fit_in_memory_is_spilled_encrypted(tmp_path: Path) -> None:
    connection = connect_memory(writing=True, scratch=tmp_path)
    connection.execute("set memory_limit = '60MB'; set threads = 1")
    connection.execute(
        "create temp table many as select '测试的姓名' || range as person_name, repeat('秘', 20) as x from range(700000)"
    )
    spilled = bytes_under(tmp_path)
    connection.close()
    assert len(spilled) > 1_000_000
    assert "测试的姓名".encode() not in spilled


def test_a_wrong_key_is_a_clear_error_that_shows_no_key(home: Settings) -> None:
    with Vault.open(home, TESTING):
        pass
    home.vault_key.write_text("ab" * 32)
    with pytest.raises(CunsheError, match="key does not fit") as problem, Vault.open(home, TESTING):
        pass
    shown = "".join(traceback.format_exception(problem.value))
    assert "ab" * 32 not in shown
    assert "InvalidInput" not in shown


def test_a_vault_without_its_key_is_an_error_and_no_new_key(home: Settings) -> None:
    with Vault.open(home, TESTING):
        pass
    home.vault_key.unlink()
    with pytest.raises(CunsheError, match="missing"), Vault.open(home, TESTING):
        pass
    assert not home.vault_key.exists()


def test_reading_makes_no_vault(home: Settings) -> None:
    with pytest.raises(CunsheError, match="no vault"), Vault.open(home, TESTING, read_only=True):
        pass
    assert not home.root.exists()


def test_storing_a_delivery_again_changes_nothing(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", roster(1, 2, 3))
        once = counts(vault)
        store(vault, "d1", roster(1, 2, 3))
        assert counts(vault) == once
        assert once["record"] == 3


def test_a_store_that_fails_leaves_the_delivery_as_it_was(home: Settings, roster: Roster) -> None:
    broken = roster(1, 2, 3).assign(_row=[2, None, 4])
    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", roster(1, 2))
        once = counts(vault)
        with pytest.raises(duckdb.ConstraintException):
            store(vault, "d1", broken)
        assert counts(vault) == once


@pytest.mark.parametrize(
    "written", ["99990119780312001x", " 99990119780312001X", "９９９９０１１９７８０３１２００１Ｘ", "999901780312001"]
)
def test_one_number_in_several_writings_is_one_person(home: Settings, written: str) -> None:
    def frame(text: str) -> pd.DataFrame:
        return pd.DataFrame({"_row": [2], "person_name": ["测试"], "id_number": [text]})

    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", frame("99990119780312001X"))
        store(vault, "d2", frame(written))
        links = vault.link_week(MONDAY, ["d1", "d2"])
    assert len(set(links.person_link.column("person_id").to_pylist())) == 1
    assert links.person_link.num_rows == 2


def test_contacts_of_a_pairing_are_kept_by_role(home: Settings) -> None:
    frame = pd.DataFrame(
        {
            "_row": [2, 3],
            "leader_name": ["测试甲", "测试乙"],
            "leader_phone": ["16000000001", None],
            "leader_email": ["a@example.invalid", "b@example.invalid"],
            "secretary_name": ["测试丙", "测试丁"],
            "secretary_phone": [None, None],
            "secretary_email": ["c@example.invalid", "d@example.invalid"],
        }
    )
    with Vault.open(home, TESTING) as vault:
        store(vault, "p1", frame, spine=False)
        store(vault, "p1", frame, spine=False)
        contacts = vault.contacts("p1").to_pylist()
        links = vault.link_week(MONDAY, ["p1"])
        assert counts(vault)["record"] == 0
    assert [(row["row_no"], row["role"], row["contact_name"], row["phone"]) for row in contacts] == [
        (2, "leader", "测试甲", "16000000001"),
        (2, "secretary", "测试丙", None),
        (3, "leader", "测试乙", None),
        (3, "secretary", "测试丁", None),
    ]
    assert links.unlinked.num_rows == 0


def test_the_name_is_that_of_the_newest_roster_and_older_ones_are_history(home: Settings, roster: Roster) -> None:
    later = date(2020, 11, 30)
    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", roster(1, name="旧名"))
        store(vault, "d2", roster(1, name="新名"), day=later)
        vault.link_week(later, ["d1", "d2"])
        now = vault.person_names(later, ["d1", "d2"]).to_pylist()
        then = vault.person_names(MONDAY, ["d1", "d2"]).to_pylist()
        history = vault.connection.execute(
            "select person_name, first_delivered_at, last_delivered_at from person_name_history order by 2"
        ).fetchall()
    assert [row["person_name"] for row in now] == ["新名1"]
    assert [row["person_name"] for row in then] == ["旧名1"]
    assert history == [("旧名1", MONDAY, MONDAY), ("新名1", later, later)]


def test_a_vault_in_use_elsewhere_is_a_clear_error(home: Settings) -> None:
    script = f"""
from pipelines.errors import CunsheError
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from tests.looks import TESTING
try:
    with Vault.open(Settings(home={str(home.root)!r}), TESTING):
        pass
except CunsheError as problem:
    print(problem.message)
"""
    with Vault.open(home, TESTING):
        told = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert "in use by another process" in told.stdout, told.stderr


def test_a_kill_loses_nothing_that_was_committed(home: Settings, roster: Roster) -> None:
    child = os.fork()
    if child == 0:  # pragma: no cover - dies at once
        with Vault.open(home, TESTING) as vault:
            store(vault, "d1", roster(*range(50)))
            vault.link_week(MONDAY, ["d1"])
            vault.connection.execute("begin; delete from record")
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with Vault.open(home, TESTING, read_only=True) as vault:
        assert counts(vault)["record"] == 50
    with Vault.open(home, TESTING) as vault:
        assert vault.link_week(MONDAY, ["d1"]).person.num_rows == 50


def test_a_vault_of_other_tables_is_refused(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        store(vault, "d1", roster(1))
        vault.connection.execute("drop table version")
    with pytest.raises(CunsheError, match="other tables"), Vault.open(home, TESTING):
        pass
