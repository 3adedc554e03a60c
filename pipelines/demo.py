"""A home of the simulation: invented people let in, departments simulated once, as files or as running servers, reports answered.

Belongs here: preparing such a home for `cunshe demo`, `demo --live` and `simulate serve`, handing in what its offices answer.
Does not belong here: running a week (`run`), what departments send (`simulation`), printing (`cli`).
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import sole_run, write_whole
from pipelines.identity.own_deliveries import as_delivered, inbox_folder
from pipelines.progress import progress
from pipelines.reports.delivery.outbox import content_of
from pipelines.reports.delivery.parcels import Parcel, current, parcels
from pipelines.reports.delivery.taking import take
from pipelines.settings import SETTINGS_FILE, Settings
from pipelines.simulation import START, Fault, simulate
from pipelines.simulation.agreements import register_text
from pipelines.simulation.answers import colour_overrides, filled_ledger, supervision_orders
from pipelines.simulation.live import LiveDepartments, departments_live, point_home_at
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week


@dataclass(frozen=True)
class County:
    """What is simulated."""

    villages: int = 190
    seed: int = 1
    weeks: int = 2
    start: date = START
    faults: Sequence[Fault] = ()


def prepared_home(settings: Settings) -> Settings:
    """Let ID numbers of the unassigned area 9999xx pass, which invented people carry; only a home of the simulation does.

    It gets a register of invented agreements, too.

    Raises CunsheError for a home of real departments: neither its inbox nor its settings may be touched.
    """
    own = settings.root / SETTINGS_FILE
    if own.exists() and not settings.allow_unassigned_area:
        raise CunsheError(f"{settings.root} is no home of the simulation.", "Set CUNSHE_HOME to a home of its own.")
    if not own.exists():
        if settings.inbox.exists() and any(settings.inbox.iterdir()):
            raise CunsheError(
                f"{settings.inbox} holds deliveries already.", "Run it in a home of its own: set CUNSHE_HOME."
            )
        write_whole(own, b"CUNSHE_ALLOW_UNASSIGNED_AREA=true\n")
    if not settings.agreements.exists():
        write_whole(settings.agreements, register_text().encode())
    return Settings()


def simulate_once(folder: Path, county: County) -> None:
    """Simulate the county into `folder`, unless that has been done. Raises CunsheError where it holds another one."""
    truth = folder / "truth.json"
    if truth.exists():
        found = json.loads(truth.read_text(encoding="utf-8"))
        wanted = {"villages": county.villages, "seed": county.seed, "weeks": county.weeks,
                  "start": county.start.isoformat()}  # fmt: skip
        if {name: found.get(name) for name in wanted} != wanted:
            raise CunsheError(f"{folder} holds another simulation.", "Set CUNSHE_HOME to another home, or remove this one.")
        return
    simulate(
        folder, weeks=county.weeks, villages=county.villages, seed=county.seed, start=county.start,
        faults=county.faults, progress=lambda done, total: progress("simulate", done, total),
    )  # fmt: skip


def answer_reports(settings: Settings, week: Week, seed: int) -> int:
    """Have the townships return the ledgers of a week's reports on the next Friday, and the county act on its own.

    The county's orders date from the Tuesday before. Returns the number of answers; run again, it hands in nothing new.
    """
    monday = week.next().monday
    tuesday, friday = monday + timedelta(days=1), monday + timedelta(days=4)
    answers = 0
    with sole_run(settings.lock_file):
        for parcel in current(parcels(settings, week.iso)).values():
            kind = parcel.queued.recipient_kind
            if kind == "township" and (returned := filled_ledger(_ledger(settings, parcel), friday, seed)):
                answers += take(settings, returned, datetime.combine(friday, time(9), UTC)).answers
            elif kind == "county":
                ledger = _ledger(settings, parcel)
                _hand_in(settings, "organisation__supervision_orders", friday, supervision_orders(ledger, tuesday))
                _hand_in(settings, "organisation__colour_overrides", friday, colour_overrides(ledger, tuesday))
    return answers


def _ledger(settings: Settings, parcel: Parcel) -> bytes:
    """The workbook that went out with a report."""
    return content_of(settings, next(file for file in parcel.queued.files if file.name.endswith(".xlsx")))


def _hand_in(settings: Settings, name: str, day: date, rows: list[dict[str, Any]]) -> None:
    contract = load_catalog()[name]
    if rows:
        path = inbox_folder(settings, contract) / day.isoformat() / f"{contract.title.zh}.csv"
        write_whole(path, as_delivered(contract, rows).encode("utf-8-sig"))


@contextmanager
def served(settings: Settings) -> Iterator[LiveDepartments]:
    """Run the home's simulated departments as servers, with the home's own settings pointing at them.

    SIGTERM ends the block as Ctrl-C does (KeyboardInterrupt), so that no server is left behind.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with departments_live(settings.departments, settings.inbox) as live:
        point_home_at(settings.root / SETTINGS_FILE, live.settings())
        yield live
