"""Workbooks as other programs write them, and as nobody should: every cell in its place, or a stated refusal; never a crash."""

from __future__ import annotations

import io
import resource
import zipfile
from typing import Any

import pytest

from pipelines.sources.reading import RawTable, read_table, workbook
from pipelines.sources.reading.table import Doubted, Merge
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.parts import MAIN, number, sheet, styles, table, text
from tests.unit.sources.reading.parts import workbook as book

KNOWN = frozenset({"代码", "日期", "数"})
ERROR = ('t="e"><v>#REF!</v></c>',)
ROWS = table(["甲", "2017-05-01", ERROR], ["乙", "", (number(5),)])


def read(content: bytes) -> RawTable:
    return read_table(content, KNOWN)


def cells(content: bytes) -> list[list[str]]:
    return read(content).whole().to_numpy().tolist()


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content).whole()
    return caught.value.why.code


EXPECTED = [["甲", "2017-05-01", "#REF!"], ["乙", "", "5"]]
STRICT = [
    ("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"),
    ("schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/spreadsheetml/main"),
]
PREFIXED = [
    (f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"'),
    *((f"<{tag}", f"<x:{tag}") for tag in ("worksheet", "sheetData", "row", "c ", "v", "is")),
    *((f"</{tag}>", f"</x:{tag}>") for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t")),
    ("<t ", "<x:t "),
]


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"changes": STRICT},
        {"changes": [('t="e"', 't ="e"')]},
        {"changes": [('t="e"', "t='e'")]},
        {"changes": [('t="e"', '\n t="e"')]},
        {"changes": [('t="e"', 't="&#101;"')]},
        {"changes": [("<sheetData>", "<!-- t --><sheetData>")]},
        {
            "changes": [(f' r="{place}"', "") for place in ("A1", "B1", "C1", "A2", "B2", "C2", "A3")]
            + [(' r="1"', ""), (' r="2"', "")]
        },
        {"changes": [("<sheetData>", '<dimension ref="A0:M3"/><sheetData>')]},
        {"changes": [("<sheetData>", '<dimension ref="A1"/><sheetData>')]},
        {"targets": {"worksheets/sheet1.xml": "./worksheets/sheet1.xml"}},
        {"targets": {"worksheets/sheet1.xml": "/xl/worksheets/sheet1.xml"}},
        {"targets": {"worksheets/sheet1.xml": "../xl/worksheets/sheet1.xml"}},
        {"targets": {"worksheets/sheet1.xml": r"worksheets\sheet1.xml"}},
        {"renamed": {"xl/worksheets/sheet1.xml": "xl/s/a.xml"}, "targets": {"worksheets/sheet1.xml": "s/a.xml"}},
        {
            "renamed": {"xl/workbook.xml": "book.xml", "xl/_rels/workbook.xml.rels": "_rels/book.xml.rels"},
            "targets": {"xl/workbook.xml": "book.xml", "worksheets/sheet1.xml": "xl/worksheets/sheet1.xml"},
        },
        {"renamed": {"xl/workbook.xml": "xl/Workbook.xml"}},
        {"renamed": {"[Content_Types].xml": "[content_types].xml"}},
        {
            "renamed": {
                name: name.replace("/", "\\")
                for name in ("xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml")
            }
        },
    ],
)
def test_an_error_cell_is_found_however_the_workbook_is_written(written: dict[str, Any]) -> None:
    assert cells(book(ROWS, **written)) == EXPECTED


def test_elements_with_a_prefix() -> None:
    page = ROWS
    for old, new in PREFIXED:
        page = page.replace(old, new)
    assert "<x:c " in page and "<c " not in page
    assert cells(book(page)) == EXPECTED


def test_a_part_in_utf16() -> None:
    content, changed = book(ROWS), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.decode().encode("utf-16") if "sheet1" in name else part)
    assert cells(changed.getvalue()) == EXPECTED


