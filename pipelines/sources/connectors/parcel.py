"""What every connector gives: parcels, one per delivery, and the reason when a source cannot be had.

Belongs here: the shapes the connectors share. Does not belong here: any protocol (`folder`, `database`, `api`), judging
a delivery (`landing`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.errors import CunsheError
from pipelines.sources.cells import cell_text
from pipelines.sources.contract import Contract
from pipelines.sources.file_names import shown
from pipelines.sources.isolation.bounds import BOUNDS, Bounds
from pipelines.sources.isolation.reader import read_apart
from pipelines.sources.reading import RawTable, text_frame
from pipelines.sources.reasons import Reason, Unreadable, reason
from pipelines.weeks import TIMEZONE

# Looks up the value of a secret by its name.
Secret = Callable[[str], str]


class SourceUnavailable(Exception):
    """A source that could not be had, or not whole; nothing of the delivery may land. The next run tries again."""

    def __init__(self, code: str, place: str, **values: Any) -> None:
        self.why: Reason = reason(code, detail=shown(place), **values)
        super().__init__(self.why.en)


class FileUnavailable(SourceUnavailable):
    """One file that could not be had, or not yet; the others of its folder are not concerned."""


@dataclass(frozen=True)
class Limits:
    """How much one delivery may be: the bytes of a file or of an answer, the rows of an answer, what reading a file takes."""

    bytes_: int = 256 * 2**20
    rows: int = 5_000_000
    reading: Bounds = BOUNDS


class Budget:
    """Counts what comes from a server while it comes, and breaks off what is more than the limits."""

    def __init__(self, limits: Limits, place: str) -> None:
        self._limits, self._place = limits, place
        self._bytes = self._rows = 0

    def take(self, *, bytes_: int = 0, rows: int = 0) -> None:
        """Count some more. Raises SourceUnavailable where that is too much."""
        self._bytes += bytes_
        self._rows += rows
        if self._bytes > self._limits.bytes_:
            raise SourceUnavailable("SOURCE_TOO_LARGE", self._place, expected=f"{self._limits.bytes_ / 2**20:g}MB")
        if self._rows > self._limits.rows:
            raise SourceUnavailable("SOURCE_TOO_LARGE", self._place, expected=f"{self._limits.rows}行")


@dataclass(frozen=True)
class Window:
    """The days that may be asked for: `since` … `until`; `seen` is the newest delivery known, `today` the real day.

    `filled` are the days of which this source has given records before: it cannot have none of them any more.
    """

    since: date
    until: date
    today: date
    seen: date | None = None
    filled: frozenset[date] = frozenset()

    def first_day(self, overlap_days: int) -> date:
        """The first day to ask for: the newest one known, less the overlap. After `until` there is nothing to ask for."""
        return max(self.since, self.seen - timedelta(days=overlap_days)) if self.seen else self.since

    def refuse_emptiness(self, place: str, overlap_days: int | None) -> None:
        """Call it where a source has given no record at all of what it was asked for (`overlap_days` None: of a whole table).

        Raises SourceUnavailable where it has given some of these days before: whose rights have ended sees an empty table.
        """
        low = self.since if overlap_days is None else self.first_day(overlap_days)
        if any(low <= day <= self.until for day in self.filled):
            raise SourceUnavailable("SOURCE_EMPTIED", place)


def address_of(contract: Contract, url: str | None, what: str) -> str:
    """The address of the dataset's server (`what` kind of); CunsheError where neither catalog nor setting has one."""
    if url is None:
        raise CunsheError(
            f"The {what} of {contract.name} has no address.", f"Set {contract.source_setting}='{{\"url\": \"…\"}}'."
        )
    return url


@dataclass(frozen=True)
class FileContent:
    """The bytes of a delivered file, and what reading them may take."""

    content: bytes
    bounds: Bounds = BOUNDS

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def table(self, known_headers: frozenset[str], several: bool = False) -> RawTable:
        """The table in the file (or its `several`, as one), read in a process of its own; Unreadable when there is none."""
        return read_apart(self.content, known_headers, self.bounds, several=several)


