"""Which format the bytes are, told by the content alone, and the way from there to a table.

Belongs here: signatures of formats and the order of the steps. Does not belong here: how a format is opened (`text`,
`workbook`, `html`, `archive`).
"""

from __future__ import annotations

from pipelines.sources.reading.archive import is_archive, only_member
from pipelines.sources.reading.body import table_of
from pipelines.sources.reading.encodings import UTF16_BOMS, may_be_text
from pipelines.sources.reading.html import looks_like_html, open_html
from pipelines.sources.reading.legacy import OLE, open_xls
from pipelines.sources.reading.table import Grid, RawTable
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


def read_table(content: bytes, known_headers: frozenset[str] = frozenset()) -> RawTable:
    """Read a delivered file. Raises Unreadable with the reason it must be held for.

    Parameters: `known_headers` are all headers the contract has a word for; the header row is the one that matches them.
    Without any, the first row that is not empty is the header.
    """
    if is_archive(content):
        content = only_member(content)
    grid = _open(content, known_headers)
    return table_of(grid, known_headers)


def _open(content: bytes, known_headers: frozenset[str]) -> Grid:
    if is_workbook(content):
        return open_workbook(content)
    if content.startswith(OLE):
        return open_xls(content)
    for signature, name in _OTHERS.items():
        if content.startswith(signature):
            raise Unreadable(reason("FILE_FORMAT", detail=name))
    if not content.startswith(UTF16_BOMS) and not may_be_text(content):
        raise Unreadable(reason("FILE_FORMAT", detail="二进制文件"))
    if b"<Workbook" in content[:4096]:
        raise Unreadable(reason("FILE_FORMAT", detail="Excel 2003 XML"))
    if looks_like_html(content):
        return open_html(content)
    return open_text(content, known_headers)
