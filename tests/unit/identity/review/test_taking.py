"""A person looks and decides, by item or by workbook: what is shown, what is refused, what the log says of it."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import entries
from pipelines.identity.review import taking
from pipelines.identity.review.delivery import Delivered, NotTaken, known_decisions
from pipelines.identity.review.items import ReviewItem
from pipelines.identity.review.shown import names_somebody
from pipelines.identity.vault import Vault
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings
from tests.looks import TESTING

DAY = date(2020, 12, 3)
WHOLE, DAMAGED = "99990119780312001X", "9999011978031201X"
Fill = Callable[..., Path]


def decide(home: Settings, item: ReviewItem, verdict: str = "same", by: str = "核对员甲", reason: str = "档案一致") -> Delivered:
    return taking.decide(home, item.item_id, verdict, by=by, reason=reason, on=DAY, today=DAY)


def looks(home: Settings) -> list[Any]:
    """The looks a person has taken."""
    found = entries(home.audit_log, KeyRing(home.audit_key).keys())
    return [one for one in found if one.what.startswith("review")]


def test_a_pair_is_shown_side_by_side_and_the_look_is_logged(filled_home: Settings, items: list[ReviewItem]) -> None:
    found = taking.show(filled_home, items[0].item_id, by="核对员甲", reason="核对来文")
    shown = {row.title: (row.left, row.right, row.in_words) for row in found.rows}
    assert shown["姓名"] == ("王剑國", "王剑国", "繁简或异体不同")
    assert shown["证件号"] == ("999901**********X", "999901***********X", "残缺但相符")
    assert shown["职务"] == ("党组织书记", "党组织书记", "相同")
    assert shown["日期"] == ("2020-11-26", "2017-04-01 至 今", "在任期内")
    assert shown["村社"][2] == "相同"
    (look,) = looks(filled_home)
    assert (look.by, look.what, look.why) == ("核对员甲", "review show", "核对来文")
    assert look.parameters == {"item": items[0].item_id}


def test_two_persons_are_shown_too(filled_home: Settings, items: list[ReviewItem]) -> None:
    rows = {row.field: row for row in taking.show(filled_home, items[3].item_id, by="甲", reason="核对").rows}
    assert (rows["name"].left, rows["name"].right, rows["name"].agreement) == ("王剑国", "王剑军", "sibling")


def test_villages_are_shown_without_opening_the_vault(filled_home: Settings) -> None:
    (village,) = [one for one in taking.current_items(filled_home) if one.subject_kind == "village"]
    (row,) = taking.show(filled_home, village.item_id, by="甲", reason="核对").rows
    assert "999901001201" in row.left and "999901001202" in row.right
    assert row.in_words == "同属甲镇；只差一字"
    assert looks(filled_home) == []


def test_a_home_without_a_vault_says_so(home: Settings, items: list[ReviewItem], filled_home: Settings) -> None:
    filled_home.vault_db.unlink()
    for act in (
        lambda: taking.show(home, items[0].item_id, by="甲", reason="核对"),
        lambda: decide(home, items[0]),
        lambda: taking.export(home, home.root / "a.xlsx", by="甲", reason="核对", today=DAY),
    ):
        with pytest.raises(CunsheError, match="no vault"):
            act()
    assert not (home.root / "a.xlsx").exists()


def test_what_the_vault_has_forgotten_is_said(filled_home: Settings, items: list[ReviewItem]) -> None:
    gone = items[2]
    with Vault.open(filled_home, TESTING) as vault:
        vault.connection.execute("delete from record where mention_id = ?", [gone.subject_a])
    with pytest.raises(CunsheError, match="no longer holds both sides"):
        taking.show(filled_home, gone.item_id, by="甲", reason="核对")
    done = taking.export(filled_home, filled_home.root / "a.xlsx", by="甲", reason="核对", today=DAY)
    assert (done.pairs, done.left_out) == (4, (gone.item_id,))


def test_a_decision_holds_no_name(filled_home: Settings, items: list[ReviewItem]) -> None:
    for reason in ("就是王剑国本人", "王 劍國，同一人"):
        with pytest.raises(NotTaken) as refused:
            decide(filled_home, items[0], reason=reason)
        assert "不能写姓名" in str(refused.value)
        assert "王" not in str(refused.value)
    assert known_decisions(filled_home) == []
    done = decide(filled_home, items[0])
    assert done.path is not None
    text = done.path.read_text("utf-8")
    assert not [part for part in ("王剑", WHOLE, DAMAGED) if part in text]


@pytest.mark.parametrize(("text", "found"), [("与王剑国核对", True), ("王劍國", True), ("村社和职务一致", False), ("国", False)])
def test_a_name_is_found_in_a_text(text: str, found: bool) -> None:
    assert names_somebody(text, frozenset({"王剑国", "国"})) is found


def test_what_was_decided_meanwhile_is_told(filled_home: Settings, items: list[ReviewItem]) -> None:
    first = decide(filled_home, items[0])
    again = decide(filled_home, items[0], by="核对员乙")
    assert (again.path, again.standing) == (None, first.new)
    with pytest.raises(NotTaken, match="核对员甲：同一人"):
        decide(filled_home, items[0], "different", by="核对员乙")
    with pytest.raises(NotTaken, match="同一记录被认作两个人"):
        decide(filled_home, items[1])


# --- the workbook ---


@pytest.fixture
def exported(filled_home: Settings) -> Path:
    path = filled_home.root / "核对表.xlsx"
    done = taking.export(filled_home, path, by="核对员甲", reason="月度核对", today=DAY)
    assert (done.pairs, done.left_out) == (5, ())
    return path


def cells(path: Path) -> tuple[Any, int, dict[str, int]]:
    """The sheet, the row of its header and the place of each column."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "核对编号")
    return sheet, header, {sheet.cell(header, place).value: place for place in range(1, sheet.max_column + 1)}


