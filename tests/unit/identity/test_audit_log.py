"""The audit log: every byte counts, nothing can be cut off unseen, and a killed writer is no forger."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import CunsheError
from pipelines.identity import audit_log
from pipelines.identity.audit_log import (
    HEAD_FILE,
    HEALED,
    Head,
    Look,
    Verdict,
    entries,
    head_of,
    run_look,
    verify,
    write_entry,
)
from pipelines.identity.vault import Vault
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings

KEY = [bytes(range(32))]
PERSON = "P0123456789abcdef"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "vault.jsonl"


@pytest.fixture
def vault() -> Any:
    """The part of a vault that the log needs: a connection that keeps the head."""
    return duckdb.connect(":memory:")


def look(number: int, **more: Any) -> Look:
    return Look("李某", "person_show", f"本人申请查阅{number}", subject=PERSON, rows=number, **more)


@pytest.fixture
def log(path: Path, vault: Any) -> Path:
    """A log of five entries."""
    for number in range(1, 6):
        write_entry(path, KEY, vault, look(number, parameters={"week": "2020-W48"}))
    return path


def check(path: Path, vault: Any) -> Verdict:
    return verify(path, KEY, head_of(vault))


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_log_as_written_is_good(log: Path, vault: Any) -> None:
    found = check(log, vault)
    assert (found.entries, found.problem, found.is_torn) == (5, None, False)
    assert found.head == head_of(vault)
    last = entries(log, KEY)[-1]
    assert (last.no, last.by, last.why, last.subject, last.rows) == (5, "李某", "本人申请查阅5", PERSON, 5)
    assert log.stat().st_mode & 0o077 == 0


def test_a_vault_nobody_has_looked_into_has_no_log(path: Path, vault: Any) -> None:
    assert check(path, vault) == Verdict(0, Head(), None)


def test_one_changed_byte_is_found_wherever_it_is(log: Path, vault: Any) -> None:
    content, head = log.read_bytes(), head_of(vault)
    starts = [0]
    for line in lines(log):
        starts.append(starts[-1] + len(line))
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        log.write_bytes(changed)
        problem = verify(log, KEY, head).problem
        entry = sum(start <= place for start in starts)
        assert problem is not None and problem.startswith(f"Entry {entry}"), f"byte {place}: {problem}"


@pytest.mark.parametrize("line", range(5))
def test_a_removed_line_is_found(log: Path, vault: Any, line: int) -> None:
    kept = lines(log)
    del kept[line]
    log.write_bytes(b"".join(kept))
    assert (check(log, vault).problem or "").startswith(f"Entry {line + 1} is missing")


def test_swapped_and_repeated_lines_are_found(log: Path, vault: Any) -> None:
    one, two, *rest = lines(log)
    log.write_bytes(b"".join([two, one, *rest]))
    assert "Entry 1 is missing" in (check(log, vault).problem or "")
    log.write_bytes(b"".join([one, one, two, *rest]))
    assert "Entry 2 is missing: line 2 holds entry 1" in (check(log, vault).problem or "")


@pytest.mark.parametrize("left", range(5))
def test_a_cut_tail_is_found_and_stays_found_when_the_log_goes_on(log: Path, vault: Any, left: int) -> None:
    log.write_bytes(b"".join(lines(log)[:left]))
    assert f"Entry {left + 1} is missing; the vault knows of entries up to 5" in (check(log, vault).problem or "")
    write_entry(log, KEY, vault, look(6))
    assert f"Entry {left + 1} is missing: line {left + 1} holds entry 6" in (check(log, vault).problem or "")


def test_a_line_cut_in_half_that_the_vault_knows_is_no_torn_line(log: Path, vault: Any) -> None:
    log.write_bytes(log.read_bytes()[:-20])
    assert "Entry 5 is not as it was written" in (check(log, vault).problem or "")
    write_entry(log, KEY, vault, look(6))
    assert "Entry 5, before line 6, is not as it was written" in (check(log, vault).problem or "")
    assert HEALED not in [entry.what for entry in entries(log, KEY)]


def test_another_key_forges_nothing(log: Path, vault: Any, tmp_path: Path) -> None:
    forged, elsewhere = tmp_path / "forged.jsonl", duckdb.connect(":memory:")
    for number in range(1, 6):
        write_entry(forged, [b"x" * 32], elsewhere, look(number))
    log.write_bytes(forged.read_bytes())
    assert (check(log, vault).problem or "").startswith("Entry 1 ")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_torn_last_line_is_told_apart_and_healed_by_the_next_writer(log: Path, vault: Any, share: float) -> None:
    whole, head_file = log.read_bytes(), log.with_name(HEAD_FILE)
    head = head_file.read_bytes()
    write_entry(log, KEY, duckdb.connect(":memory:"), look(6))  # no head hears of it: killed before
    line = log.read_bytes()[len(whole) :]
    log.write_bytes(whole + line[: max(1, int(len(line) * share))])
    head_file.write_bytes(head)
    torn = check(log, vault)
    assert (torn.problem, torn.is_torn, torn.entries) == (None, True, 5)
    write_entry(log, KEY, vault, look(7))
    healed = check(log, vault)
    assert (healed.problem, healed.is_torn, healed.entries) == (None, False, 7)
    assert [entry.what for entry in entries(log, KEY)][-2:] == [HEALED, "person_show"]


def test_a_changed_byte_of_a_healed_torn_line_is_found(log: Path, vault: Any) -> None:
    start = log.stat().st_size
    with log.open("ab") as file:
        file.write(b'{"no":6,"at"')
    write_entry(log, KEY, vault, look(6))
    content, head = log.read_bytes(), head_of(vault)
    for place in range(start, start + 30):
        changed = bytearray(content)
        changed[place] ^= 1
        log.write_bytes(changed)
        assert verify(log, KEY, head).problem, f"byte {place}"


def test_a_torn_line_that_is_taken_away_after_it_was_healed_is_found(log: Path, vault: Any) -> None:
    with log.open("ab") as file:
        file.write(b'{"no":6,"at"')
    write_entry(log, KEY, vault, look(6))
    assert check(log, vault).problem is None
    log.write_bytes(b"".join(line for line in lines(log) if line != b'{"no":6,"at"\n'))
    assert check(log, vault).problem


def test_a_healing_that_is_itself_torn_is_healed(log: Path, vault: Any) -> None:
    for left in (b"{", b'\n{"no":6,"at":"2020', b"\n"):
        with log.open("ab") as file:
            file.write(left)
        write_entry(log, KEY, vault, look(6))
        assert check(log, vault).problem is None


def test_a_writer_killed_at_any_byte_leaves_a_log_that_goes_on(log: Path, vault: Any, monkeypatch: Any) -> None:
    cut = 0

    class Dying(audit_log.FileIO):
        def write(self, data: Any) -> int:
            super().write(data[:cut])
            os.kill(os.getpid(), signal.SIGKILL)
            return 0

    for cut in range(0, len(lines(log)[0]), 37):
        child = os.fork()
        if child == 0:  # pragma: no cover - dies at once
            monkeypatch.setattr(audit_log, "FileIO", Dying)
            write_entry(log, KEY, vault, look(99))
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        found = check(log, vault)
        assert (found.problem, found.is_torn) == (None, cut > 0)
        write_entry(log, KEY, vault, look(7))
        assert check(log, vault).problem is None


def _write_ten(path: Path, start: Any) -> None:
    start.wait()
    for number in range(10):
        write_entry(path, KEY, duckdb.connect(":memory:"), look(number))


def test_two_writers_do_not_disturb_each_other(path: Path, vault: Any) -> None:
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    writers = [context.Process(target=_write_ten, args=(path, start)) for _ in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    found = check(path, vault)
    assert (found.entries, found.problem) == (20, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": " "}, {"why": ""}, {"why": "查阅99990119780312001X"}, {"by": "16000000001"}, {"subject": "99990119780312001X"},
    ],
)  # fmt: skip
def test_a_look_says_who_and_why_and_holds_nobodys_number(wrong: dict[str, str]) -> None:
    with pytest.raises(CunsheError) as problem:
        Look(**{"by": "李某", "what": "person_show", "why": "本人申请", **wrong})  # type: ignore[arg-type]
    assert "999901" not in str(problem.value)


def test_each_opening_of_the_vault_is_an_entry_before_anybody_sees_anything(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    with Vault.open(home, run_look("seal", "weekly run 2020-W48", rows=3)) as vault:
        assert len(entries(home.audit_log, KeyRing(home.audit_key).keys())) == 1
    with Vault.open(home, look(1), read_only=True) as vault:
        found = verify(home.audit_log, KeyRing(home.audit_key).keys(), head_of(vault.connection))
        assert (found.entries, found.problem, found.head.no) == (2, None, 2)
        seen = entries(home.audit_log, KeyRing(home.audit_key).keys())
        with pytest.raises(duckdb.Error):
            vault.connection.execute("delete from audit_head")
    assert [(entry.what, entry.rows, entry.why) for entry in seen] == [
        ("seal", 3, "weekly run 2020-W48"), ("person_show", 1, "本人申请查阅1")
    ]  # fmt: skip
    assert seen[0].by.endswith(" (run)")


def test_a_vault_that_cannot_be_opened_was_not_looked_into(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    with Vault.open(home, look(1)):
        pass
    before = home.audit_log.read_bytes()
    home.vault_key.write_text("ab" * 32)
    with pytest.raises(CunsheError, match="key does not fit"), Vault.open(home, look(2)):
        pass
    assert home.audit_log.read_bytes() == before


def test_an_entry_written_in_another_way_is_not_as_it_was_written(log: Path, vault: Any) -> None:
    """Every byte counts: the same values, spaced or spelled otherwise, or with a field given twice, are another line."""
    content, first = log.read_bytes(), lines(log)[0]
    for other in (
        first.replace(b'"no":1,', b'"no": 1,', 1),
        first.replace("李某".encode(), b"\\u674e\\u67d0", 1),
        first.replace(b'"no":1,', b'"no":7,"no":1,', 1),
        first.replace(b"\n", b" \n"),
    ):
        assert other != first
        log.write_bytes(content.replace(first, other, 1))
        assert (check(log, vault).problem or "").startswith("Entry 1, before line 2, is not as it was written"), other
        assert len(entries(log, KEY)) == 4
