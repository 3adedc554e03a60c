"""A key is replaced: the former opens nothing, ids stay, the log says so, and a kill anywhere loses neither key nor file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.identity import encrypted
from pipelines.identity.audit_check import check_log, read_log
from pipelines.identity.audit_log import verify, write_entry
from pipelines.identity.encrypted import attach_encrypted, connect_memory, encrypt_anew, fits
from pipelines.identity.rotation import USES, drop_former, rotate
from pipelines.identity.vault import Vault
from pipelines.keys.digests import keyed_digest
from pipelines.keys.ring import KeyRing, key_id, load_or_create_key
from pipelines.landing.sealed import read_table, write_table
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY = date(2020, 11, 23)
Roster = Callable[..., pd.DataFrame]


@pytest.fixture
def used(home: Settings, roster: Roster) -> Settings:
    """A home whose vault knows three persons."""
    with Vault.open(home, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, 3))
        vault.link_week(MONDAY, ["d1"])
    return home


def people(home: Settings) -> list[tuple[str, str]]:
    with Vault.open(home, TESTING, read_only=True) as vault:
        return vault.connection.execute("select person_id, mention_id from link order by all").fetchall()


def edition(home: Settings, build_id: str) -> Path:
    """A file like an authorised edition: tables in a schema, comments, views on views in an order of their own."""
    path = home.published / build_id / "authorised.duckdb"
    path.parent.mkdir(parents=True)
    with closing(connect_memory(writing=True)) as connection:
        attach_encrypted(connection, path, KeyRing(home.authorised_key).keys(may_create=True), "made", read_only=False)
        connection.execute("""
            use made; create schema marts;
            create table marts.village (村 varchar primary key, persons integer not null);
            insert into marts.village select '村' || range, range from range(500);
            comment on table marts.village is '村庄 / Villages'; comment on column marts.village.persons is '人数 / Persons';
            create view marts.z as select * from marts.village; create view "一村一档" as select * from marts.z;
            comment on view "一村一档" is '一村一档 / Files'; comment on column "一村一档".persons is '人数';
            use memory; detach made
        """)
    path.chmod(0o600)
    return path


def content(home: Settings, path: Path) -> list[object]:
    with closing(connect_memory(writing=False)) as connection:
        attach_encrypted(connection, path, KeyRing(home.authorised_key).keys(), "made", read_only=True)
        connection.execute("set search_path = 'made.main,made.marts'")
        asked = (
            'select * from "一村一档"',
            "select table_name, comment from duckdb_tables() where database_name = 'made' order by all",
            "select table_name, column_name, comment from duckdb_columns() where database_name = 'made' order by all",
            "select view_name, comment from duckdb_views() where database_name = 'made' and not internal order by all",
        )
        return [connection.execute(query).fetchall() for query in asked]


def test_a_new_key_of_the_vault_changes_no_id_and_the_former_opens_nothing(
    used: Settings, roster: Roster, number: Callable[[int], str]
) -> None:
    before, former = people(used), KeyRing(used.vault_key).current()
    done = rotate(used, "vault", "李某", "人员调动")
    assert (done.files, done.former_ids, done.is_new) == (1, [], True)
    assert not fits(used.vault_db, former) and fits(used.vault_db, KeyRing(used.vault_key).current())
    assert former.hex() not in "".join(path.read_text() for path in used.keys.rglob("*.key"))
    assert used.vault_db.stat().st_mode & 0o077 == 0 and [*used.vault_db.parent.iterdir()] == [used.vault_db]
    assert people(used) == before
    with Vault.open(used, TESTING) as vault:
        vault.store_identities("d2", "organisation", "posts", MONDAY, True, roster(1, 2, 3, 4))
        links = vault.link_week(MONDAY, ["d1", "d2"]).person_link.to_pylist()
    secret = load_or_create_key(used.pseudonym_key)
    new = "P" + keyed_digest(secret, f"person:{number(4)}")[:16]
    assert {person for person, _ in before} | {new} == {row["person_id"] for row in links}
    assert check_log(used).problem is None
    begun, ended = [entry for entry in read_log(used).entries if "key" in entry.parameters]
    assert (begun.by, begun.what, begun.why, begun.parameters["current"]) == ("李某", "rotate key", "人员调动", key_id(former))
    assert (ended.what, ended.parameters["current"]) == ("key rotated", done.current_id)


def test_what_a_killed_writer_left_in_the_vaults_log_is_kept(used: Settings, roster: Roster) -> None:
    child = os.fork()
    if child == 0:  # pragma: no cover - dies at once
        with Vault.open(used, TESTING) as vault:
            vault.store_identities("d2", "organisation", "posts", MONDAY, True, roster(4, 5))
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert used.vault_db.with_name("vault.duckdb.wal").exists()
    ring = KeyRing(used.vault_key)
    ring.renew()
    encrypt_anew(used.vault_db, ring.keys())
    assert not used.vault_db.with_name("vault.duckdb.wal").exists()
    ring.drop_former()
    with Vault.open(used, TESTING, read_only=True) as vault:
        assert vault.connection.execute("select count(*) from record").fetchone() == (5,)


# Where a kill could hurt: before and after the new key is the current one, while a file is written, before and after it is
# replaced, before the former key goes.
KILLS = [
    ("pipelines.identity.rotation.KeyRing.renew", False), ("pipelines.identity.rotation.KeyRing.renew", True),
    ("pipelines.identity.encrypted._copy", False), ("pipelines.identity.encrypted._copy", True),
    ("pipelines.identity.encrypted._take_place", True), ("pipelines.identity.rotation.KeyRing.drop_former", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place", "after"), [("vault", *kill) for kill in KILLS] + [("authorised", *kill) for kill in KILLS[1::3]]
)
def test_killed_anywhere_it_completes_when_run_again(
    used: Settings, monkeypatch: pytest.MonkeyPatch, name: str, place: str, after: bool
) -> None:
    paths = [edition(used, f"2020-W48.00{number}") for number in (1, 2)]
    before, contents = people(used), [content(used, path) for path in paths]
    former = KeyRing(USES[name].path(used)).current()
    child = os.fork()
    if child == 0:  # pragma: no cover - dies at once
        kill_at(monkeypatch, place, after=after)
        rotate(used, name, "李某", "演练")
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert people(used) == before and [content(used, path) for path in paths] == contents  # readable all the time
    done = rotate(used, name, "李某", "演练")
    files = list(USES[name].files(used))
    assert done.former_ids == [] and len(KeyRing(USES[name].path(used)).files()) == 1
    assert files and not any(fits(path, former) for path in files)
    assert people(used) == before and [content(used, path) for path in paths] == contents
    assert check_log(used).problem is None
    assert not [path for path in used.root.rglob("*") if ".anew-" in path.name or path.name == "spill"]


def kill_at(monkeypatch: pytest.MonkeyPatch, place: str, *, after: bool) -> None:
    owner, function = place.rsplit(".", 1)
    target = KeyRing if owner.endswith("KeyRing") else encrypted
    real = getattr(target, function)

    def killed(*arguments: object) -> object:
        if after:
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    monkeypatch.setattr(target, function, killed)


def test_every_kept_authorised_edition_is_encrypted_anew(used: Settings) -> None:
    paths = [edition(used, f"2020-W48.00{number}") for number in (1, 2)]
    before, former = [content(used, path) for path in paths], KeyRing(used.authorised_key).current()
    assert rotate(used, "authorised", "李某", "演练").files == 2
    assert [content(used, path) for path in paths] == before
    assert not any(fits(path, former) for path in paths)
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_sealed_rows_are_sealed_anew(used: Settings) -> None:
    place = used.landing / "public_security" / "opinions" / "d1" / "rows.parquet"
    rows = pa.table({"opinion_no": ["1", "2"]})
    place.parent.mkdir(parents=True)
    write_table(place, rows, home=used.root, place=place, sealed=True)
    former, sealed = KeyRing(used.landing_key).current(), place.read_bytes()
    assert rotate(used, "landing", "李某", "换人").files == 1
    assert read_table(place, used.root).equals(rows) and place.read_bytes() != sealed
    assert [former] != KeyRing(used.landing_key).keys()
    place.write_bytes(sealed)
    with pytest.raises(CunsheError, match="No key in"):
        read_table(place, used.root)


@pytest.mark.parametrize("knows", [True, False], ids=["both name the folder", "one does not know"])
def test_homes_with_the_same_keys_are_brought_along_one_by_one(
    used: Settings, tmp_path: Path, roster: Roster, knows: bool
) -> None:
    first, second = used, Settings(home=tmp_path / "second", keys_path=used.keys)
    if knows:
        first = Settings(home=used.root, keys_path=used.keys)
    with Vault.open(second, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, 3))
        vault.link_week(MONDAY, ["d1"])
    former = KeyRing(first.vault_key).current()
    done = rotate(first, "vault", "李某", "演练")
    assert done.former_ids == [key_id(former)]
    assert people(second) == people(first)  # the former key still opens the other home
    with pytest.raises(CunsheError, match="still needs a former key"):
        drop_former(second, "vault", "李某", "演练")
    again = rotate(second, "vault", "李某", "演练")
    assert (again.current_id, again.is_new, again.files) == (done.current_id, False, 1)
    assert drop_former(second, "vault", "李某", "演练") == [key_id(former)]
    assert people(second) == people(first) and not fits(second.vault_db, former)
    assert rotate(first, "vault", "李某", "演练").is_new


def test_who_has_a_former_key_of_the_log_cannot_go_on_with_it(used: Settings) -> None:
    former = KeyRing(used.audit_key).current()
    done = rotate(used, "audit", "李某", "演练")
    assert done.former_ids == [key_id(former)]
    people(used)
    whole = check_log(used)
    assert whole.problem is None and whole.entries == len(read_log(used).entries) == 4
    with pytest.raises(CunsheError, match="cannot be checked"):
        drop_former(used, "audit", "李某", "演练")
    keys = KeyRing(used.audit_key).keys()
    with closing(connect_memory(writing=True)) as connection:  # whose head is nobody's: the log's last entry is gone on from
        write_entry(used.audit_log, [former, keys[0]], connection, TESTING)
    forged = verify(used.audit_log, keys, whole.head)
    assert (forged.entries, forged.is_torn) == (4, True)  # the line counts for nothing
    people(used)
    assert (check_log(used).problem or "").startswith("Entry 5")


def test_pseudonyms_are_not_rotated_and_other_keys_are_unknown(used: Settings) -> None:
    with pytest.raises(CunsheError, match="every person_id would change"):
        rotate(used, "pseudonyms", "李某", "演练")
    with pytest.raises(CunsheError, match="no key 'house'"):
        rotate(used, "house", "李某", "演练")


def test_the_commands_rotate_list_and_drop(used: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_HOME", str(used.root))
    KeyRing(used.delivery_key).current(may_create=True)
    why = ("--by", "李某", "--reason", "演练")
    done = CliRunner().invoke(app, ["keys", "rotate", "delivery", *why])
    assert "Kept for links of acknowledgement sent before" in done.output, done.output
    listed = CliRunner().invoke(app, ["keys", "list"]).output
    assert "former: " in listed and "none in" in listed  # there is no edition yet
    assert all(path.read_text().strip() not in listed for path in used.keys.rglob("*.key"))
    assert "Dropped: " in CliRunner().invoke(app, ["keys", "drop", "delivery", *why]).output
    assert "There was none" in CliRunner().invoke(app, ["keys", "drop", "delivery", *why]).output
