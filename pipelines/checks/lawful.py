"""The yearly self-audit of a home (lawful-use F-35): agreements, assessments, retention, requests, looks, suspensions.

Belongs here: gathering what the rooms below know, and what of it is overdue. Does not belong here: printing (`cli_check`),
mending anything. 个人信息保护法 art. 54: whoever handles personal information audits regularly whether it keeps the law.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.access.agreements import SUSPENDED, load_register, standing
from pipelines.access.events import newest_by_subject
from pipelines.access.legal_holds import held_persons
from pipelines.access.purposes import purposes
from pipelines.access.round import round_ended_on
from pipelines.identity.audit_check import check_log, read_log
from pipelines.identity.corrections import OPEN, corrections_of
from pipelines.identity.retention import due_on
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

EXPORTS = ("export", "report")


@dataclass
class SelfAudit:
    """What was found: plain values by topic, and what is overdue, one line each."""

    day: date
    topics: dict[str, Any] = field(default_factory=dict)
    overdue: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values for `cunshe check lawful --json`."""
        return {"day": self.day.isoformat(), **self.topics, "overdue": self.overdue}


def self_audit(settings: Settings, day: date) -> SelfAudit:
    """Audit the home as of `day`. It opens nothing of the vault but the head of its log, which is no look."""
    audit = SelfAudit(day)
    for part in (_agreements, _assessments, _retention, _requests, _looks):
        part(settings, audit)
    return audit


def _agreements(settings: Settings, audit: SelfAudit) -> None:
    register = load_register(settings)
    suspended = {name: event for name, event in newest_by_subject(settings.suspensions).items() if event.kind == SUSPENDED}
    audit.topics["agreements"] = [
        {"number": one.number, "supplier": one.supplier, "purpose": one.purpose, "expires_on": one.expires_on.isoformat(),
         "is_suspended": one.number in suspended}
        for one in (register.agreements if register else ())
    ]  # fmt: skip
    audit.topics["suspended"] = {name: f"{event.at:%Y-%m-%d} {event.by}: {event.reason}" for name, event in suspended.items()}
    if register is None:
        audit.overdue.append("There is no register of agreements (agreements.yml).")
        return
    for name, contract in load_catalog().items():
        hold = standing(settings, contract, audit.day).hold
        if hold is not None and hold.code not in ("AGREEMENT_SUSPENDED", "ASSESSMENT_DUE"):
            audit.overdue.append(f"{name}: {hold.en}")


def _assessments(settings: Settings, audit: SelfAudit) -> None:
    register = load_register(settings)
    if register is None:
        audit.topics["assessments"] = []
        return
    audit.topics["assessments"] = [
        {"number": one.number, "agreements": list(one.agreements), "done_on": one.done_on.isoformat(),
         "due_on": one.due_on.isoformat(), "kept_until": one.kept_until.isoformat()}
        for one in register.assessments
    ]  # fmt: skip
    for number in sorted({contract.agreement for contract in load_catalog().values() if contract.is_sensitive}):
        newest = register.assessment_of(number)
        if newest is None:
            audit.overdue.append(f"Agreement {number} covers sensitive data and has no impact assessment.")
        elif newest.due_on <= audit.day:
            audit.overdue.append(f"The impact assessment of agreement {number} was due again on {newest.due_on}.")


def _retention(settings: Settings, audit: SelfAudit) -> None:
    ended, due = round_ended_on(settings), due_on(settings)
    certificates = sorted(path.stem for path in settings.certificates.glob("R*.json"))
    audit.topics["retention"] = {
        "round_ended_on": ended.isoformat() if ended else None, "due_on": due.isoformat() if due else None,
        "certificates": certificates, "legal_holds": len(held_persons(settings)),
    }  # fmt: skip
    if due is not None and due <= audit.day and not _retention_has_run(settings, due):
        audit.overdue.append(f"Identities were to be removed from {due} on, and retention has not run since.")


def _retention_has_run(settings: Settings, due: date) -> bool:
    """Whether the log knows a retention run since, which may have found nothing to remove; a dry run says so in its reason."""
    looks = read_log(settings, since=due).entries if settings.vault_db.exists() else []
    return any(entry.what == "retention" and "dry run" not in entry.why for entry in looks)


def _requests(settings: Settings, audit: SelfAudit) -> None:
    found = corrections_of(settings)
    late = [one for one in found if (one.closed_on or audit.day) > one.due_on]
    waiting = [one for one in late if one.correction_state == OPEN]
    audit.topics["corrections"] = {
        "number": len(found), "open": sum(one.correction_state == OPEN for one in found),
        "answered_in_time": sum(one.correction_state != OPEN for one in found) - (len(late) - len(waiting)),
        "answered_late": len(late) - len(waiting),
    }  # fmt: skip
    audit.overdue += [f"Correction {one.correction_no} was to be answered by {one.due_on}." for one in waiting]


def _looks(settings: Settings, audit: SelfAudit) -> None:
    if not settings.vault_db.exists():
        audit.topics["looks"] = {"number": 0, "by_kind": {}, "by_purpose": {}, "exports": 0}
        return
    entries = read_log(settings).entries
    purpose = (str(entry.parameters.get("purpose", "")) for entry in entries)
    audit.topics["looks"] = {
        "number": len(entries),
        "by_kind": dict(sorted(Counter(entry.what for entry in entries).items())),
        "by_purpose": dict(Counter(one if one in purposes() else "not said" for one in purpose)),
        "exports": sum(any(word in entry.what for word in EXPORTS) for entry in entries),
    }
    if problem := check_log(settings).problem:
        audit.overdue.append(f"The audit log is not whole: {problem}")
