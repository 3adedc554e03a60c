"""Which format the bytes are, told by the content alone, and the way from there to a table.

Belongs here: signatures of formats and the order of the steps. Does not belong here: how a format is opened (`text`,
`workbook`, `html`, `archive`).
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.sources.reading.archive import all_members, is_archive, only_member
from pipelines.sources.reading.body import table_of
from pipelines.sources.reading.encodings import UTF16_BOMS, may_be_text
from pipelines.sources.reading.encrypted import encrypted_by
from pipelines.sources.reading.html import looks_like_html, open_html
from pipelines.sources.reading.legacy import OLE, sheets_of_xls
from pipelines.sources.reading.several import joined
from pipelines.sources.reading.sheets import Sheet, all_tables, only_table
from pipelines.sources.reading.table import Grid, RawTable
from pipelines.sources.reading.text import open_text
from pipelines.sources.reading.workbook import is_workbook, sheets_of
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
    Without any, the first row that is not empty is the header. `several`: all sheets that show the headers, and all files of
    an archive, are tables of one kind and read as one.
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
    return table if member is None else replace(table, sheet="/".join(name for name in (member, table.sheet) if name))


def _open_all(content: bytes, known_headers: frozenset[str]) -> list[Grid]:
    """Each table of a file: of a workbook every sheet that shows the headers."""
    sheets = _sheets(content)
    return [_open_other(content, known_headers)] if sheets is None else all_tables(sheets, known_headers)


def _open(content: bytes, known_headers: frozenset[str]) -> Grid:
    sheets = _sheets(content)
    return _open_other(content, known_headers) if sheets is None else only_table(sheets, known_headers)


def _sheets(content: bytes) -> list[Sheet] | None:
    """The sheets of a workbook, new or old; None for what is none."""
    if is_workbook(content):
        return sheets_of(content)
    return sheets_of_xls(content) if content.startswith(OLE) else None


def _open_other(content: bytes, known_headers: frozenset[str]) -> Grid:
    if (software := encrypted_by(content)) is not None:
        raise Unreadable(reason("FILE_ENCRYPTED", detail=software))
    for signature, name in _OTHERS.items():
        if content.startswith(signature):
            raise Unreadable(reason("FILE_FORMAT", detail=name))
    if not content.startswith(UTF16_BOMS) and not may_be_text(content):
        raise Unreadable(reason("FILE_FORMAT", detail="二进制文件，如在本机能打开，多为文档加密软件所加密"))
    if b"<Workbook" in content[:4096]:
        raise Unreadable(reason("FILE_FORMAT", detail="Excel 2003 XML"))
    if looks_like_html(content):
        return open_html(content)
    return open_text(content, known_headers)