@dataclass(frozen=True)
class RefusedFile(FileContent):
    """What is not read at all: `content` says where it lies and what else tells it from another, nothing of what it holds."""

    why: Reason | None = None

    def table(self, known_headers: frozenset[str], several: bool = False) -> RawTable:
        """There is none: raises Unreadable."""
        assert self.why is not None
        raise Unreadable(self.why)


@dataclass(frozen=True)
class PulledContent:
    """Records pulled from a database or an API: text columns in pieces, rows numbered from 1 as they came.

    `table` hands the pieces out and keeps none, for each doubles in size when it is interpreted: ask for `sha256` before.
    """

    header: tuple[str, ...]
    pieces: list[pd.DataFrame]

    @property
    def sha256(self) -> str:
        """Of names, lengths and texts, column by column: the same however the rows were cut into pieces."""
        digest = hashlib.sha256("\x1f".join(self.header).encode())
        for name in self.header:
            lengths, texts = hashlib.sha256(), hashlib.sha256()
            for piece in self.pieces:
                ends, content = _text_buffers(piece[name])
                lengths.update(np.diff(ends).tobytes())
                texts.update(content[ends[0] : ends[-1]])
            digest.update(lengths.digest() + texts.digest())
        return digest.hexdigest()

    def table(self, known_headers: frozenset[str], several: bool = False) -> RawTable:
        """The records as a table: the columns have names, so neither parameter is needed. Records have no order of their own."""
        return RawTable(None, self.header, 0, self._handed_out(), as_written=False)

    def _handed_out(self) -> Iterator[pd.DataFrame]:
        self.pieces.reverse()
        while self.pieces:
            yield self.pieces.pop()


def _text_buffers(column: pd.Series) -> tuple[Any, memoryview]:
    """Where each text of a column ends (the first one: where it begins), and all texts in one."""
    found = pa.array(column, pa.large_string())
    array = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    _, ends, content = array.buffers()
    where = np.frombuffer(ends, np.int64, len(array) + 1, 8 * array.offset) if len(array) else np.zeros(1, np.int64)
    return where, memoryview(content if content is not None else b"")


@dataclass(frozen=True)
class Parcel:
    """One delivery as it lies at the source.

    `place` is its dated folder or the day of the cursor; `delivered_at` is None where that is no date. `file_name` is the
    name of its own file, or the table with the day: two days of a table are no versions of one another. `fetch` gets the
    content and raises SourceUnavailable. `mark` changes when a file does (size and time), without reading it.
    """

    place: str
    file_name: str
    delivered_at: date | None
    fetch: Callable[[], FileContent | PulledContent]
    mark: str = ""


def day_of(value: Any) -> date | None:
    """The day, in the county's time zone, that a cursor's value names; None where it names none."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(TIMEZONE)).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return day_of(moment)


def record_frame(header: Sequence[str], columns: Sequence[Sequence[Any]], first: int) -> pd.DataFrame:
    """Columns of values as text columns, their rows numbered from `first`."""
    texts = [_text_column(column) for column in columns]
    return text_frame(header, texts, list(range(first, first + (len(texts[0]) if texts else 0))))


def _text_column(values: Sequence[Any]) -> Any:
    """Most columns are texts already; of the others each distinct value is put into words once."""
    with suppress(*_NO_COLUMN):
        return pa.array(values, pa.large_string()).fill_null("")
    try:
        coded = pa.array(values).dictionary_encode()
    except _NO_COLUMN:
        return pa.array([_words(value) for value in values], pa.large_string())
    words = pa.array([_words(value) for value in coded.dictionary.to_pylist()], pa.large_string())
    return words.take(coded.indices).fill_null("")


# Values of several kinds, nested ones, numbers beyond 64 bits, halves of characters.
_NO_COLUMN = (pa.ArrowException, TypeError, OverflowError, UnicodeEncodeError)


def _words(value: Any) -> str:
    """A value's text; half a character, which JSON can hold, is a lost one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", cell_text(value))
