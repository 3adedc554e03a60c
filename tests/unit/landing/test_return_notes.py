"""The workbook as a department opens it: everything it needs to mend a line, and nothing that could run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from pipelines.landing import return_notes
from pipelines.landing.ledger import Delivery
from pipelines.landing.return_lines import Line
from pipelines.landing.return_notes import note_path, write_note
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week

CONTRACT = load_catalog()["organisation__posts"]
WEEK = Week(date(2020, 11, 30))
DAY = date(2020, 12, 3)
DELIVERY = Delivery("20201203-0123456789ab", "organisation", "posts", DAY, datetime(2020, 12, 7), "accepted", "0" * 64,
                    "名册20201203.xlsx", 1)  # fmt: skip
LINE = Line(DELIVERY.delivery_id, "organisation", "posts", DAY, DELIVERY.file_name, "Sheet1", 7, "公民身份号码",
            "ID_CHECK_DIGIT", "公民身份号码校验码不符", "请按证件核对18位号码", DAY)  # fmt: skip


def written(folder: Path, *lines: Line) -> dict[str, list[list[str | None]]]:
    """The sheets of the note as openpyxl reads them back."""
    path = write_note(folder, CONTRACT, list(lines), [DELIVERY], WEEK, days_to_answer=7)
    assert path == note_path(folder, CONTRACT, WEEK)
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_a_line_says_where_what_is_wrong_and_what_is_wanted(tmp_path: Path) -> None:
    note = written(tmp_path, LINE)
    assert list(note) == ["待更正", "已更正"]
    header, row = note["待更正"][-2:]
    assert dict(zip(header, row, strict=True)) == {
        "报送日期": "2020-12-03", "文件": "名册20201203.xlsx", "工作表": "Sheet1", "行号": "7", "列": "公民身份号码",
        "问题": "公民身份号码校验码不符", "要求": "请按证件核对18位号码", "首次退回日期": "2020-12-03", "已过天数": "3",
        "批次": DELIVERY.delivery_id,
    }  # fmt: skip


def test_the_head_says_who_which_when_and_until_when(tmp_path: Path) -> None:
    head = {row[0]: row[1] for row in written(tmp_path, LINE)["待更正"][:10]}
    assert head["部门"] == CONTRACT.owner.zh
    assert head["数据集"] == "村社干部任职名册（organisation__posts）"
    assert (head["报送日期"], head["文件"], head["联系人"]) == ("2020-12-03", "名册20201203.xlsx", CONTRACT.contact)
    assert head["期限"] == "2020-12-13"


def test_what_the_week_mended_is_listed_apart(tmp_path: Path) -> None:
    mended = replace(LINE, opened_on=date(2020, 11, 26), closed_on=DAY, closed_by_delivery_id="20201203-new")
    before = replace(mended, closed_on=date(2020, 11, 27))
    by_hand = replace(mended, closed_by_delivery_id=None)
    rows = written(tmp_path, mended, before, by_hand)["已更正"][-2:]
    assert [row[-4:] for row in rows] == [
        ["2020-11-26", "2020-12-03", "7", "20201203-new"], ["2020-11-26", "2020-12-03", "7", "人工销号"],
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_can_run(tmp_path: Path, start: str) -> None:
    bad = f'{start}HYPERLINK("http://example.org","点")'
    path = write_note(
        tmp_path, CONTRACT, [replace(LINE, file_name=bad, sheet=bad, column_name=bad, message_zh=bad, fix_zh=bad)],
        [replace(DELIVERY, file_name=bad)], WEEK, days_to_answer=7,
    )  # fmt: skip
    assert path is not None
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert not [cell for cell in cells if cell.hyperlink]


def test_a_number_that_the_sender_put_into_a_name_is_masked(tmp_path: Path) -> None:
    note = written(tmp_path, replace(LINE, file_name="张三16000000001.csv", sheet="99990119780312001X"))
    texts = "".join(str(cell) for sheet in note.values() for row in sheet for cell in row)
    assert "16000000001" not in texts
    assert "99990119780312001X" not in texts


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_note(tmp_path / "a", CONTRACT, [LINE], [DELIVERY], WEEK, 7)
    second = write_note(tmp_path / "b", CONTRACT, [LINE], [DELIVERY], WEEK, 7)
    assert first is not None and second is not None
    assert first.read_bytes() == second.read_bytes()
    assert openpyxl.load_workbook(first).properties.created == datetime(2020, 11, 30)


def test_with_nothing_to_say_there_is_no_note_and_none_stays(tmp_path: Path) -> None:
    written(tmp_path, LINE)
    assert write_note(tmp_path, CONTRACT, [], [DELIVERY], WEEK, 7) is None
    assert not note_path(tmp_path, CONTRACT, WEEK).exists()


def test_a_note_is_bounded_and_says_how_many_lines_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(return_notes, "MOST_LINES", 2)
    note = written(tmp_path, *[replace(LINE, row_no=row) for row in range(2, 7)])
    assert note["待更正"][0][0] == "数据退回单：待更正5条"
    assert note["待更正"][-1][0] == "另有3条未列出，请先更正以上各条后重新报送。"


def test_many_lines_of_one_finding_are_one_with_their_rows(tmp_path: Path) -> None:
    rows = [*range(2, 40), 42]
    other = replace(LINE, row_no=41, column_name="职务", message_zh="甲")
    sheet = written(tmp_path, *[replace(LINE, row_no=row, key=str(row)) for row in rows], other)["待更正"]
    assert sheet[0][0] == "数据退回单：待更正40条"
    assert sorted(line[3] for line in sheet[-2:]) == ["2-39、42（共39行）", "41"]
    few = written(tmp_path, *[replace(LINE, row_no=row) for row in range(2, 12)])["待更正"]
    assert [line[3] for line in few[-10:]] == [str(row) for row in range(2, 12)]