def test_calamine_and_the_reader_of_cells_see_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way is only ever quicker."""
    rows = [[f"某{row}", "x y", (number(row / 4, row % 3),)] for row in range(50)] + [
        ["_x000D_a", "a\n b ", (number(42856, 3),)]
    ]
    content = book(table(*rows), styles(["0.00", "000", 14]))
    quick = read(content).whole()
    monkeypatch.setattr(workbook, "ordinary_rows", lambda _: None)
    assert read(content).whole().equals(quick)


def test_the_quick_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "read_sheet", None)
    content = book(
        table(["甲", (number(42856, 1),), (number(0.6, 2),)], ["乙", (number(42857, 1),), (number(1.25, 3),)]),
        styles([14, 9, "0.0"]),
    )
    raw = read(content)
    assert raw.whole().to_numpy().tolist() == [["甲", "2017-05-01", "60%"], ["乙", "2017-05-02", "1.3"]]
    assert raw.doubts == {3: [(2, Doubted("SHOWN_NOT_STORED", "1.3", "1.25"))]}


@pytest.mark.parametrize(
    "inside",
    ["<f>A1</f></c>", "<f>A1</f><v/></c>", "<f>A1</f><v></v></c>", '<f t="shared" si="0"/></c>', "T<f>A1</f></c>"],
)
def test_a_formula_without_a_value_is_not_empty(inside: str) -> None:
    attributes, inside = ('t="str">', inside[1:]) if inside.startswith("T") else (">", inside)
    raw = read(book(table(["甲", (attributes + inside,), "1"])))
    assert raw.doubts == {2: [(1, Doubted("FORMULA_NOT_CALCULATED"))]}


def test_a_row_of_formulas_without_values_is_no_blank_row() -> None:
    formula = ("><f>A1</f></c>",)
    raw = read(book(table(["东村", "x", "2"], [formula, formula, formula], ["西村", "x", "2"], ["2", formula, formula])))
    assert raw.whole().index.tolist() == [2, 3, 4, 5] and len(raw.doubts[3]) == 3


def test_formulas_with_values_are_their_values() -> None:
    page = table(
        ["甲", ('t="str"><f>A1</f><v>东村</v></c>',), ("><f>1+1</f><v>2</v></c>",)],
        ["乙", ('t="str"><f>IF(1,"")</f><v></v></c>',), "3"],
    )
    raw = read(book(page))
    assert raw.whole().to_numpy().tolist() == [["甲", "东村", "2"], ["乙", "", "3"]] and not raw.doubts


def test_a_zero_in_place_of_a_value_that_waits_for_the_spreadsheet() -> None:
    """Programs write it where they cannot calculate, and ask the spreadsheet to do so as it opens the file."""
    page = table(["甲", "1", ("><f>SUM(1)</f><v>0</v></c>",)], ["乙", "1", ("><f>SUM(1)</f><v>7</v></c>",)])
    assert read(book(page, properties='<calcPr fullCalcOnLoad="1"/>')).doubts == {
        2: [(2, Doubted("FORMULA_NOT_CALCULATED"))]
    }
    assert read(book(page)).doubts == {}


@pytest.mark.parametrize("far", ["XFD1048576", "C1048576", "ZZ900000", "XFD2"])
def test_a_cell_far_away_costs_nothing(far: str) -> None:
    row = far.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = f'<c r="{far}" t="inlineStr"><is><t> </t></is></c>'
    page = table(["甲", "x", "1"])
    page = (
        page.replace("</row></sheetData>", f"{cell}</row></sheetData>")
        if row == "2"
        else page.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert cells(book(page)) == [["甲", "x", "1"]]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize("place", ["XFD", "ZZ", "BZ"])
def test_what_stands_far_beside_the_table_is_one_note(place: str) -> None:
    far = f'<c r="{place}1" t="inlineStr"><is><t>x</t></is></c></row><row r="2">'
    raw = read(book(table(["甲", "x", "1"]).replace('</row><row r="2">', far, 1)))
    assert raw.header == ("代码", "日期", "数")
    assert raw.whole().to_numpy().tolist() == [["甲", "x", "1"]]
    assert [note.code for note in raw.notes] == ["CELLS_BESIDE_TABLE"]


@pytest.mark.parametrize(
    "struck",
    [
        (number(5, 1),),
        ('s="1" t="inlineStr"><is><t>五</t></is></c>',),
        ('t="inlineStr"><is><r><t>五</t></r><r><rPr><strike/></rPr><t>六</t></r></is></c>',),
    ],
)
def test_a_struck_out_cell_is_doubtful(struck: Any) -> None:
    raw = read(book(table(["甲", "x", struck], ["乙", "x", "1"]), styles(struck=True)))
    assert raw.doubts == {2: [(2, Doubted("STRUCK_OUT"))]} and len(raw.whole()) == 2


def test_shared_texts_in_runs() -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><r><t>东</t></r><r><rPr><strike/></rPr><t>村</t></r><rPh sb="0" eb="1"><t>ドン</t></rPh></si>'
        '<si><r><rPr><strike val="0"/></rPr><t>西村</t></r></si></sst>'
    )
    raw = read(book(table([('t="s"><v>0</v></c>',), "x", "1"], [('t="s"><v>1</v></c>',), "x", "1"]), shared=shared))
    assert raw.whole()["代码"].tolist() == ["东村", "西村"]
    assert raw.doubts == {2: [(0, Doubted("STRUCK_OUT"))]}


WORDS, NOTES = sheet([[text("男")], [text("女")]]), sheet([[text("填表说明")], [text("1.姓名按身份证填写")]])


@pytest.mark.parametrize(
    ("others", "hidden", "left_out"),
    [
        ({"hidden": WORDS}, ["hidden"], 1),
        ({"填表说明": NOTES}, [], 1),
        ({"a": WORDS, "b": NOTES}, ["a"], 2),
        ({"空": sheet([[text(" ")]])}, [], 0),
        ({"空": sheet([])}, [], 0),
        ({"表头": table()}, [], 1),
    ],
)
def test_sheets_beside_the_table_are_left_out_and_said(
    others: dict[str, str], hidden: list[str], left_out: int
) -> None:
    for pages in ({"名册": ROWS, **others}, {**others, "名册": ROWS}):
        raw = read(book(pages, hidden=hidden))
        assert raw.sheet == "名册" and raw.whole().to_numpy().tolist() == EXPECTED
        assert [(note.code, f"另有{left_out}张" in note.zh) for note in raw.notes] == [
            ("SHEETS_LEFT_OUT", True)
        ] * bool(left_out)


@pytest.mark.parametrize("hidden", [[], ["名册 (2)"]])
def test_a_copy_of_the_table_is_refused(hidden: list[str]) -> None:
    assert refused(book({"名册": ROWS, "名册 (2)": ROWS}, hidden=hidden)) == "SEVERAL_TABLES"


def test_sheets_of_which_none_is_the_table_are_refused() -> None:
    assert refused(book({"a": WORDS, "b": NOTES})) == "SEVERAL_TABLES"


@pytest.mark.parametrize(
    "broken",
    [
        ('<c r="B2"', '<c r="A2"'),
        ('<row r="2">', '<row r="1">'),
        ('<c r="B2"', '<c r="B9"'),
        ('<c r="B2"', '<c r="XFE2"'),
        ("<v>5<", "<v>five<"),
        ("<v>5<", "<v>1_0<"),
        ("<v>5<", "<v>nan<"),
        ("</sheetData>", ""),
        ("<worksheet ", "<!DOCTYPE x><worksheet "),
        ('<row r="3">', '<row r="1048577">'),
        ("<worksheet ", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '),
        ("<v>5</v>", "<v>5</v></x>"),
    ],
)
def test_a_sheet_without_certain_cells_is_refused(broken: tuple[str, str]) -> None:
    assert broken[0] in ROWS
    assert refused(book(ROWS.replace(broken[0], broken[1], 1))) == "FILE_UNREADABLE"


def test_parts_that_differ_in_case_only_are_refused() -> None:
    content = book(ROWS)
    with zipfile.ZipFile(target := io.BytesIO(content), "a") as container:
        container.writestr("XL/Workbook.xml", "<workbook/>")
    assert refused(target.getvalue()) == "FILE_UNREADABLE"


def test_a_small_file_that_unpacks_to_very_much_is_refused() -> None:
    content = book(ROWS.replace("<sheetData>", " " * 40_000_000 + "<sheetData>"))
    assert len(content) < 100_000 and refused(content) == "ARCHIVE_TOO_LARGE"


def test_merges_are_told_with_the_table() -> None:
    raw = read(
        book(
            ROWS.replace(
                "</worksheet>",
                '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="$A$1:$A$1"/></mergeCells></worksheet>',
            )
        )
    )
    assert raw.merges == (Merge(2, 0, 3, 0),)


def test_dates_as_texts_and_in_both_epochs() -> None:
    page = table(
        ["甲", ('t="d"><v>2017-05-01</v></c>',), (number(42856 - 1462, 1),)],
        ["乙", ('t="d" s="2"><v>2017-05-01T00:00:00Z</v></c>',), ERROR],
    )
    raw = read(book(page, styles([14, 27]), properties='<workbookPr date1904="true"/>'))
    assert raw.whole().to_numpy().tolist() == [["甲", "2017-05-01", "2017-05-01"], ["乙", "2017年5月", "#REF!"]]


@pytest.mark.parametrize("attributes", ['cm="1" s="1"', 's="1" cm="1"', 's = "1"', "s='1'", 'vm="1"\ns="1"'])
def test_a_style_is_seen_however_it_is_written(attributes: str) -> None:
    page = table(["甲", "x", (f"{attributes}><v>0.6</v></c>",)])
    assert cells(book(page, styles(["0%"]))) == [["甲", "x", "60%"]]


def test_a_part_with_entities_is_refused_though_it_uses_none() -> None:
    page = table(["甲", "x", "1"]).replace("<worksheet ", '<!DOCTYPE x [<!ENTITY a "a">]><worksheet ')
    assert refused(book(page)) == "FILE_UNREADABLE"
