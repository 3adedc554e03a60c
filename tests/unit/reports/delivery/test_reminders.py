"""Nobody acknowledges: after some days a reminder to the same office, after some more a word to the county, each once."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.reports.delivery.acknowledge import BY_LINK, acknowledge
from pipelines.reports.delivery.send import send_due
from pipelines.reports.delivery.standing import standing
from pipelines.settings import Settings
from tests.unit.reports.delivery.conftest import AsMailing
from tests.unit.reports.delivery.servers import Mailbox
from tests.unit.reports.delivery.week import COUNTY, DEPARTMENT, TOWNSHIP, address_of, book, day, queue, state

LINK = "https://reports.example.org"


def sending(settings: Settings, now: datetime) -> dict[str, int]:
    return dict(send_due(settings, book, now).counts)


@pytest.fixture
def sent(mailbox: Mailbox, mailing: AsMailing) -> Settings:
    """A home whose week has gone out on Monday; only the county has acknowledged."""
    home = mailing(mailbox, acknowledge_url=LINK)
    queue(home)
    sending(home, day(0))
    acknowledge(home, state(home, COUNTY), BY_LINK, day(0))
    return home


def test_a_reminder_goes_out_on_the_day_and_once(sent: Settings, mailbox: Mailbox) -> None:
    assert sending(sent, day(2)) == {}
    assert sending(sent, day(3)) == {"sent": 2} and sending(sent, day(4)) == {}
    report, reminder = mailbox.of(address_of(TOWNSHIP))
    assert reminder["Subject"].startswith("【提醒】") and list(reminder.iter_attachments()) == []
    text = reminder.get_body(("plain",)).get_content()
    assert "已于12月7日送达，至今未见确认收悉" in text
    link = next(line for line in text.splitlines() if LINK in line)
    assert link in report.get_body(("plain",)).get_content().splitlines(), "the reminder has the report's own link"
    assert state(sent, TOWNSHIP).state == "sent"


def test_who_has_acknowledged_is_not_reminded(sent: Settings, mailbox: Mailbox) -> None:
    acknowledge(sent, state(sent, TOWNSHIP), BY_LINK, day(1))
    assert sending(sent, day(3)) == {"sent": 1}
    assert mailbox.counts == {address_of(COUNTY): 1, address_of(TOWNSHIP): 1, address_of(DEPARTMENT): 2}


def test_then_the_county_is_told_once_of_all_who_have_not(sent: Settings, mailbox: Mailbox) -> None:
    sending(sent, day(3))
    acknowledge(sent, state(sent, TOWNSHIP), BY_LINK, day(4))
    assert sending(sent, day(4)) == {}
    assert sending(sent, day(5)) == {"sent": 1} and sending(sent, day(6)) == {}
    told = mailbox.of(address_of(COUNTY))[-1]
    assert told["Subject"] == "【报送情况】换届预警分析报告2020年第49周（11月30日—12月6日）未确认收悉1家"
    text = told.get_body(("plain",)).get_content()
    assert "1．区示例局：已送达，未确认收悉" in text and "青石镇" not in text and LINK not in text
    assert standing(sent).spoken_of[state(sent, DEPARTMENT).queued.key] == ("reminder", "escalation")


def test_the_county_is_told_of_who_could_not_be_reached(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    mailbox.faults.rcpt = {address_of(DEPARTMENT): "550 unknown"}
    queue(home)
    sending(home, day(0))
    acknowledge(home, state(home, TOWNSHIP), BY_LINK, day(1))
    sending(home, day(5))
    text = mailbox.of(address_of(COUNTY))[-1].get_body(("plain",)).get_content()
    assert "1．区示例局：对方拒收" in text and "青石镇" not in text


def test_a_reminder_that_waits_is_dropped_when_the_report_is_acknowledged(sent: Settings, mailbox: Mailbox) -> None:
    mailbox.faults.rcpt = {address_of(TOWNSHIP): "451 later"}
    sending(sent, day(3))
    acknowledge(sent, state(sent, TOWNSHIP), BY_LINK, day(4))
    mailbox.faults.rcpt = {}
    assert sending(sent, day(4)) == {} and len(mailbox.of(address_of(TOWNSHIP))) == 1
