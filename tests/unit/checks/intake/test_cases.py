"""The cases of the intake as data: what is taken, what is refused, and that every case of the page is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines.checks.intake.cases import DAY, decided_elsewhere, load_cases
from pipelines.checks.intake.compact import base_rows
from pipelines.errors import CunsheError
from pipelines.sources.contract import load_catalog
from pipelines.sources.reasons import reason_texts
from tests.conventions.checks_cases import ALL_CASES

FOLDER = "kind: k\nzh: 甲\nen: a\ndataset: organisation__village_funds\nexpect:\n  - {file: a.csv, outcome: read}\n"
ENTRY = "- {kind: E-01, zh: 甲, en: a, dataset: organisation__village_funds, outcome: read"
FUNDS, BELOW = base_rows()["organisation__village_funds"]

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return written


def test_every_case_of_the_page_is_tried_or_decided_elsewhere() -> None:
    tried = {case.kind for case in load_cases() if case.kind.startswith("E-")}
    elsewhere = decided_elsewhere()
    assert tried | set(elsewhere) == set(ALL_CASES)
    assert not tried & set(elsewhere)
    assert all(len(why) > 20 for why in elsewhere.values())


def test_names_are_told_apart_and_codes_exist() -> None:
    cases = load_cases()
    assert len({case.name for case in cases}) == len(cases)
    said = {
        code
        for case in cases
        for one in case.expect
        for codes in (one.held, one.notes, *one.asked.values())
        for code in codes
    }
    assert said <= set(reason_texts())


def test_every_file_that_is_expected_is_delivered() -> None:
    missing = [
        f"{case.name}: {one.file}"
        for case in load_cases()
        for one in case.expect
        if case.build is None and one.file not in {name for day in case.days() for name, _ in case.delivered(day)}
    ]
    assert not missing


def test_right_rows_have_the_headers_of_their_contract() -> None:
    for dataset, rows in base_rows().items():
        known = {column.headers[0] for column in load_catalog()[dataset].columns}
        assert all(set(row) <= known for row in rows), dataset


@pytest.mark.parametrize(
    "change",
    [
        ("kind: k", "kind: k\ncolour: red"),
        ("outcome: read", "outcome: landed"),
        ("outcome: read", "outcome: read, asks: {}"),
        ("dataset: organisation__village_funds", "dataset: organisation__fund"),
        ("outcome: read", "outcome: read, asked: {2: [X]}"),
        ("outcome: read", "outcome: refused, values: {2: {fund_year: '2020'}}"),
        ("outcome: read", "outcome: read, values: {2: {fund_year: 2020}}"),
        ("outcome: read", "outcome: read, held: [FILE_EMPTY]"),
        ("en: a\n", ""),
    ],
)
def test_a_folder_that_says_too_much_or_too_little_is_refused(write: Write, change: tuple[str, str]) -> None:
    assert len(load_cases(write("one/case.yml", FOLDER))) == 1
    with pytest.raises(CunsheError):
        load_cases(write("one/case.yml", FOLDER.replace(*change)))


@pytest.mark.parametrize(
    "more",
    [
        ", colour: red}", ", cells: {年度: 2020}}", ", cells: {年度: '2020'}, text: x}", ", column: 年度}", ", forms: [a]}",
        ", column: 年度, forms: [a], headers: [b]}", ", cells: {年度: 2020-01-01}, as: xlsx}", ", as: ods}",
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_meant_is_refused(write: Write, more: str) -> None:
    assert len(load_cases(write("list.yml", f"{ENTRY}}}"))) == 1
    with pytest.raises(CunsheError):
        load_cases(write("list.yml", f"{ENTRY}{more}"))


def test_each_form_of_a_cell_and_of_a_header_is_a_case(write: Write) -> None:
    entries = f"{ENTRY}, column: 年度, forms: [a, b]}}\n{ENTRY}, column: 年度, headers: [甲, 乙], values: {{fund_year: '2020'}}}}"
    cases = load_cases(write("list.yml", entries))
    assert [case.name for case in cases] == [f"list/E-01-0{number}" for number in range(1, 5)]
    texts = [case.files[0].content.decode() for case in cases]
    assert ["a" in texts[0], "b" in texts[1]] == [True, True]
    assert [text.splitlines()[0] for text in texts[2:]] == ["村社代码,甲,运转经费（元）", "村社代码,乙,运转经费（元）"]
    assert cases[2].expect[0].values == {2: {"fund_year": "2020"}}, "a row without its number is the first"


def test_a_new_header_is_a_new_column_and_a_cell_with_a_comma_is_quoted(write: Write) -> None:
    (case,) = load_cases(write("list.yml", f"{ENTRY}, rows: [{{年度: '1,2'}}, {{甲: x}}], left_out: [村社代码]}}"))
    assert (
        case.files[0].content.decode()
        == f'年度,运转经费（元）,甲\r\n"1,2",{FUNDS["运转经费（元）"]},\r\n2020,5000,x\r\n2020,{BELOW["运转经费（元）"]},\r\n'
    )


def test_days_come_from_folders_and_variants_are_cases_of_their_own(write: Write) -> None:
    write("one/a.csv", "x")
    write("one/2020-12-10/b.csv", "y")
    (case,) = load_cases(write("one/case.yml", FOLDER))
    assert case.days() == [DAY, date(2020, 12, 10)]
    assert [list(case.delivered(day)) for day in case.days()] == [[("a.csv", b"x")], [("b.csv", b"y")]]
    apart = FOLDER.replace("expect:\n", "apart: true\nexpect:\n  - {file: b.csv, outcome: read}\n")
    write("one/b.csv", "z")
    cases = load_cases(write("one/case.yml", apart))
    assert [list(case.delivered(DAY)) for case in cases] == [[("b.csv", b"z")], [("a.csv", b"x")]]
