"""The ledger that a report really carries goes out, is filled in as its reader would, and comes back as answers."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from pipelines.errors import CunsheError
from pipelines.reports import render_week
from pipelines.reports.delivery.outbox import content_of, queue_week
from pipelines.reports.delivery.taking import ANSWERS, take
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table
from tests.unit.reports.delivery.week import MONDAY, WEEK, day, state
from tests.unit.reports.edition import V, open_edition

FIRST, SECOND = "department:D01", "department:D02"


@pytest.fixture
def sent(home: Settings) -> Settings:
    """A home whose week was rendered from an edition and queued; the first department has a warning, the second none."""
    edition = open_edition([V("青石村", "001", "D01", "red", "green", "step_overdue"), V("白沙村", "001", "D02")])
    edition.warn("青石村", "step_overdue", "red")
    folder = home.reports / WEEK / f"{WEEK}.001"
    render_week(edition.con, folder, settings=home)
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


def test_a_warning_number_written_over_is_refused(sent: Settings) -> None:
    with pytest.raises(CunsheError, match="Rows 2 do not answer"):
        take(sent, filled(ledger(sent, FIRST), 预警编号="W00000000000f", 环节="交办"), day(1))
