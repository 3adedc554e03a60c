"""A returned ledger: the answers in it become a delivery in the inbox, and its return acknowledges the report.

Belongs here: whether the workbook is one that we sent, which rows were filled in, their numbers. Does not belong here: judging
the answers: the delivery is landed like any other, and what is filled in badly comes back by the return note.

Only the contract's own columns are copied. What a row answers must be a warning of that very report, as the archive has it, so
that nobody answers for somebody else's village and no row can have slipped.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.identity.own_deliveries import as_delivered, inbox_folder
from pipelines.reports.delivery.acknowledge import BY_RETURN, acknowledge
from pipelines.reports.delivery.ledger import weeks
from pipelines.reports.delivery.marks import is_ledger_mark
from pipelines.reports.delivery.message import local
from pipelines.reports.delivery.outbox import content_of, key_of
from pipelines.reports.delivery.parcels import Parcel, parcels
from pipelines.reports.ledger import layout
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.reading.archive import opened
from pipelines.sources.reading.workbook import seen
from pipelines.sources.reasons import Unreadable
from pipelines.weeks import Week

ANSWERS = "organisation__warning_answers"
_BUILD = re.compile(r"\d{4}-W\d{2}\.\d{3,}")
# What says which warning is answered, and who answers; all the other columns are the reader's to fill in.
_KEPT = ("warning_id", "village_code", "recipient_id")
_SAME_ANSWER = ("warning_id", "step", "handler_code", "stepped_on")

Answer = dict[str, str]


@dataclass(frozen=True)
class Taken:
    """What a returned ledger became: the delivery (none where nothing was filled in or new), and its answers."""

    recipient_id: str
    build_id: str
    answers: int
    path: Path | None
    is_acknowledged: bool  # by this return, and not before


@dataclass(frozen=True)
class _Ledger:
    """A workbook read: rows of the sheet of warnings by column, with their numbers; what the other sheets say it is.

    `mark` is its check code; ledgers that were sent before there were any have none.
    """

    rows: dict[int, Answer]
    build_id: str | None
    office: str | None
    mark: str | None

    @property
    def answerable(self) -> set[tuple[str, str]]:
        """The warnings that its rows name, each with its village."""
        return {(row["warning_id"], row["village_code"]) for row in self.rows.values() if row["warning_id"]}


def take(settings: Settings, content: bytes, now: datetime) -> Taken:
    """Take a returned ledger, whole or not at all. Call it while holding the home's lock.

    Raises CunsheError where it is not one that we sent, or where rows were moved.
    """
    contract = load_catalog()[ANSWERS]
    _refuse_elsewhere(settings, contract)
    ledger = _read(content, contract)
    parcel = _parcel_of(settings, ledger)
    book = next(file for file in parcel.queued.files if file.name.endswith(".xlsx"))
    sent = _read(content_of(settings, book), contract)
    _refuse_strangers(sent, ledger)
    _refuse_forged(settings, parcel, sent, ledger)
    answers = _numbered(parcel, _filled(ledger))
    path = _deliver(settings, contract, parcel, answers, now) if answers else None
    is_new = acknowledge(settings, parcel, BY_RETURN, now)
    return Taken(parcel.queued.recipient_id, parcel.queued.build_id, len(answers), path, is_new)


def _read(content: bytes, contract: Contract) -> _Ledger:
    rows: dict[int, Answer] | None = None
    lines: list[list[str]] = []
    for sheet in _sheets(content):
        found = _answers_of(sheet, contract)
        if found is None:
            lines += sheet
        elif rows is None:
            rows = found
        else:
            raise CunsheError("The workbook has two sheets of warnings.", "Return the ledger as it was sent, filled in.")
    if rows is None:
        raise CunsheError("The workbook has no sheet of warnings.", "Return the ledger that was attached to the report.")
    builds = {cell for line in lines for cell in line if _BUILD.fullmatch(cell)}
    titles = contract.column("recipient_id").headers
    offices = {line[1] for line in lines if len(line) > 1 and line[0] in titles}
    marks = {line[1] for line in lines if len(line) > 1 and line[0] == layout()["about"]["mark"]}
    return _Ledger(rows, _only(builds), _only(offices), _only(marks - {""}))


def _only(found: set[str]) -> str | None:
    return found.pop() if len(found) == 1 else None


def _sheets(content: bytes) -> Iterator[list[list[str]]]:
    """Each sheet as texts. An error cell (#REF!) is the text it shows, so that it is refused where it matters."""
    import openpyxl

    try:
        opened(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that it does not know
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield [["" if cell is None else seen(cell).strip() for cell in line] for line in sheet.iter_rows(values_only=True)]
    except (Unreadable, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError):
        raise CunsheError("The file is no workbook that can be read.", "It must be the .xlsx of the report.") from None


def _answers_of(sheet: list[list[str]], contract: Contract) -> dict[int, Answer] | None:
    """The rows by column name, where the first row has the headers of answers."""
    if not sheet:
        return None
    places = {
        column.name: sheet[0].index(header)
        for column in contract.columns
        for header in column.headers
        if header in sheet[0]
    }
    if "warning_id" not in places:
        return None
    if missing := [one.headers[0] for one in contract.columns if one.name not in places and one.name != "answer_no"]:
        raise CunsheError(f"The ledger lacks the columns {'、'.join(missing)}.", "Return it with all columns as sent.")
    return {
        number: {name: _said(line[place]) if place < len(line) else "" for name, place in places.items()}
        for number, line in enumerate(sheet[1:], 2)
    }


def _said(cell: str) -> str:
    return "" if cell == layout()["no_data"] else cell


def _filled(ledger: _Ledger) -> list[Answer]:
    return [row for row in ledger.rows.values() if _is_filled(row)]


def _is_filled(row: Mapping[str, str]) -> bool:
    return any(value for name, value in row.items() if name not in _KEPT)


def _parcel_of(settings: Settings, ledger: _Ledger) -> Parcel:
    """The report the ledger was sent with. Raises CunsheError where it is none of ours."""
    said = {row["recipient_id"] for row in ledger.rows.values()} - {""}
    sent = [
        parcel
        for week in weeks(settings) if ledger.build_id and ledger.build_id.startswith(week)
        for parcel in parcels(settings, week).values()
        if parcel.is_report and parcel.queued.build_id == ledger.build_id
        # A ledger without any warning names its office in words only.
        and (said == {parcel.queued.recipient_id} if said else parcel.queued.name == ledger.office)
    ]  # fmt: skip
    if len(sent) != 1:
        raise CunsheError(
            "The workbook does not say which report it belongs to, or that report was never sent.",
            "Return the ledger that was attached, with its last sheet and the columns of recipient and warning as sent.",
        )
    return sent[0]


def _refuse_strangers(sent: _Ledger, ledger: _Ledger) -> None:
    """Refuse the ledger where a row, filled or not, names what was not in the report."""
    strange = [
        str(number)
        for number, row in ledger.rows.items()
        if (row["warning_id"] or _is_filled(row)) and (row["warning_id"], row["village_code"]) not in sent.answerable
    ]
    if strange:
        raise CunsheError(
            f"Rows {', '.join(strange)} do not answer warnings of this report; nothing is taken. 这些行不是本件的预警，未接收。",
            "The columns of recipient, warning and village must stay as sent; copy whole rows.",
        )


def _refuse_forged(settings: Settings, parcel: Parcel, sent: _Ledger, ledger: _Ledger) -> None:
    """Refuse a workbook that is not the one that went out, filled in. What went out without a check code (before there were
    any, as the archive shows) is judged by its rows alone.
    """
    if sent.mark is None and ledger.mark is None:
        return
    queued = parcel.queued
    if not is_ledger_mark(settings, ledger.mark or "", queued.recipient_id, queued.build_id, sent.answerable):
        raise CunsheError(
            "The check code of the workbook is missing or another report's; nothing is taken. 校验码缺失或与本件不符，未接收。",
            "Return the very file that was attached to the report, filled in; its last sheet must stay as sent.",
        )


def _numbered(parcel: Parcel, answers: list[Answer]) -> list[Answer]:
    """The answers with their numbers: the reader's own, or one that is the same each time the same answer comes back."""
    times: Counter[str] = Counter()
    found = []
    for row in answers:
        number = row.get("answer_no", "")
        if not number:
            key = key_of(parcel.queued.recipient_id, *(row[name] for name in _SAME_ANSWER))[:12].upper()
            times[key] += 1
            number = f"HF{key}" + (f"-{times[key]}" if times[key] > 1 else "")
        found.append({**row, "answer_no": number, "recipient_id": parcel.queued.recipient_id})
    return found


def _deliver(
    settings: Settings, contract: Contract, parcel: Parcel, answers: list[Answer], now: datetime
) -> Path | None:
    """Put the answers into the inbox of the day; None where this very return lies there already.

    Its name has the day of the report's week and is the same for each return of it: so the return note knows that a
    later file mends an earlier one.
    """
    rows: list[dict[str, Any]] = [dict(row) for row in answers]
    content = as_delivered(contract, rows).encode("utf-8-sig")
    recipient = re.sub(r"[^\w-]+", "-", parcel.queued.recipient_id)
    stem = f"{recipient}-{Week.parse(parcel.queued.week).sunday:%Y%m%d}"
    if any(path.read_bytes() == content for path in inbox_folder(settings, contract).glob(f"*/{stem}*.csv")):
        return None
    folder = inbox_folder(settings, contract) / local(now).date().isoformat()
    taken = len(list(folder.glob(f"{stem}*.csv")))
    path = folder / f"{stem}{f'-{taken + 1}' if taken else ''}.csv"
    write_whole(path, content)
    return path


def _refuse_elsewhere(settings: Settings, contract: Contract) -> None:
    source = contract.deployed(settings.source_override(contract.department, contract.dataset)).source
    if source.kind != "folder" or source.url is not None:
        raise CunsheError(
            "This home reads its answers from elsewhere, not from the inbox.",
            f"Hand them in there, or take the setting {contract.source_setting} away.",
        )
