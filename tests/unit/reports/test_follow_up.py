"""The chapters on what came back on supervision and on what falls due in the next week."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import LAST_MONDAY, MONDAY, SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import word_text

FILES = ("county.html", "township-001.html", "department-D01.html")


def one_village() -> Edition:
    return open_edition([V("青石村", "001", "D01", "red")])


def order(edition: Edition, order_no: str, state: str, **more: object) -> None:
    row = {
        "order_no": order_no,
        "village_id": edition.ids["青石村"],
        "responsible_unit": "测试街道",
        "level": "yellow",
        "due_on": SUNDAY + timedelta(days=5),
        "state": state,
        "days_overdue": 0,
    }
    edition.add("supervision_order", row | more)


def test_orders_are_counted_by_what_became_of_them_the_overdue_first(render: Render, tmp_path: Path) -> None:
    edition = one_village()
    order(edition, "D1", "closed", closed_on=SUNDAY)
    order(edition, "D2", "open", is_extended=True)
    order(edition, "D3", "overdue", returned_on=MONDAY, days_overdue=2, is_feedback_overdue=True)
    pages = render(edition)
    told = "督办单3件：已审结1件（1/3）、退回重办1件（1/3）、已超期1件（1/3）、已延期1件（1/3）、逾期未反馈1件（1/3）。"
    for file in FILES:
        section = pages[file].one("section", id="supervision")
        assert told in section.text
        assert [row.all("th")[0].text for row in section.all("tr")[1:]] == ["D3", "D2", "D1"]
    assert told in word_text(next(tmp_path.rglob("county.docx")))


def test_answers_of_the_week_are_counted_among_the_open_warnings(render: Render) -> None:
    edition = one_village()
    for handling, since in (("in_hand", MONDAY), ("in_hand", SUNDAY), ("closed", LAST_MONDAY), ("none", MONDAY)):
        edition.warn("青石村", "step_overdue", handling=handling, handling_since=since)
    text = render(edition)["county.html"].one("section", id="supervision").text
    assert "现有预警4条，本周处置状态有变化的2条（2/4）：办理中2条。" in text
    assert "没有在办和本周审结的督办单" in text


def test_what_falls_due_in_the_next_seven_days_is_counted_by_matter(render: Render) -> None:
    edition = one_village()
    for days, colour in ((0, "red"), (1, "red"), (7, "yellow"), (8, "red")):
        edition.warn("青石村", "step_overdue", colour, act_by=SUNDAY + timedelta(days=days))
    order(edition, "D1", "open")
    step = {"village_id": edition.ids["青石村"], "body": "party", "step_code": "P16", "name_zh": "党员大会选举"}
    edition.add("due_calendar", {**step, "due_on": SUNDAY + timedelta(days=3)})
    page = render(edition)["department-D01.html"].one("section", id="focus")
    rows = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in page.all("tr")[1:]]
    assert rows == [
        ["12月7日（周一）", "预警", "换届程序步骤逾期规1", "2项", "1/2"],
        ["12月9日（周三）", "程序步骤", "党组织：党员大会选举", "1项", "—"],
        ["12月11日（周五）", "督办单", "yellow", "1项", "0/1"],
    ]
    assert "下周（截至12月13日）到期4项，其中红色1项（1/4）" in page.text
    assert "另有已过办结时限的预警1条（1/4），列在“先办事项”" in page.text


def test_a_week_with_nothing_to_follow_says_so(render: Render) -> None:
    page = render(one_village())["county.html"]
    focus = page.one("section", id="focus").text
    assert "下周没有到期的" in focus and "已过办结时限" not in focus
    assert not page.one("section", id="supervision").all("table")
