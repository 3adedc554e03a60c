"""The ledger that a report really carries goes out, is filled in as its reader would, and comes back as answers."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from pipelines.errors import CunsheError
from pipelines.reports import render_week
from pipelines.reports.delivery.marks import ledger_mark
from pipelines.reports.delivery.outbox import content_of, queue_week
from pipelines.reports.delivery.taking import ANSWERS, take
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table
from tests.conftest import require
from tests.unit.reports.delivery.week import MONDAY, WEEK, day, state
from tests.unit.reports.edition import V, open_edition

FIRST, SECOND = "department:D01", "department:D02"


@pytest.fixture
def sent(home: Settings) -> Settings:
    """A home whose week was rendered from an edition and queued; the first department has a warning, the second none."""
    edition = open_edition([V("青石村", "001", "D01", "red", "green", "step_overdue"), V("白沙村", "001", "D02")])
    edition.warn("青石村", "step_overdue", "red")
    folder = home.reports / WEEK / f"{WEEK}.001"
    render_week(edition.con, folder, settings=home, mark=partial(ledger_mark, home))
    queue_week(home, folder, (), MONDAY)
    return home


def ledger(home: Settings, recipient: str) -> bytes:
    file = next(one for one in state(home, recipient).queued.files if one.name.endswith(".xlsx"))
    return content_of(home, file)


def filled(content: bytes, **cells: object) -> bytes:
    """The ledger with its first warning answered, by header."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for header, value in cells.items():
        sheet.cell(2, places[header], value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_filled_ledger_lands_as_answers_and_an_empty_one_acknowledges(sent: Settings) -> None:
    answer_of = {"环节": "交办", "经办人代号": "Z01", "日期": date(2020, 12, 8), "办理措施": "已约定补报"}
    returned = filled(ledger(sent, FIRST), **answer_of, 承诺时限=date(2020, 12, 15))
    taken = take(sent, returned, day(1))
    assert (taken.recipient_id, taken.answers) == (FIRST, 1) and taken.path is not None
    contract = load_catalog()[ANSWERS]
    read = interpret(read_table(taken.path.read_bytes(), contract.known_headers), contract)
    (answer,) = read.landed.to_dict("records")
    assert not read.rejects and (answer["step"], answer["recipient_id"]) == ("take_in_hand", FIRST)
    empty = take(sent, ledger(sent, SECOND), day(1))
    assert (empty.recipient_id, empty.answers, empty.path) == (SECOND, 0, None)
    assert {state(sent, one).state for one in (FIRST, SECOND)} == {"acknowledged"}


def changed(content: bytes, place: tuple[str, str], value: object) -> bytes:
    """The ledger with what stands beside a title of its last sheet written over."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[place[0]]
    (row,) = (cell.row for cell in sheet["A"] if cell.value == place[1])
    sheet.cell(row, 2, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mark_of(content: bytes) -> object:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["说明"]
    return next(row[1].value for row in sheet.iter_rows() if row[0].value == "校验码")


@pytest.mark.parametrize("mark", ["", "1.00000000000000000000000000000000", "another recipient's", "another build's"])
def test_a_ledger_with_another_check_code_is_refused(sent: Settings, mark: str) -> None:
    good = ledger(sent, FIRST)
    lines = openpyxl.load_workbook(io.BytesIO(good))["预警台账"].iter_rows(min_row=2, values_only=True)
    pairs = [(str(line[0]), str(line[1])) for line in lines]
    if mark == "another recipient's":
        mark = str(mark_of(ledger(sent, SECOND)))
    elif mark == "another build's":
        mark = ledger_mark(sent, FIRST, "2020-W48.001", pairs)
    assert mark_of(good) == ledger_mark(sent, FIRST, f"{WEEK}.001", pairs)
    with pytest.raises(CunsheError, match="校验码"):
        take(sent, changed(filled(good, 环节="交办"), ("说明", "校验码"), mark), day(1))
    assert not sent.inbox.exists() and state(sent, FIRST).state == "queued"


def test_a_check_code_holds_under_the_key_of_its_home_only(sent: Settings) -> None:
    returned = ledger(sent, FIRST)
    sent.delivery_key.unlink()  # another key is made
    with pytest.raises(CunsheError, match="校验码"):
        take(sent, returned, day(1))


def test_a_row_that_is_not_filled_names_a_warning_of_the_report_too(sent: Settings) -> None:
    with pytest.raises(CunsheError, match="Rows 2 do not answer"):
        take(sent, filled(ledger(sent, FIRST), 预警编号="W00000000000f"), day(1))


def test_what_an_office_suite_has_saved_is_taken(sent: Settings, tmp_path: Path) -> None:
    require(("soffice",), needed_for="saving a ledger as a reader does")
    answer_of = {"环节": "交办", "经办人代号": "Z01", "日期": date(2020, 12, 8), "办理措施": "已约定", "承诺时限": "2020-12-15"}
    (tmp_path / "ledger.xlsx").write_bytes(filled(ledger(sent, FIRST), **answer_of))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "saved"), str(tmp_path / "ledger.xlsx")],
        check=True, capture_output=True,
    )  # fmt: skip
    saved = (tmp_path / "saved" / "ledger.xlsx").read_bytes()
    assert saved != (tmp_path / "ledger.xlsx").read_bytes() and mark_of(saved) == mark_of(ledger(sent, FIRST))
    assert take(sent, saved, day(1)).answers == 1


def test_a_warning_number_written_over_is_refused(sent: Settings) -> None:
    with pytest.raises(CunsheError, match="Rows 2 do not answer"):
        take(sent, filled(ledger(sent, FIRST), 预警编号="W00000000000f", 环节="交办"), day(1))
