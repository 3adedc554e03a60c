"""The mess of rows, case by case: what no cell can tell alone. `docs/intake-cases.md` lists all cases."""

from __future__ import annotations

import pandas as pd
import pytest

from expectations.runner import run_suite
from expectations.suite import Context, load_suite
from pipelines.sources.interpret import interpret
from tests.unit.sources.cases.deliveries import MAN, MATTERS, POSTS, ROWS, contract, deliver, headers_of, table

BALLOTS = "civil_affairs__ballots"
BALLOT = dict(
    zip(
        headers_of(BALLOTS).values(),
        [
            *("999901001201", "村委会", "1", "首次", "2020-11-25", "1001", "890", "31", "890", "889", "880", "5", "5"),
            *("全体选民", "40", "4100", "460", "12", "0"),
        ],
        strict=True,
    )
)


@pytest.mark.parametrize("unit", ["甲村、乙村", "甲村和乙村"])
def test_e46_a_matter_of_two_villages_has_no_one_code(unit: str) -> None:
    read = deliver(MATTERS, {"village_code": unit})
    assert [one.code for one in read.rejects] == ["NOT_A_REGION_CODE"]


def test_e47_first_or_repeated_is_never_left_open() -> None:
    assert [one.code for one in deliver(MATTERS, {"is_repeat": ""}).rejects] == ["REQUIRED_MISSING"]


@pytest.mark.parametrize("word", ["匿名", "群众", "令狐某某"])
def test_e48_a_petitioner_is_nobody_here_named_or_not(word: str) -> None:
    read = deliver(MATTERS, {}, more={"来访人": word, "反映内容": "道路积水", "人数": "37"})
    assert read.values_redacted == 2
    assert [one.code for one in read.notes] == ["COLUMN_UNKNOWN"], "the number of people comes as a band"
    assert word not in read.landed.to_string()
    assert read.identities.columns.empty


@pytest.mark.parametrize(
    ("changes", "expectation"),
    [
        ({"收回选票数": "893"}, "collected_not_above_issued"),
        ({"参加投票数/实到会党员数": "1002"}, "attended_not_above_registered"),
        ({"有效票数": "890"}, "valid_not_above_collected"),
    ],
)
def test_e57_ballots_that_do_not_add_up_are_found(changes: dict[str, str], expectation: str) -> None:
    cells = {**BALLOT, **changes}
    read = interpret(table([*cells], [[*cells.values()]]), contract(BALLOTS))
    context = Context(village_codes=None, delivered_at=pd.Timestamp("2020-11-28").date())
    found = {one.expectation.id: one for one in run_suite(load_suite(BALLOTS), read.landed, context)}
    assert [name for name, one in found.items() if not one.success and not one.skipped] == [expectation]


def test_e64_a_row_that_slipped_is_one_finding() -> None:
    names = list(ROWS[POSTS])
    right = [*ROWS[POSTS].values()]
    slipped = ["", *right[:-1]]  # one cell too many in front: name in the ID column, ID in the code's, …
    read = deliver(POSTS, {}, dict(zip(names, slipped, strict=True)))
    assert len(read.landed) == 1
    found = {one.column: one.code for one in read.rejects}
    assert found["公民身份号码"] == "ROW_SHIFTED", "the first cell that fits its neighbour stands for the row"
    assert list(found.values()).count("ROW_SHIFTED") == 1
    assert found["姓名"] == "REQUIRED_MISSING"
    assert "村社代码" not in found, "its finding is the row's"


def test_e64_a_row_that_slipped_the_other_way_is_found_too() -> None:
    names = list(ROWS[POSTS])
    slipped = [*list(ROWS[POSTS].values())[1:], ""]
    read = deliver(POSTS, {}, dict(zip(names, slipped, strict=True)))
    assert "ROW_SHIFTED" in {one.code for one in read.rejects}


def test_e64_one_wrong_cell_is_a_slip_of_the_pen() -> None:
    read = deliver(POSTS, {"id_number": "16000000001"})
    assert [one.code for one in read.rejects] == ["ID_LENGTH"]
    one = deliver(POSTS, {"sex": "1978-03"})
    assert [(found.code, found.column) for found in one.rejects] == [("UNKNOWN_CODE", "性别")], "it fits the column beside it"
    two = deliver(POSTS, {"id_number": "16000000001", "sex": "张三"})
    assert [one.code for one in two.rejects] == ["ID_LENGTH", "UNKNOWN_CODE"], "neither fits the column beside it"


