"""Tables of a Word document.

Belongs here: rows, widths, grounds, the head that is repeated on every page. Does not belong here: what stands in them (`word`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.reports.word_shell import look
from pipelines.reports.word_text import Run, paragraph

_TWIPS_PER_MM = 1440 / 25.4
_MARGIN = 60  # twips on either side of a cell's text
_MOST = 24.0  # characters that a column may ask for
# What should stay on one line: a day, a number with its unit, a word or a character of Chinese.
_WORD = re.compile(r"(?:\d+年)?\d+月\d+日起?|\d+[周天件条个项]|[!-~]+|[^ ]")


@dataclass(frozen=True)
class Cell:
    """A cell: its text, how many columns it spans, its side, whether it heads a row or column, and a ground by name."""

    content: list[Run]
    span: int
    side: str
    is_head: bool
    colour: str = ""


@dataclass(frozen=True)
class Row:
    """A row; `is_head` rows are repeated on every page, an `is_group` row stays with the next."""

    cells: list[Cell]
    is_head: bool = False
    is_group: bool = False


def table(rows: Sequence[Row], *, even: bool = False) -> str:
    """A table as wide as the text, as WordprocessingML; `even`: all columns alike."""
    page = look()["page"]
    whole = int((page["width"] - page["left"] - page["right"]) * _TWIPS_PER_MM)
    columns = max((sum(cell.span for cell in row.cells) for row in rows), default=0)
    if not columns:
        return ""
    widths = [whole // columns] * columns if even else _widths(rows, columns, whole)
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{look()["line"]["colour"]}"'
    borders = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    margins = "".join(f'<w:{side} w:w="{_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(_row(row, widths) for row in rows)}</w:tbl>{paragraph('Table Text', [])}"
    )


def _row(row: Row, widths: Sequence[int]) -> str:
    parts, place = [], 0
    for cell in row.cells:
        width = sum(widths[place : place + cell.span])
        place += cell.span
        colour = cell.colour or ("head" if row.is_head or row.is_group else "")
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{look()["fills"][colour]["ground"]}"/>' if colour else ""
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        text = paragraph(
            "Table Head" if row.is_head else "Table Text",
            cell.content,
            side=cell.side,
            keep=row.is_head or row.is_group,
        )
        parts.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{shade}</w:tcPr>{text}</w:tc>')
    repeated = "<w:tblHeader/>" if row.is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(parts)}</w:tr>"


def _widths(rows: Sequence[Row], columns: int, whole: int) -> list[int]:
    """Every column gets what its longest word needs, the rest goes by what the texts would like to have."""
    least, liked = [2.0] * columns, [2.0] * columns
    for row in rows:
        place = 0
        for cell in row.cells:
            if cell.span == 1:
                for line in _lines(cell.content):
                    longest, length = _lengths(line)
                    least[place] = max(least[place], longest)
                    liked[place] = max(liked[place], min(length, _MOST))
            place += cell.span
    character = look()["styles"]["Table Text"]["size"] * 20
    needed = [length * character + 2 * _MARGIN + character // 2 for length in least]
    if sum(needed) >= whole:
        return [int(width * whole / sum(needed)) for width in needed]
    wishes = [max(want - need, 0.0) for want, need in zip(liked, least, strict=True)]
    share = (whole - sum(needed)) / (sum(wishes) or 1)
    return [int(need + wish * share) for need, wish in zip(needed, wishes, strict=True)]


def _lines(content: Sequence[Run]) -> list[str]:
    """The text of a cell, line by line."""
    return "".join(f"\n{run.text}" if run.starts_line else run.text for run in content).split("\n")


@lru_cache(maxsize=100_000)
def _lengths(text: str) -> tuple[float, float]:
    """Longest word and length, in characters of Chinese."""
    return max(map(_length, _WORD.findall(text)), default=0.0), _length(text)


def _length(text: str) -> float:
    if text.isascii():
        return len(text) * 0.55
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.55 for character in text)
