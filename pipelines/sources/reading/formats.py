"""Which format the bytes are, told by the content alone, and the way from there to a table.

Belongs here: signatures of formats and the order of the steps. Does not belong here: how a format is opened (`text`,
`workbook`, `html`, `archive`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from pipelines.sources.reading.archive import all_members, is_archive, only_member
from pipelines.sources.reading.body import table_of
from pipelines.sources.reading.encodings import UTF16_BOMS
from pipelines.sources.reading.html import looks_like_html, open_html
from pipelines.sources.reading.legacy import OLE, open_xls
from pipelines.sources.reading.several import joined
from pipelines.sources.reading.table import Grid, NoMoreTables, RawTable
from pipelines.sources.reading.text import open_text
from pipelines.sources.reading.workbook import is_workbook, open_workbook
from pipelines.sources.reasons import Unreadable, reason

# What departments send that is no table, by its first bytes.
_OTHERS = {
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"MIME-Version:": "MHTML",
}


def read_table(content: bytes, known_headers: frozenset[str] = frozenset(), several: bool = False) -> RawTable:
    """Read a delivered file. Raises Unreadable with the reason it must be held for.

    Parameters: `known_headers` are all headers the contract has a word for; the header row is the one that matches them.
    Without any, the first row that is not empty is the header. `several`: all sheets with data, and all files of an archive,
    are tables of one kind and read as one; each must have the header.
    """
    if not several:
        inner = only_member(content) if is_archive(content) else content
        return table_of(_open(inner, known_headers), known_headers)
    tables: list[RawTable] = []
    for name, inner in all_members(content) if is_archive(content) else [(None, content)]:
        tables += [_within(name, table_of(grid, known_headers)) for grid in _open_all(inner, known_headers)]
    return joined(tables)


def _within(member: str | None, table: RawTable) -> RawTable:
    """A table named by its file in the archive too."""
    return table if member is None else replace(table, sheet="/".join(one for one in (member, table.sheet) if one))


def _open_all(content: bytes, known_headers: frozenset[str]) -> Iterator[Grid]:
    """Each table of a file: of a workbook every sheet with data, opened one after another."""
    open_sheet = open_workbook if is_workbook(content) else open_xls if content.startswith(OLE) else None
    if open_sheet is None:
        yield _open(content, known_headers)
        return
    for nth in count():
        try:
            yield open_sheet(content, nth)
        except NoMoreTables:
            return


def _open(content: bytes, known_headers: frozenset[str]) -> Grid:
    if is_workbook(content):
        return open_workbook(content)
    if content.startswith(OLE):
        return open_xls(content)
    for signature, name in _OTHERS.items():
        if content.startswith(signature):
            raise Unreadable(reason("FILE_FORMAT", detail=name))
    if b"\x00" in content and not content.startswith(UTF16_BOMS):
        raise Unreadable(reason("FILE_FORMAT", detail="二进制文件"))
    if b"<Workbook" in content[:4096]:
        raise Unreadable(reason("FILE_FORMAT", detail="Excel 2003 XML"))
    if looks_like_html(content):
        return open_html(content)
    return open_text(content, known_headers)
