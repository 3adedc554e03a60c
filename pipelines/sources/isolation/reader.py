"""A file's table, read elsewhere: as `reading.read_table` would give it, or a refusal where reading it takes too much.

Belongs here: asking the reading process, trying once more where it died, telling what its end means. Does not belong here:
the process itself (`process`), what it answers in (`transport`).
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pandas as pd

from pipelines.sources.isolation import frames
from pipelines.sources.isolation.bounds import BOUNDS, Bounds
from pipelines.sources.isolation.process import WARM, WORKER, ReaderUnavailable, ReadingProcess
from pipelines.sources.isolation.transport import grow, packed, parted, unpacked, unpacked_rows
from pipelines.sources.reading import RawTable
from pipelines.sources.reasons import Reason, Unreadable, reason

_LOG = logging.getLogger(__name__)
# A process may die of something else than its file, as when the whole machine runs out of memory.
_TRIES = 2
# A process that has read more than this is replaced: what it has kept of it would count against the next file.
_MOST_READ = 64 * 2**20
# Seconds in which what nobody wants any more is taken off the socket; after that the process is ended.
_SECONDS_TO_DISCARD = 0.2
# What an answer that is none raises when it is taken apart.
_NO_ANSWER = (frames.Ended, ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError, struct.error)


def read_apart(
    content: bytes,
    known_headers: frozenset[str] = frozenset(),
    bounds: Bounds = BOUNDS,
    entry: str = WORKER,
    several: bool = False,
) -> RawTable:
    """Read a delivered file as `reading.read_table` does, in the reading process.

    Raises Unreadable with the reason it must be held for, here or while the rows are given, and ReaderUnavailable where there
    is no reading process to be had. `entry` says what that process runs, as `module:function`.
    """
    asked = _Asked(content, (sorted(known_headers), several), bounds, entry)
    said = asked.start()
    try:
        return RawTable(**said, chunks=_Rows(asked, said))
    except _NO_ANSWER:
        raise asked.crashed() from None


class _Asked:
    """One file with the reading process, and the frames that come of it."""

    def __init__(self, content: bytes, question: tuple[list[str], bool], bounds: Bounds, entry: str) -> None:
        self._content, self._question = content, packed(question)
        self._bounds, self._entry = bounds, entry
        self._seconds = bounds.seconds_for(len(content))
        self._allowance = frames.Allowance(self._seconds)
        self._tries = 0
        self._process: ReadingProcess | None = None

    def start(self) -> dict[str, Any]:
        """Ask, once more after a process that died, and have what is said of the table. Raises Unreadable."""
        while self._tries < _TRIES:
            self._tries += 1
            self._process = WARM.take(self._bounds.memory_mb, self._entry)
            with suppress(*_NO_ANSWER):
                with self._in_time():
                    frames.send(self._process.link, frames.ASKED, self._question, allowance=self._allowance)
                    frames.send(self._process.link, frames.CONTENT, self._content, allowance=self._allowance)
                kind, content = self.next_frame()
                said = unpacked(content)
                if kind == frames.TABLE and isinstance(said, dict):
                    return said
            self._replace()
        raise self.crashed()

    def next_frame(self) -> tuple[bytes, bytearray]:
        """The next frame of the table. Raises Unreadable for a refusal, Ended where the process died or says nonsense."""
        if self._process is None:
            raise frames.Ended
        with self._in_time():
            kind, content = frames.receive(self._process.link, self._bounds.memory_mb * 2**20, self._allowance)
        if kind == frames.NO_MEMORY:
            raise self._without_memory()
        if kind == frames.REFUSED:
            why = unpacked(content)
            if not isinstance(why, Reason):
                raise frames.Ended
            self.done()
            raise Unreadable(why)
        if kind == frames.FAILED:
            error, place = map(str, unpacked(content))
            _LOG.error("reading a file failed: %s at %s", error, place)
            self.done()
            raise Unreadable(reason("FILE_READER_FAILED", detail=error))
        return kind, content

    def done(self) -> None:
        """The process has nothing more to say of this file and is free for the next."""
        process, self._process = self._process, None
        if process is None:
            return
        process.files += 1
        if len(self._content) > _MOST_READ:
            process.end()
            WARM.prepare(self._bounds.memory_mb, self._entry)
        else:
            WARM.give_back(process)

    def discard(self) -> None:
        """Nobody wants the rest: take it off the socket if that is quickly done, else end the process."""
        self._allowance = frames.Allowance(_SECONDS_TO_DISCARD)
        with suppress(Unreadable, *_NO_ANSWER):
            while self._process is not None:
                if self.next_frame()[0] == frames.END:
                    self.done()
        self._replace()

    def crashed(self) -> Unreadable:
        """What a file is held for whose reading process died more than once."""
        self._replace()
        return Unreadable(reason("FILE_CRASHED_READER"))

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            yield
        except frames.TooLong:
            self._replace()
            raise Unreadable(self._too_much("时间 / time", f"{self._seconds:.0f}秒 / s")) from None

    def _without_memory(self) -> Exception:
        """A process that has read other files may have kept something of them: a fresh one is asked before the file is held."""
        first = self._process is not None and self._process.files == 0
        self._replace()
        return Unreadable(self._too_much("内存 / memory", f"{self._bounds.memory_mb}MB")) if first else frames.Ended()

    def _too_much(self, what: str, bound: str) -> Reason:
        return reason("FILE_TOO_MUCH", detail=what, expected=bound)

    def _replace(self) -> None:
        """End the process, whatever it is doing, and have another get ready."""
        process, self._process = self._process, None
        if process is not None:
            process.end()
            WARM.prepare(self._bounds.memory_mb, self._entry)


class _Rows:
    """The rows in pieces, while `said` fills with what becomes known on the way."""

    _over = True

    def __init__(self, asked: _Asked, said: dict[str, Any]) -> None:
        self._asked, self._said = asked, said
        self._header = tuple(said["header"])
        self._seen = self._given = 0
        self._over = False

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return self

    def __next__(self) -> pd.DataFrame:
        while not self._over:
            try:
                piece = self._taken(*self._asked.next_frame())
            except Unreadable:
                self._over = True
                raise
            except _NO_ANSWER:
                self._begin_again()
                continue
            if piece is not None:
                return piece
        raise StopIteration

    def _taken(self, kind: bytes, content: bytearray) -> pd.DataFrame | None:
        """The piece in a frame; None for the end, and for a piece that was given before the process died."""
        if kind == frames.END:
            grow(self._said, unpacked(content))
            self._over = True
            self._asked.done()
            return None
        if kind != frames.ROWS:
            raise frames.Ended
        new, rows = parted(content)
        grow(self._said, new)
        self._seen += 1
        if self._seen <= self._given:
            return None
        piece = unpacked_rows(rows, self._header)
        self._given = self._seen
        return piece

    def _begin_again(self) -> None:
        """Have the same file read from its start by another process; what was known is known anew."""
        self._over = True
        said = self._asked.start()
        if said.get("header") != self._header:
            raise self._asked.crashed()
        for value in self._said.values():
            if isinstance(value, list | dict | set):
                value.clear()
        grow(self._said, {name: value for name, value in said.items() if isinstance(value, list | dict | set)})
        self._seen, self._over = 0, False

    def __del__(self) -> None:
        if not self._over:
            self._over = True
            with suppress(ReaderUnavailable):
                self._asked.discard()