def test_e45_a_matter_registered_twice_has_one_key_and_neither_stands() -> None:
    read = deliver(MATTERS, {}, {"registered_on": "2020-09-02"})
    assert [one.code for one in read.rejects] == ["KEY_REPEATED", "KEY_REPEATED"]
    assert len(deliver(MATTERS, {}, {"matter_key": "d4e5f6"}).landed) == 2


def test_e43_who_manages_a_village_is_not_its_code() -> None:
    read = deliver("civil_affairs__villages", {"managing_unit_code": "KFQ01", "managing_unit_name": "经济开发区"})
    assert read.landed[["township_code", "managing_unit_code"]].iloc[0].tolist() == ["999901001000", "KFQ01"]


def test_e15_the_number_is_who_it_is_whatever_the_name() -> None:
    read = deliver(POSTS, {"person_name": "王小芳"}, {"person_name": "王晓芳", "position": "理事长"})
    assert read.identities["id_number"].tolist() == [MAN, MAN]
    assert read.identities["person_name"].tolist() == ["王小芳", "王晓芳"]


def test_e39_a_village_is_its_code_and_its_name_stays_as_sent() -> None:
    names = ["东村", "东村村", "东村村委会", "东村(社区)"]
    codes = [f"99990100120{place}" for place in range(4)]
    changes = [{"village_code": code, "village_name": name} for code, name in zip(codes, names, strict=True)]
    assert deliver("civil_affairs__villages", *changes).landed["village_name"].tolist() == names


def test_e40_one_name_in_two_townships_is_two_villages() -> None:
    here = {"village_name": "前进村"}
    there = {**here, "village_code": "999901002201", "township_code": "999901002000"}
    assert len(deliver("civil_affairs__villages", here, there).landed) == 2


def test_e56_two_answers_for_one_village_are_both_set_aside() -> None:
    read = deliver("questionnaire__village_profile", {}, {"residents": "1051"})
    assert [one.code for one in read.rejects] == ["KEY_REPEATED", "KEY_REPEATED"]


# --- rows that must not be shared ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["检举控告类", "检举控告", "检举 控告类", "\u200b检举控告类", "accusation"])
def test_e68_an_accusation_leaves_nothing_behind(said: str) -> None:
    accused = {"category": said, "matter_key": "k9", "village_code": "999", "registered_on": "不详"}
    read = deliver(MATTERS, {}, accused, {"matter_key": "b2"}, more={"来访人": "令狐某"})
    assert (read.rows_read, read.landed.index.tolist(), read.rejects, read.keys) == (2, [2, 4], [], {})
    assert "k9" not in read.landed.to_csv()
    assert read.values_redacted == 3
    (note,) = (note for note in read.notes if note.code == "ROWS_DROPPED")
    assert (note.row, note.column) == (None, None) and "检举" not in note.zh + note.fix_zh


@pytest.mark.parametrize(
    "change", [{"category": "检举类"}, {"category": "其他", "form": "检举控告类"}, {"category": "控告（转）"}]
)
def test_e68_a_misspelt_or_slipped_accusation_is_dropped_too(change: dict[str, str]) -> None:
    read = deliver(MATTERS, {}, {"matter_key": "k9", **change})
    assert (read.rows_read, read.rejects, read.keys) == (1, [], {})


def test_e68_same_as_above_is_read_before_the_row_above_goes() -> None:
    accused = {"category": "检举控告类", "matter_key": "k1", "village_code": "999901001201"}
    again = {"category": "同上", "matter_key": "k2", "village_code": "同上"}
    other = {"category": "建议意见类", "matter_key": "k3", "village_code": "同上"}
    for piece in (1, 2, 1000):
        read = deliver(MATTERS, accused, again, other, piece=piece)
        assert (read.rows_read, read.rejects) == (1, [])
        assert read.landed[["matter_key", "village_code"]].values.tolist() == [["k3", "999901001201"]]


@pytest.mark.parametrize(("rows", "said"), [(2, "若干行"), (3, "3行")])
def test_e68_few_are_not_told_by_number(rows: int, said: str) -> None:
    cells = {**dict.fromkeys(headers_of(MATTERS), ""), **ROWS[MATTERS], "category": "检举控告类"}
    raw = table(list(headers_of(MATTERS).values()), [[*{**cells, "matter_key": f"k{n}"}.values()] for n in range(rows)])
    (note,) = interpret(raw, contract(MATTERS), small_cell=3).notes
    assert said in note.zh
