"""HTML tables under the name .xls."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_html

HEADER = ["村名", "备注", "金额"]
KNOWN = frozenset(HEADER)


def rows(content: bytes) -> list[list[str]]:
    return read_table(content, KNOWN).whole().to_numpy().tolist()


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        rows(content)
    return caught.value.why.code


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le"])
def test_cells_come_back(closed: bool, encoding: str) -> None:
    table = [HEADER, ["东村", "一行\n二行", "<b>&lt;"], ["", "", "1"]]
    assert rows(as_html(table, encoding, closed=closed)) == table[1:]


def test_white_space_is_what_a_browser_shows() -> None:
    page = f"<table><tr><td>{'<td>'.join(HEADER)}<tr><td>\r\n  东 \t\n 村 <td>a<p>b</p><td>&nbsp;</table>"
    assert rows(page.encode()) == [["东 村", "a\nb", "\xa0"]]


def test_scripts_and_styles_are_no_text() -> None:
    page = as_html([HEADER, ["东村", "x", "1"]]).replace(b"x</td>", b"x<script>var a = '<td>';</script></td>")
    assert rows(page) == [["东村", "x", "1"]]


def test_spans_over_rows_and_columns() -> None:
    table = [HEADER, ["东村", "", "1"], ["", "", "2"], ["西村", "x", "3"]]
    assert rows(as_html(table, merges=[(1, 0, 2, 1)])) == [["东村", "东村", "1"], ["东村", "东村", "2"], ["西村", "x", "3"]]


def test_a_span_at_the_end_of_its_rows() -> None:
    table = [HEADER, ["东村", "x", "1"], ["西村", "y", ""]]
    assert rows(as_html(table, merges=[(1, 2, 2, 2)])) == [["东村", "x", "1"], ["西村", "y", "1"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (as_html([HEADER, ["a", "b", "1"]])[:-30], "FILE_UNREADABLE"),
        (as_html([HEADER, ["a", "b", "1"]], before="<html><table><tr><td>"), "FILE_UNREADABLE"),
        (as_html([HEADER, ["a", "b", "1"]], before="<html><table><tr><td>", between="</table>"), "SEVERAL_TABLES"),
        (as_html([HEADER]) + as_html([HEADER]), "SEVERAL_TABLES"),
        (as_html([]), "FILE_EMPTY"),
        (as_html([HEADER]).replace(b"<td>", b"<td colspan=9999999>"), "FILE_UNREADABLE"),
        (as_html([HEADER]).replace(b"<td>", b"<td rowspan=0>"), "FILE_UNREADABLE"),
        (as_html([HEADER, ["a", "b"]]), "FILE_TRUNCATED"),
        ("<html><![x[ <table><tr><td>村名</table>".encode(), "FILE_UNREADABLE"),
    ],
)
def test_what_is_not_certain_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_an_empty_table_beside_it_does_not_count() -> None:
    page = as_html([HEADER, ["a", "b", "1"]], before="<html><table><tr><td> </td></tr></table>")
    assert rows(page) == [["a", "b", "1"]]
