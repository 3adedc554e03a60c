"""A returned ledger: its answers become a delivery that lands, its return acknowledges, and what is not ours is refused."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from pipelines.errors import CunsheError
from pipelines.reports.delivery.taking import ANSWERS, Taken, take
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reading import read_table
from tests.unit.reports.delivery.week import DEPARTMENT, TOWNSHIP, WEEK, day, queue, state

HEADERS = ["预警编号", "村社代码", "报送对象", "事项", "回复编号", "环节", "经办人代号", "日期", "办理措施", "承诺时限"]
VILLAGE, OTHER = "999901001001", "999901001002"
WARNING, SECOND, STRANGE = "W0123456789ab", "Wba9876543210", "W00000000000f"
EMPTY = ["", "", "", "", "", ""]
DONE = ["", "交办", "Z01", datetime(2020, 12, 8), "已约定补报", "2020-12-15"]


def workbook(rows: Iterable[list[Any]], build: str | None = f"{WEEK}.001", name: str = "区示例局") -> bytes:
    """A ledger as it is attached: warnings, and a last sheet that says whose and which it is."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, about = book.add_worksheet("预警台账"), book.add_worksheet("说明")
    sheet.write_row(0, 0, HEADERS)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            sheet.write_datetime(number, place, cell, dates) if isinstance(cell, datetime) else sheet.write(number, place, cell)
    about.write_row(0, 0, ["报送对象", name])
    about.write_row(1, 0, ["构建编号", build or ""])
    book.close()
    return content.getvalue()


def row(warning: str = WARNING, village: str = VILLAGE, filled: list[Any] = EMPTY, recipient: str = DEPARTMENT) -> list[Any]:
    return [warning, village, recipient, "财务公开逾期", *filled]


SENT = [row(), row(SECOND, OTHER)]


@pytest.fixture
def sent(home: Settings) -> Settings:
    queue(home, ledgers={DEPARTMENT: workbook(SENT), TOWNSHIP: workbook([], name="青石镇")})
    return home


def landed(taken: Taken) -> Interpretation:
    assert taken.path is not None
    contract = load_catalog()[ANSWERS]
    return interpret(read_table(taken.path.read_bytes(), contract.known_headers), contract)


def test_answers_become_a_delivery_of_the_day_and_the_return_acknowledges(sent: Settings) -> None:
    taken = take(sent, workbook([row(filled=DONE), row(SECOND, OTHER)]), day(1))
    assert (taken.recipient_id, taken.build_id, taken.answers) == (DEPARTMENT, f"{WEEK}.001", 1)
    assert taken.path == sent.inbox / "organisation" / "warning_answers" / "2020-12-08" / "department-BM001-20201206.csv"
    read = landed(taken)
    (answer,) = read.landed.to_dict("records")
    assert not read.rejects
    assert (answer["warning_id"], answer["step"], answer["handler_code"]) == (WARNING, "take_in_hand", "Z01")
    assert (answer["measure"], answer["recipient_id"]) == ("已约定补报", DEPARTMENT)
    assert str(answer["stepped_on"])[:10] == "2020-12-08" and str(answer["promised_on"])[:10] == "2020-12-15"
    assert state(sent, DEPARTMENT).state == "acknowledged" and taken.is_acknowledged


def test_the_same_return_again_is_nothing_new(sent: Settings) -> None:
    returned = workbook([row(filled=DONE)])
    take(sent, returned, day(1))
    again = take(sent, returned, day(2))
    assert again.path is None and not again.is_acknowledged


def test_an_answer_keeps_its_number_when_its_measure_is_mended_and_a_second_step_has_its_own(sent: Settings) -> None:
    first = landed(take(sent, workbook([row(filled=DONE)]), day(1))).landed
    mended = [*DONE[:4], "已补报到位", DONE[5]]
    closing = ["", "申请销号", "Z01", datetime(2020, 12, 9), "文书已补报", ""]
    done = take(sent, workbook([row(filled=mended), row(filled=closing)]), day(1))
    assert done.path is not None and done.path.name == "department-BM001-20201206-2.csv"
    numbers = list(landed(done).landed["answer_no"])
    assert numbers[0] == first["answer_no"].iloc[0] and len(set(numbers)) == 2


def test_what_is_filled_in_badly_is_taken_for_the_gate_to_return(sent: Settings) -> None:
    bad = ["", "随便", "Z01", "明天", "已约定补报", ""]
    read = landed(take(sent, workbook([row(filled=bad), row(SECOND, OTHER, DONE)]), day(1)))
    assert len(read.landed) == 1 and {one.column for one in read.rejects} >= {"环节", "日期"}


def test_a_ledger_without_a_warning_or_an_answer_only_acknowledges(sent: Settings) -> None:
    taken = take(sent, workbook([], name="青石镇"), day(1))
    assert (taken.recipient_id, taken.path) == (TOWNSHIP, None)
    assert state(sent, TOWNSHIP).state == "acknowledged" and not sent.inbox.exists()


@pytest.mark.parametrize(
    ("rows", "build"),
    [
        (SENT, None),
        (SENT, f"{WEEK}.009"),
        ([row(recipient="department:BM777", filled=DONE)], f"{WEEK}.001"),
        ([row(filled=DONE), row(recipient=TOWNSHIP)], f"{WEEK}.001"),
    ],
    ids=["no build", "another build", "another office", "two offices"],
)
def test_a_ledger_that_is_none_of_ours_is_refused(sent: Settings, rows: list[list[Any]], build: str | None) -> None:
    with pytest.raises(CunsheError, match="which report it belongs to"):
        take(sent, workbook(rows, build), day(1))
    assert not sent.inbox.exists() and state(sent, DEPARTMENT).state == "queued"


@pytest.mark.parametrize("moved", [row(STRANGE, VILLAGE, DONE), row(WARNING, OTHER, DONE)], ids=["unknown", "slipped"])
def test_a_row_that_answers_no_warning_of_the_report_stops_the_whole(sent: Settings, moved: list[Any]) -> None:
    with pytest.raises(CunsheError, match="Rows 3 do not answer"):
        take(sent, workbook([row(filled=DONE), moved]), day(1))
    assert not sent.inbox.exists() and state(sent, DEPARTMENT).state == "queued"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "预警编号,村社代码\n".encode()], ids=["empty", "broken", "csv"])
def test_what_is_no_workbook_is_refused(sent: Settings, content: bytes) -> None:
    with pytest.raises(CunsheError, match="no workbook"):
        take(sent, content, day(1))


def test_a_home_that_reads_answers_elsewhere_takes_none(sent: Settings) -> None:
    elsewhere = {"organisation": {"warning_answers": {"kind": "folder", "url": "sftp://cunshe@files.example.org/inbox"}}}
    with pytest.raises(CunsheError, match="elsewhere"):
        take(sent.model_copy(update={"sources": elsewhere}), workbook(SENT), day(1))
