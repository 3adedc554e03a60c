"""Bytes → one table of texts, exactly as sent: which format, which encoding, which sheet, where the header is.

Belongs here: formats and encodings, sniffed by content. Does not belong here: what a cell means (`interpret`).
The header is the first row; a file that does not have every row as wide as its header is refused.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.sources.reasons import Reason, Unreadable, reason

_ZIP = b"PK\x03\x04"
_UTF8_BOM = b"\xef\xbb\xbf"
# Rows held at a time between the bytes and the typed columns.
CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class RawTable:
    """A delivered table before anybody has judged it.

    `chunks` gives the rows in pieces, once: a text column per name of `header` (missing cells are empty texts), the
    sender's row number as index `_row`. It may raise Unreadable on the way. `header_row` is where the header ends.
    While they are given, `notes` fills with what was left out or mended, `rejects` with the rows that cannot be read.
    """

    sheet: str | None
    header: tuple[str, ...]
    header_row: int
    chunks: Iterable[pd.DataFrame]
    notes: list[Reason] = field(default_factory=list)
    rejects: list[Reason] = field(default_factory=list)

    def whole(self) -> pd.DataFrame:
        """All rows in one frame; uses up `chunks`."""
        return pd.concat(list(self.chunks))


def read_table(content: bytes, known_headers: frozenset[str] = frozenset()) -> RawTable:
    """Read a delivered file. Raises Unreadable with the reason it must be held for."""
    if content.startswith(_ZIP):
        return _read_workbook(content)
    if b"\x00" in content[:4096]:
        raise Unreadable(reason("FILE_FORMAT", detail="二进制文件"))
    return _read_csv(content)


def _read_csv(content: bytes) -> RawTable:
    csv.field_size_limit(sys.maxsize)
    lines = csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
    numbered = enumerate(_csv_rows(lines), start=1)
    header = _header_names(next((cells for _, cells in numbered), None), None)
    # Every exporter ends its last line; a last line that just stops may have lost the end of its last cell.
    complete = content.endswith((b"\n", b"\r"))
    return RawTable(None, header, 1, _chunks(header, _whole_rows(numbered, len(header), complete)))


def _csv_rows(lines: Any) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as problem:
        raise Unreadable(reason("FILE_UNREADABLE", row=lines.line_num, detail=str(problem))) from None


def _whole_rows(numbered: Iterable[tuple[int, list[str]]], width: int, complete: bool) -> Iterator[tuple[int, list[str]]]:
    number = None
    for number, cells in numbered:
        if any(cells):
            if len(cells) != width:
                raise Unreadable(reason("FILE_TRUNCATED", row=number, found=len(cells), expected=width))
            yield number, cells
    if number is not None and not complete:
        raise Unreadable(reason("FILE_UNREADABLE", row=number, detail="末行没有换行符 / the last line has no line end"))


def _decode(content: bytes) -> str:
    """UTF-8 (with or without BOM), else GB18030. Never gb2312 or gbk: place names as 三垟 do not fit them."""
    body = content.removeprefix(_UTF8_BOM)
    problems: list[UnicodeDecodeError] = []
    for encoding in ("utf-8", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as problem:
            problems.append(problem)
        else:
            return text
    furthest = max(problems, key=lambda problem: problem.start)
    raise Unreadable(reason("FILE_ENCODING", row=body[: furthest.start].count(b"\n") + 1))


def _read_workbook(content: bytes) -> RawTable:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in workbook.sheet_names
        ]
    except (python_calamine.CalamineError, python_calamine.PasswordError, OSError) as problem:
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None
    tables = [(name, cells) for name, cells in sheets if any(any(cell != "" for cell in row) for row in cells)]
    if len(tables) > 1:
        raise Unreadable(reason("SEVERAL_TABLES", found=len(tables)))
    if not tables:
        raise Unreadable(reason("FILE_EMPTY"))
    sheet, cells = tables[0]
    header = _header_names([_cell_text(cell) for cell in cells[0]], sheet)
    body = ((number, [_cell_text(cell) for cell in row]) for number, row in enumerate(cells[1:], start=2))
    return RawTable(sheet, header, 1, _chunks(header, ((number, row) for number, row in body if any(row))))


def _cell_text(cell: Any) -> str:
    """A workbook's cell as the text a person sees: whole numbers without '.0', dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # A spreadsheet keeps 15 digits: the rest of a longer number was never there and must not be made up.
        exact = math.isfinite(cell) and cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if exact else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _header_names(header: list[str] | None, sheet: str | None) -> tuple[str, ...]:
    if not any(name.strip() for name in header or []):
        raise Unreadable(reason("FILE_EMPTY", sheet=sheet))
    names = [name.strip() or f"（第{place}列无表头）" for place, name in enumerate(header or [], start=1)]
    for place, name in enumerate(names, start=1):
        if names.count(name) > 1:
            # By its place only: a file without a header has somebody's cells there.
            raise Unreadable(
                reason("HEADER_REPEATED", sheet=sheet, row=1, column=f"第{place}列", found=names.count(name))
            )
    return tuple(names)


def _chunks(header: tuple[str, ...], numbered: Iterable[tuple[int, list[str]]]) -> Iterator[pd.DataFrame]:
    """Rows in frames of at most CHUNK_ROWS; one empty frame where there are none."""
    rows = iter(numbered)
    batch = list(islice(rows, CHUNK_ROWS))
    yield _piece(header, batch)
    while batch := list(islice(rows, CHUNK_ROWS)):
        yield _piece(header, batch)


def _piece(header: tuple[str, ...], batch: list[tuple[int, list[str]]]) -> pd.DataFrame:
    columns: Sequence[Sequence[str]] = list(zip(*(cells for _, cells in batch), strict=True)) or [()] * len(header)
    return text_frame(header, columns, [number for number, _ in batch])


def text_frame(header: Sequence[str], columns: Sequence[Sequence[str]], numbers: list[int]) -> pd.DataFrame:
    """A frame of text columns whose index `_row` holds the sender's row numbers."""
    arrays = {
        name: pd.array(pa.array(cells, pa.large_string()), dtype="str")
        for name, cells in zip(header, columns, strict=True)
    }
    return pd.DataFrame(arrays, index=pd.Index(numbers, dtype="int64", name="_row"))
