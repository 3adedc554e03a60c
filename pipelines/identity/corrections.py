"""Corrections that a person asks for: opened with the department that sent the value, closed by a named official.

Belongs here: the events of a correction, which are deliveries like any other (dataset `organisation__corrections`), and the
slip to the department. Does not belong here: which values there are (`reports.person_file`), marking them as disputed (dbt).

An event is written as a file of its own into the inbox and lands with the next run. Lawful basis: 个人信息保护法 art. 46 (a
person may have values corrected; they are verified), 政务数据共享条例 art. 26 (the supplier answers within ten working days).
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.identity.own_deliveries import as_delivered, inbox_folder, waiting_rows
from pipelines.landing.landed import landed_rows
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.masking import without_numbers
from pipelines.sources.parameters import parameter

NAME = "organisation__corrections"
OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"
_SATURDAY = 6


@dataclass(frozen=True)
class Value:
    """The value in dispute, by its place: person, item of the person's table, and the record it came from."""

    person_id: str
    department: str
    dataset: str
    section: str
    item: str
    item_zh: str
    delivery_id: str
    row_no: int


@dataclass(frozen=True)
class Correction:
    """The newest state of a correction; fields are the columns of the dataset."""

    correction_no: str
    person_id: str
    department: str
    dataset: str
    section: str
    item: str
    opened_on: date
    due_on: date
    opened_by: str
    reason: str
    correction_state: str
    closed_on: date | None = None
    closed_by: str | None = None


def contract() -> Contract:
    """The contract of the events."""
    return load_catalog()[NAME]


def working_days_after(day: date, count: int) -> date:
    """The `count`-th day after `day` that is no Saturday or Sunday.

    Public holidays are not known here, so a date may be early, never late.
    """
    while count:
        day += timedelta(days=1)
        count -= day.isoweekday() < _SATURDAY
    return day


def corrections_of(settings: Settings, person_id: str | None = None) -> list[Correction]:
    """Corrections by number in their newest state: landed events, and those that wait in the inbox for the next run."""
    newest: dict[str, Correction] = {}
    for row in chain(landed_rows(settings.landing, contract()), waiting_rows(settings, contract())):
        one = Correction(**{name: row[name] for name in Correction.__dataclass_fields__})
        before = newest.get(one.correction_no)
        if before is None or one.correction_state != OPEN or before.correction_state == OPEN:
            newest[one.correction_no] = one
    return [one for one in newest.values() if person_id in (None, one.person_id)]


def open_correction(settings: Settings, value: Value, *, by: str, reason: str, today: date) -> Correction:
    """Open a correction of a value, and write the slip for the department.

    Raises CunsheError without a name or a reason, and where one on the same value is open already.
    """
    _require(by, reason)
    for known in corrections_of(settings, value.person_id):
        if (known.section, known.item, known.correction_state) == (value.section, value.item, OPEN):
            raise CunsheError(
                f"Correction {known.correction_no} on {value.section}/{value.item} is open already.",
                f"The department has until {known.due_on} to answer.",
            )
    opened = Correction(
        f"C{today:%Y%m%d}{secrets.token_hex(4)}", value.person_id, value.department, value.dataset, value.section, value.item,
        today, working_days_after(today, parameter("correction_answer_working_days", today)), by, reason, OPEN,
    )  # fmt: skip
    write_whole(slip_path(settings, opened), _slip(opened, value).encode())
    _write_event(settings, opened, today)
    return opened


def close_correction(settings: Settings, correction_no: str, *, upheld: bool, by: str, reason: str, today: date) -> Correction:
    """Close an open correction as the department has answered; `reason` is what it answered."""
    _require(by, reason)
    known = next((one for one in corrections_of(settings) if one.correction_no == correction_no), None)
    if known is None or known.correction_state != OPEN:
        state = "is closed" if known else "is not known"
        raise CunsheError(f"Correction {correction_no} {state}.", "List a person's: cunshe person show")
    answer = f"{known.reason}；答复：{reason}"
    closed = replace(
        known, correction_state=UPHELD if upheld else REJECTED, closed_on=today, closed_by=by, reason=answer
    )
    _write_event(settings, closed, today)
    return closed


def slip_path(settings: Settings, one: Correction) -> Path:
    """Where the slip lies that goes to the department."""
    return settings.return_notes / one.department / one.dataset / f"{one.correction_no}.txt"


def _require(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise CunsheError("A correction needs the name of who opens or closes it and a reason.", "Give --by and --reason.")
    if without_numbers(reason) != reason or without_numbers(by) != by:
        raise CunsheError(
            "The reason holds something like an ID or telephone number.", "Say it without: the supplier knows the row."
        )


def _slip(one: Correction, value: Value) -> str:
    return "\n".join(
        [
            f"个人信息更正核实单 {one.correction_no}",
            f"供数单位：{one.department}    数据集：{one.dataset}",
            f"批次：{value.delivery_id}    报送文件第{value.row_no}行    事项：{value.item_zh}",
            f"登记日期：{one.opened_on}    请于{one.due_on}前核实并书面答复（政务数据共享条例第二十六条）",
            f"异议理由：{one.reason}",
            "核实期间该值在各类档案和报告中标注“有异议”。情况属实的，请按原渠道重新报送更正后的数据。",
            "",
        ]
    )


def _write_event(settings: Settings, one: Correction, today: date) -> None:
    # 1 and 2: what is opened and closed on one day is read in this order
    name = f"{one.correction_no}_{'2办结' if one.closed_on else '1登记'}.csv"
    text = as_delivered(contract(), [asdict(one)])
    write_whole(inbox_folder(settings, contract()) / today.isoformat() / name, text.encode("utf-8-sig"))
