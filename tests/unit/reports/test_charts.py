"""The charts of a page: progress against plan, colours over the weeks, ages by term; each a table that stands in Word too."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.reports.charts import share_of
from pipelines.reports.figures import Ratio
from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import CIRCLES, MONDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import word_tables
from tests.unit.reports.page_reader import Element

COUNTY, TOWNSHIP, DEPARTMENT = "county.html", "township-001.html", "department-D01.html"


def county() -> Edition:
    steps = {"青石村": (10, 4), "白沙村": (10, 8), "东坪社区": (20, 0)}
    units = {"青石村": "001", "白沙村": "001", "东坪社区": "002"}
    edition = open_edition(
        [
            V(name, units[name], "D01", "red", facts={"steps_total": n, "steps_done": done})
            for name, (n, done) in steps.items()
        ]
    )
    for name, met_of_due in (("青石村", (4, 6)), ("白沙村", (6, 6)), ("东坪社区", (0, 0))):
        edition.value("election_progress", ("village", edition.ids[name]), met_of_due, (9, 9))
    return edition


def rows(page: Element, chart: str) -> list[list[str]]:
    found = page.one("table", class_=chart).all("tr")[1:]
    return [[name(cell) for cell in (*row.all("th"), *row.all("td"))] for row in found]


def name(cell: Element) -> str:
    """A cell's text without the number of a definition."""
    return cell.text.removesuffix("".join(number.text for number in cell.all("sup")))


def colour(edition: Edition, village: str, weeks_ago: int, shown: str) -> None:
    row = {"week_start": MONDAY - timedelta(weeks=weeks_ago), "village_id": edition.ids[village], "colour": shown}
    for circle in CIRCLES:
        edition.add("village_state_audience_week", row | {"audience": circle})


def test_progress_stands_against_the_plan_by_unit_or_by_village(render: Render, tmp_path: Path) -> None:
    pages = render(county())
    first = ["测试001街道", "60.0%（12/20）", "60.0%（12/20）", "83.3%（10/12）"]
    assert rows(pages[COUNTY], "progress") == [first, ["测试002街道", "0.0%（0/20）", "0.0%（0/20）", "—（0/0）"]]
    assert [row[0] for row in rows(pages[TOWNSHIP], "progress")] == ["青石村", "白沙村"]
    assert first in [row for table in word_tables(next(tmp_path.rglob("county.docx"))) for row in table]
    bar = pages[TOWNSHIP].one("table", class_="progress").all("svg")[0]
    assert bar.one("rect", class_="done").attributes["width"] == "40.0%"
    assert bar.one("rect", class_="plan").attributes["x"] == "60.0%"


def test_colours_over_the_weeks_are_counted_over_the_villages_of_the_copy(render: Render) -> None:
    edition = county()
    assert not render(edition)[COUNTY].all("table", class_="weeks")  # one week is no course
    colour(edition, "青石村", 1, "yellow")
    colour(edition, "东坪社区", 1, "green")
    colour(edition, "青石村", 11, "green")
    colour(edition, "青石村", 12, "green")  # longer ago than is shown
    pages = render(edition)
    assert rows(pages[COUNTY], "weeks") == [
        ["第49周11月30日起", "■红3/3　▲黄0/3　●绿0/3"],
        ["第48周11月23日起", "■红0/3　▲黄1/3　●绿1/3　○无数据1/3"],
        ["第38周9月14日起", "■红0/3　▲黄0/3　●绿1/3　○无数据2/3"],
    ]
    assert rows(pages[TOWNSHIP], "weeks")[1][1] == "■红0/2　▲黄1/2　●绿0/2　○无数据1/2"
    (bar,) = pages[TOWNSHIP].one("table", class_="weeks").all("tr")[2].all("svg", class_="chart-bar")
    assert [(p.attributes["class"], p.one("rect").attributes["width"]) for p in bar.all("g")] == [
        ("t-yellow", "50.0%"), ("t-none", "50.0%"),
    ]  # fmt: skip
    assert all(len(part.all("path")) == 1 for part in bar.all("g"))  # a shape, not the colour alone


def term(scope: tuple[str, str], this: tuple[int, int], last: tuple[int | None, int | None]) -> dict[str, object]:
    names = ("indicator_id", "scope_type", "scope_id", "numerator", "denominator", "last_numerator", "last_denominator")
    return dict(zip(names, ("average_age", *scope, *this, *last), strict=True))


def test_ages_of_two_terms_stand_side_by_side_unless_they_tell_of_a_person(render: Render) -> None:
    edition = county()
    edition.value("average_age", ("county", "330304"), (908, 20), None)
    edition.add(
        "indicator_term", term(("county", "330304"), (908, 20), (978, 20)), term(("township", "001"), (90, 2), (99, 3))
    )
    edition.add("indicator_term", term(("township", "002"), (135, 3), (None, None)))
    pages = render(edition)
    assert rows(pages[COUNTY], "terms") == [["两委成员平均年龄", "48.9岁（978/20）", "45.4岁（908/20）", "下降3.5岁"]]
    assert rows(pages[TOWNSHIP], "terms") == [["两委成员平均年龄", "人数较少，依规不列"]]
    assert rows(pages["township-002.html"], "terms") == [["两委成员平均年龄", "—", "45.0岁（135/3）", "—"]]
    assert not pages[DEPARTMENT].all("table", class_="terms")


@pytest.mark.parametrize(("ratio", "length"), [(None, 0.0), ((0, 0), 0.0), ((1, 3), 33.33), ((3, 2), 100.0)])
def test_a_bar_is_never_longer_than_its_place(ratio: tuple[int, int] | None, length: float) -> None:
    assert share_of(Ratio.of(*ratio) if ratio else None) == length
