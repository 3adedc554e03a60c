"""Doubtful cells: which of them set their row aside depends on what their column means."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.contract import Column, Contract, load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reading import read_table
from pipelines.sources.reading.table import Doubted
from tests.unit.sources.cases.deliveries import MAN, ROWS, WOMAN, headers_of
from tests.unit.sources.reading import parts
from tests.unit.sources.reading.writers import as_html, as_xls, as_xlsx

FUNDS, POSTS = load_catalog()["organisation__village_funds"], load_catalog()["organisation__posts"]
CODES = ["999901001201", "999901001202", "999901001203"]


def funds(
    *amounts: str, header: str = "运转经费（元）", code: str | int = "General", counts: Any = None
) -> Interpretation:
    """Funds of as many villages; amounts are stored numbers under the format `code`."""
    rows = [
        [village, ((parts.number(2020)),), (parts.number(amount, 1),)]
        for village, amount in zip(CODES, amounts, strict=False)
    ]
    page = parts.table(*rows, headers=["村社代码", "年度", header])
    return read(parts.workbook(page, parts.styles([code])), changed(FUNDS, "operating_funds", counts=counts))


def changed(contract: Contract, name: str, **how: Any) -> Contract:
    columns = tuple(one.model_copy(update=how) if one.name == name else one for one in contract.columns)
    return contract.model_copy(update={"columns": columns})


def read(content: bytes, contract: Contract) -> Interpretation:
    return interpret(read_table(content, contract.known_headers), contract, allow_unassigned_area=True)


def landed(read: Interpretation, column: str = "operating_funds") -> dict[int, Any]:
    return read.landed[column].to_dict()


@pytest.mark.parametrize(
    ("header", "code", "stored", "value"),
    [
        ("运转经费（万元）", "0!.0,", "503000", 503000),
        ("运转经费（万元）", "0!.0000", "503456", 503456),
        ("运转经费（元）", '0!.0000"万元"', "503000", 503000),
        ("运转经费（万元）", "0.00", "50.3", 503000),
        ("运转经费（元）", '0"万元"', "50", 500000),
        ("运转经费（元）", "#,##0.00_ ", "1234.5", 1234.5),
        ("运转经费（千元）", "0.0,", "503000", 503000),
        ("运转经费（元）", '0.0,"千元"', "503000", 503000),
    ],
)
def test_what_is_shown_is_the_value(header: str, code: str, stored: str, value: float) -> None:
    found = funds(stored, header=header, code=code)
    assert (landed(found), found.rejects) == ({2: value}, [])


@pytest.mark.parametrize(
    ("header", "code", "stored", "said"),
    [
        ("运转经费（元）", "0!.0,", "503000", ("50.3", "503000")),
        ("运转经费（万元）", "0!.0,", "503456", ("50.3", "503456")),
        ("运转经费（元）", "0.00", "1234.567", ("1234.57", "1234.567")),
        ("运转经费（元）", "0", "3.14", ("3", "3.14")),
        ("运转经费（元）", ";;;", "5", ("空白", "5")),
        ("运转经费（元）", "0%", "0.604", ("60%", "0.604")),
        ("运转经费（元）", '0;-0;"无"', "0", ("无", "0")),
        ("运转经费（万元）", "0.0,", "503000", ("503.0", "503000")),
    ],
)
def test_a_value_that_is_shown_as_another_waits_with_both(
    header: str, code: str, stored: str, said: tuple[str, str]
) -> None:
    found = funds(stored, header=header, code=code)
    assert landed(found) == {}
    assert [(reject.code, reject.row, reject.column) for reject in found.rejects] == [("SHOWN_NOT_STORED", 2, header)]
    assert f"（{said[0]}）" in found.rejects[0].zh and f"（{said[1]}）" in found.rejects[0].zh


@pytest.mark.parametrize(("counts", "value"), [("shown", 1234.57), ("stored", 1234.56)])
def test_the_contract_says_which_counts(counts: str, value: float) -> None:
    stored = "1234.565" if counts == "shown" else "1234.56"
    found = funds(stored, code="0.00" if counts == "shown" else "0.0", counts=counts)
    assert (landed(found), found.rejects) == ({2: value}, [])


def test_what_is_stored_does_not_count_where_it_is_another_unit() -> None:
    assert [one.code for one in funds("503000", code="0!.0,", counts="stored").rejects] == ["SHOWN_NOT_STORED"]


def test_counts_goes_with_a_number() -> None:
    with pytest.raises(ValueError, match="'counts' goes with a number"):
        Column(name="a", headers=("甲",), type="text", required=False, zh="甲", en="a", counts="shown")


def test_words_that_stand_for_numbers_are_taken_where_words_are_agreed() -> None:
    row = list(ROWS["organisation__posts"].values())
    row[-1] = (parts.number(1, 1),)  # type: ignore[call-overload]
    names = headers_of("organisation__posts")
    page = parts.table(row, headers=[names[name] for name in ROWS["organisation__posts"]])
    for name in ("term_year", "left_reason"):
        page = page.replace(
            "</row>", f'<c r="{"L" if name == "term_year" else "M"}1" {parts.text(names[name])}</row>', 1
        )
    found = read(parts.workbook(page, parts.styles(['[=1]"是";[=0]"否"'])), POSTS)
    assert found.rejects == [] and landed(found, "is_full_time") == {2: True}


def posts(*people: tuple[str, str, str, str], merges: Any = (), write: Any = as_xlsx) -> Interpretation:
    """Posts of (name, number, village, position)."""
    names = headers_of("organisation__posts")
    rows = [
        [
            *person,
            {MAN: "男", WOMAN: "女", "": ""}[person[1]],
            {MAN: "1978-03", WOMAN: "1960-01", "": "1978-03"}[person[1]],
            "大专",
            "党员",
            "2017-04-01",
            "",
            "是",
            "2017",
            "",
        ]
        for person in people
    ]
    return read(write([list(names.values()), *rows], merges=merges), POSTS)


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_html])
def test_a_merged_amount_is_not_given_to_each_of_its_rows(write: Any) -> None:
    rows = [
        ["村社代码", "年度", "运转经费（元）"],
        [CODES[0], "2020", "500"],
        [CODES[1], "2020", ""],
        [CODES[2], "2020", "7"],
    ]
    found = read(write(rows, merges=[(1, 2, 2, 2)]), FUNDS)
    assert landed(found) == {4: 7}
    assert [(one.code, one.row) for one in found.rejects] == [("MERGED_VALUE", 2), ("MERGED_VALUE", 3)]


def test_a_merged_year_or_village_is_that_of_each_row() -> None:
    rows = [["村社代码", "年度", "运转经费（元）"], [CODES[0], "2020", "500"], [CODES[1], "", "6"]]
    assert landed(read(as_xlsx(rows, merges=[(1, 1, 2, 1)]), FUNDS)) == {2: 500, 3: 6}


def test_an_amount_merged_with_a_remark_is_one_rows_own() -> None:
    rows = [["村社代码", "年度", "运转经费（元）", "备注"], [CODES[0], "2020", "500", ""]]
    found = read(as_xlsx(rows, merges=[(1, 2, 1, 3)]), FUNDS)
    assert landed(found) == {2: 500}


def test_a_merged_name_and_number_are_nobody_elses() -> None:
    people = [("张三", MAN, CODES[0], "党组织书记"), ("", "", CODES[1], "委员"), ("李秀英", WOMAN, CODES[2], "委员")]
    found = posts(*people, merges=[(1, 0, 2, 0), (1, 1, 2, 1)])
    assert list(landed(found, "position")) == [4]
    assert {(one.code, one.row) for one in found.rejects if one.code == "MERGED_VALUE"} == {
        ("MERGED_VALUE", 2),
        ("MERGED_VALUE", 3),
    }


def test_a_merged_township_still_fills() -> None:
    names = [*headers_of("organisation__village_funds").values(), "所属镇街"]
    found = read(as_xlsx([names, [CODES[0], 2020, 5, "甲镇"], [CODES[1], 2020, 6, ""]], merges=[(1, 3, 2, 3)]), FUNDS)
    assert landed(found) == {2: 5, 3: 6}


def test_a_struck_out_row_is_asked_about_even_where_only_its_number_is() -> None:
    page = parts.table(
        [('s="1" ' + parts.text("1"),), CODES[0], "2020", "5"],
        ["2", CODES[1], "2020", "6"],
        headers=["序号", "村社代码", "年度", "运转经费（元）"],
    )
    found = read(parts.workbook(page, parts.styles(struck=True)), FUNDS)
    assert landed(found) == {3: 6}
    assert [(one.code, one.row, one.column) for one in found.rejects] == [("STRUCK_OUT", 2, "第1列")]


def test_a_formula_without_a_value_is_one_finding() -> None:
    page = parts.table(
        [CODES[0], "2020", ("><f>1+1</f></c>",)],
        [CODES[1], "2020", "6"],
        headers=["村社代码", "年度", "运转经费（元）"],
    )
    found = read(parts.workbook(page), FUNDS)
    assert landed(found) == {3: 6}
    assert [(one.code, one.row, one.column) for one in found.rejects] == [
        ("FORMULA_NOT_CALCULATED", 2, "运转经费（元）")
    ]


def test_a_reason_never_says_whose_number_it_is() -> None:
    """Under a format that rounds, a telephone number or name must not stand in a message."""
    names = headers_of("organisation__posts")
    header = [*names.values()]
    cells: list[Any] = ["张三", (parts.number("13800.5", 1),), *list(ROWS["organisation__posts"].values())[2:], "", ""]
    found = read(parts.workbook(parts.table(cells, headers=header), parts.styles(["0"])), POSTS)
    assert [one.code for one in found.rejects] == ["SHOWN_NOT_STORED"]
    assert not any(sign.isdigit() for sign in found.rejects[0].zh + found.rejects[0].en)


def test_a_number_of_a_restricted_column_is_not_said() -> None:
    contract = changed(FUNDS, "operating_funds", audience="review")
    page = parts.table([CODES[0], "2020", (parts.number("3.14", 1),)], headers=["村社代码", "年度", "运转经费（元）"])
    found = read(parts.workbook(page, parts.styles(["0"])), contract)
    assert [one.code for one in found.rejects] == ["SHOWN_NOT_STORED"] and "3.14" not in found.rejects[
        0
    ].zh + found.rejects[0].en


PAGE = """<html><head><style><!-- .a {{mso-number-format:"0%";}} td.b {{mso-number-format:"0\\.00";}} --></style></head>
<body><table><tr><td>村社代码</td><td>年度</td><td>运转经费（元）</td></tr>
<tr><td>999901001201</td><td>2020</td><td {}>{}</td></tr></table></body></html>"""


@pytest.mark.parametrize(
    ("how", "text", "said"),
    [
        ("class=a", "0.6", ("60%", "0.6")),
        ("class='x b'", "3.145", ("3.15", "3.145")),
        ("class=b", "5.1", None),
        ("", "0.6", None),
        ("class=c", "7", None),
        ("""style='mso-number-format:"\\@"'""", "5", None),
        ("style='mso-number-format:0!.0\\,'", "503000", ("50.3", "503000")),
        ("style='color:red;mso-number-format:Percent'", "0.5", ("50.00%", "0.5")),
        ("""style='mso-number-format:"yyyy\\0022年\\0022"'""", "42856", ("2017年", "42856")),
    ],
)
def test_a_page_that_is_called_a_workbook_is_shown_by_its_formats(
    how: str, text: str, said: tuple[str, str] | None
) -> None:
    raw = read_table(PAGE.format(how, text).encode(), FUNDS.known_headers)
    doubts = [doubt for _, doubt in raw.doubts.get(2, [])]
    assert doubts == ([Doubted("SHOWN_NOT_STORED", *said)] if said else [])
    assert raw.whole().iat[0, 2] == (said[0] if said else text)


def test_formats_of_an_old_workbook() -> None:
    import io

    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("a")
    for place, name in enumerate(["村社代码", "年度", "运转经费（万元）"]):
        page.write(0, place, name)
    formats = ["0!.0,", "0.00", "General", '0.0"万元"']
    for row, (code, stored) in enumerate(zip(formats, [503000, 1.234, 2, 3.5], strict=True), start=1):
        page.write(row, 0, f"99990100120{row}")
        page.write(row, 1, 2020)
        page.write(row, 2, stored, xlwt.easyxf("font: struck_out on" if row == 3 else "", num_format_str=code))
    book.save(target := io.BytesIO())
    found = read(target.getvalue(), FUNDS)
    assert landed(found) == {2: 503000, 5: 35000}
    assert [(one.row, one.code) for one in found.rejects] == [(3, "SHOWN_NOT_STORED"), (4, "STRUCK_OUT")]
