"""What a message says, and the message as mail.

Belongs here: subject, plain text, attachments, message id. Does not belong here: any Chinese word (`texts.yml`), to whom and
when (`send`). A text speaks of offices and counts, never of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.files import read_yaml
from pipelines.reports.delivery.addresses import Finding
from pipelines.reports.delivery.ledger import Event
from pipelines.reports.delivery.parcels import Parcel
from pipelines.reports.index import RecipientReport, WeekIndex
from pipelines.reports.texts import texts as report_texts
from pipelines.settings import Settings
from pipelines.sources.columns.texts import STEERS
from pipelines.weeks import TIMEZONE, Week

TEXT = "message.txt"
_STEERS = re.compile(rf"{STEERS}|[\t\r\n]")
_TYPES = {
    ".html": ("text", "html"),
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@cache
def words() -> dict[str, Any]:
    """The words of the messages."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_name("texts.yml"))
    return found


def issue_of(week: str) -> str:
    """The issue as readers count it."""
    one, says = Week.parse(week), report_texts().say
    year, number, _ = one.monday.isocalendar()
    first, last = (
        says("day" if when.year == year else "day_of_year", year=when.year, month=when.month, day=when.day)
        for when in (one.monday, one.sunday)
    )
    return says("issue", year=year, week=number, first=first, last=last)


def day_words(day: date) -> str:
    """A day of the message's year."""
    return report_texts().say("day", month=day.month, day=day.day)


def local(at: datetime) -> datetime:
    """A moment as the county's clocks show it."""
    return at.astimezone(ZoneInfo(TIMEZONE))


# --- texts ---


def report_text(
    settings: Settings, index: WeekIndex, report: RecipientReport, before: Parcel | None, findings: Sequence[Finding]
) -> str:
    """The text that goes with a report; `before` is the report it corrects, `findings` what its reader has to mend."""
    says, colours, warnings = words(), report.colours, report.warnings
    responsible = says["responsible"]["department" if report.kind == "department" else "other"]
    lines = [
        says["salutation"].format(name=one_line(report.name)),
        says["report"].format(
            issue=issue_of(index.week), as_of=day_words(index.as_of), responsible=responsible, villages=report.villages,
            colours="、".join(says["colour"][name].format(n=count) for name, count in colours.items()),
            open=warnings["red"] + warnings["yellow"], **warnings,
        ),
    ]  # fmt: skip
    if before is not None:
        lines.append(_correction(index, report, before))
    lines += _finding_lines(findings)
    names = (attached_name(index.week, before is not None, one.name) for one in report.files)
    lines.append(says["attached"].format(files="、".join(names)))
    lines.append(says["answer" if settings.acknowledge_url else "answer_by_ledger"])
    return _closed(settings, lines, index.build_id)


def _correction(index: WeekIndex, report: RecipientReport, before: Parcel) -> str:
    says, then = words(), before.queued
    later = len(index.restated.get("later_deliveries", ()))
    why = says["why"]["later"].format(count=later) if later else says["why"]["other"]
    pairs = [(name, (then.colours or {}).get(name, 0), count) for name, count in report.colours.items()]
    pairs += [(f"w_{name}", (then.warnings or {}).get(name, 0), report.warnings[name]) for name in ("red", "yellow")]
    changes = [
        says["change"].format(what=says["what"][name], before=old, now=new) for name, old, new in pairs if old != new
    ]
    changed = says["changed"].format(changes="，".join(changes)) if changes else says["same"]
    return str(says["correction"].format(before=then.build_id, why=why, changed=changed))


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return []
    says = words()
    return [says["findings"], *(says["finding"][found.code].format(name=one_line(found.name)) for found in findings)]


def reminder_text(settings: Settings, about: Parcel) -> str:
    """The text that asks a reader once more."""
    says, queued = words(), about.queued
    sent = day_words(local(about.sent_at or about.since).date())
    lines = [
        says["salutation"].format(name=one_line(queued.name)),
        says["reminder"].format(issue=issue_of(queued.week), sent=sent),
        says["answer" if settings.acknowledge_url else "answer_by_ledger"],
    ]
    return _closed(settings, lines, queued.build_id)


def escalation_text(settings: Settings, name: str, about: Sequence[Parcel], days: int) -> str:
    """The text that tells `name` who has not acknowledged, or was not reached, and how things stand with them."""
    says, queued = words(), about[0].queued
    lines = [
        says["salutation"].format(name=one_line(name)),
        says["escalation"].format(issue=issue_of(queued.week), count=len(about), days=days),
        *(
            says["escalated"].format(number=number, name=one_line(one.queued.name), state=says["state"][one.state])
            for number, one in enumerate(about, 1)
        ),
    ]
    return _closed(settings, lines, queued.build_id)


def _closed(settings: Settings, lines: Iterable[str], build_id: str) -> str:
    return "\n".join([*lines, "", words()["footer"].format(issuer=settings.issuer, build=build_id), ""])


def attached_name(week: str, is_correction: bool, name: str) -> str:
    """What a file is called for its reader."""
    kind = "reminder" if Path(name).stem.endswith(".reminder") else "report"
    mark = words()["mark"]["correction" if is_correction else "report"]
    return f"{words()['file'][kind].format(week=week, mark=mark)}{Path(name).suffix}"


def subject_of(queued: Event) -> str:
    """The subject line."""
    name = one_line(queued.name)
    return str(words()["subject"][queued.notice].format(issue=issue_of(queued.week), name=name, count=len(queued.about)))


def one_line(name: str) -> str:
    """A name without anything that could end a line of a text or header, or steer how the rest is shown."""
    return _STEERS.sub(" ", name)


# --- mail ---


def message_id(settings: Settings, queued: Event) -> str:
    """The same for the same message, however often it is tried: a mailbox that keeps ids drops a second one."""
    domain = settings.smtp_from.rpartition("@")[2]
    return f"<{queued.key}.{queued.week}@{domain}>"


def mail(
    settings: Settings, queued: Event, to: str, text: str, attachments: Iterable[tuple[str, bytes]], link: str | None,
    now: datetime,
) -> bytes:
    """The message as it goes over the wire, without the final dot. `attachments` are file names and contents."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.smtp_from
    message["To"] = to
    message["Subject"] = subject_of(queued)
    message["Date"] = format_datetime(local(now))
    message["Message-ID"] = message_id(settings, queued)
    message["Auto-Submitted"] = "auto-generated"
    whole = f"{text}\n{words()['link'].format(link=link)}\n" if link else text
    message.set_content(whole, cte="base64")
    for name, content in attachments:
        maintype, subtype = _TYPES.get(Path(name).suffix, ("application", "octet-stream"))
        shown = attached_name(queued.week, queued.notice == "correction", name)
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=shown)
    return message.as_bytes()
