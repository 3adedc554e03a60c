"""Looks that open no vault: each is an entry before anything is handed out, and a log that cannot be written refuses them."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.identity import audit_log
from pipelines.identity.access import person_id_of_number
from pipelines.identity.audit_check import check_log, read_log
from pipelines.identity.audit_log import HEAD_FILE, Look, entries
from pipelines.identity.looks import log_keys, record_exports, record_look
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from tests.looks import TESTING

LOOK = Look("李某", "edition_test", "核对")


@pytest.fixture
def watched(home: Settings) -> Settings:
    """A home whose vault was opened once, with a second place for heads."""
    home = home.model_copy(update={"audit_heads": str(home.root.parent / "heads.txt"), "allow_unassigned_area": True})
    Path(str(home.audit_heads)).touch()
    with Vault.open(home, TESTING):
        pass
    return home


def put_back(home: Settings, copy: Path) -> None:
    """The log and the vault of an older day, over those of today."""
    for folder in ("audit", "vault"):
        shutil.rmtree(home.root / folder)
        shutil.copytree(copy / folder, home.root / folder)


@pytest.fixture
def older(watched: Settings, tmp_path: Path) -> Path:
    """A copy of log and vault; since then there were two looks."""
    for folder in ("audit", "vault"):
        shutil.copytree(watched.root / folder, tmp_path / "older" / folder)
    record_look(watched, LOOK)
    with Vault.open(watched, TESTING):
        pass
    return tmp_path / "older"


def test_a_look_without_the_vault_goes_on_the_chain(watched: Settings) -> None:
    watched.vault_key.rename(watched.root / "elsewhere")  # who reads an edition need not have the vault's key
    entry = record_look(watched, LOOK)
    (watched.root / "elsewhere").rename(watched.vault_key)
    assert (entry.no, entry.by, entry.what) == (2, "李某", "edition_test")
    with Vault.open(watched, TESTING):
        pass
    assert [one.no for one in entries(watched.audit_log, log_keys(watched))] == [1, 2, 3]
    assert check_log(watched).problem is None


def test_a_cut_tail_that_the_vault_does_not_know_is_found(watched: Settings) -> None:
    for _ in range(2):
        record_look(watched, LOOK)
    watched.audit_log.write_bytes(b"".join(watched.audit_log.read_bytes().splitlines(keepends=True)[:-1]))
    unwatched = watched.model_copy(update={"audit_heads": None})
    assert "Entry 3 is missing; the file beside the log knows of entries up to 3" in (check_log(unwatched).problem or "")


def test_a_pair_put_back_to_an_older_day_is_found_by_the_second_place_alone(watched: Settings, older: Path) -> None:
    put_back(watched, older)
    assert check_log(watched.model_copy(update={"audit_heads": None})).problem is None
    assert "Entry 2 is missing" in (check_log(watched).problem or "") and "heads.txt" in (check_log(watched).problem or "")
    for _ in range(3):  # going on does not hide it
        record_look(watched, LOOK)
    assert "Entry 2 is not the one that" in (check_log(watched).problem or "")


def test_heads_copied_from_a_syslog_do_as_well(watched: Settings, older: Path, tmp_path: Path) -> None:
    lines = Path(str(watched.audit_heads)).read_text("utf-8").splitlines()
    assert len(lines) == 3
    log = tmp_path / "messages"
    log.write_text("".join(f"Nov 30 08:00:0{n} host cunshe: {line}\nanother line\n" for n, line in enumerate(lines)), "utf-8")
    elsewhere = watched.model_copy(update={"audit_heads": None})
    assert check_log(elsewhere, log).problem is None
    put_back(watched, older)
    assert "messages knows of entries up to 3" in (check_log(elsewhere, log).problem or "")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may become larger: what a full disk does to a file that grows."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 40])
def test_a_full_disk_refuses_the_look_with_a_next_step(watched: Settings, room: int) -> None:
    with largest_file(watched.audit_log.stat().st_size + room), pytest.raises(CunsheError, match="cannot be written") as problem:
        record_look(watched, LOOK)
    assert "Nobody has looked" in problem.value.hint
    record_look(watched, LOOK)  # with room again it goes on; a torn line is healed by an entry of its own
    assert check_log(watched).problem is None


def test_a_full_disk_shuts_the_vault_too(watched: Settings) -> None:
    with largest_file(watched.audit_log.stat().st_size), pytest.raises(CunsheError, match="cannot be written"), \
            Vault.open(watched, TESTING):  # fmt: skip
        pytest.fail("it was opened")


@pytest.mark.parametrize("why", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_log_that_cannot_be_opened_refuses_the_look(
    watched: Settings, monkeypatch: pytest.MonkeyPatch, why: int, number: Callable[[int], str]
) -> None:
    def refuse(path: object, *_: object) -> int:
        raise OSError(why, os.strerror(why), str(path))

    monkeypatch.setattr(audit_log.os, "open", refuse)
    with pytest.raises(CunsheError, match=os.strerror(why)):
        record_look(watched, LOOK)
    with pytest.raises(CunsheError, match=os.strerror(why)) as problem:
        person_id_of_number(watched, number(1), by="李某", reason="本人申请")
    assert number(1) not in str(problem.value)


@pytest.mark.parametrize("place", ["/dev/full", "missing.txt", "."])
def test_a_second_place_that_cannot_be_had_refuses_the_look(watched: Settings, place: str) -> None:
    at = watched.model_copy(update={"audit_heads": str(watched.root / place)})
    with pytest.raises(CunsheError, match="second place of the audit log") as problem:
        record_look(at, LOOK)
    assert "CUNSHE_AUDIT_HEADS" in problem.value.hint
    assert not (watched.root / "missing.txt").exists()


def test_a_syslog_that_is_not_there_refuses_the_look(watched: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.identity.audit_heads._SOCKET", str(watched.root / "no.socket"))
    with pytest.raises(CunsheError, match="second place of the audit log, syslog"):
        record_look(watched.model_copy(update={"audit_heads": "syslog"}), LOOK)


def test_asking_whose_number_it_is_is_a_look(watched: Settings, number: Callable[[int], str]) -> None:
    person = person_id_of_number(watched, number(1), by="李某", reason="本人申请")
    (entry,) = read_log(watched, person).entries
    assert (entry.what, entry.by, entry.why, entry.subject) == ("person_id_of_number", "李某", "本人申请", person)
    assert number(1) not in watched.audit_log.read_text("utf-8")


def test_an_export_has_name_hash_and_rows(watched: Settings) -> None:
    record_exports(watched, Look("李某", "export", "核对", rows=7), {Path("名单99990119780312001X.xlsx"): b"content"})
    last = entries(watched.audit_log, log_keys(watched))[-1]
    assert (last.what, last.rows, last.parameters["file"]) == ("export", 7, "名单***.xlsx")
    assert last.parameters["sha256"].startswith("ed7002b439e9ac84")


def test_a_head_file_that_is_not_ours_is_named(watched: Settings) -> None:
    (watched.audit_log.parent / HEAD_FILE).write_bytes(b"[1")
    with pytest.raises(CunsheError, match=r"head\.json is not as it was written"):
        record_look(watched, LOOK)
