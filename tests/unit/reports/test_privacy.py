"""What a page must never show: other recipients' villages, persons, small counts, markup out of data."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from pipelines.errors import CunsheError
from pipelines.reports import render_week
from pipelines.reports.word import word_document
from pipelines.settings import Settings
from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import LAST_MONDAY, MONDAY, SUNDAY, Edition, V, open_edition, rule
from tests.unit.reports.form_reader import all_text, word_text

COUNTY, TOWNSHIP, DEPARTMENT = "county.html", "township-001.html", "department-D01.html"
NAMES = {"青石村": ("001", "D01"), "白沙村": ("001", "D02"), "东坪社区": ("002", "D01"), "西坞村": ("002", "D03")}
WORD = "少于3或隐去"


def full_county() -> Edition:
    """Every section filled for every village; each village's person is called 欧阳 and the village's first letter."""
    edition = open_edition(
        [
            V(name, unit, department, "red", "yellow", "review_hold、step_overdue", ("yellow", "step_overdue"))
            for name, (unit, department) in NAMES.items()
        ]
    )
    for name, village_id in edition.ids.items():
        edition.value("election_progress", ("village", village_id), (5, 9), (4, 9))
        edition.warn(name, "step_overdue", "red")
        edition.warn(name, "audit_unpublished", "yellow", "cleared")
        edition.add(
            "person_identity",
            {"person_id": f"p-{village_id}", "person_name": f"欧阳{name[0]}", "id_number_masked": "999901********001X"},
        )
        edition.warn(
            name,
            "review_hold",
            "yellow",
            subject_type="person",
            subject_id=f"p-{village_id}",
            restricted=True,
            detail_zh="机密事由",
        )
        edition.add(
            "due_calendar",
            {
                "village_id": village_id,
                "body": "party",
                "step_code": "P16",
                "name_zh": "投票",
                "due_on": SUNDAY.replace(day=9),
            },
        )
        for status, matters in (("handling", 1), ("answered", 4)):
            for week in (MONDAY, LAST_MONDAY):
                edition.add(
                    "petition_week",
                    {
                        "week_start": week,
                        "village_id": village_id,
                        "status": status,
                        "matters": matters,
                        "repeats": 0,
                        "group_matters": 0,
                        "overdue": int(status == "handling"),
                    },
                )
        edition.add(
            "review_progress",
            {
                "week_start": MONDAY,
                "village_id": village_id,
                "department": "public_security",
                "review_round": "1",
                "asked": 9,
                "answered": 9,
                "overdue": 0,
                "on_hold": 1,
                "for_examination": 0,
            },
        )
    return edition


@pytest.mark.parametrize("kind", ["township", "department"])
def test_a_recipient_reads_of_no_other_recipients_village(render: Render, tmp_path: Path, kind: str) -> None:
    render(full_county())
    reports = list(tmp_path.rglob(f"{kind}-*"))
    assert {path.suffix for path in reports} == {".html", ".docx", ".xlsx"}
    for path in reports:
        code = path.name.partition(".")[0].partition("-")[2]
        own = {name for name, codes in NAMES.items() if code in codes}
        text = all_text(path)
        assert {name for name in NAMES if name in text} == own, path.name
        assert len(own) < len(NAMES)


def test_names_are_cut_to_their_first_letter_and_numbers_never_read(render: Render, tmp_path: Path) -> None:
    render(full_county())
    reports = [path for path in tmp_path.rglob("*.*") if path.is_file()]
    assert len(reports) == 2 + 5 * (1 + 2 + 3)
    for path in reports:
        text = all_text(path)
        assert "欧阳" not in text and "9999" not in text and "机密事由" not in text, path.name


def test_outcomes_of_the_joint_review_stand_in_the_county_copy_alone_masked(render: Render, tmp_path: Path) -> None:
    pages = render(full_county())
    text = pages[COUNTY].one("table", class_="warnings").text
    assert len(re.findall(r"欧\*：联审结论为暂缓，待人工审查", text)) == 4
    for path in [*tmp_path.rglob("township-*"), *tmp_path.rglob("department-*")]:
        assert not re.search("欧|联审结论为暂缓|review_hold|涉人事项（", all_text(path)), path.name


def test_a_warning_on_a_record_in_dispute_says_so_where_the_person_stands(render: Render) -> None:
    edition = full_county()
    edition.add("warning_rule", rule("posts_rule", "任职事项", subject="person", audience="posts", restricted=True))
    person, place = f"p-{edition.ids['青石村']}", {"department": "public_security", "dataset": "opinions", "delivery_id": "d"}
    for title, row_no in (("有争议的一条", 7), ("无争议的一条", 8)):
        more = {"subject_type": "person", "subject_id": person, "detail_zh": title}
        warning_id = edition.warn("青石村", "posts_rule", **more)
        edition.add("warning_evidence", {"warning_id": warning_id, **place, "row_no": row_no})
        edition.add("person_item", {"person_id": person, **place, "row_no": row_no, "is_disputed": row_no == 7})
    edition.add("person_item", {"person_id": "p-another", **place, "row_no": 8, "is_disputed": True})
    pages = render(edition)
    for file in (COUNTY, TOWNSHIP):
        text = pages[file].text
        assert "欧*有异议：有争议的一条" in text and "欧*：无争议的一条" in text
        assert text.count("有异议") == 1
    assert "有异议" not in pages[DEPARTMENT].text


@pytest.mark.parametrize(("file", "note"), [(TOWNSHIP, "不含联审结论事项"), (DEPARTMENT, "不含涉人事项")])
def test_colours_and_counts_are_those_that_the_copy_may_know(render: Render, file: str, note: str) -> None:
    page = render(full_county())[file]
    assert not page.all("table", class_="persons")
    colours = [row.all("td")[0].text for row in page.one("table", class_="villages").all("tr")[1:]]
    assert colours == ["▲ 黄", "▲ 黄"]
    assert "红色0个（0/2）、黄色2个（2/2）" in page.one("p", class_="lead").text
    assert f"现有预警2条（红2条、黄0条），本周新增2条、消除2条（{note}）" in page.text


def test_what_a_dataset_brought_is_told_to_those_who_may_know_of_its_rows(render: Render) -> None:
    edition = full_county()
    for department, dataset in (("discipline_inspection", "dispositions"), ("organisation", "staff_support"), ("a", "unknown")):
        feed = {"department": department, "dataset": dataset, "title_zh": dataset, "owner_zh": "某室", "state": "late",
                "week_start": MONDAY, "reason_zh": "迟了", "read": 7, "landed": 7, "quarantined": 0, "redacted": 0}  # fmt: skip
        edition.add("feed_week", feed)
    pages = render(edition)
    for file, told in ((COUNTY, 3), (TOWNSHIP, 1), (DEPARTMENT, 0)):
        table = pages[file].one("table", class_="feeds").text
        assert (table.count("迟了"), table.count("7")) == (told, 2 * told), file


def test_a_department_gets_no_restricted_indicator(render: Render) -> None:
    edition = full_county()
    edition.value("nominee_list_result", ("county", "330304"), (90, 100), None)
    edition.value("nominee_list_result", ("township", "001"), (40, 50), None)
    for village_id in edition.ids.values():
        edition.value("nominee_list_result", ("village", village_id), (4, 5), None)
    pages = render(edition)
    assert "40/50" in pages[TOWNSHIP].one("article", data_indicator="nominee_list_result").text
    assert "组织意图" not in pages[DEPARTMENT].text and "4/5" not in pages[DEPARTMENT].text


def test_what_came_of_the_joint_review_is_counted_for_the_county_alone(render: Render) -> None:
    edition = full_county()
    edition.con.execute("update marts.review_progress set stale = 1, answered = 8")
    pages = render(edition)
    row = pages[COUNTY].one("table", class_="reviews").all("tr")[1]
    assert [cell.text for cell in row.all("td")][-2:] == ["4", "0"]
    assert "有4人次已过有效期" in pages[COUNTY].text
    for file in (TOWNSHIP, DEPARTMENT):
        assert pages[file].one("table", class_="reviews").all("th")[6].text == "其中逾期"
        assert not re.search("暂缓|待人工审查</th>|已过有效期", pages[file].one("section", id="review").text), file


def test_one_or_two_petition_matters_are_less_than_three_and_the_total_does_not_tell(render: Render) -> None:
    pages = render(full_county())

    def rows(file: str) -> list[list[str]]:
        table = pages[file].one("table", class_="petitions")
        return [[cell.text for cell in row.all("td")][-4:] for row in table.all("tr")[1:]]

    assert rows("department-D02.html") == [[WORD, "0", "0", WORD], ["4", "0", "0", "0"], [WORD, "0", "0", WORD]]
    assert {cell for row in rows(COUNTY) for cell in row} <= {"0", "4", "16", "20", WORD}
    assert "不作环比" in pages["department-D02.html"].one("section", id="petitions").text


def test_a_row_of_noughts_is_left_out_only_where_none_is_hidden(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = full_county()
    edition.decide()
    monkeypatch.setattr(Edition, "decide", lambda self: None)
    figure = {"week_start": MONDAY, "measure": "matters", "scope_type": "department", "scope_id": "department:D02"}
    edition.add("hidden_figure", {**figure, "status": "review"})
    table = render(edition)["department-D02.html"].one("table", class_="petitions")
    shown = [[cell.text for cell in row.all("td")][-4:] for row in table.all("tr")[1:]]
    assert shown == [[WORD, "0", "0", WORD], [WORD, "0", "0", "0"], ["4", "0", "0", "0"], [WORD, "0", "0", WORD]]


def test_a_petition_warning_on_a_small_count_does_not_tell_it(render: Render) -> None:
    edition = full_county()
    small = edition.warn("青石村", "petition_repeat", "red", measured=2, detail_zh="2件重复信访")
    edition.con.execute("delete from marts.petition_week where status = 'handling'")
    matters = {"status": "handling", "matters": 6, "repeats": 0, "group_matters": 0, "overdue": 0}
    edition.add("petition_week", {"week_start": MONDAY, "village_id": edition.ids["白沙村"], **matters})
    large = edition.warn("白沙村", "petition_open", "red", measured=6, detail_zh="6件信访事项未办结")
    page = render(edition)[COUNTY]
    assert page.one("tr", data_warning=small).all("td")[2].text == "新增 重复信访未办结（" + WORD + "）"
    assert page.one("tr", data_warning=large).all("td")[2].text == "新增 6件信访事项未办结"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>村", '=HYPERLINK("x")村', "\"'><b>村", "{{ 7*7 }}村"])
def test_markup_in_data_is_text(render: Render, tmp_path: Path, name: str) -> None:
    edition = open_edition([V(name, colour="red")])
    edition.warn(name, "step_overdue", "red", detail_zh=name)
    pages = render(edition)
    assert not any(page.all("script") for page in pages.values())
    county = pages[COUNTY]
    assert county.one("table", class_="warnings").all("tr")[-1].all("td")[2].text.endswith(name)
    assert name in [title.text.partition("：")[0] for title in county.one("svg", class_="wide").all("title")]
    folder = tmp_path / "reports" / "2020-W49" / "2020-W49.001"
    for path in folder.glob("county*.docx"):
        assert name in word_text(path) or "reminder" in path.name
    for book in map(openpyxl.load_workbook, folder.glob("*.xlsx")):
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@"))]


@pytest.mark.parametrize(
    "markup", ["<script>x</script>", "<img src=x>", "<p onclick='x'>x</p>", "<!-- x -->", "<iframe></iframe>"]
)
def test_markup_that_is_not_of_our_templates_makes_no_document(markup: str) -> None:
    page = "<html><head><title>x</title></head><body><main>{}</main></body></html>"
    assert word_document(page.format("<p class='note'>好</p>"))
    with pytest.raises(CunsheError, match="no template writes"):
        word_document(page.format(markup))


def test_a_recipient_code_cannot_leave_the_folder_nor_take_another_ones_page(render: Render, tmp_path: Path) -> None:
    codes = ("../../outside", "..\\..\\outside")
    edition = open_edition([V(name, department=code) for name, code in zip(NAMES, codes, strict=False)])
    files = {file for file in render(edition) if file.startswith("department")}
    assert files == {"department-_outside.html", "department-_outside~2.html"}
    assert not list(tmp_path.rglob("outside*"))


def test_a_failure_in_the_middle_leaves_no_folder(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise RuntimeError(f"{done} of {total}")

    with pytest.raises(RuntimeError, match=r"3 of 6"):
        render_week(full_county().con, tmp_path / "week" / "build", settings=Settings(), progress=stop)
    assert list((tmp_path / "week").iterdir()) == []
