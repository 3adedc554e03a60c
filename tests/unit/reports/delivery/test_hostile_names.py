"""Names that would write headers or lines of their own, in every text that goes out: they stay one line of text."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from pipelines.reports.delivery.addresses import Finding
from pipelines.reports.delivery.message import escalation_text, mail, reminder_text, subject_of
from pipelines.settings import Settings
from pipelines.sources.masking import without_numbers
from tests.unit.reports.delivery.week import COUNTY, MONDAY, OFFICES, TOWNSHIP, queue, state

HOSTILE = [
    "青石镇\r\nBcc: spy@example.org", "青石镇\nX-Injected: 1\n\n另文", "青\u202e石镇", "青\u2028石镇",
    "<b>青石镇</b>", "=cmd|'x'!A1", "{0.__class__}",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_one_line_of_every_text(home: Settings, name: str) -> None:
    queue(home, offices={**OFFICES, TOWNSHIP: name}, findings=(Finding("no_address", TOWNSHIP, name),))
    parcel = state(home, TOWNSHIP)
    subject = subject_of(parcel.queued)
    assert len(subject.splitlines()) == 1
    sent = mail(home, parcel.queued, "x@example.org", "正文", [(f"{name}.xlsx", b"")], None, MONDAY)
    message = message_from_bytes(sent, policy=default)
    known = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    assert set(message.keys()) == known
    assert message["Subject"] == subject and not message.defects
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "换届预警分析报告2020-W49.xlsx"
    texts = [reminder_text(home, parcel), escalation_text(home, name, [parcel], 3)]
    texts += [path.read_text("utf-8") for path in home.outbox.rglob("*.txt")]
    for line in (line for text in texts for line in text.splitlines()):
        assert not line.startswith(("Bcc", "X-Injected", "另文")) and "\u202e" not in line
    assert state(home, COUNTY).queued.name == OFFICES[COUNTY]


def test_the_name_of_a_file_steers_nothing() -> None:
    assert without_numbers("名册\n\u202exslx.exe") == "名册\ufffd\ufffdxslx.exe"
