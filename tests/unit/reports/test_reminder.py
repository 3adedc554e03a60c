"""The reminder of what falls due: the first and last day it names, whose villages, an empty week, and how it goes out."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.reports import render_week
from pipelines.reports.delivery.message import attached_name
from pipelines.reports.index import read_index
from pipelines.settings import Settings
from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import word_tables, word_text
from tests.unit.reports.page_reader import Element

COUNTY, TOWNSHIP, DEPARTMENT = "county.reminder.html", "township-001.reminder.html", "department-D01.reminder.html"


def two_villages() -> Edition:
    edition = open_edition([V("青石村", "001", "D01"), V("白沙村", "002", "D02")])
    edition.add("responsibility", {"recipient_id": "review_group", "recipient_type": "review_group",
                                   "recipient_name": "联审组", "village_id": edition.ids["青石村"]})  # fmt: skip
    return edition


def add_step(edition: Edition, village: str, name: str, due_on: date) -> None:
    row = {"village_id": edition.ids[village], "body": "party", "step_code": name, "name_zh": name, "due_on": due_on}
    edition.add("due_calendar", row | {"legal_level": "statute"})


def add_order(edition: Edition, village: str, number: str, due_on: date, **more: object) -> None:
    row = {"order_no": number, "village_id": edition.ids[village], "responsible_unit": "测试二办", "level": "red",
           "due_on": due_on, "state": "open", "days_overdue": 0}  # fmt: skip
    edition.add("supervision_order", row | more)


def due(page: Element) -> list[list[str]]:
    """Date, days left, kind, matter and owner of each row."""
    if not page.all("table", class_="due"):
        return []
    return [[cell.text for cell in row.all("td")] for row in page.one("table", class_="due").all("tr") if row.all("td")]


@pytest.mark.parametrize(("days", "is_named"), [(-1, False), (0, False), (1, True), (14, True), (15, False)])
@pytest.mark.parametrize("kind", ["step", "warning", "order"])
def test_the_window_opens_on_the_first_day_and_closes_on_the_fourteenth(
    render: Render, kind: str, days: int, is_named: bool
) -> None:
    edition, day = two_villages(), SUNDAY + timedelta(days=days)
    if kind == "step":
        add_step(edition, "青石村", "公布名单", day)
    elif kind == "warning":
        edition.warn("青石村", "step_overdue", act_by=day)
    else:
        add_order(edition, "青石村", "督2020-1号", day)
    page = render(edition, reminders=True)[TOWNSHIP]
    shown = {"step": "程序步骤", "warning": "预警", "order": "督办单"}[kind]
    assert [(row[1], row[2]) for row in due(page)] == ([(f"{days}天", shown)] if is_named else [])
    assert ("已过时限、尚未办结的1项" in page.text) == (days <= 0)
    assert "12月7日—12月20日（14天）" in page.text


def test_how_far_it_looks_is_the_parameter(render: Render) -> None:
    edition = two_villages()
    edition.con.execute("update marts.parameter set value = 7")
    for days in (7, 8):
        add_step(edition, "青石村", f"第{days}天", SUNDAY + timedelta(days=days))
    assert [row[3] for row in due(render(edition, reminders=True)[COUNTY])] == ["党组织：第7天法律"]


def test_each_reads_of_its_own_villages_by_owner_and_village(render: Render) -> None:
    edition, day = two_villages(), SUNDAY + timedelta(days=5)
    add_step(edition, "青石村", "公布名单", day)
    add_step(edition, "白沙村", "投票选举", day)
    add_order(edition, "白沙村", "督2020-2号", SUNDAY + timedelta(days=2))
    pages = render(edition, reminders=True)
    assert set(pages) == {f"{stem}.reminder.html" for stem in ("county", "township-001", "township-002",
                                                               "department-D01", "department-D02")}  # fmt: skip
    for file in (TOWNSHIP, DEPARTMENT):
        assert "青石村" in pages[file].text and "白沙村" not in pages[file].text and len(due(pages[file])) == 1
    owners = [[cell.text for cell in row.all("td")] for row in pages[COUNTY].one("table", class_="owners").all("tr")[1:]]
    names = [row.all("th")[0].text for row in pages[COUNTY].one("table", class_="owners").all("tr")[1:]]
    assert names == ["测试二办", "测试001街道", "测试002街道"]  # whose first is due soonest stands first
    assert owners[0] == ["0", "0", "1", "1", "12月8日（周二）"] and owners[1][:4] == ["1", "0", "0", "1"]
    groups = [row.text for row in pages[COUNTY].all("tr", class_="group")]
    assert groups[0].startswith("青石村1项") and groups[1].startswith("白沙村2项")


def test_what_is_closed_or_not_for_these_eyes_is_not_named(render: Render) -> None:
    edition = two_villages()
    edition.warn("青石村", "step_overdue", handling="closed")
    hold = edition.warn("青石村", "review_hold", "red", subject_type="person", subject_id="p1", restricted=True)
    edition.warn("青石村", "step_overdue", "yellow", "cleared")
    add_order(edition, "青石村", "督2020-3号", SUNDAY + timedelta(days=1), state="closed", closed_on=SUNDAY)
    add_order(edition, "青石村", "督2020-4号", SUNDAY + timedelta(days=1), warning_id=hold)
    pages = render(edition, reminders=True)
    order, person = due(pages[COUNTY])
    assert order[2:] == ["督办单", "督2020-4号red，办理中", "测试二办"]
    assert person[2] == "预警" and "*：联审结论为暂缓，待人工审查" in person[3]
    for page in (pages[TOWNSHIP], pages[DEPARTMENT]):
        assert due(page) == [] and "这段时间没有到期的事项" in page.text
    assert "明细" not in pages[COUNTY].text


def test_an_empty_week_is_said_in_all_forms(tmp_path: Path) -> None:
    render_week(two_villages().con, tmp_path / "out", settings=Settings())
    for name in ("county", "township-001", "department-D01"):
        text = word_text(tmp_path / "out" / f"{name}.reminder.docx")
        assert "每周重点工作提醒" in text and "共0项" in text and "这段时间没有到期的事项" in text


def test_it_goes_out_with_the_report_and_each_points_to_the_other(tmp_path: Path, render: Render) -> None:
    edition, out = two_villages(), tmp_path / "out"
    edition.warn("青石村", "step_overdue", act_by=SUNDAY)
    add_step(edition, "青石村", "公布名单", SUNDAY + timedelta(days=3))
    render_week(edition.con, out, settings=Settings())
    for one in read_index(out).recipients:
        names = {file.name for file in one.files}
        reminders = {f"{one.stem}.reminder.html", f"{one.stem}.reminder.docx"}
        assert names & reminders == (reminders if one.kind != "review_group" else set())
        page = (out / f"{one.stem}.html").read_text(encoding="utf-8")
        assert (f'href="{one.stem}.reminder.html"' in page) == (one.kind != "review_group")
        shown = [attached_name("2020-W49", False, name) for name in names]
        assert len(set(shown)) == len(shown)  # nothing is taken for something else in a mailbox
    assert 'href="county.html"' in (out / "county.reminder.html").read_text(encoding="utf-8")
    assert attached_name("2020-W49", True, "county.reminder.docx") == "每周重点工作提醒2020-W49（更正）.docx"
    (owners, villages) = word_tables(out / "township-001.reminder.docx")
    assert owners[1][:3] == ["测试001街道", "1", "0"] and villages[1][0].startswith("青石村1项")
