"""The simulated offices answer from their ledgers: only what stands there, in its words, the same each time."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl

from pipelines.reports.ledger import layout
from pipelines.simulation.answers import colour_overrides, filled_ledger, supervision_orders
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import load_catalog

DAY = date(2020, 12, 4)
TITLES = [column["title"] for column in layout()["sheets"]["warnings"]["columns"].values()]


def ledger(*rows: dict[str, Any]) -> bytes:
    """A ledger as it goes out, with these warnings."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(TITLES)
    for row in rows:
        sheet.append([row.get(title) for title in TITLES])
    book.create_sheet("说明")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def warning(number: int, colour: str = "■ 红", **more: Any) -> dict[str, Any]:
    row = {
        "预警编号": f"W{number:012}",
        "村社代码": f"3303040010{number:02}",
        "预警颜色": colour,
        "预警事项": "信访事项超过办理期限",
        "所属镇街": "景山街道",
    }
    return row | more


def returned(content: bytes | None) -> list[dict[str, Any]]:
    assert content is not None
    titles, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


COUNTY = ledger(*(warning(number) for number in range(60)))


def test_some_red_warnings_are_answered_with_the_contracts_words_and_none_that_was_not_sent() -> None:
    rows = returned(filled_ledger(COUNTY, DAY, 1))
    answered = [row for row in rows if row["环节"]]
    assert 20 < len({row["预警编号"] for row in answered}) < 60
    labels = code_tables()["answer_step"].labels
    assert {row["环节"] for row in answered} == {labels[one] for one in ("take_in_hand", "confirmed", "unfounded", "extend")}
    assert {row["预警编号"] for row in rows} == {f"W{number:012}" for number in range(60)}
    assert all(row["经办人代号"] and row["办理措施"] and row["日期"].date() == DAY for row in answered)


def test_more_time_is_asked_for_on_a_row_of_its_own_by_the_same_office() -> None:
    rows = returned(filled_ledger(COUNTY, DAY, 1))
    asked = [row for row in rows if row["承诺时限"]]
    assert asked
    for row in asked:
        (first,) = [one for one in rows if one["预警编号"] == row["预警编号"] and one is not row]
        assert (first["环节"], row["环节"]) == ("交办", "申请延期")
        assert (first["经办人代号"], first["村社代码"]) == (row["经办人代号"], row["村社代码"])
        assert row["承诺时限"].date() > DAY


def test_the_same_ledger_is_answered_the_same_whatever_its_warnings_numbers() -> None:
    renumbered = ledger(*(warning(number, 预警编号=f"Wf{number:011}") for number in range(60)))
    assert [row["环节"] for row in returned(filled_ledger(COUNTY, DAY, 1))] == [
        row["环节"] for row in returned(filled_ledger(renumbered, DAY, 1))
    ]
    assert [row["环节"] for row in returned(filled_ledger(COUNTY, DAY, 1))] != [
        row["环节"] for row in returned(filled_ledger(COUNTY, DAY, 2))
    ]


def test_a_ledger_without_warnings_is_not_returned() -> None:
    assert filled_ledger(ledger(), DAY, 1) is None
    assert filled_ledger(ledger(warning(1, "● 绿")), DAY, 1) is None


def test_orders_are_of_red_warnings_about_villages_one_for_each() -> None:
    content = ledger(
        warning(3), warning(1), warning(1, 预警事项="书记空缺"), warning(2, "▲ 黄"), warning(4, 人员="周*")
    )
    orders = supervision_orders(content, DAY)
    assert [one["village_code"] for one in orders] == ["330304001001", "330304001003"]
    assert [one["order_no"] for one in orders] == ["督2020-001", "督2020-002"]
    columns = {column.name for column in load_catalog()["organisation__supervision_orders"].columns}
    assert all(set(one) == columns and one["due_on"] > DAY for one in orders)


def test_orders_take_every_course() -> None:
    orders = supervision_orders(COUNTY, DAY)
    assert len(orders) == 12
    alone = [one for one in orders if one["closed_on"] and one["closer_code"] == one["handler_code"]]
    checked = [one for one in orders if one["closed_on"] and one["closer_code"] != one["handler_code"]]
    assert len(alone) == len(checked) == 2
    for name in ("returned_on", "extended_to", "extension_approved_on"):
        assert sum(one[name] is not None for one in orders) == 2
    assert sum(one["fed_back_on"] is None for one in orders) == 2


def test_a_colour_is_set_by_hand_with_reason_and_end() -> None:
    (one,) = colour_overrides(COUNTY, DAY)
    assert (one["village_code"], one["colour"]) == ("330304001059", "yellow")
    assert one["reason"] and one["decider_code"] and one["valid_until"] == DAY + timedelta(days=13)
    assert colour_overrides(ledger(warning(1, "▲ 黄")), DAY) == []
