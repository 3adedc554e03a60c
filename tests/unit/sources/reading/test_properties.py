"""Any table, in any format, encoding and dressing: what comes back is the table, or a stated refusal; never a wrong value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.reading import RawTable, read_table, text
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading import writers

HEADERS = ["村社代码", "村名", "换届前/书记", "金额（元）", "备注"]
LEFT_OUT = ("SUBTOTALS_LEFT_OUT", "FOOTERS_LEFT_OUT", "HEADERS_LEFT_OUT", "NO_RECORDS_LEFT_OUT")

COMMON = [
    "", "东村", "三垟街道", "䶮", "𠮷𬤝", "阿依·某某", "张　三", "001", "330304007201", "9.9E+17", "2020.10", "2020-11-27",
    "1,897", '他说"好"', "甲;乙|丙", "行一\n行二", "a\tb",
    "合计", "小计", "注：略", "填表人：某", "の", "\ufffd", "锟斤拷", "\ue000", "ç“¯",
    "#REF!",
    "=1+1", "<b>&amp;", "'001", "sep=,", "是", " 空 ",
    "备注", "村名", "模", "·", "é", "\u200b", "\xa0", "\r", "x\r\ny",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(COMMON),
    st.text(st.sampled_from("东村镇一二模洹姘鍖0123456789,;\t|\"' \n：:计注."), max_size=6),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6),
)


@dataclass(frozen=True)
class Sent:
    """What was written: the bytes, and the cells of each body row by its number in the file."""

    content: bytes
    rows: dict[int, list[str]]
    known: frozenset[str]


def tables(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    return st.integers(2, 5).flatmap(lambda wide: st.lists(st.lists(cells, min_size=wide, max_size=wide), max_size=7))


def headed(rows: list[list[Any]]) -> list[str]:
    return HEADERS[: len(rows[0]) if rows else 3]


TITLES = st.lists(st.sampled_from(["换届工作统计表", "单位：元", ""]), max_size=3)
FOOTERS = st.lists(st.sampled_from(["注：本表数据截至11月底", "填表人：某某", "制表单位：民政局"]), max_size=2)


def dressed(draw: Any, rows: list[list[Any]], say: Callable[[Any], str], padded: bool) -> tuple[list[Any], dict[int, list[str]]]:
    """Title rows, header, body, footers; with the body's rows by their numbers."""
    header, wide = headed(rows), len(headed(rows))
    # More rows than those among which the header is looked for.
    rows = [*[[f"{row}x{place}" for place in range(wide)] for row in range(draw(st.sampled_from([0, 0, 25])))], *rows]
    line = (lambda text: [text, *[""] * (wide - 1)]) if padded else (lambda text: [text])
    above = [line(text) for text in draw(TITLES)] if wide > 2 else []
    below = [line(text) for text in draw(FOOTERS)]
    expected = {len(above) + 2 + place: [say(cell) for cell in cells] for place, cells in enumerate(rows)}
    return [*above, header, *rows, *below], expected


@st.composite
def text_files(draw: Any) -> Sent:
    lines, expected = dressed(draw, draw(tables(TEXTS)), str, padded=draw(st.booleans()))
    separator = draw(st.sampled_from(",\t;|"))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    named = f"sep={separator}\r\n" if draw(st.booleans()) else ""
    # Marks written again and again, a last line without its end, what copies leave behind it.
    bare = "utf-8" if encoding == "utf-8-sig" else encoding
    marks = "\ufeff" * draw(st.sampled_from([0, 0, 1, 2])) if bare != "gb18030" or draw(st.booleans()) else ""
    trailing = draw(st.sampled_from(["", separator]))
    content = writers.as_text(lines, encoding, separator, end, first=marks + named, trailing=trailing)
    if draw(st.booleans()):
        content = content.removesuffix(end.encode(bare))
    tail = draw(st.sampled_from(["", "", "\x1a", "\x00" * 8]))
    return Sent(content + tail.encode(bare), expected, frozenset(HEADERS))


