"""The truth file says what is in the deliveries: each defect in its cell, and no other anywhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from pipelines.simulation.defects import defect_table
from pipelines.sources.resident_id import IdProblem, ParsedId, parse_id_number

ID_KINDS = {
    "id_check_digit": IdProblem.CHECK_DIGIT,
    "id_impossible_date": IdProblem.DATE,
    "id_truncated": IdProblem.TRUNCATED,
    "id_scientific": IdProblem.SCIENTIFIC,
    "id_length": IdProblem.LENGTH,
}


def _number(text: str) -> int:
    return int(text)


def _date(text: str) -> date:
    return date(*map(int, re.findall(r"\d+", text)))


def _shows(kind: str, row: dict[str, str], text: str, day: date, villages: set[str]) -> bool:
    """Whether the cell has the defect that the truth file claims."""
    if kind in ID_KINDS:
        return parse_id_number(text, True) is ID_KINDS[kind]
    checks = {
        "id_missing": lambda: text == "",
        "required_missing": lambda: text == "",
        "unknown_village": lambda: bool(re.fullmatch(r"\d{12}", text)) and text not in villages,
        "bad_village_code": lambda: not re.fullmatch(r"\d{12}", text),
        "bad_date": lambda: not re.search(r"\d", text),
        "bad_month": lambda: text == "1978.1",
        "bad_boolean": lambda: text not in ("是", "否"),
        "impossible_date": lambda: re.findall(r"\d+", text) in (["2020", "02", "30"], ["2020", "2", "30"]),
        "number_not_integer": lambda: not re.fullmatch(r"-?\d+", text),
        "negative_number": lambda: _number(text) < 0,
        "unknown_code": lambda: text in ("本硕连读", "新村", "Z09", "监督组织", "有待研究", "已了结", "已审"),
        "phone_in_text": lambda: bool(re.search(r"\D1600000\d{4}$", text)),
        "id_in_text": lambda: isinstance(parse_id_number(re.search(r"（(.*)）", text)[1], True), ParsedId),
        "closed_before_registered": lambda: _date(text) < _date(row["登记日期"]),
        "ended_before_started": lambda: _date(text) < _date(row["任职日期"]),
        "interviewed_more_than_members": lambda: _number(text) > _number(row["党员数"]),
        "valid_more_than_collected": lambda: _number(text) > _number(row["收回选票数"]),
        "answered_in_future": lambda: _date(text) > day,
        "done_in_future": lambda: _date(text) > day,
        "collected_more_than_issued": lambda: _number(text) > _number(row["发出选票数"]),
        "attended_more_than_registered": lambda: _number(text) > _number(row["登记选民数/应到会党员数"]),
        "attended_not_over_half": lambda: _number(text) * 2 <= _number(row["登记选民数/应到会党员数"]),
    }
    return checks[kind]()


@pytest.fixture(scope="session")
def codes(county) -> set[str]:
    return {row["统计用区划代码"] for sent in county.of("civil_affairs__villages") for row in county.clean(sent)}


def test_each_truth_row_points_at_the_cell_that_is_wrong(county, codes):
    checked = Counter()
    for row in county.truth:
        if not row["row"] or row["kind"].startswith("duplicate"):
            continue
        sent = county.sent[row["department"], row["dataset"], row["delivery_date"]]
        assert sent.path.name == row["file"]
        text = sent.cell(int(row["row"]), row["column"])
        day = date.fromisoformat(row["delivery_date"])
        assert _shows(row["kind"], sent.rows[int(row["row"]) - 2], text, day, codes), row
        checked[row["kind"]] += 1
    assert set(checked) == {one.kind for one in defect_table()} - {"duplicate_row", "duplicate_key"}


def test_every_planned_defect_is_there_exactly_as_often_as_the_table_says(county):
    planned = Counter()
    for one in defect_table():
        planned[one.name, one.kind] += one.per_week * (2 if one.kind == "duplicate_key" else 1)
    for week in (0, 1):
        days = [date(2020, 11, 23) + timedelta(days=7 * week + place) for place in range(7)]
        found = Counter(
            (f"{row['department']}__{row['dataset']}", row["kind"])
            for row in county.truth
            if row["row"] and date.fromisoformat(row["delivery_date"]) in days
        )
        assert found == planned


def test_no_row_carries_two_defects(county):
    rows = Counter(
        (row["department"], row["dataset"], row["delivery_date"], row["row"]) for row in county.truth if row["row"]
    )
    assert max(rows.values()) == 1


def test_duplicates_repeat_an_earlier_row_or_a_key(county):
    serial = {"序号", "手机号", "来访人", "联系电话", "反映内容", "问题摘要"}
    for row in county.truth:
        if row["kind"] != "duplicate_row":
            continue
        sent = county.sent[row["department"], row["dataset"], row["delivery_date"]]
        first, second = sent.rows[int(row["row"]) - 3], sent.rows[int(row["row"]) - 2]
        assert int(row["row"]) - 1 not in county.spoiled(sent)
        different = {column for column in first if first[column] != second[column]} - serial
        # A clerk may write the same code in two spellings; everything else is the same.
        assert not any(re.search(r"\d", first[column]) for column in different), different


def test_all_id_numbers_are_invented_and_right_unless_the_truth_says_otherwise(county):
    wrong = {
        (row["department"], row["dataset"], row["delivery_date"], int(row["row"]))
        for row in county.truth
        if row["kind"].startswith("id_") and row["column"] == "公民身份号码"
    }
    seen = 0
    for (department, dataset, day), sent in county.sent.items():
        if "公民身份号码" not in sent.headers:
            continue
        for number, row in enumerate(sent.rows, start=2):
            text = row["公民身份号码"]
            if dataset == "dispositions" and not text:
                assert row["村社代码"] and row["职务"], "neither a number nor a post says whose it is"
                continue
            parsed = parse_id_number(text, True)
            if (department, dataset, day, number) in wrong:
                assert not isinstance(parsed, ParsedId)
                continue
            assert isinstance(parsed, ParsedId), (dataset, day, number)
            assert parsed.number.startswith("9999") and parsed.number[4:6] != "00" and parsed.number == text
            assert not text.endswith("000")
            if "性别" in row:
                assert (parsed.sex == "1") == row["性别"].startswith(("男", "M"))
            # The one row whose month of birth is spoiled has a month that is not a month.
            if "出生年月" in row and row["出生年月"] != "1978.1":
                assert f"{parsed.born_on:%Y%m}" == re.sub(r"\D", "", row["出生年月"])
            seen += 1
    assert seen > 10_000


def test_no_two_people_share_an_id_number(county):
    names: dict[str, set[str]] = {}
    for name in ("organisation__posts", "organisation__candidates"):
        for sent in county.of(name):
            for row in county.clean(sent):
                names.setdefault(row["公民身份号码"], set()).add(row["姓名"])
    assert len(names) > 4000
    assert all(len(found) == 1 for found in names.values())


def test_homonyms_occur_as_they_do(county):
    people = {
        (row["姓名"], row["公民身份号码"])
        for sent in county.of("organisation__candidates")
        for row in county.clean(sent)
    }
    shared = [count for count in Counter(name for name, _ in people).values() if count > 1]
    assert 100 < sum(shared) < 0.4 * len(people)
    in_one_village = Counter(
        (row["姓名"], row["村社代码"])
        for row in {
            row["公民身份号码"]: row for row in county.clean(county.of("organisation__candidates")[-1])
        }.values()
    )
    assert max(in_one_village.values()) > 1


def test_forbidden_cells_are_counted_as_they_are(county):
    total = 0
    for row in county.truth:
        if row["expected"] != "redacted":
            continue
        sent = county.sent[row["department"], row["dataset"], row["delivery_date"]]
        assert sum(bool(cells[row["column"]]) for cells in sent.rows) == int(row["count"]) > 0
        total += int(row["count"])
    assert total == county.summary.values_redacted
    columns = {row["column"] for row in county.truth if row["expected"] == "redacted"}
    assert columns == {"手机号", "来访人", "联系电话", "反映内容", "问题摘要"}


def test_truth_names_nobody(county):
    text = (county.out / "truth.csv").read_text(encoding="utf-8") + (county.out / "truth.json").read_text(
        encoding="utf-8"
    )
    # Longer digit runs than a date would be numbers of persons; file names carry dates.
    assert not re.search(r"\d{11,}", text)
    people = {row["姓名"] for sent in county.of("organisation__candidates") for row in sent.rows}
    petitioners = {row["来访人"] for row in county.of("petition__matters")[-1].rows} - {""}
    assert petitioners
    assert not [name for name in people | petitioners if name in text]


def test_no_petitioner_bears_the_name_of_an_official(county):
    petitioners = {row["来访人"] for row in county.of("petition__matters")[-1].rows} - {""}
    officials = {row["姓名"] for sent in county.of("organisation__posts") for row in sent.rows}
    candidates = {row["姓名"] for sent in county.of("organisation__candidates") for row in sent.rows}
    assert not petitioners & (officials | candidates)


def test_counts_in_truth_json_are_those_of_the_files(county):
    content = json.loads((county.out / "truth.json").read_text(encoding="utf-8"))
    assert content["records"] == sum(one["rows"] for one in content["files"])
    for one in content["files"]:
        sent = county.sent[one["department"], one["dataset"], one["delivery_date"]]
        assert one["rows"] == len(sent.rows)
        quarantined = {
            row["row"]
            for row in county.truth
            if row["expected"] == "quarantined"
            and (row["department"], row["dataset"], row["delivery_date"])
            == (one["department"], one["dataset"], one["delivery_date"])
        }
        assert one["rows_quarantined"] == len(quarantined)
