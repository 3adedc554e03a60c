"""Strict interpretation: every column is consumed, ignored, dropped or reported; what the contract cannot take holds."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipelines.sources.contract import Column, Forbidden, load_catalog
from pipelines.sources.forbidden import general_groups
from pipelines.sources.interpret import interpret
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.cases.deliveries import MATTERS, OPINIONS, POSTS, ROWS, contract, deliver, table

PAIRINGS = "organisation__pairings"


def held(dataset: str, more: dict[str, str]) -> tuple[str, str | None]:
    with pytest.raises(Unreadable) as caught:
        deliver(dataset, {}, more=more)
    return caught.value.why.code, caught.value.why.column


@pytest.mark.parametrize("dataset", list(ROWS))
@pytest.mark.parametrize("header", ["手机号码", "联系电话 ", "家庭住址", "ＰＨＯＮＥ", "微信号", "同案人姓名"])
def test_a_header_of_the_general_list_is_dropped_and_counted_everywhere(dataset: str, header: str) -> None:
    read = deliver(dataset, {}, more={header: "16000000001"})
    assert (read.values_redacted, read.notes, len(read.landed)) == (1, [], 1)
    assert "16000000001" not in read.landed.to_string() + read.identities.to_string()


def test_a_blank_cell_of_a_forbidden_column_is_not_counted() -> None:
    assert deliver(POSTS, {}, more={"手机号": " \u200b"}).values_redacted == 0


def test_what_a_contract_consumes_or_ignores_by_name_is_not_forbidden() -> None:
    pairings = contract(PAIRINGS)
    assert pairings.forbidden_by("部门负责人电话") is None
    assert pairings.forbidden_by("leader_phone") is None
    assert pairings.forbidden_by("电话") is not None
    ignoring = pairings.model_copy(update={"ignored": (*pairings.ignored, "电话")})
    assert ignoring.forbidden_by("电话") is None


@pytest.mark.parametrize(
    "header", ["线索编码", "线索内容", "处置方式1批准时间", "被反映人", "举报人", "初核情况", "反映内容", "收缴涉案金额（0"]
)
def test_clues_hold_a_delivery_of_discipline_inspection(header: str) -> None:
    assert held(OPINIONS, {header: "甲"}) == ("FORBIDDEN_COLUMN", header)


def test_clues_from_anybody_else_are_dropped() -> None:
    assert deliver(MATTERS, {}, more={"线索编码": "甲"}).values_redacted == 1


def test_the_description_of_a_problem_is_dropped_and_the_conclusion_lands() -> None:
    read = deliver(OPINIONS, {}, more={"问题摘要": "经了解，未发现问题"})
    assert (read.values_redacted, len(read.landed)) == (1, 1)


def test_an_unknown_column_is_named_by_its_place_only() -> None:
    read = deliver(POSTS, {}, more={"张三的备忘": "甲"})
    known = len(contract(POSTS).columns)
    assert [(one.code, one.column) for one in read.notes] == [("COLUMN_UNKNOWN", f"第{known + 1}列")]
    assert len({*read.landed.columns, *read.identities.columns}) == known


def test_the_contracts_own_names_are_headers_and_reasons_say_the_agreed_ones() -> None:
    rows = dict.fromkeys((column.name for column in contract(POSTS).columns), "") | ROWS[POSTS]
    read = interpret(table([*rows], [[*{**rows, "sex": "?"}.values()]]), contract(POSTS), allow_unassigned_area=True)
    assert [(one.code, one.column) for one in read.rejects] == [("VALUE_UNKNOWN", "性别")]


def test_a_column_that_is_there_under_two_names_holds() -> None:
    assert held(POSTS, {"身份证号": "甲"}) == ("HEADER_REPEATED", "公民身份号码/身份证号")
    assert held(POSTS, {"id_number": "甲"})[0] == "HEADER_REPEATED"


def test_a_column_none_of_whose_values_is_of_its_type_holds() -> None:
    with pytest.raises(Unreadable) as caught:
        deliver(MATTERS, *({"matter_key": f"k{place}", "registered_on": "上周"} for place in range(20)))
    assert (caught.value.why.code, caught.value.why.row) == ("COLUMN_TYPE_CHANGED", 2)


def test_an_optional_column_of_empty_marks_has_not_changed_its_type() -> None:
    rows = [{"matter_key": f"k{place}", "closed_on": "/"} for place in range(20)]
    assert deliver(MATTERS, *rows).landed["closed_on"].isna().all()


def test_no_reason_carries_a_value() -> None:
    read = deliver(POSTS, {"person_name": "赵六、钱七", "id_number": "9999011978****001X", "started_on": "年底前"})
    assert len(read.rejects) == 3
    said = "".join(one.zh + one.en + one.fix_zh for one in read.rejects)
    assert not [part for part in ("赵六", "钱七", "9999011978", "001X") if part in said]


def test_no_contract_consumes_by_accident_what_its_own_list_forbids() -> None:
    for one in load_catalog().values():
        own = {header for group in one.forbidden for header in group.headers}
        assert not own & {header for column in one.columns for header in column.headers}, one.name


def test_a_forbidden_group_must_exist_and_have_a_reason() -> None:
    assert set(general_groups()) >= {"clues", "petitioners", "telephones"}
    assert all(group.why and group.headers for group in general_groups().values())
    for wrong in ({"group": "rumours"}, {"headers": ("甲",)}, {"group": "clues", "headers": ("甲",), "why": "乙"}, {}):
        with pytest.raises(ValidationError):
            Forbidden(**wrong)


@pytest.mark.parametrize("field", [{"unit": "元"}, {"identifier": True}])
def test_fields_of_a_column_go_with_their_type(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Column(name="c", headers=("列",), type="date", required=False, zh="列", en="c", **field)
