"""Reading the Word and Excel forms of a report back: their texts, tables and cells.

Belongs here: readers that know nothing of how the forms are written. Does not belong here: what a form should say.
"""

from __future__ import annotations

import io
from pathlib import Path

import docx
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def word(path: Path) -> docx.document.Document:
    """The document as python-docx opens it."""
    return docx.Document(io.BytesIO(path.read_bytes()))


def word_tables(path: Path) -> list[list[list[str]]]:
    """Tables, rows and the text of their cells; a cell over several columns counts once."""
    return [[[_text(cell) for cell in row._tr.tc_lst] for row in table.rows] for table in word(path).tables]


def word_text(path: Path) -> str:
    """All text of the document, tables included."""
    return "\n".join(_text(paragraph) for paragraph in word(path).element.body.iter(f"{_W}p"))


def sheet(path: Path, name: str) -> Worksheet:
    """A sheet of the ledger."""
    found = openpyxl.load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


def records(path: Path, name: str) -> list[dict[str, object]]:
    """A sheet's rows by the titles of its columns."""
    head, *rows = sheet(path, name).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def all_text(path: Path) -> str:
    """Whatever can be read in any form of a report."""
    if path.suffix == ".docx":
        return word_text(path)
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(
            str(cell) for one in book for row in one.iter_rows(values_only=True) for cell in row if cell is not None
        )
    return path.read_text(encoding="utf-8")


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _text(element: object) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t"))  # type: ignore[attr-defined]
