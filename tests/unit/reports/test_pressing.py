"""What stands first: what is red or past its date, by who has to act, the most urgent first, and no more than fit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pipelines.reports.pressing import MOST_ROWS
from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import RULES, SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import word_tables
from tests.unit.reports.page_reader import Element

DAY = timedelta(days=1)
HEAD = ["责任单位", "事项", "村社", "条数", "最早时限"]


def villages(count: int = 5) -> Edition:
    return open_edition([V(f"第{number}村") for number in range(1, count + 1)])


def rows(page: Element) -> list[list[str]]:
    return [
        [cell.text for cell in (*row.all("th"), *row.all("td"))]
        for table in page.one("section", id="overview").all("table", class_="pressing")
        for row in table.all("tr")[1:]
    ]


def test_red_comes_before_what_is_only_late_and_the_earliest_date_first(render: Render, tmp_path: Path) -> None:
    edition = villages()
    for village in ("第1村", "第2村", "第3村", "第4村"):
        edition.warn(village, "step_overdue", "red", act_by=SUNDAY + 2 * DAY)
    edition.warn("第5村", "step_overdue", "yellow", act_by=SUNDAY)
    edition.warn("第5村", "audit_unpublished", "red", act_by=SUNDAY + DAY)
    edition.warn("第1村", "petition_open", "yellow", act_by=SUNDAY)
    edition.warn("第1村", "petition_open", "yellow", act_by=SUNDAY + DAY)
    page = render(edition)["county.html"]
    expected = [
        ["测试一街道", "换届程序步骤逾期规1", "第1村、第2村、第3村等5个", "5条：红色4/5、已过时限1/5", "12月6日"],
        ["测试一街道", "经济责任审计未公布或到期未完成规2", "第5村", "1条：红色1/1", "12月7日"],
        ["测试一街道", "未办结信访事项较多规3", "第1村", "1条：已过时限1/1", "12月6日"],
    ]
    table = page.one("table", class_="pressing")
    assert "共7条：红色5条、已过时限2条" in table.one("caption").text
    assert rows(page) == expected
    assert [HEAD, *rows(page)] in [
        [[cell.replace(" ", "") for cell in row] for row in one] for one in word_tables(next(tmp_path.rglob("county.docx")))
    ]


def test_no_more_stand_first_than_fit_and_the_page_says_how_many_follow(render: Render) -> None:
    edition = villages(1)
    rules = [rule["rule_id"] for rule in RULES] + ["unknown_rule", "other_rule"]
    for number, rule_id in enumerate(rules):
        edition.warn("第1村", rule_id, "red", act_by=SUNDAY + (number + 1) * DAY)
    page = render(edition)["county.html"]
    assert len(rows(page)) == MOST_ROWS < len(rules)
    assert f"先列最急的{MOST_ROWS}条，其余{len(rules) - MOST_ROWS}条" in page.one("section", id="overview").text


def test_a_copy_says_that_nothing_presses(render: Render) -> None:
    edition = villages(2)
    edition.warn("第1村", "step_overdue", "yellow")
    assert "没有红色和已过办结时限的预警" in render(edition)["county.html"].text
    assert not rows(render(edition)["county.html"])


def test_what_a_copy_may_not_show_does_not_press_in_it(render: Render) -> None:
    edition = villages(1)
    edition.warn("第1村", "review_hold", "red", subject_type="person", subject_id="P1", restricted=True)
    pages = render(edition)
    assert not rows(pages["department-D01.html"]) and "联审结论为暂缓" not in pages["department-D01.html"].text
    assert [row[1] for row in rows(pages["county.html"])] == ["联审结论为暂缓规1"]


def test_a_department_reads_neither_a_map_of_one_village_nor_measures_of_the_county(render: Render) -> None:
    edition = open_edition([V("青石村", "001", "D01"), V("白沙村", "001", "D02"), V("西坞村", "001", "D02")])
    pages = render(edition)
    for file, tiles in (("department-D01.html", 0), ("department-D02.html", 2), ("township-001.html", 3)):
        assert sum(len(svg.all("g", class_="tile")) for svg in pages[file].all("svg", class_="wide")) == tiles
    shown = {file: {one.attributes["data-indicator"] for one in page.all("article")} for file, page in pages.items()}
    assert {"average_age", "college_share"} == shown["township-001.html"] - shown["department-D02.html"] - {"nominee_list_result"}


def test_a_department_reads_of_the_review_only_what_is_not_settled(render: Render) -> None:
    edition = villages(1)
    for department, answered, on_hold in (("court", 4, 0), ("audit", 3, 0), ("tax", 4, 1)):
        counts = {"asked": 4, "answered": answered, "overdue": 0, "on_hold": on_hold, "for_examination": 0}
        where = {"village_id": edition.ids["第1村"], "department": department, "review_round": "1"}
        edition.add("review_progress", {"week_start": SUNDAY - 6 * DAY, **where, **counts})
    pages = render(edition)
    for file, named in (("county.html", ["审计", "法院", "税务"]), ("department-D01.html", ["审计"])):
        section = pages[file].one("section", id="review")
        assert sorted(row.all("th")[0].text for row in section.one("table", class_="reviews").all("tr")[1:]) == sorted(named)
        assert "应审12人次，已复11人次（11/12），待复1人次，其中逾期0人次" in section.text
