""""Same as above": whom it may be said of, and what it is never copied onto."""

from __future__ import annotations

import pytest

from pipelines.sources.interpret import interpret
from tests.unit.sources.cases.deliveries import MAN, POSTS, PROFILE, WOMAN, contract, deliver, table

DISPOSITIONS, PAIRINGS, CORRECTIONS = "discipline_inspection__dispositions", "organisation__pairings", "organisation__corrections"
DISPOSITION = {"disposition_no": "C1", "person_name": "张三丰", "id_number": MAN, "village_code": "999901001201",
    "position": "委员",
               "disposition": "党内警告", "decided_on": "2020-03-01"}  # fmt: skip
PAIRING = {"village_code": "999901001201", "area_name": "东片", "department_code": "D01", "department_name": "甲局",
    "leader_name": "赵六",
           "leader_phone": "16000000001", "leader_email": "z@example.cn", "secretary_name": "钱七",
           "secretary_phone": "16000000002",
           "secretary_email": "q@example.cn"}  # fmt: skip


def sent(dataset: str, right: dict[str, str], *changes: dict[str, str], piece: int = 1000):
    names = [column.name for column in contract(dataset).columns]
    rows = [dict.fromkeys(names, "") | right | change for change in changes]
    return interpret(table(names, [[*row.values()] for row in rows], piece=piece), contract(dataset),
        allow_unassigned_area=True)


def codes(read) -> list[tuple[int, str, str]]:
    return sorted((one.row, one.column, one.code) for one in read.rejects)


@pytest.mark.parametrize("piece", [1, 2, 1000])
@pytest.mark.parametrize("mark", ["同上", "〃", '"', "同前", "〃〃", "″", "”", " 同　上 ", "\u200b〃", '="同上"'])
def test_a_number_is_never_given_to_another_name(mark: str, piece: int) -> None:
    other = {"disposition_no": "C2", "person_name": "李大明", "id_number": mark, "village_code": mark, "position": mark}
    read = sent(DISPOSITIONS, DISPOSITION, {}, other, piece=piece)
    assert codes(read) == [(3, "公民身份号码", "DITTO_OTHER_PERSON")]
    assert read.identities["person_name"].tolist() == ["张三丰"]


@pytest.mark.parametrize("piece", [1, 2, 1000])
def test_the_same_person_may_be_the_same_as_above(piece: int) -> None:
    rows = [{"person_name": "同上", "id_number": "同上"}, {"person_name": "张三 丰", "id_number": "〃"},
        {"person_name": "〃", "id_number": MAN}]
    read = sent(DISPOSITIONS, DISPOSITION, {}, *({**row, "disposition_no": f"D{n}"} for n, row in enumerate(rows)),
        piece=piece)
    assert codes(read) == []
    assert read.identities["id_number"].tolist() == [MAN] * 4
    assert set(map(str, read.identities["person_name"])) == {"张三丰"}


@pytest.mark.parametrize("piece", [1, 1000])
def test_what_hangs_on_a_refused_mark_is_refused_too(piece: int) -> None:
    rows = [
        {}, {"person_name": "李大明", "id_number": "〃"}, {"person_name": "李大明", "id_number": "〃"},
        {"person_name": "〃", "id_number": "〃"},
        {"person_name": "王五", "id_number": WOMAN}, {"person_name": "〃", "id_number": "〃"},
    ]  # fmt: skip
    read = sent(DISPOSITIONS, DISPOSITION, *({**row, "disposition_no": f"D{n}"} for n, row in enumerate(rows)),
        piece=piece)
    assert read.identities.index.tolist() == [2, 6, 7]
    assert read.identities["id_number"].tolist() == [MAN, WOMAN, WOMAN]


def test_a_name_is_not_copied_beside_another_number() -> None:
    read = sent(DISPOSITIONS, DISPOSITION, {}, {"disposition_no": "C2", "person_name": "同上", "id_number": WOMAN})
    assert codes(read) == [(3, "姓名", "DITTO_OTHER_PERSON")]


def test_a_number_is_not_copied_where_no_name_stands() -> None:
    read = sent(DISPOSITIONS, DISPOSITION, {}, {"disposition_no": "C2", "person_name": "", "id_number": "〃"})
    assert (3, "公民身份号码", "DITTO_OTHER_PERSON") in codes(read)


def test_each_person_of_a_row_has_its_own_name() -> None:
    same = {"village_code": "999901001202", "leader_name": "〃", "leader_phone": "〃", "leader_email": "〃"}
    other = {"secretary_name": "孙八", "secretary_phone": "16000000003", "secretary_email": "s@example.cn"}
    read = sent(PAIRINGS, PAIRING, {}, {**same, **other})
    assert codes(read) == []
    assert read.identities["leader_phone"].tolist() == ["16000000001"] * 2
    read = sent(PAIRINGS, PAIRING, {}, {**same, **other, "secretary_phone": "〃"})
    assert codes(read) == [(3, "书记电话", "DITTO_OTHER_PERSON")]


def test_ids_of_this_house_are_never_copied() -> None:
    correction = {"correction_no": "C0123456789", "person_id": "P0123456789"}
    read = sent(CORRECTIONS, correction, {}, {"correction_no": "C9876543210", "person_id": "同上"})
    assert (3, "人员编号", "DITTO_OTHER_PERSON") in codes(read)


def test_an_amount_is_not_copied() -> None:
    read = deliver(PROFILE, {}, {"village_code": "999901001202", "collective_income": "〃"})
    assert codes(read) == [(3, "集体经济收入（元）", "DITTO_AMOUNT")]
    read = deliver(PROFILE, {}, {"village_code": "999901001202", "residents": "〃", "filled_on": "同上"})
    assert codes(read) == []


def test_columns_that_say_nothing_of_who_it_is_follow_beside_another_name() -> None:
    below = {"person_name": "李四", "id_number": "999902199912310176", "birth_month": "1999-12",
        "village_code": "〃", "sex": "〃", "started_on": "同前"}
    read = deliver(POSTS, {}, below)
    assert codes(read) == []
    assert read.landed["village_code"].tolist() == ["999901001201"] * 2
