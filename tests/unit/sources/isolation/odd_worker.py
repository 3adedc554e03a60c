"""A reading process that does what a file says: for the tests of how its end is taken."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipelines.sources.isolation import worker
from pipelines.sources.reading import RawTable, read_table, text_frame
from pipelines.sources.reasons import reason

HEADER = ("姓名", "村")


def rows(first: int, last: int) -> pd.DataFrame:
    numbers = list(range(first, last))
    return text_frame(HEADER, [[f"{number:03d}" for number in numbers], ["乙"] * len(numbers)], numbers)


def read(content: bytes, known_headers: frozenset[str], several: bool) -> RawTable:
    """`word` or `word path`: what happens, and a file that says whether it has happened before."""
    word, _, path = content.decode().partition(" ")
    happened = bool(path) and Path(path).exists()
    if word == "loop":
        while True:
            pass
    if word == "allocate":
        whole = bytearray()
        while True:
            whole += bytes(2**24)
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "raise":
        raise KeyError("身份证号码")
    if word in ("pieces", "killed-between", "lost-memory"):
        return pieces(word, happened)
    if word == "handles":
        return RawTable(None, tuple(opened()), 1, iter(()))
    return read_table(content, known_headers)


def pieces(word: str, happened: bool) -> RawTable:
    raw = RawTable("表", HEADER, 1, iter(()))

    def chunks() -> Iterator[pd.DataFrame]:
        for start in (2, 12, 22):
            if start == 12 and word == "killed-between" and not happened:
                os.kill(os.getpid(), signal.SIGKILL)
            raw.rejects.append(reason("CHARACTERS_LOST", sheet="表", row=start, column="姓名"))
            yield rows(start, start + 10)
        raw.notes.append(reason("FOOTERS_LEFT_OUT", sheet="表", row=40, found=2))

    return RawTable(raw.sheet, raw.header, 1, chunks(), raw.notes, raw.rejects)


def opened() -> Iterator[str]:
    """What this process could still do to the world, each told by the error it met or by its name."""
    tries = {
        "file": lambda: os.open("/etc/hostname", os.O_RDONLY),
        "socket": socket.socket,
        "environment": lambda: os.environ["CUNSHE_TEST_SECRET"],
    }
    for name, attempt in tries.items():
        try:
            attempt()
            yield name
        except (OSError, KeyError) as problem:
            yield f"{name}: {type(problem).__name__}"


def main() -> None:
    """The process of most tests."""
    worker.main(read)
