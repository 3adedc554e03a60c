"""What one file does to the reading process: it is refused with a reason, and the next one is read as ever."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from pipelines.settings import PROJECT_ROOT
from pipelines.sources.isolation import frames
from pipelines.sources.isolation.bounds import Bounds
from pipelines.sources.isolation.process import WARM, ReaderUnavailable
from pipelines.sources.isolation.reader import read_apart
from pipelines.sources.isolation.transport import packed, packed_rows, told
from pipelines.sources.reading import CHUNK_ROWS, RawTable, read_table
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.isolation.odd_worker import HEADER, rows

ODD = "tests.unit.sources.isolation.odd_worker"
ECHO = "tests.unit.sources.isolation.echo_worker"
SMALL = Bounds(memory_mb=300, seconds=1, seconds_per_mb=0)
CSV = "姓名,村\n张三,甲\n李四,\n".encode()


def odd(said: str, bounds: Bounds = SMALL) -> RawTable:
    return read_apart(said.encode(), frozenset(), bounds, f"{ODD}:main")


def refused(said: str) -> str:
    with pytest.raises(Unreadable) as caught:
        odd(said).whole()
    return caught.value.why.code


def next_file_is_read() -> None:
    assert odd(CSV.decode()).whole()["姓名"].tolist() == ["张三", "李四"]


def pid() -> int:
    assert WARM._idle is not None
    return WARM._idle.pid


def memory_of(pid: int) -> int:
    """The most memory that a process had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def same(apart: RawTable, here: RawTable) -> bool:
    pd.testing.assert_frame_equal(apart.whole(), here.whole())
    return all(getattr(apart, name) == getattr(here, name) for name in ("sheet", "header", "header_row", "notes", "rejects"))


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        "关于花名册\n姓名,村\n张三,甲\n锟斤拷,乙\n合计,2人\n注：截至11月\n".encode("gb18030"),
        "<table><tr><td>姓名<td>村<tr><td rowspan=2>张三<td>甲<tr><td>乙</table>".encode(),
        ("姓名,村\n" + "张三,甲\n" * (2 * CHUNK_ROWS + 5)).encode(),
    ],
    ids=["csv", "notes and rejects", "html", "several pieces"],
)
def test_a_table_is_the_same_as_when_it_is_read_here(content: bytes) -> None:
    known = frozenset({"姓名", "村"})
    assert same(read_apart(content, known), read_table(content, known))


def test_a_refusal_is_the_same_as_when_it_is_read_here() -> None:
    for content in (b"", b"%PDF", b"PK\x03\x04", "姓名,姓名\n".encode(), '姓名,村\n"张三'.encode()):
        said = []
        for read in (read_table, read_apart):
            with pytest.raises(Unreadable) as caught:
                read(content, frozenset()).whole()  # type: ignore[operator]
            said.append(caught.value.why)
        assert said[0] == said[1]


def test_one_process_reads_one_file_after_another() -> None:
    next_file_is_read()
    first = pid()
    assert refused("raise") == "FILE_READER_FAILED"
    next_file_is_read()
    assert pid() == first


def test_an_endless_loop_is_ended() -> None:
    started = time.monotonic()
    assert refused("loop") == "FILE_TOO_MUCH"
    assert time.monotonic() - started < 20
    next_file_is_read()


def test_a_file_that_takes_all_memory_is_refused_and_never_gets_it() -> None:
    next_file_is_read()
    with pytest.raises(Unreadable) as caught:
        odd("allocate", Bounds(300, 60))
    assert caught.value.why.code == "FILE_TOO_MUCH" and "300MB" in caught.value.why.zh
    next_file_is_read()
    assert memory_of(pid()) < 300


def test_a_file_that_kills_its_reader_is_refused() -> None:
    assert refused("kill") == "FILE_CRASHED_READER"
    next_file_is_read()


def test_a_reader_killed_in_the_middle_by_something_else_is_replaced_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    happened = tmp_path / "happened"
    raw = odd(f"killed-between {happened}", Bounds(300, 60))
    pieces = [next(iter(raw.chunks))]
    happened.touch()
    pieces += raw.chunks
    expected = odd("pieces")
    pd.testing.assert_frame_equal(pd.concat(pieces), expected.whole())
    assert (raw.notes, raw.rejects) == (expected.notes, expected.rejects)
    assert [one.row for one in raw.rejects] == [2, 12, 22] and len(raw.notes) == 1


