"""Tables of a Word document: what belongs together stays on one line, however much the neighbours would like to say."""

from __future__ import annotations

import re

import pytest

from pipelines.reports.word_shell import look
from pipelines.reports.word_table import Cell, Row, table
from pipelines.reports.word_text import text_of

CHARACTER = 9 * 20  # twips: table text is of 9 points


def widths(*cells: str) -> list[int]:
    row = Row([Cell(text_of(cell), 1, "left", is_head=False) for cell in cells])
    return [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"/>', table([row]))]


@pytest.mark.parametrize(
    ("text", "characters"),
    [("12月31日", 4.2), ("2020年12月31日起", 8.4), ("12周", 2.1), ("W0123456789ab", 7.15), ("责任单位", 1.0)],
)
def test_what_belongs_together_stays_on_one_line(text: str, characters: float) -> None:
    (narrow, *_) = widths(text, *["很长的具体情况" * 30] * 4)
    assert narrow >= characters * CHARACTER


def test_a_table_stays_as_wide_as_the_text_even_where_nothing_fits() -> None:
    page = look()["page"]
    text_width = (page["width"] - page["left"] - page["right"]) / 25.4 * 1440
    assert text_width - 12 <= sum(widths(*["2020年12月31日起"] * 12)) <= text_width
