"""HTML tables, as web systems save them under the name .xls.

Belongs here: the one table of a page, its cells' texts and spans. Does not belong here: encodings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipelines.sources.reading.encodings import encoding_of
from pipelines.sources.reading.html_formats import HtmlFormats, shown_in_spreadsheet
from pipelines.sources.reading.number_formats import NumberFormat, Shown
from pipelines.sources.reading.table import Doubts, Grid, Merge
from pipelines.sources.reasons import Unreadable, reason

_HEAD = 4096
_FIRST_TAGS = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")
_SHOWN_AS_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = ("br", "p", "div")
_UNSEEN = ("script", "style")
# More than any table spans or has in all; a page that says more is none.
_WIDEST = 1_000
_LONGEST = 100_000
_MOST_CELLS = 20_000_000


def looks_like_html(content: bytes) -> bool:
    """Whether the text is a page: it begins with a tag and soon comes to one of HTML's."""
    head = content[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith(b"<") and any(tag in head for tag in _FIRST_TAGS)


def open_html(content: bytes) -> Grid:
    """The rows of the page's one table. Raises Unreadable for none, several, nested ones, or a page that breaks off."""
    encoding = encoding_of(content)
    if encoding.unsure:
        raise Unreadable(reason("FILE_ENCODING", row=1))
    page = _Page()
    try:
        page.feed(encoding.reader(content).read())
        page.close()
    except AssertionError as problem:  # how html.parser says that a declaration makes no sense
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None
    if page.open:
        raise Unreadable(reason("FILE_UNREADABLE", detail="缺少</table>"))
    tables = [table for table in page.tables if any(cell.strip() for row in table.rows for cell in row)]
    if page.nested or len(tables) > 1:
        raise Unreadable(reason("SEVERAL_TABLES", found=max(2, len(tables)), hidden=0))
    if not tables:
        raise Unreadable(reason("FILE_EMPTY"))
    table = tables[0]
    return Grid(None, iter(enumerate(table.rows, start=1)), cut_shows=True, merges=tuple(table.merges), doubts=table.doubts)


@dataclass
class _Table:
    """The cells of a table, each in its place; those that a span covers are empty."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    doubts: Doubts = field(default_factory=dict)
    cells: int = 0
    _covered: dict[int, int] = field(default_factory=dict)  # column → rows that a span from above still covers

    def start_row(self) -> None:
        self.finish_row()
        self.rows.append([])

    def finish_row(self) -> None:
        """Put the places that spans from above cover at the end of the row, and count these spans down."""
        if self.rows:
            self._skip_covered()
            row = self.rows[-1]
            while any(place >= len(row) for place in self._covered):
                row.append("")
                self._skip_covered()
        self._covered = {place: left - 1 for place, left in self._covered.items() if left > 1}

    def add(self, shown: Shown, wide: int, high: int) -> None:
        if not self.rows:
            self.start_row()
        self._skip_covered()
        row, number = self.rows[-1], len(self.rows)
        left = len(row)
        row.extend([shown.text, *[""] * (wide - 1)])
        if shown.doubt is not None:
            self.doubts.setdefault(number, []).append((left, shown.doubt))
        self.cells += wide
        if self.cells > _MOST_CELLS:
            raise Unreadable(reason("FILE_UNREADABLE", detail="colspan"))
        if wide > 1 or high > 1:
            self.merges.append(Merge(number, left, number + high - 1, left + wide - 1))
        if high > 1:
            # Counted down at the end of this row too.
            self._covered |= dict.fromkeys(range(left, left + wide), high)

    def _skip_covered(self) -> None:
        row = self.rows[-1]
        while len(row) in self._covered:
            row.append("")


class _Page(HTMLParser):
    """Collects the tables of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.nested = False
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._unseen = 0
        self._formats = HtmlFormats()
        self._format: NumberFormat | None = None
        self._css: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.nested = self.nested or bool(self.open)
            self.open.append(_Table())
            self.tables.append(self.open[-1])
        elif tag in _UNSEEN:
            self._unseen += 1
        elif self.open and tag == "tr":
            self._finish_cell()
            self.open[-1].start_row()
        elif self.open and tag in ("td", "th"):
            self._finish_cell()
            self._cell = []
            given = dict(attrs)
            self._spans = (_span(given.get("colspan"), _WIDEST), _span(given.get("rowspan"), _LONGEST))
            self._format = self._formats.of_cell(given.get("style"), given.get("class"))
        elif self._cell is not None and tag in _BREAKS:
            self._cell.append("\uffff")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
            self._formats.read_styles("".join(self._css))
            self._css = []
        elif tag in ("td", "th", "tr", "table"):
            self._finish_cell()
            if tag == "table" and self.open:
                self.open.pop().finish_row()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            self._css.append(data)
        elif self._cell is not None:
            self._cell.append(data)

    def _finish_cell(self) -> None:
        if self._cell is None or not self.open:
            return
        lines = _SHOWN_AS_SPACE.sub(" ", "".join(self._cell)).split("\uffff")
        text = "\n".join(line.strip(" ") for line in lines).strip("\n")
        self.open[-1].add(Shown(text) if self._format is None else shown_in_spreadsheet(text, self._format), *self._spans)
        self._cell = self._format = None


def _span(stated: str | None, most: int) -> int:
    if stated is None or not stated.strip():
        return 1
    if not stated.strip().isascii() or not stated.strip().isdigit() or not 1 <= int(stated) <= most:
        raise Unreadable(reason("FILE_UNREADABLE", detail="colspan/rowspan"))
    return int(stated)
