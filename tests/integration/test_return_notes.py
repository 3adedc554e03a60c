"""What a department gets back: the note of a held file and of set-aside rows, which closes by what is sent later, and ages."""

from __future__ import annotations

import re
import shutil

import openpyxl
import pytest

from pipelines.assets.returns import write_notes
from pipelines.publishing.reader import open_edition
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week
from tests.integration.conftest import delivered
from tests.integration.homes import SECOND, Home
from tests.looks import TESTING

THIRD = "2020-W50"
POSTS, STEPS = "organisation/posts", "civil_affairs/election_steps"
HELD_FILE = "村社干部任职名册20201203.xlsx"
PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


@pytest.fixture(scope="module")
def mended(faulty: Home, first_week: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The faulty home a week later: the cut-off roster was sent again, whole; the other department has sent nothing."""
    home = faulty.copy_to(tmp_path_factory.mktemp("mended") / "var")
    again = home.path / "inbox" / POSTS / "2020-12-10"
    again.mkdir()
    shutil.copy(delivered(f"{POSTS}/2020-12-03", first_week), again)
    home.cunshe("run", "--week", THIRD)
    return home


def note(home: Home, dataset: str, week: str, sheet: str = "待更正") -> list[dict[str, str]]:
    """The lines of a sheet, by the titles of its columns."""
    book = openpyxl.load_workbook(home.settings.return_notes / dataset / f"{week}.xlsx")
    rows = [[cell or "" for cell in row] for row in book[sheet].iter_rows(values_only=True)]
    top = next(place for place, row in enumerate(rows) if row[:2] == ["报送日期", "文件"])
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_the_note_of_a_held_file_says_what_is_wrong_and_what_is_wanted(faulty: Home) -> None:
    (line,) = [line for line in note(faulty, POSTS, SECOND) if line["文件"] == HELD_FILE]
    assert "无法读取" in line["问题"]
    assert line["要求"] == "请重新导出并完整上传"
    assert (line["报送日期"], line["已过天数"]) == ("2020-12-03", "3")
    (line,) = [line for line in note(faulty, STEPS, SECOND) if line["报送日期"] == "2020-12-04"]
    assert (line["行号"], line["列"]) == ("1", "计划日期")
    assert line["问题"].startswith("缺少列“计划日期”") and "是否指“计划日期”" in line["问题"]


def test_rows_set_aside_the_week_before_stay_open_while_the_newer_file_is_held(faulty: Home) -> None:
    before = [line for line in note(faulty, POSTS, SECOND) if line["报送日期"] == "2020-11-26"]
    assert before
    assert {line["已过天数"] for line in before} == {"10"}


def test_a_corrected_delivery_closes_the_lines_it_mends(mended: Home) -> None:
    closed = note(mended, POSTS, THIRD, "已更正")
    (line,) = [line for line in closed if line["文件"] == HELD_FILE and line["报送日期"] == "2020-12-03"]
    assert (line["更正日期"], line["用时（天）"]) == ("2020-12-10", "7")
    assert line["由哪一批更正"].startswith("20201210-")
    assert {line["报送日期"] for line in note(mended, POSTS, THIRD)} <= {"2020-12-10"}


def test_what_nobody_mends_ages(mended: Home) -> None:
    (line,) = [line for line in note(mended, STEPS, THIRD) if line["报送日期"] == "2020-12-04"]
    assert (line["首次退回日期"], line["已过天数"]) == ("2020-12-04", "9")


def test_the_mart_counts_what_the_notes_list(mended: Home) -> None:
    # Analysts do not read how a department does that supplies restricted datasets.
    with open_edition(mended.settings, "authorised", look=TESTING) as connection:
        rows = connection.execute(
            """
            select week_start, open_lines, oldest_open_days, mended_lines, datasets_complete from marts.department_quality_week
            where department = 'organisation' order by week_start
            """
        ).fetchall()
        counted = {row[0]: row[1:] for row in rows}
    for week in (SECOND, THIRD):
        listed = [
            line
            for dataset in ("candidates", "pairings", "posts")
            if (mended.settings.return_notes / "organisation" / dataset / f"{week}.xlsx").exists()
            for line in note(mended, f"organisation/{dataset}", week)
        ]
        open_lines, oldest, *_ = counted[Week.parse(week).monday]
        assert open_lines == len(listed)
        assert oldest == max((int(line["已过天数"]) for line in listed), default=0)
    second, third = counted[Week.parse(SECOND).monday], counted[Week.parse(THIRD).monday]
    assert (second[3], third[3]) == (2, 3)  # the held roster does not count as usable, the mended one does
    assert third[2] > second[2]  # lines mended


def test_a_note_written_again_later_is_the_same(mended: Home) -> None:
    notes = mended.settings.return_notes
    before = {path: path.read_bytes() for path in notes.rglob(f"{SECOND}.xlsx")}
    assert before
    write_notes(mended.settings, load_catalog(), Week.parse(SECOND))
    assert {path: path.read_bytes() for path in notes.rglob(f"{SECOND}.xlsx")} == before


def test_no_note_holds_a_number_of_a_person_or_a_formula(mended: Home) -> None:
    paths = sorted(mended.settings.return_notes.rglob("*.xlsx"))
    assert paths
    for path in paths:
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
                assert cell.data_type == "s"
                assert not PERSONAL.search(str(cell.value)), (path, cell.coordinate)
                assert not str(cell.value).startswith(("=", "+", "-", "@"))


def test_the_county_reads_who_has_how_much_to_mend(mended: Home) -> None:
    page = (mended.path / "reports" / THIRD / f"{THIRD}.001" / "county.html").read_text("utf-8")
    assert "部门数据质量" in page
    township = next(path for path in (mended.path / "reports" / THIRD / f"{THIRD}.001").glob("township-*[0-9].html"))
    assert "部门数据质量" not in township.read_text("utf-8")


def test_data_docs_show_the_newest_checked_delivery_of_each_dataset_and_no_more(mended: Home) -> None:
    folder = mended.settings.data_docs
    assert {path.name for path in folder.iterdir()} <= {
        "index.html", "deliveries.json", *(f"{name}.html" for name in load_catalog())
    }  # fmt: skip
    index = (folder / "index.html").read_text("utf-8")
    assert re.search(r"organisation__posts</a> 2020-12-10", index)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 500_000


def test_the_held_ones_are_listed(mended: Home) -> None:
    listed = mended.cunshe("delivery", "list").stdout
    assert "civil_affairs/election_steps" in listed and "must be sent again" in listed
    assert POSTS not in listed
    held = re.search(r"^(\d{8}-\w+)  civil_affairs", listed, re.MULTILINE)
    assert held is not None
    refused = mended.cunshe("delivery", "release", held[1], "--by", "李某", "--reason", "急用", check=False)
    assert refused.returncode == 1
    assert "cannot be read" in refused.stderr and "Traceback" not in refused.stderr
