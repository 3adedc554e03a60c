"""What happened in the week: files that changed and why, answers to warnings, rules that began; each only to who may read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import MONDAY, SUNDAY, Edition, V, open_edition, rule
from tests.unit.reports.page_reader import Element


def county(*villages: V) -> Edition:
    edition = open_edition(villages or [V("青石村", "001", "D01"), V("白沙村", "002", "D02")])
    edition.add("person_identity", {"person_id": "p1", "person_name": "欧阳试一"})
    return edition


def change(edition: Edition, village: str = "青石村", **more: Any) -> None:
    base = {"week_start": MONDAY, "file": "village", "subject_id": "x", "village_id": edition.ids[village], "section": "base",
            "item": "i", "item_zh": "户数", "cause": "new_data", "department": "civil_affairs", "restricted": False}  # fmt: skip
    edition.add("file_change", base | more)


def cells(page: Element, table: str) -> list[list[str]]:
    return [[cell.text for cell in row.all("th") + row.all("td")] for row in page.one("table", class_=table).all("tr")[1:]]


def test_each_change_of_a_village_stands_with_its_cause_and_both_values(render: Render) -> None:
    edition = county()
    change(edition, old_value="320", new_value="318", cause="correction")
    change(edition, "白沙村", new_value="7")
    pages = render(edition)
    assert cells(pages["county.html"], "file-changes") == [
        ["更正", "一村一档", "基本情况：户数", "民政", "1", "青石村：320→318"],
        ["部门新报", "一村一档", "基本情况：户数", "民政", "1", "白沙村：无→7"],
    ]
    own = [["部门新报", "一村一档", "基本情况：户数", "民政", "1", "白沙村：无→7"]]
    assert cells(pages["department-D02.html"], "file-changes") == own


def test_of_a_person_only_that_something_changed_and_why_and_only_where_it_may_be_known(render: Render) -> None:
    edition = county()
    person = {"file": "person", "subject_id": "p1", "section": "disposition", "item_zh": "党内警告", "old_value": "在期",
              "cause": "link"}  # fmt: skip
    change(edition, **person, restricted=True)
    change(edition, **(person | {"section": "profile", "item_zh": "学历"}))
    pages = render(edition)
    education = ["记录与人员的对应变动", "一人一表", "基本信息：学历", "民政", "1", "青石村欧*"]
    outcome = ["记录与人员的对应变动", "一人一表", "限制知悉事项", "—", "1", "青石村欧*"]
    for file, rows in (("county.html", [education, outcome]), ("township-001.html", [education])):
        assert cells(pages[file], "file-changes") == rows
        assert "党内警告" not in pages[file].text and "在期" not in pages[file].text
    assert "档案与上周发布的一致" in pages["department-D01.html"].text


def test_what_changed_together_in_persons_files_stands_in_one_row(render: Render) -> None:
    edition = county()
    edition.add("person_identity", {"person_id": "p2", "person_name": "赵试二"})
    for person, items in (("p1", ("党组织书记", "学历", "性别")), ("p2", ("党组织书记", "学历", "性别")), ("p3", ("学历",))):
        for item in items:
            section = "post" if item == "党组织书记" else "profile"
            change(edition, file="person", subject_id=person, section=section, item=item, item_zh=item, new_value="新")
    assert [row[2:] for row in cells(render(edition)["county.html"], "file-changes")] == [
        ["任职：党组织书记；基本信息：学历、性别", "民政", "6", "青石村欧*；青石村赵*"],
        ["基本信息：学历", "民政", "1", "青石村*"],
    ]


def test_items_that_went_with_a_villages_record_stand_in_one_row(render: Render) -> None:
    edition = county()
    for item in ("户数", "人口", "党员数"):
        change(edition, item=item, item_zh=item, old_value="7")
    change(edition, item="白", item_zh="白", section="pairing", old_value="7")
    change(edition, item="改", item_zh="改", old_value="7", new_value="8")
    assert [row[2:] for row in cells(render(edition)["county.html"], "file-changes")] == [
        ["基本情况：人口、党员数、户数", "民政", "3", "青石村：缺失3项"],
        ["基本情况：改", "民政", "1", "青石村：7→8"],
        ["结对包联：白", "民政", "1", "青石村：7→无"],
    ]


def test_petitions_are_not_counted_by_what_changed(render: Render) -> None:
    edition = county()
    change(edition, department="petition", item_zh="未办结信访", old_value="1", new_value="2")
    assert cells(render(edition)["county.html"], "file-changes")[0][-1] == "青石村"


def test_many_changes_are_counted_by_unit(render: Render) -> None:
    edition = county(*(V(f"第{n}村", f"00{n % 2 + 1}", "D01") for n in range(13)))
    for n in range(13):
        change(edition, f"第{n}村", old_value="1", new_value="2")
    assert cells(render(edition)["county.html"], "file-changes")[0][-2:] == ["13", "测试001街道7处、测试002街道6处"]


def test_nothing_compared_is_not_nothing_changed(render: Render) -> None:
    edition = county()
    assert "档案与上周发布的一致" in render(edition)["county.html"].text
    edition.con.execute("update marts.file_comparison set is_compared = false")
    assert "上周没有发布档案，本周不作比较" in render(edition)["county.html"].text


def test_answers_of_the_week_say_whether_they_count(render: Render) -> None:
    edition = county()
    base = {"rule_id": "step_overdue", "village_id": edition.ids["青石村"], "handler_code": "Z01", "stepped_on": MONDAY,
            "measure_zh": "约定补齐", "outcome_zh": "", "restricted": False, "delivered_at": SUNDAY}  # fmt: skip
    more: tuple[dict[str, Any], ...] = (
        {"answer_no": "H1", "step": "take_in_hand", "step_zh": "交办", "promised_on": date(2020, 12, 9)},
        {"answer_no": "H2", "step": "check_passed", "step_zh": "核查通过", "outcome_zh": "核查人与经办人为同一人，不视为核查"},
        {"answer_no": "H3", "step": "take_in_hand", "step_zh": "交办", "rule_id": "review_hold", "restricted": True},
        {"answer_no": "H0", "step": "take_in_hand", "step_zh": "交办", "delivered_at": date(2020, 11, 29)},
    )
    for one in more:
        edition.add("warning_step", base | one)
    pages = render(edition)
    same = "无效：核查人与经办人为同一人，不视为核查"
    expected = [
        ["H1", "青石村", "换届程序步骤逾期", "交办", "11月30日", "Z01", "约定补齐；承诺12月9日前办结", "有效"],
        ["H2", "青石村", "换届程序步骤逾期", "核查通过", "11月30日", "Z01", "约定补齐", same],
    ]
    restricted = ["H3", "青石村", "联审结论为暂缓", "交办", "11月30日", "Z01", "—", "有效"]
    assert cells(pages["county.html"], "answers") == [*expected, restricted]
    assert cells(pages["department-D01.html"], "answers") == expected
    assert not pages["department-D02.html"].all("table", class_="answers")


def test_an_answer_that_counts_says_what_it_brings_about(render: Render) -> None:
    edition = county()
    for number, step in enumerate(("take_in_hand", "extend", "ask_closing", "check_passed")):
        edition.add("warning_step", {
            "answer_no": f"H{number}", "village_id": edition.ids["青石村"], "step": step, "step_zh": step,
            "handler_code": "Z01", "stepped_on": MONDAY, "outcome_zh": "", "restricted": False, "delivered_at": SUNDAY,
        })  # fmt: skip
    told = [row[-1] for row in cells(render(edition)["county.html"], "answers")]
    assert told == ["有效", "有效，办结时限延后", "有效，须由经办人以外的人核查", "有效，予以销号"]


def test_a_rule_that_begins_in_the_week_is_told(render: Render) -> None:
    edition = county()
    edition.add("warning_rule", rule("step_overdue", "换届程序步骤逾期", valid_from=MONDAY, version=2, yellow_threshold=2))
    edition.warn("青石村", "step_overdue", state="cleared")
    edition.warn("白沙村", "audit_unpublished", state="cleared")
    pages = render(edition)
    before = "此前为第1版，黄：≥1日，红：＞3日。"
    told = f"规则变动：《换届程序步骤逾期》（step_overdue）第2版自11月30日起施行，黄：≥2日，红：＞3日；{before}"
    text = pages["department-D01.html"].text
    assert told in text and text.count("规则变动：") == 1
    # what its second version cleared is not taken for something that the village did
    marked = [row.text for row in pages["county.html"].one("section", id="changes").all("tr") if "本周规则变动" in row.text]
    assert len(marked) == 1 and "换届程序步骤逾期" in marked[0]
