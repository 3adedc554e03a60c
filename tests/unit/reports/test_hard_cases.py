"""The three forms at their extremes: 300 warnings, one village, nothing known, no village, very long and rare names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.reports import render_week
from pipelines.settings import Settings
from tests.unit.reports.edition import INDICATORS, RULES, SUNDAY, Edition, V, open_edition
from tests.unit.reports.form_reader import all_text, records, word_tables, word_text
from tests.unit.reports.page_reader import Element, read_page

LONG = "名字特别长的村社" * 5  # 40 characters
RARE = "𠮷垟𬇙㙟村"
COPIES = ("county", "township-001", "department-D01")

Folder = Callable[[Edition], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Render an edition into a folder of reports."""

    def rendered(edition: Edition) -> Path:
        render_week(edition.con, tmp_path / "reports", settings=Settings(small_cell=3))
        return tmp_path / "reports"

    return rendered


def page(folder: Path, stem: str) -> Element:
    return read_page((folder / f"{stem}.html").read_text(encoding="utf-8"))


def numbers(folder: Path, stem: str) -> tuple[list[str], list[str], list[str]]:
    """The numbers of the warnings in page, document and ledger, in their order."""
    on_page = [row.attributes["data-warning"] for row in page(folder, stem).all("tr") if "data-warning" in row.attributes]
    tables = word_tables(folder / f"{stem}.docx")
    in_document = [row[0] for table in tables if "首次预警周" in table[0] for row in table if row[0].startswith("W0")]
    ledger = records(folder / f"{stem}.xlsx", "预警台账")
    return on_page, in_document, [str(row["预警编号"]) for row in ledger if str(row["预警编号"]).startswith("W0")]


def test_three_hundred_warnings_stand_in_every_form_in_one_order_and_the_first_page_stays_short(folder: Folder) -> None:
    edition = open_edition([V(f"第{number}村") for number in range(20)])
    for number in range(300):
        rule = RULES[number % 5]["rule_id"]
        edition.warn(f"第{number % 20}村", rule, "red" if number % 3 else "yellow", act_by=SUNDAY)
    out = folder(edition)
    for stem in COPIES:
        on_page, in_document, in_ledger = numbers(out, stem)
        assert len(set(on_page)) == 300 and on_page == in_document == in_ledger
        told = page(out, stem).one("table", class_="pressing")
        assert "共300条：红色200条、已过时限300条" in told.one("caption").text and len(told.all("tr")) == 6
        assert all(len(row.all("td")[1].text) < 30 for row in told.all("tr")[1:])


def test_a_county_of_one_village_reads_as_one(folder: Folder) -> None:
    edition = open_edition([V("青石村", "001", "D01", "red")])
    edition.warn("青石村", "step_overdue", "red")
    out = folder(edition)
    for stem in COPIES:
        assert "村社1个，其中红色1个（1/1）、黄色0个（0/1）、绿色0个（0/1）" in page(out, stem).one("p", class_="lead").text
        assert [row["村社"] for row in records(out / f"{stem}.xlsx", "村社")] == ["青石村"]
        assert numbers(out, stem) == (["W000000000001"],) * 3
    assert len(page(out, "county").one("svg", class_="wide").all("g", class_="tile")) == 1


def test_where_nothing_is_known_every_chapter_says_so_and_no_form_breaks(folder: Folder) -> None:
    edition = open_edition([V("青石村"), V("白沙村")])
    edition.con.execute("delete from marts.village_state_audience_week")
    edition.con.execute(
        "update marts.village_file set steps_total = null, steps_done = null, steps_overdue = null, review_asked = null"
    )
    out = folder(edition)
    for stem in COPIES:
        shown = page(out, stem)
        assert "无数据2个（2/2）" in shown.one("p", class_="lead").text
        assert "现有预警0条（红0条、黄0条），本周新增0条、消除0条" in shown.one("p", class_="lead").text
        chapters = [section for section in shown.all("section") if section.attributes["id"] not in ("overview", "definitions")]
        assert len(chapters) == 10
        for chapter in chapters:
            assert chapter.all("p", class_="none") and not chapter.all("table"), chapter.text
        for ending in ("html", "docx", "xlsx"):
            text = all_text(out / f"{stem}.{ending}")
            assert "None" not in text and "nan" not in text.replace("finance", ""), (stem, ending)
        assert [row["颜色"] for row in records(out / f"{stem}.xlsx", "村社")] == ["○ 无数据"] * 2
        assert numbers(out, stem) == ([], [], [])
    ratios = page(out, "county").all("article", class_="figure")
    assert len(ratios) == len(INDICATORS) and all("本周无数据" in one.text for one in ratios)


def test_a_recipient_without_a_village_is_told_so(folder: Folder) -> None:
    edition = open_edition([V("青石村")])
    office = {"recipient_id": "department:D09", "recipient_type": "department", "recipient_name": "测试D09局"}
    edition.add("responsibility", {**office, "village_id": "merged away"})
    out = folder(edition)
    assert "本期没有责任村社" in page(out, "department-D09").text
    assert "本期没有责任村社" in word_text(out / "department-D09.docx")
    assert "青石村" not in "".join(all_text(out / f"department-D09.{ending}") for ending in ("html", "docx", "xlsx"))
    assert [next(iter(row.values())) for row in records(out / "department-D09.xlsx", "村社")] == ["本期没有内容"]


def test_names_of_forty_and_rare_characters_stand_whole_in_every_form(folder: Folder) -> None:
    edition = open_edition([V(name, "001", "D01", "red", "yellow", "step_overdue") for name in (LONG, RARE)])
    edition.con.execute("update marts.village_file set managing_unit_name = ?", ["很长的管理单位" * 6])
    for name in (LONG, RARE):
        edition.warn(name, "step_overdue", "red", detail_zh="很长的明细" * 60, measure_zh="很长的措施" * 40, handling="in_hand")
        step = {"body": "party", "step_code": "P16", "name_zh": "步骤" * 40, "due_on": SUNDAY.replace(day=9)}
        edition.add("due_calendar", {**step, "village_id": edition.ids[name]})
    out = folder(edition)
    for stem in COPIES:
        for ending in ("html", "docx", "xlsx"):
            text = all_text(out / f"{stem}.{ending}").replace("\n", "")
            assert all(one in text for one in (LONG, RARE, "很长的明细" * 60, "很长的措施" * 40, "步骤" * 40)), (stem, ending)
        for table in ("pressing", "changes", "warnings", "steps"):
            told = page(out, stem).one("table", class_=table).text
            assert LONG in told and RARE in told, (stem, table)


def test_an_edition_of_no_village_at_all_has_an_index_and_no_report(folder: Folder) -> None:
    out = folder(open_edition([]))
    assert {path.name for path in out.iterdir()} == {"index.html", "index.json"}


def test_a_county_in_its_first_week_compares_with_nothing(folder: Folder) -> None:
    edition = open_edition([V("青石村", previous=None), V("白沙村", previous=None)])
    for row in INDICATORS:
        edition.value(row["indicator_id"], ("county", "330304"), (1, 2), None)
    edition.con.execute("update marts.file_comparison set is_compared = false")
    out = folder(edition)
    county = page(out, "county")
    assert "较上周" not in county.one("p", class_="lead").text.replace("无上周数据", "")
    assert county.one("section", id="overview").text.count("无上周数据") >= len(INDICATORS)
    assert "上周没有发布档案，本周不作比较" in county.one("section", id="files").text
    assert "无上周数据" in word_text(out / "county.docx")
