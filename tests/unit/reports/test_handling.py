"""What has become of a warning: who has it in hand and until when, orders, held and overridden colours, rectification."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import MONDAY, SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import records

IN_HAND = {"handling": "in_hand", "measure_zh": "约定补齐文书", "promised_on": date(2020, 12, 9)}


def one_village() -> Edition:
    return open_edition([V("青石村", "001", "D01", "red")])


def test_a_warning_in_hand_says_what_is_done_and_until_when(render: Render, tmp_path: Path) -> None:
    edition = one_village()
    edition.warn("青石村", "step_overdue", "red", "continuing", appeared="escalated", is_talk_proposed=True, **IN_HAND)
    pages = render(edition)
    told = "办理中；约定补齐文书；承诺12月9日前办结；红色超期，建议约谈（由人决定）"
    for file in ("county.html", "township-001.html", "department-D01.html"):
        text = pages[file].one("table", class_="warnings").text
        assert f"处置：{told}" in text and "升级" in text
    (row,) = records(next(tmp_path.rglob("county.xlsx")), "预警台账")
    assert row["处置状态"] == told


def test_of_a_restricted_warning_only_the_state_is_told(render: Render) -> None:
    edition = one_village()
    edition.warn("青石村", "review_hold", subject_type="person", subject_id="p1", restricted=True, **IN_HAND)
    text = render(edition)["county.html"].text
    assert "处置：办理中；承诺12月9日前办结" in text and "约定补齐文书" not in text


def test_a_warning_nobody_has_answered_says_nothing_of_handling(render: Render) -> None:
    edition = one_village()
    edition.warn("青石村", "step_overdue")
    assert "处置：" not in render(edition)["county.html"].text


def test_a_relapse_names_the_warning_that_came_back_and_is_counted_among_the_new(render: Render) -> None:
    edition = one_village()
    edition.warn("青石村", "step_overdue", "yellow", appeared="relapsed", relapse_of="W0000000000ff")
    edition.warn("青石村", "audit_unpublished", "yellow")
    page = render(edition)["department-D01.html"]
    assert "返潮" in page.one("table", class_="warnings").text and "前次预警：W0000000000ff" in page.text
    assert page.text.count("2条（其中返潮1条）") == 2


def test_what_is_overdue_says_to_what_level_that_has_raised_it(render: Render) -> None:
    edition = one_village()
    for colour, level in (("yellow", "yellow"), ("yellow", "red"), ("red", "red")):
        edition.warn("青石村", "step_overdue", colour, "continuing", level=level, act_by=MONDAY)
    rows = [row for row in render(edition)["county.html"].one("table", class_="warnings").all("tr") if row.all("td")]
    told = sorted(row.all("td")[-1].text for row in rows)
    assert told == ["11月30日已过期", "11月30日已过期", "11月30日已过期，升级按红色督办"]


def test_open_orders_stand_with_level_and_date_and_those_about_outcomes_only_for_those_who_may_know(render: Render) -> None:
    edition = one_village()
    order = {
        "village_id": edition.ids["青石村"],
        "responsible_unit": "测试街道",
        "level": "red",
        "due_on": SUNDAY,
        "days_overdue": 2,
    }
    more = (
        {"order_no": "D1", "closed_on": None},
        {"order_no": "D2", "warning_id": edition.warn("青石村", "review_hold", subject_type="person", subject_id="p1")},
        {"order_no": "D3", "warning_id": "nobody's"},
        {"order_no": "D0", "closed_on": date(2020, 11, 29)},
    )
    for one in more:
        edition.add("supervision_order", {"state": "overdue", **order, **one})
    pages = render(edition)
    for file, orders in (
        ("county.html", ["D1", "D2", "D3"]),
        ("township-001.html", ["D1"]),
        ("department-D01.html", ["D1"]),
    ):
        rows = pages[file].one("table", class_="orders").all("tr")[1:]
        assert [row.all("th")[0].text for row in rows] == orders
        assert "已超期" in rows[0].text and "2天" in rows[0].text


def test_a_colour_that_is_held_or_set_by_hand_says_so(render: Render) -> None:
    edition = open_edition(
        [V("青石村", "001", "D01", "red"), V("白沙村", "001", "D01", "yellow"), V("东坪村", "001", "D01")]
    )
    states = "update marts.village_state_audience_week set {} where village_id = ?"
    edition.con.execute(states.format("is_held = true"), [edition.ids["青石村"]])
    edition.con.execute(
        states.format("is_overridden = true, override_until = date '2020-12-20'"), [edition.ids["白沙村"]]
    )
    assert "1个村社已好转，暂保持原颜色" in render(edition)["county.html"].one("p", class_="lead").text
    rows = {
        row.all("th")[0].text: row.text
        for row in render(edition)["township-001.html"].one("table", class_="villages").all("tr")[1:]
    }
    assert "暂保持" in rows["青石村"] and "人工设定至12月20日" in rows["白沙村"]
    assert "暂保持" not in rows["东坪村"] and "人工设定" not in rows["东坪村"]


def test_rectification_adds_up_n_of_n_over_the_listed_villages(render: Render) -> None:
    edition = open_edition([V("青石村", "001", "D01"), V("白沙村", "001", "D02"), V("东坪村", "002", "D02")])
    listed = {
        "level": "county",
        "due_on": MONDAY,
        "tasks_overdue": 1,
        "points_behind": 12.5,
        "problems_overdue": 0,
        "relapses_open": 1,
    }
    for village, done in (("青石村", 3), ("东坪村", 4)):
        counts = {"tasks": 6, "tasks_done": done, "problems": 3, "problems_closed": done - 2}
        edition.add("rectification_village", {"village_id": edition.ids[village], **listed, **counts})
    pages = render(edition)
    text = pages["county.html"].one("section", id="rectification").text
    assert (
        "列入整顿的村社2个（2/3）。任务完成58.3%（7/12），超期2项；问题销号50.0%（3/6）" in text
        and "返潮未再销号2个" in text
    )
    own = pages["township-001.html"].one("section", id="rectification")
    assert "（3/6）" in own.text and "东坪村" not in own.text
    assert "没有列入整顿的村社" in render(one_village())["county.html"].text