def test_a_file_that_kills_its_reader_in_the_middle_is_refused_on_the_way(tmp_path: Path) -> None:
    raw = odd(f"killed-between {tmp_path / 'never'}", Bounds(300, 60))
    with pytest.raises(Unreadable) as caught:
        raw.whole()
    assert caught.value.why.code == "FILE_CRASHED_READER"


def test_an_error_of_ours_is_told_by_its_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreadable) as caught:
        odd("raise")
    assert caught.value.why.code == "FILE_READER_FAILED" and "KeyError" in caught.value.why.zh
    said = caplog.text + caught.value.why.zh + caught.value.why.en
    assert "odd_worker.py:" in caplog.text and "身份证" not in said


def frame(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(8, "big") + content


TABLE = frame(frames.TABLE, packed(told(RawTable(None, HEADER, 1, iter(())))))
ROWS = b"".join(map(bytes, packed_rows(rows(2, 200), {})))
ENDS = b"".join(place.to_bytes(8, "little") for place in range(0, 3 * 198, 3))
LIES = {
    "no frame": b"\xff" * 4096,
    "no table": frame(frames.END, packed({})),
    "a word of its own": frame(frames.REFUSED, b'{"~": "Reason", "code": "MINE", "zh": "", "en": "", "fix_zh": ""}'),
    "a shape of its own": frame(frames.TABLE, b'{"~": "Popen", "args": ["true"]}'),
    "fields of its own": frame(frames.TABLE, b'{"~": "mapping", "items": [["header", 1]]}'),
    "texts that end outside": TABLE + frame(frames.ROWS, ROWS.replace(ENDS[800:808], (2**40).to_bytes(8, "little"), 1)),
    "rows that break off": TABLE + frame(frames.ROWS, ROWS[: len(ROWS) // 2]),
    "other rows": TABLE + frame(frames.ROWS, b"".join(map(bytes, packed_rows(rows(2, 200)[["姓名"]], {})))),
    "more than all memory": TABLE + frames.ROWS + (2**60).to_bytes(8, "big"),
    "deep": frame(frames.TABLE, b"[" * 100_000),
}


@pytest.mark.parametrize("lie", LIES)
def test_whoever_owns_the_reading_process_owns_no_more(lie: str) -> None:
    assert ENDS in ROWS
    with pytest.raises(Unreadable) as caught:
        read_apart(LIES[lie], frozenset(), SMALL, f"{ECHO}:main").whole()
    assert caught.value.why.code == "FILE_CRASHED_READER"


def test_the_reading_process_can_open_nothing_and_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_TEST_SECRET", "secret")
    WARM.end()
    assert odd("handles").header == (
        "file: OSError", "socket: OSError", "environment: KeyError",
    )  # fmt: skip


def test_a_process_that_cannot_start_is_no_fault_of_the_file() -> None:
    with pytest.raises(ReaderUnavailable):
        read_apart(CSV, frozenset(), SMALL, f"{ECHO}:never_ready")


def test_a_table_that_nobody_reads_to_its_end_frees_its_reader() -> None:
    raw = odd("pieces")
    first = raw.chunks
    next(iter(first))
    del raw, first
    gc.collect()
    next_file_is_read()
    large = read_apart(("姓名,村\n" + "张三,甲\n" * 1_000_000).encode(), frozenset(), SMALL, f"{ODD}:main")
    del large
    gc.collect()
    next_file_is_read()


def test_two_tables_at_once_do_not_mix() -> None:
    one, other = odd("pieces"), odd(CSV.decode())
    assert len(other.whole()) == 2
    assert len(one.whole()) == 30


def test_the_reading_process_ends_with_the_run_that_started_it_whatever_it_is_doing() -> None:
    code = (
        "from pipelines.sources.isolation.process import WARM\n"
        "from pipelines.sources.isolation.frames import ASKED, CONTENT, send\n"
        f"process = WARM.take(300, '{ODD}:main')\n"
        "send(process.link, ASKED, b'[]'); send(process.link, CONTENT, b'loop')\n"
        "print(process.pid, flush=True); input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT_ROOT, text=True
    ) as run:
        assert run.stdout is not None
        reading = int(run.stdout.readline())
        run.kill()
    ended = time.monotonic() + 30
    while is_alive(reading) and time.monotonic() < ended:
        os.sched_yield()
    assert not is_alive(reading)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False
