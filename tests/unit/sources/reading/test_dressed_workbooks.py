"""Workbooks whose values are dressed in formats, formulas and merges: what comes back is what is shown, or it is said to be
doubtful; never another value without a word."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable

FUNDS = load_catalog()["organisation__village_funds"]
HEADERS = ["村社代码", "年度", "运转经费（元）", "运转经费（万元）"]
# Something that Excel never writes: no value at all.
NOTHING = object()


@dataclass(frozen=True)
class Dressed:
    """A stored number, its format, and what a person sees; `doubtful` where that is another value than the stored one."""

    stored: Any
    code: str
    shown: str
    doubtful: bool = False
    formula: bool = False


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


WHOLE, CENTS = st.integers(1, 10**9), st.integers(1, 10**8)
DAYS = st.dates(date(1950, 1, 1), date(2050, 12, 31))


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)) // timedelta(days=1)


DRESSED: dict[str, st.SearchStrategy[Dressed]] = {
    "plain": WHOLE.map(lambda n: Dressed(n, "General", str(n))),
    "decimals": CENTS.map(lambda n: Dressed(n / 100, "0.00", _decimal(Decimal(n) / 100 + Decimal("0.00")))),
    "grouped": CENTS.map(lambda n: Dressed(n / 100, "#,##0.00_ ", _decimal(Decimal(n) / 100 + Decimal("0.00")))),
    "percent": st.integers(0, 200).map(lambda n: Dressed(n / 100, "0%", f"{n}%")),
    "percent rounded": st.integers(0, 200).map(lambda n: Dressed(n / 100 + 0.004, "0%", f"{n}%", True)),
    "keys": st.integers(1, 99999).map(lambda n: Dressed(n, "000000", f"{n:06}")),
    "letters": st.integers(1, 99999).map(lambda n: Dressed(n, '"B"0000', f"B{n:04}")),
    "unit": WHOLE.map(lambda n: Dressed(n, '0"万元"', f"{n}万元")),
    "rounded": WHOLE.map(lambda n: Dressed(n + 0.25, "0", str(n), True)),
    "rounded cents": CENTS.map(lambda n: Dressed((n * 10 + 4) / 1000, "0.00", f"{Decimal(n) / 100:.2f}", True)),
    "myriads": WHOLE.map(lambda n: Dressed(n * 1000, "0!.0,", f"{n // 10}.{n % 10}", True)),
    "thousands": WHOLE.map(lambda n: Dressed(n * 1000, "0,", str(n), True)),
    "hidden": WHOLE.map(lambda n: Dressed(n, ";;;", "", True)),
    "red": WHOLE.map(lambda n: Dressed(-n, "0;[Red]0", str(n), True)),
    "months": DAYS.map(lambda day: Dressed(serial(day), 'yyyy"年"m"月"', f"{day.year}年{day.month}月")),
    "months in letters": DAYS.map(lambda day: Dressed(serial(day), "mmm-yy", f"{day.year}年{day.month}月")),
    "years": DAYS.map(lambda day: Dressed(serial(day), "yyyy", f"{day.year}")),
    "days": DAYS.map(lambda day: Dressed(serial(day), "yyyy-m-d;@", f"{day}")),
    "days without a year": DAYS.map(lambda day: Dressed(serial(day), 'm"月"d"日"', f"{day.month}月{day.day}日")),
    "no day": st.integers(0, 59).map(lambda n: Dressed(n, "yyyy/m/d", "", True)),
}
CELLS = st.one_of(*DRESSED.values())
CALCULATED = st.builds(lambda cell: Dressed(cell.stored, cell.code, cell.shown, cell.doubtful, True), CELLS)
WITHOUT_VALUE = st.just(Dressed(NOTHING, "General", "", True, True))


def as_xlsx(rows: Sequence[Sequence[str | Dressed]]) -> bytes:
    with xlsxwriter.Workbook(target := io.BytesIO()) as book:
        page = book.add_worksheet()
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(number, place, cell)
                    continue
                look = book.add_format({"num_format": cell.code})
                if cell.formula:
                    page.write_formula(number, place, "=1", look, 0 if cell.stored is NOTHING else cell.stored)
                else:
                    page.write_number(number, place, cell.stored, look)
    return target.getvalue()


def as_xls(rows: Sequence[Sequence[str | Dressed]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    looks: dict[str, Any] = {}
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write(number, place, cell)
            else:
                look = looks.setdefault(cell.code, xlwt.easyxf(num_format_str=cell.code))
                page.write(number, place, cell.stored, look)
    book.save(target := io.BytesIO())
    return target.getvalue()


def check(rows: Sequence[Sequence[Dressed]], content: bytes) -> None:
    raw = read_table(content, frozenset(HEADERS))
    frame = raw.whole()
    for number, cells in enumerate(rows, start=2):
        doubtful = {place for place, _ in raw.doubts.get(number, ())}
        for place, cell in enumerate(cells):
            # The zero of a stored zero that waits for its formula is doubtful too.
            if cell.doubtful or (cell.formula and cell.stored == 0):
                assert place in doubtful, (number, cell)
            else:
                assert place not in doubtful and frame.at[number, HEADERS[place]] == cell.shown, (number, cell)


ROWS = st.lists(st.lists(st.one_of(CELLS, CELLS, CALCULATED, WITHOUT_VALUE), min_size=4, max_size=4), min_size=1, max_size=4)


@given(rows=ROWS)
def test_an_xlsx_gives_what_it_shows_or_says_so(rows: list[list[Dressed]]) -> None:
    check(rows, as_xlsx([HEADERS, *rows]))


@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=4))
def test_an_xls_gives_what_it_shows_or_says_so(rows: list[list[Dressed]]) -> None:
    check(rows, as_xls([HEADERS, *rows]))


AMOUNTS = {name: DRESSED[name] for name in ("plain", "decimals", "grouped", "rounded", "myriads", "thousands", "hidden", "unit")}
VILLAGES = ["999901001201", "999901001202", "999901001203", "999901002201"]


def in_yuan(cell: Dressed, header: str) -> Decimal | None:
    """What a careful reader takes an amount for; None where nobody can tell."""
    times = 10_000 if "万" in header else 1
    shown = Decimal(cell.shown.removesuffix("万元") or "NaN") * (10_000 if cell.shown.endswith("万元") else times)
    return None if cell.doubtful and shown != Decimal(str(cell.stored)) else shown


@given(
    cells=st.lists(st.one_of(*AMOUNTS.values()), min_size=1, max_size=4),
    header=st.sampled_from(HEADERS[2:]),
    write=st.sampled_from([as_xlsx, as_xls]),
)
def test_an_amount_lands_as_shown_or_its_row_waits(cells: list[Dressed], header: str, write: Callable[..., bytes]) -> None:
    rows = [[VILLAGES[place], Dressed(2020, "0", "2020"), cell] for place, cell in enumerate(cells)]
    try:
        raw = read_table(write([["村社代码", "年度", header], *rows]), FUNDS.known_headers)
        read = interpret(raw, FUNDS, allow_unassigned_area=True)
    except Unreadable as refusal:
        assert refusal.why.fix_zh
        return
    landed = read.landed["operating_funds"].to_dict()
    asked = {reject.row for reject in read.rejects}
    for number, cell in enumerate(cells, start=2):
        right = in_yuan(cell, header)
        if number in landed:
            assert right is not None and Decimal(str(landed[number])) == right, cell
        else:
            assert number in asked
            # Only what nobody can tell, or no contract takes (more than two decimals, too much), goes back.
            assert right is None or right != right.quantize(Decimal("0.01")) or right >= 10**15, cell
