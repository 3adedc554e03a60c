"""How the reports of a week stand with their readers, and what was sent to whom, for people and machines to see.

Belongs here: collecting it from the ledger. Does not belong here: printing (`pipelines.cli_report`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.errors import CunsheError
from pipelines.reports.delivery.addresses import Finding, read_findings
from pipelines.reports.delivery.ledger import Event, events, weeks
from pipelines.reports.delivery.parcels import STATES, Parcel, current, parcels
from pipelines.settings import Settings
from pipelines.weeks import Week

# What only a person can settle.
FOR_A_PERSON = ("uncertain", "refused", "unaddressed")


@dataclass(frozen=True)
class Standing:
    """The newest report of each recipient of a week, and what is wrong with the addresses of its build."""

    week: str
    reports: tuple[Parcel, ...]
    spoken_of: dict[str, tuple[str, ...]]  # report key → reminder, escalation
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Reports by state, in the order of the states."""
        counted = Counter(one.state for one in self.reports)
        return {state: counted[state] for state in STATES if counted[state]}

    def as_json(self) -> dict[str, Any]:
        """Plain values for `cunshe report status --json`."""
        return {
            "week": self.week,
            "counts": self.counts,
            "findings": [vars(one) for one in self.findings],
            "recipients": [self._row(one) for one in self.reports],
        }

    def _row(self, parcel: Parcel) -> dict[str, Any]:
        queued, moment = parcel.queued, lambda at: at.isoformat() if at else None
        return {
            "recipient_id": queued.recipient_id,
            "name": queued.name,
            "kind": queued.recipient_kind,
            "build_id": queued.build_id,
            "notice": queued.notice,
            "state": parcel.state,
            "code": parcel.code,
            "attempts": parcel.attempts,
            "since": moment(parcel.since),
            "sent_at": moment(parcel.sent_at),
            "acknowledged_at": moment(parcel.acknowledged_at),
            "notices": list(self.spoken_of.get(queued.key, ())),
            "for_a_person": parcel.state in FOR_A_PERSON,
        }


def standing(settings: Settings, week: str | None = None) -> Standing:
    """How a week stands, by default the newest that the ledger knows."""
    chosen = chosen_week(settings, week)
    found = parcels(settings, chosen)
    reports = tuple(current(found).values())
    spoken: dict[str, tuple[str, ...]] = {}
    for one in found.values():
        if not one.is_report:
            for key in one.queued.about:
                spoken[key] = (*spoken.get(key, ()), one.queued.notice)
    newest = max(reports, key=lambda one: one.queued.at).queued.build_id
    return Standing(chosen, reports, spoken, read_findings(settings.reports / chosen / newest))


def chosen_week(settings: Settings, week: str | None) -> str:
    """The week a person means. Raises CunsheError where the ledger knows nothing of it."""
    known = weeks(settings)
    chosen = Week.parse(week).iso if week else (known[-1] if known else None)
    if chosen is None or chosen not in known:
        raise CunsheError(f"No report{f' of {chosen}' if chosen else ''} has been queued yet.", "Run the week first.")
    return chosen


def history(settings: Settings, week: str | None = None, recipient_id: str | None = None) -> Iterator[tuple[Event, Event]]:
    """What happened, oldest first: each event with the `queued` one of its message, which has names, build and files."""
    for one in [chosen_week(settings, week)] if week else weeks(settings):
        queued: dict[str, Event] = {}
        for event in events(settings, one):
            if event.what == "queued":
                queued.setdefault(event.key, event)
            if event.key in queued and recipient_id in (None, event.recipient_id):
                yield event, queued[event.key]
