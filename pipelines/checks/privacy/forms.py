"""Reading what a reader holds in the hand, without knowing how it was written: pages, Word documents, workbooks, texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lxml.etree
import lxml.html
import openpyxl

PACKED = frozenset({".docx", ".xlsx"})
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Table = list[list[str]]  # rows of cells' texts


def form_text(path: Path) -> str:
    """All that stands in a form, hidden sheets, comments, properties and attributes included."""
    if path.suffix in PACKED:
        return "\n".join(_part_texts(path))
    return path.read_text(encoding="utf-8", errors="replace")


def _part_texts(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            yield name
            content = packed.read(name)
            if name.endswith((".xml", ".rels")):
                root = lxml.etree.fromstring(content)
                for element in root.iter():
                    if isinstance(element.tag, str):
                        yield from map(str, element.attrib.values())
                # Runs of a paragraph belong together: a name may be split between two of them.
                yield "".join(str(text) for text in root.itertext())
            else:
                yield content.decode("utf-8", errors="replace")


def form_tables(path: Path) -> list[Table]:
    """The tables of a form in their order, every cell as its text without white space."""
    if path.suffix == ".docx":
        return _word_tables(path)
    if path.suffix == ".xlsx":
        return _sheets(path)
    if path.suffix == ".html":
        return _page_tables(path)
    return []


def _squeezed(text: object) -> str:
    return "".join(str(text).split())


def _page_tables(path: Path) -> list[Table]:
    page = lxml.html.fromstring(path.read_bytes())
    return [
        [[_squeezed(cell.text_content()) for cell in row.iterchildren("th", "td")] for row in table.iter("tr")]
        for table in page.iter("table")
    ]


def _word_tables(path: Path) -> list[Table]:
    with zipfile.ZipFile(path) as packed:
        root = lxml.etree.fromstring(packed.read("word/document.xml"))
    return [
        [
            [_squeezed("".join(text.text or "" for text in cell.iter(f"{_WORD}t"))) for cell in row.iterchildren(f"{_WORD}tc")]
            for row in table.iterchildren(f"{_WORD}tr")
        ]
        for table in root.iter(f"{_WORD}tbl")
    ]


def _sheets(path: Path) -> list[Table]:
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return [
        [["" if cell is None else _squeezed(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book
    ]