@pytest.fixture
def fill(exported: Path) -> Fill:
    def put(*rows: dict[str, str]) -> Path:
        sheet, header, places = cells(exported)
        for row in rows:
            wanted = next(r for r in range(header + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == row["核对编号"])
            for title, value in row.items():
                sheet.cell(wanted, places[title]).value = value
        content = io.BytesIO()
        sheet.parent.save(content)
        exported.write_bytes(content.getvalue())
        return exported

    return put


def row_of(
    item: ReviewItem, verdict: str = "同一人", by: str = "核对员甲", reason: str = "档案一致", **more: str
) -> dict[str, str]:
    return {"核对编号": item.item_id, "结论": verdict, "决定人": by, "理由": reason, **more}


def take(home: Settings, path: Path) -> Delivered:
    return taking.take_back(home, path, by="经办人", on=DAY, today=DAY)


def test_the_workbook_shows_each_pair_with_masked_numbers(exported: Path, items: list[ReviewItem], filled_home: Settings) -> None:
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    sheet, header, places = cells(exported)
    rows = {sheet.cell(row, 1).value: row for row in range(header + 1, sheet.max_row + 1)}
    assert len(rows) == 5
    row = rows[items[0].item_id]
    texts = {title: sheet.cell(row, place).value for title, place in places.items()}
    assert texts["姓名（来文）"] == "王剑國" and texts["姓名（比对）"] == "繁简或异体不同"
    assert texts["证件号（名册）"] == "999901***********X"
    assert texts["把握"] == "可能" and texts["复核编号"] == items[0].item_id
    everything = "".join(str(cell.value) for line in sheet.iter_rows() for cell in line)
    assert WHOLE not in everything and DAMAGED not in everything
    assert "核对员甲" in str(sheet.cell(2, 1).value)
    (look,) = looks(filled_home)
    assert (look.what, look.rows) == ("review export", 5)


def test_only_the_three_columns_can_be_filled_and_no_cell_can_run(exported: Path) -> None:
    sheet, header, places = cells(exported)
    assert sheet.protection.sheet
    for place in places.values():
        open_cell = not sheet.cell(header + 1, place).protection.locked
        assert open_cell == (sheet.cell(header, place).value in ("结论", "决定人", "理由"))
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    choices = {one.formula1 for one in sheet.data_validations.dataValidation}
    assert choices == {'"同一人,不是同一人"', '"同一村社,不是同一村社"'}


def test_a_filled_workbook_becomes_decisions(filled_home: Settings, fill: Fill, items: list[ReviewItem]) -> None:
    (village,) = [one for one in taking.current_items(filled_home) if one.subject_kind == "village"]
    path = fill(
        row_of(items[0]), row_of(items[1], "不是同一人", "核对员乙", "生日不同"), row_of(village, "同一村社", reason="撤并文件")
    )
    done = take(filled_home, path)
    assert {(one.subject_kind, one.verdict, one.decided_by) for one in done.new} == {
        ("village", "same", "核对员甲"), ("mention", "same", "核对员甲"), ("mention", "different", "核对员乙"),
    }  # fmt: skip
    again = take(filled_home, path)
    assert (again.path, len(again.standing)) == (None, 3)
    assert looks(filled_home)[-1].by == "经办人"


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"结论": "大概是"}, "“结论”应填“同一人”或“不是同一人”"),
        ({"结论": "同一村社"}, "“结论”应填“同一人”或“不是同一人”"),
        ({"结论": "撤回"}, "“结论”应填“同一人”或“不是同一人”"),
        ({"结论": ""}, "没有填“结论”"),
        ({"决定人": " "}, "“决定人”不能空"),
        ({"理由": ""}, "“理由”不能空"),
        ({"理由": "证号99990119780312001X"}, "理由"),
        ({"理由": "=1+1"}, "理由"),
        ({"理由": "是王剑国"}, "不能写姓名"),
        ({"复核编号": "R0000000000"}, "行可能被移动"),
    ],
)
def test_a_row_filled_in_badly_is_named_and_nothing_is_taken(
    filled_home: Settings, fill: Fill, items: list[ReviewItem], more: dict[str, str], wanted: str
) -> None:
    path = fill(row_of(items[2], "不是同一人"), row_of(items[0], **more))
    sheet, header, _ = cells(path)
    row = next(r for r in range(header + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == items[0].item_id)
    with pytest.raises(NotTaken) as refused:
        take(filled_home, path)
    (fault,) = refused.value.faults
    assert fault.startswith(f"第{row}行：") and wanted in fault
    assert "王剑" not in fault and WHOLE not in fault
    assert known_decisions(filled_home) == []


def test_rows_that_contradict_one_another_are_refused(filled_home: Settings, fill: Fill, items: list[ReviewItem]) -> None:
    with pytest.raises(NotTaken, match="同一记录被认作两个人"):
        take(filled_home, fill(row_of(items[0]), row_of(items[1])))
    assert known_decisions(filled_home) == []


def test_an_empty_or_foreign_workbook_says_so(filled_home: Settings, exported: Path) -> None:
    with pytest.raises(CunsheError, match="No row"):
        take(filled_home, exported)
    sheet = openpyxl.Workbook()
    sheet.active.append(["核对编号", "结论", "决定人"])
    sheet.active.append(["R1", "同一人", "甲"])
    sheet.save(exported)
    with pytest.raises(NotTaken, match="缺少列“理由”"):
        take(filled_home, exported)
    exported.write_bytes(b"%PDF-1.7")
    with pytest.raises(CunsheError, match="cannot be read"):
        take(filled_home, exported)
    exported.unlink()
    with pytest.raises(CunsheError, match="cannot be read"):
        take(filled_home, exported)


def test_an_unknown_item_or_one_twice_is_refused(filled_home: Settings, fill: Fill, items: list[ReviewItem]) -> None:
    path = fill(row_of(items[2], 核对编号=items[2].item_id))
    sheet, header, places = cells(path)
    row = next(r for r in range(header + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == items[3].item_id)
    for title, value in row_of(items[2], 复核编号=items[2].item_id).items():
        sheet.cell(row, places[title]).value = value
    unknown = sheet.max_row + 1
    for title, value in row_of(items[2], 核对编号="Rffffffffff", 复核编号="Rffffffffff").items():
        sheet.cell(unknown, places[title]).value = value
    sheet.parent.save(path)
    with pytest.raises(NotTaken) as refused:
        take(filled_home, path)
    twice, strange = refused.value.faults
    assert "行是同一核对编号" in twice
    assert strange == f"第{unknown}行：没有这个核对编号，请重新导出"


def test_nothing_is_written_over_and_nothing_is_handed_out_for_nothing(filled_home: Settings, exported: Path) -> None:
    with pytest.raises(CunsheError, match="there already"):
        taking.export(filled_home, exported, by="甲", reason="核对", today=DAY)
    with pytest.raises(CunsheError, match="must end"):
        taking.export(filled_home, exported.with_suffix(".csv"), by="甲", reason="核对", today=DAY)
    with pytest.raises(CunsheError, match="cannot be written"):
        taking.export(filled_home, exported.parent / "no" / "a.xlsx", by="甲", reason="核对", today=DAY)