def seen(cell: Any) -> str:
    """What a person sees of a typed cell."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return str(cell)


TYPED = st.one_of(
    TEXTS.filter(lambda text: "\r" not in text),
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**6), 10**6, places=2).map(float).filter(lambda number: not number.is_integer()),
    st.dates(date(1904, 1, 2), date(2099, 12, 31)),
    st.datetimes(datetime(1904, 1, 2), datetime(2099, 12, 31)).map(lambda one: one.replace(microsecond=0)),
    st.booleans(),
)


@st.composite
def workbooks(draw: Any) -> Sent:
    lines, expected = dressed(draw, draw(tables(TYPED)), seen, padded=True)
    write = draw(st.sampled_from([writers.as_xlsx, writers.as_xls]))
    header = next(number for number, cells in enumerate(lines) if cells == lines[number] and cells[0] == HEADERS[0])
    merges = [(number, 0, number, len(lines[header]) - 1) for number in range(header) if lines[number][0]]
    content = write(lines, merges=merges, epoch_1904=draw(st.booleans()))
    return Sent(content, expected, frozenset(HEADERS))


@st.composite
def pages(draw: Any) -> Sent:
    as_shown = TEXTS.map(lambda text: re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")).filter(lambda text: "\uffff" not in text)
    lines, expected = dressed(draw, draw(tables(as_shown)), str, padded=True)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16-le"]))
    return Sent(writers.as_html(lines, encoding, closed=draw(st.booleans())), expected, frozenset(HEADERS))


@st.composite
def merged(draw: Any) -> Sent:
    """A first column whose cells are merged over several rows."""
    heights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rows, merges = [], []
    for group, high in enumerate(heights):
        if high > 1:
            merges.append((len(rows) + 1, 0, len(rows) + high, 0))
        rows += [[f"组{group}" if place == 0 else "", f"村{group}{place}", str(place)] for place in range(high)]
    say = {place + 2: [f"组{row[1][1]}", *row[1:]] for place, row in enumerate(rows)}
    write = draw(st.sampled_from([writers.as_xlsx, writers.as_xls, writers.as_html]))
    return Sent(write([HEADERS[:3], *rows], merges=merges), say, frozenset(HEADERS))


@st.composite
def totalled(draw: Any) -> Sent:
    """Groups of rows, each with its subtotal, and the total of all."""
    header = ["村名", "换届前/书记", "金额（元）"]
    lines: list[list[Any]] = [header]
    expected = {}
    everything = Decimal(0)
    amounts = st.decimals(0, 10**6, places=2)
    for group in draw(st.lists(st.lists(amounts, min_size=1, max_size=3), min_size=1, max_size=3)):
        for amount in group:
            lines.append([f"村{len(lines)}", "某", str(amount)])
            expected[len(lines)] = lines[-1]
        lines.append(["小计", "", str(sum(group))])
        everything += sum(group)
    lines.append(["合　计", "", str(everything)])
    write = draw(st.sampled_from([writers.as_text, writers.as_xlsx, writers.as_html]))
    return Sent(write(lines), expected, frozenset(header))


@st.composite
def two_row_headers(draw: Any) -> Sent:
    """村社代码, 村名, and 换届前 over 书记 and 主任; in workbooks and pages merged, elsewhere not."""
    rows = draw(st.lists(st.lists(TEXTS.filter(lambda text: "\r" not in text), min_size=4, max_size=4), max_size=4))
    lines = [["村社代码", "村名", "换届前", ""], ["", "", "书记", "主任"], *rows]
    write = draw(st.sampled_from([writers.as_xlsx, writers.as_xls, writers.as_text]))
    merges = {"merges": [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]} if write is not writers.as_text else {}
    known = frozenset({"村社代码", "村名", "换届前/书记", "换届前/主任"})
    return Sent(write(lines, **merges), {place + 3: cells for place, cells in enumerate(rows)}, known)


@st.composite
def wrongly_decoded(draw: Any) -> Sent:
    """UTF-8 that was read as Latin-1 and saved again."""
    lines, expected = dressed(draw, draw(tables(TEXTS)), str, padded=True)
    spoiled = writers.as_text(lines).decode("latin-1").encode(draw(st.sampled_from(["utf-8", "utf-16"])))
    return Sent(spoiled, expected, frozenset(HEADERS))


TEXT_FILES = st.one_of(text_files(), wrongly_decoded())
ANY = st.one_of(TEXT_FILES, TEXT_FILES, workbooks(), pages(), merged(), totalled(), two_row_headers())
SENT = st.one_of(
    ANY,
    ANY.map(lambda one: Sent(writers.as_zip({"名册.xls": one.content}, "gbk"), one.rows, one.known)),
)


def check(sent: Sent, raw: RawTable) -> None:
    frame = raw.whole()
    assert set(raw.header) <= sent.known
    if sent.rows:
        assert len(raw.header) == len(next(iter(sent.rows.values())))
    came = dict(zip(frame.index.tolist(), frame.to_numpy().tolist(), strict=True))
    for number, cells in came.items():
        assert cells == sent.rows[number], f"row {number}"
    rejected = {one.row for one in raw.rejects}
    assert not rejected & set(came)
    gone = [number for number, cells in sent.rows.items() if number not in came and any(cell.strip() for cell in cells)]
    unsaid = [number for number in gone if number not in rejected]
    said = sum(int(re.findall(r"\d+", note.zh)[0]) for note in raw.notes if note.code in LEFT_OUT)
    assert len(unsaid) <= said, "rows went missing without a word"


@settings(max_examples=4 * settings.default.max_examples)  # with the others 12,000 in the long profile
@given(sent=SENT, block=st.sampled_from([1, 20, 1 << 20]))
def test_any_table_comes_back_or_is_refused(sent: Sent, block: int) -> None:
    try:
        with patch.object(text, "_BLOCK", block):
            check(sent, read_table(sent.content, sent.known))
    except Unreadable as refusal:
        assert refusal.why.zh and refusal.why.fix_zh


@given(sent=ANY, share=st.floats(0, 1))
def test_a_file_that_breaks_off_is_refused_or_whole(sent: Sent, share: float) -> None:
    """Cut anywhere: either the reader sees it, or the cut fell at the end of a row, where no row is changed; or within its last
    cell, which is said then, for nothing tells such a text from one whose last line end is absent."""
    try:
        raw = read_table(sent.content[: int(len(sent.content) * share)], sent.known)
        frame = raw.whole()
    except Unreadable:
        return
    open_rows = {note.row for note in raw.notes if note.code == "LAST_LINE_OPEN"}
    for number, cells in zip(frame.index.tolist(), frame.to_numpy().tolist(), strict=True):
        whole = sent.rows[number]
        cut = number in open_rows and cells[:-1] == whole[:-1] and whole[-1].startswith(cells[-1])
        assert cells == whole or cut


@pytest.mark.long
@given(sent=ANY, place=st.floats(0, 1), byte=st.integers(1, 255))
def test_bytes_of_a_container_that_were_changed_are_noticed(sent: Sent, place: float, byte: int) -> None:
    """In a zip archive every byte of a table stands under its checksum."""
    packed = bytearray(writers.as_zip({"a.csv": sent.content}))
    packed[int(len(packed) * place) % len(packed)] ^= byte
    try:
        check(sent, read_table(bytes(packed), sent.known))
    except Unreadable as refusal:
        assert refusal.why.zh
