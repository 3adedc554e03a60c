"""What a page says: the mart's figures, with n/N, in the right order, readable at the extremes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.reports import render_week
from pipelines.settings import Settings
from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import INDICATORS, MONDAY, SUNDAY, Edition, V, open_edition
from tests.unit.reports.page_reader import Element

COUNTY, FIRST_TOWNSHIP, FIRST_DEPARTMENT = "county.html", "township-001.html", "department-D01.html"
RATIO = re.compile(r"\d+/\d+")


def small_county() -> Edition:
    edition = open_edition(
        [
            V("青石村", "001", "D01", "red", "green", "audit_unpublished、step_overdue"),
            V("白沙村", "001", "D02", "yellow", "red", "step_overdue"),
            V("东坪社区", "002", "D01"),
            V("西坞村", "002", "D02"),
        ]
    )
    for row in INDICATORS:
        name, is_mean = row["indicator_id"], row["kind"] == "mean"
        edition.value(
            name, ("county", "330304"), (8867, 200) if is_mean else (179, 200), (8887, 200) if is_mean else (160, 200)
        )
        if row["restricted"]:
            edition.value(name, ("township", "001"), (90, 100), (80, 100))
            edition.value(name, ("township", "002"), (89, 100), (80, 100))
        else:
            edition.value(name, ("township", "001"), (112, 114), (110, 114))
            for village, now, last in (("青石村", (1, 2), (1, 2)), ("东坪社区", (98, 98), (97, 98))):
                edition.value(name, ("village", edition.ids[village]), now, last)
    return edition


def figure(page: Element, indicator_id: str) -> Element:
    return page.one("article", data_indicator=indicator_id)


def test_chapters_are_numbered_as_official_documents_count(render: Render) -> None:
    headings = [heading.text for heading in render(small_county())[COUNTY].all("h2")]
    assert [heading.partition("、")[0] for heading in headings] == [*"一二三四五六七八九十", "十一", "十二"]


def test_there_is_one_page_per_recipient_and_an_index_with_their_counts(render: Render) -> None:
    edition = small_county()
    edition.warn("青石村", "step_overdue", "red")
    edition.warn("西坞村", "step_overdue", "yellow", "continuing")
    pages = render(edition)
    others = {"township-002.html", "department-D02.html"}
    assert set(pages) == {"index.html", COUNTY, FIRST_TOWNSHIP, FIRST_DEPARTMENT, *others}
    rows = {
        row.all("a")[0].attributes["href"]: [cell.text for cell in row.all("td")]
        for row in pages["index.html"].all("tr")
        if row.all("a")
    }
    assert rows[COUNTY] == ["4", "1", "1", "2", "2", "1", "1", "0"]
    assert rows[FIRST_TOWNSHIP] == ["2", "1", "1", "0", "1", "1", "1", "0"]
    assert set(rows) == set(pages) - {"index.html"}


def test_the_head_names_the_issue_the_office_the_data_date_and_the_build(render: Render) -> None:
    page = render(small_county())[FIRST_TOWNSHIP]
    head = page.one("header").text
    for said in (
        "内部资料·注意保密",
        "2020年第49周（11月30日—12月6日）",
        "测试001街道党（工）委书记",
        "12月6日24:00",
        "2020-W49.001",
    ):
        assert said in head
    assert "重编" not in head


def test_a_week_across_new_year_names_both_years(render: Render) -> None:
    edition = small_county()
    edition.con.execute("update marts.build set as_of = date '2021-01-03'")
    assert "2020年第53周（12月28日—2021年1月3日）" in render(edition)[COUNTY].one("header").text


def test_a_restated_week_says_what_came_later(render: Render) -> None:
    later = {"is_restated": True, "since_build": "2020-W49.000", "later_deliveries": ["petition/matters/late-one"]}
    page = render(small_county(), restated=later)[COUNTY]
    note = page.one("div", class_="restated").text
    assert "重编" in note and "2020-W49.000" in note and "petition/matters/late-one" in note
    assert not render(small_county(), restated={"is_restated": False})[COUNTY].all("div", class_="restated")


@pytest.mark.parametrize(
    ("file", "indicator_id", "shown"),
    [
        (COUNTY, "election_progress", ["89.5%", "179/200", "较上周提高9.5个百分点"]),
        (COUNTY, "average_age", ["44.3岁", "8867/200", "较上周下降0.1岁"]),
        (COUNTY, "nominee_list_result", ["89.5%", "179/200", "较上周提高9.5个百分点"]),
        (FIRST_TOWNSHIP, "dual_post_share", ["98.2%", "112/114", "较上周提高1.8个百分点"]),
        # a department's figure adds its villages' numerators and denominators: 99/100, not the mean of 50 % and 100 %
        (FIRST_DEPARTMENT, "turnout_voters", ["99.0%", "99/100", "较上周提高1.0个百分点"]),
    ],
)
def test_figures_are_the_marts(render: Render, file: str, indicator_id: str, shown: list[str]) -> None:
    block = figure(render(small_county())[file], indicator_id)
    ratio = block.one("span", class_="ratio").text
    value = block.one("p", class_="value").text.removesuffix(ratio)
    assert [value, ratio, block.one("p", class_="change").text] == shown


def test_every_headline_figure_and_colour_stands_with_n_of_n(render: Render) -> None:
    for file, page in render(small_county()).items():
        if file == "index.html":
            continue
        for block in (*page.all("article", class_="figure"), *page.one("div", class_="colours").all("div")[1:]):
            assert RATIO.search(block.text) or "本周无数据" in block.text, (file, block.text)


def test_an_indicator_on_too_small_a_base_is_not_shown(render: Render) -> None:
    edition = small_county()
    edition.con.execute(
        "update marts.indicator_week set numerator = 1, denominator = 2"
        " where indicator_id = 'nominee_list_result' and scope_type = 'township'"
    )
    block = figure(render(edition)[FIRST_TOWNSHIP], "nominee_list_result")
    assert "少于3或隐去" in block.text and not RATIO.search(block.text)


def test_nothing_to_divide_by_is_said_with_its_nought_of_nought(render: Render) -> None:
    edition = small_county()
    edition.con.execute("update marts.indicator_week set numerator = 0, denominator = 0 where scope_type = 'county'")
    block = figure(render(edition)[COUNTY], "one_shot_success_committee")
    assert "0/0" in block.text and "%" not in block.text


def test_colours_are_counted_with_their_change(render: Render) -> None:
    colours = render(small_county())[FIRST_TOWNSHIP].one("div", class_="colours")
    shown = {e.attributes["data-colour"]: e.text for e in colours.all("div") if "data-colour" in e.attributes}
    assert set(shown) == {"red", "yellow", "green"}
    assert "1/2" in shown["red"] and "较上周持平" in shown["red"]
    assert "较上周增加1个" in shown["yellow"] and "较上周减少1个" in shown["green"]


def test_a_village_that_changed_colour_says_from_what_to_what_and_why(render: Render) -> None:
    edition = small_county()
    edition.warn("白沙村", "audit_unpublished", "red", "cleared")
    rows = [row.text for row in render(edition)[COUNTY].one("table", class_="changes").all("tr")[1:]]
    assert len(rows) == 2
    assert re.search(r"青石村.*● 绿 → ■ 红.*经济责任审计未公布或到期未完成；换届程序步骤逾期.*11月30日", rows[0], re.S)
    assert re.search(r"白沙村.*■ 红 → ▲ 黄.*换届程序步骤逾期；已消除：经济责任审计未公布", rows[1], re.S)


def test_a_village_without_warnings_any_more_says_why_it_is_green(render: Render) -> None:
    edition = open_edition([V("青石村", "001", "D01", "green", previous="yellow")])
    assert "现已无预警" in render(edition)[COUNTY].one("table", class_="changes").text


def test_a_first_week_has_no_colours_to_compare_with(render: Render) -> None:
    edition = open_edition([V("青石村", "001", "D01", previous=None)])
    changes = render(edition)[COUNTY].one("section", id="changes").text
    assert "上周没有村社颜色，本周不作比较" in changes and "变色" not in changes
    assert "本周没有村社变色（0/1）" in render(open_edition([V("青石村")]))[COUNTY].text


def test_red_warnings_stand_before_yellow_and_cleared_ones_not_at_all(render: Render) -> None:
    edition = small_county()
    for village in ("青石村", "白沙村", "东坪社区"):
        edition.warn(village, "step_overdue", "yellow")
    red = edition.warn("西坞村", "audit_unpublished", "red", "continuing")
    cleared = edition.warn("西坞村", "step_overdue", "yellow", "cleared")
    table = render(edition)[COUNTY].one("table", class_="warnings")
    assert [body.attributes["data-colour"] for body in table.all("tbody")] == ["red", "yellow"]
    listed = [row.attributes["data-warning"] for row in table.all("tr") if "data-warning" in row.attributes]
    assert len(listed) == 4 and listed[0] == red and cleared not in listed


def test_a_warning_says_who_must_do_what_by_when(render: Render) -> None:
    edition = small_county()
    late = edition.warn("青石村", "step_overdue", "red", "continuing", act_by=SUNDAY)
    in_time = edition.warn("白沙村", "step_overdue", "red", act_by=SUNDAY + timedelta(days=1))
    table = render(edition)[COUNTY].one("table", class_="warnings")
    cells = {cell.attributes["data-l"]: cell.text for cell in table.one("tr", data_warning=late).all("td")}
    assert cells["编号"] == late and cells["事项"] == f"明细{late}" and cells["责任单位"] == "测试一街道"
    assert (cells["首次预警周"], cells["已持续"]) == ("11月23日起", "2周")
    assert cells["办结时限"] == "12月6日已过期"
    assert table.one("tr", data_warning=in_time).all("td")[-1].text == "12月7日"
    assert "建议措施：换届程序步骤逾期：逐项核实原因" in table.text


def test_what_falls_due_is_listed_by_day_for_those_who_answer_for_it(render: Render) -> None:
    edition = small_county()
    for place, (name, days) in enumerate((("两周", 14), ("明日", 1))):
        edition.add(
            "due_calendar",
            {
                "village_id": edition.ids["青石村"],
                "body": "committee",
                "step_code": f"C{place}",
                "name_zh": f"步骤{name}",
                "legal_level": "statute",
                "due_on": SUNDAY + timedelta(days=days),
            },
        )
    rows = [row.text for row in render(edition)[FIRST_DEPARTMENT].one("table", class_="steps").all("tr")[1:]]
    assert len(rows) == 2
    assert re.search(r"12月7日（周一）.*村（居）民委员会.*步骤明日.*法律.*1个.*青石村", rows[0], re.S)
    assert "步骤两周" in rows[1]


def test_joint_review_is_added_up_by_department_and_round(render: Render) -> None:
    edition = small_county()
    for village, answered in (("青石村", 18), ("白沙村", 15)):
        edition.add(
            "review_progress",
            {
                "week_start": MONDAY,
                "village_id": edition.ids[village],
                "department": "public_security",
                "review_round": "1",
                "asked": 20,
                "answered": answered,
                "overdue": 2,
                "on_hold": 1,
                "for_examination": 0,
            },
        )
    row = render(edition)[FIRST_TOWNSHIP].one("table", class_="reviews").all("tr")[1]
    assert [cell.text for cell in row.all("td")] == ["第1轮", "40", "33", "82.5%（33/40）", "7", "4"]


def test_definitions_come_from_the_seed_in_force(render: Render) -> None:
    edition = small_county()
    edition.con.execute(
        "insert into marts.warning_rule by name select * replace (2 as version, 9 as red_threshold,"
        " date '2026-01-01' as valid_from) from marts.warning_rule where rule_id = 'step_overdue'"
    )
    section = render(edition)[COUNTY].one("section", id="definitions").text
    assert "step_overdue v1" in section and "step_overdue v2" not in section and "＞3日" in section
    assert "election_progress v1" in section and "换届工作进度的分母" in section


def test_the_picture_shows_every_village_once_with_its_colour_in_words(render: Render) -> None:
    for which in ("wide", "narrow"):
        picture = render(small_county())[COUNTY].one("svg", class_=which)
        titles = [tile.one("title").text for tile in picture.all("g", class_="tile")]
        assert sorted(titles) == sorted(["青石村：红", "白沙村：黄", "东坪社区：绿", "西坞村：绿"])
        assert "红1个" in picture.attributes["aria-label"]


@pytest.mark.parametrize("warnings", [0, 300])
def test_pages_hold_at_the_extremes(render: Render, warnings: int) -> None:
    long_name = "非常长的村社名称" * 5
    edition = open_edition([V(long_name), V("另一村", "002", "D02")])
    for number in range(warnings):
        edition.warn(long_name, "step_overdue", "red" if number % 3 else "yellow")
    pages = render(edition)
    for file in (COUNTY, FIRST_TOWNSHIP):
        assert long_name in pages[file].one("svg", class_="wide").text  # whole in the tile's title
        assert len([r for r in pages[file].all("tr") if "data-warning" in r.attributes]) == warnings
    assert ("本周没有预警事项" in pages[COUNTY].text) == (warnings == 0)


def test_a_week_without_data_is_a_readable_page(render: Render) -> None:
    edition = small_county()
    edition.con.execute("update marts.build set as_of = ?", [date(2020, 12, 13)])
    page = render(edition)[COUNTY]
    assert "无数据4个" in page.text and page.text.count("本周无数据") == len(INDICATORS)
    assert "本周没有供数记录" in page.text


def test_an_edition_without_villages_gives_an_index_that_says_so(render: Render) -> None:
    pages = render(open_edition([]))
    assert list(pages) == ["index.html"]
    assert "没有报送对象" in pages["index.html"].text


class Counted:
    """A connection that counts what it is asked."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.asked = edition, 0

    def execute(self, *question: object) -> object:
        self.asked += 1
        return self.edition.con.execute(*question)  # type: ignore[arg-type]


def test_each_mart_is_read_once_however_many_recipients(tmp_path: Path) -> None:
    asked = []
    for count in (1, 40):
        counted = Counted(open_edition([V(f"第{n}村", department=f"D{n:02d}") for n in range(count)]))
        pages = render_week(counted, tmp_path / str(count), settings=Settings()).pages  # type: ignore[arg-type]
        asked.append((counted.asked, len(pages) - count))
    assert asked == [(asked[0][0], 2)] * 2


def test_pages_need_nothing_from_elsewhere_and_no_script(render: Render) -> None:
    for page in render(small_county()).values():
        assert not page.all("script") and not page.all("link") and not page.all("img")
        style = "".join(child for child in page.one("style").children if isinstance(child, str))
        assert "url(" not in style and "@import" not in style
        links = (e.attributes[name] for e in page.walk() for name in ("href", "src") if name in e.attributes)
        assert all(re.fullmatch(r"[\w.~%-]+\.(html|docx|xlsx)|#[\w-]+", link) for link in links)
