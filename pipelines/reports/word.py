"""The Word form of a report: the page as it was rendered, put into an official document.

Belongs here: what becomes of each element of a page (heading, paragraph, table, tile). Does not belong here: page and type
(`word_shell`), words (`templates/`), tables (`word_table`). A report has one text: nothing is chosen or worded a second
time, so the document cannot say anything else than the page. Pictures become tables: the map one of coloured cells; a chart
has its table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import lxml.html
from lxml.html import HtmlElement

from pipelines.reports.word_markup import refuse_other_markup
from pipelines.reports.word_shell import look, shell
from pipelines.reports.word_table import Cell, Row, table
from pipelines.reports.word_text import paragraph, runs, text_of

_PARAGRAPHS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "p": "Normal"}
_BY_CLASS = {"issue": "Subtitle", "note": "Note", "none": "Normal", "legend": "Note", "restated": "Normal"}
_ONLY_ON_SCREEN = frozenset({"nav", "summary"})


def word_document(html: str) -> bytes:
    """The page as a .docx. The same page gives the same bytes. Raises CunsheError for markup that is not of our templates."""
    page = lxml.html.fromstring(html)
    refuse_other_markup(page)
    (main,) = page.iter("main")
    return shell().document("".join(_Blocks().of(main)), page.findtext(".//title") or "")


class _Blocks:
    """Walks a page; headings of the second level are numbered within those of the first."""

    def __init__(self) -> None:
        self._second = 0

    def of(self, element: HtmlElement) -> Iterator[str]:
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _ONLY_ON_SCREEN:
                yield from self._block(child)

    def _block(self, element: HtmlElement) -> Iterator[str]:
        classes = set((element.get("class") or "").split())
        tag = element.tag
        if tag == "table":
            yield from self._table(element)
        elif tag == "svg":
            if "wide" in classes and "tiles" in classes:
                yield _tiles(element)
        elif tag == "hr":
            yield paragraph("Normal", [], border=look()["line"]["seal"])
        elif tag == "dl":
            yield from _terms(element)
        elif "top" in classes or "sign" in classes:
            style = "Head Line" if "top" in classes else "Sign"
            yield from (paragraph(style, runs(line)) for line in element)
        elif element.get("data-head"):
            yield _cards(element)
        elif tag in _PARAGRAPHS or classes & set(_BY_CLASS):
            yield self._paragraph(element, classes)
        else:
            yield from self.of(element)

    def _paragraph(self, element: HtmlElement, classes: set[str]) -> str:
        style = next((style for name, style in _BY_CLASS.items() if name in classes), None) or _PARAGRAPHS[element.tag]
        if style == "Heading 1":
            self._second = 0
        return self._second_heading(element) if style == "Heading 2" else paragraph(style, runs(element))

    def _second_heading(self, element: HtmlElement) -> str:
        levels = look()["levels"]
        number = levels[self._second] if self._second < len(levels) else ""
        self._second += 1
        return paragraph("Heading 2", runs(element), before=number)

    def _table(self, element: HtmlElement) -> Iterator[str]:
        caption = element.find("caption")
        if caption is not None:
            yield self._second_heading(caption)
        yield _same_table(lxml.html.tostring(element, encoding="unicode", with_tail=False))


@lru_cache(maxsize=64)
def _same_table(markup: str) -> str:
    """A table of the page as one of the document. Many stand alike in every report (definitions, deliveries): drawn once."""
    rows = [
        Row(
            [Cell(runs(cell), int(cell.get("colspan") or 1), _side(cell), cell.tag == "th") for cell in row],
            is_head=row.getparent().tag == "thead",
            is_group="group" in (row.get("class") or "").split(),
        )
        for row in lxml.html.fragment_fromstring(markup).iter("tr")
    ]
    return table(rows)


def _side(cell: HtmlElement) -> str:
    return "right" if "n" in (cell.get("class") or "").split() else "left"


def _terms(element: HtmlElement) -> Iterator[str]:
    """Term and what belongs to it on one line."""
    for term in element.iter("dt"):
        told = term.getnext()
        yield paragraph("Normal", [*runs(term), *runs(told, before="：")])


def _cards(element: HtmlElement) -> str:
    """Cards lying side by side on a screen: a row each, with the heads that the page names for this."""
    heads = [Cell(runs_of_text, 1, "left", True) for runs_of_text in map(text_of, element.get("data-head").split("|"))]
    rows = [Row([Cell(runs(part), 1, "left", place == 0) for place, part in enumerate(card)]) for card in element]
    return table([Row(heads, is_head=True), *rows])


def _tiles(svg: HtmlElement) -> str:
    """The map as coloured cells, block by block, each block headed by its unit."""
    across = look()["tiles_per_row"]
    rows = []
    for block in (group for group in svg.iter("g") if group.find("rect[@class='block']") is not None):
        heading = "　".join(text.text_content() for text in block.findall("text"))
        rows.append(Row([Cell(text_of(heading), across, "left", True)], is_group=True))
        tiles = [_tile(group) for group in block.findall("g")]
        for start in range(0, len(tiles), across):
            line = tiles[start : start + across]
            rows.append(Row([*line, *[Cell([], 1, "left", False)] * (across - len(line))]))
    return table(rows, even=True)


def _tile(group: HtmlElement) -> Cell:
    colour = (group.get("class") or "").rpartition("t-")[2]
    return Cell(text_of(group.findtext("title") or "", colour), 1, "left", False, colour)
