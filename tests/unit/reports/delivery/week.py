"""Weeks of reports to be sent, without a warehouse: files, an index, addresses.

Belongs here: what the tests of delivery share. Does not belong here: mail servers (`servers`), expectations (the tests).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.reports.delivery.addresses import AddressBook, Finding
from pipelines.reports.delivery.outbox import queue_week
from pipelines.reports.delivery.parcels import Parcel, current, parcels
from pipelines.reports.index import write_index
from pipelines.reports.page import PageEntry, ReportIndex, WarningCounts
from pipelines.settings import Settings

WEEK, SUNDAY = "2020-W49", date(2020, 12, 6)
# Monday morning after the week, in the county.
MONDAY = datetime(2020, 12, 6, 22, 0, tzinfo=UTC)
COUNTY, TOWNSHIP, DEPARTMENT = "county", "township:330304001", "department:BM001"
OFFICES = {COUNTY: "示例区", TOWNSHIP: "青石镇", DEPARTMENT: "区示例局"}


def day(number: int) -> datetime:
    """The same hour so many days after that Monday."""
    return MONDAY + timedelta(days=number)


def reports(
    settings: Settings, build: int = 1, said: Mapping[str, str] | None = None, later: Iterable[str] = (), red: int = 1,
    offices: Mapping[str, str] = OFFICES, padding: int = 0, ledgers: Mapping[str, bytes] | None = None,
) -> Path:
    """A week's folder as `render_week` leaves it; `said` is what a recipient's page says, by default always the same.

    `ledgers` are workbooks by recipient; others have a text in their place. `padding`: bytes of the county's page.
    """
    build_id = f"{WEEK}.{build:03d}"
    folder = settings.reports / WEEK / build_id
    folder.mkdir(parents=True)
    entries = []
    for recipient, name in offices.items():
        stem = recipient.replace(":", "-")
        text = (said or {}).get(recipient, "原样")
        for suffix in ("html", "docx", "xlsx"):
            (folder / f"{stem}.{suffix}").write_text(f"{build_id} {name} {text} {suffix}\n", encoding="utf-8")
        if recipient == COUNTY and padding:
            (folder / f"{stem}.html").write_bytes(b"." * padding)
        if recipient in (ledgers or {}):
            (folder / f"{stem}.xlsx").write_bytes((ledgers or {})[recipient])
        colours = {"red": red, "yellow": 0, "green": 3 - red, "none": 0}
        kind = recipient.partition(":")[0]
        entries.append(PageEntry(f"{stem}.html", recipient, kind, name, 3, colours, WarningCounts(red, 0, red, 0, 0)))
    restated: dict[str, Any] = {"is_restated": bool(later), "since_build": None, "later_deliveries": list(later)}
    write_index(folder, ReportIndex(folder, build_id, WEEK, tuple(entries)), SUNDAY, restated)
    return folder


def queue(settings: Settings, now: datetime = MONDAY, findings: tuple[Finding, ...] = (), **more: Any) -> list[str]:
    """Make a week's reports and queue them; the recipients of what was queued."""
    return [one.recipient_id for one in queue_week(settings, reports(settings, **more), findings, now)]


def book(offices: Iterable[str] = OFFICES, findings: tuple[Finding, ...] = (), **other: str) -> AddressBook:
    """An address for each office; `other` by the last word of a recipient."""
    return AddressBook(
        {one: other.get(one.rpartition(":")[2], address_of(one)) for one in offices}, findings
    )


def address_of(recipient: str) -> str:
    """An office's address in these tests."""
    return f"{recipient.rpartition(':')[2].lower()}@example.org"


def state(settings: Settings, recipient: str) -> Parcel:
    """The newest report of a recipient."""
    return current(parcels(settings, WEEK))[recipient]


def states(settings: Settings) -> dict[str, str]:
    """The state of each recipient's newest report."""
    return {recipient: one.state for recipient, one in current(parcels(settings, WEEK)).items()}
