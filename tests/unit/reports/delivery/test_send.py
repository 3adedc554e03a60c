"""Sending over real servers: nobody gets a report twice, nobody is forgotten, the next run completes it, and all of it shows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.reports.delivery import send
from pipelines.reports.delivery.acknowledge import BY_RECORD, acknowledge, send_again
from pipelines.reports.delivery.addresses import AddressBook, Finding
from pipelines.reports.delivery.ledger import Event
from pipelines.reports.delivery.send import Sent, send_due
from pipelines.reports.delivery.standing import history
from pipelines.settings import Settings
from tests.unit.reports.delivery.conftest import AsMailing
from tests.unit.reports.delivery.servers import PASSWORD, USER, Mailbox, mail_server
from tests.unit.reports.delivery.week import (
    COUNTY,
    DEPARTMENT,
    MONDAY,
    OFFICES,
    TOWNSHIP,
    WEEK,
    address_of,
    book,
    day,
    queue,
    state,
    states,
)

ONCE = {address_of(one): 1 for one in OFFICES}


def sending(settings: Settings, now: datetime = MONDAY, addresses: AddressBook | None = None, **more: str) -> Sent:
    return send_due(settings, lambda: addresses or book(), now, **more)


def test_everybody_gets_the_report_in_all_its_forms_and_only_once(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox, acknowledge_url="https://reports.example.org/")
    queue(home)
    assert sending(home).counts == {"sent": 3} and sending(home, day(1)).counts == {}
    assert mailbox.counts == ONCE and states(home) == dict.fromkeys(OFFICES, "sent")
    (message,) = mailbox.of(address_of(DEPARTMENT))
    assert message["Subject"] == "【换届预警分析报告】2020年第49周（11月30日—12月6日）　区示例局"
    assert (message["To"], message["From"]) == (address_of(DEPARTMENT), "cunshe@example.org")
    assert message["Date"].datetime == MONDAY
    text = message.get_body(("plain",)).get_content()
    assert "所负责村社3个" in text and "确认收悉：https://reports.example.org/acknowledge/2020-W49/" in text
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert set(attached) == {f"换届预警分析报告{WEEK}.{suffix}" for suffix in ("html", "docx", "xlsx")}
    sent = (home.reports / WEEK / f"{WEEK}.001" / "department-BM001.xlsx").read_bytes()
    assert attached[f"换届预警分析报告{WEEK}.xlsx"] == sent


def test_no_address_stands_in_the_ledger_the_outbox_or_the_archive(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    mailbox.faults.rcpt = {address_of(TOWNSHIP): f"550 5.1.1 <{address_of(TOWNSHIP)}> unknown"}
    queue(home)
    sending(home)
    kept = [path for folder in (home.sends, home.outbox, home.archive) for path in folder.rglob("*") if path.is_file()]
    assert len(kept) > 10
    for path in kept:
        assert b"example.org" not in path.read_bytes(), path


def test_one_bad_recipient_stops_nobody_and_is_not_asked_again_until_the_address_changes(
    mailbox: Mailbox, mailing: AsMailing
) -> None:
    home, bad = mailing(mailbox), address_of(COUNTY)
    mailbox.faults.rcpt = {bad: "550 5.1.1 no such user"}
    queue(home)
    assert sending(home).counts == {"refused": 1, "sent": 2}
    assert (state(home, COUNTY).state, state(home, COUNTY).code) == ("refused", "550 5.1.1")
    assert sending(home, day(1)).counts == {} and mailbox.asked[bad] == 1
    assert sending(home, day(1), book(county="other@example.org")).counts == {"sent": 1}
    assert mailbox.counts == {address_of(TOWNSHIP): 1, address_of(DEPARTMENT): 1, "other@example.org": 1}


def test_a_message_refused_for_what_it_is_can_be_sent_again_by_a_person(mailbox: Mailbox, mailing: AsMailing) -> None:
    home, picky = mailing(mailbox), address_of(TOWNSHIP)
    mailbox.faults.data = {picky: "554 5.7.1 not wanted"}
    queue(home)
    sending(home)
    assert (state(home, TOWNSHIP).state, state(home, TOWNSHIP).code) == ("refused", "554 5.7.1")
    mailbox.faults.data = {}
    send_again(home, state(home, TOWNSHIP), day(1), by="李某", why="对方已放行")
    assert sending(home, day(1)).counts == {"sent": 1} and mailbox.counts == ONCE


def test_greylisted_is_deferred_and_the_next_run_completes_it(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    mailbox.faults.rcpt = {address_of(TOWNSHIP): "451 4.7.1 try later"}
    queue(home)
    assert sending(home).counts == {"deferred": 1, "sent": 2}
    assert (state(home, TOWNSHIP).state, state(home, TOWNSHIP).code) == ("deferred", "451 4.7.1")
    mailbox.faults.rcpt = {}
    assert sending(home, day(1)).counts == {"sent": 1}
    assert mailbox.counts == ONCE and state(home, TOWNSHIP).attempts == 2


def test_a_connection_dropped_in_mid_message_is_opened_again_and_the_next_run_completes_it(
    mailbox: Mailbox, mailing: AsMailing
) -> None:
    home = mailing(mailbox, smtp_timeout=300)
    mailbox.faults.drop_in_message = 1
    queue(home, padding=6_000_000)  # more than sockets hold, so that the sender meets the drop while it sends
    assert sending(home).counts == {"deferred": 1, "sent": 2}
    assert (state(home, COUNTY).state, state(home, COUNTY).code) == ("deferred", "dropped")
    assert address_of(COUNTY) not in mailbox.counts
    assert sending(home, day(1)).counts == {"sent": 1} and mailbox.counts == ONCE


def test_a_server_that_keeps_dropping_is_left_alone_and_nobody_is_forgotten(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    offices = {f"department:BM{number:03d}": f"区示例{number}局" for number in range(1, 6)}
    mailbox.faults.drop_after_message = 3
    queue(home, offices=offices)
    done = sending(home, addresses=book(offices))
    assert done.counts == {"uncertain": 3, "deferred": 2} and done.server == "dropped"
    assert sending(home, day(1), book(offices)).counts == {"sent": 2}
    assert set(mailbox.counts.values()) == {1} and len(mailbox.counts) == 5


def test_without_an_answer_to_the_end_nothing_is_sent_twice_and_a_person_decides(
    mailbox: Mailbox, mailing: AsMailing
) -> None:
    home = mailing(mailbox)
    mailbox.faults.drop_after_message = 1
    queue(home)
    assert sending(home).counts == {"uncertain": 1, "sent": 2}
    assert state(home, COUNTY).state == "uncertain" and sending(home, day(1)).counts == {}
    send_again(home, state(home, COUNTY), day(2), by="李某", why="对方未收到")
    assert sending(home, day(2)).counts == {"sent": 1}
    first, second = mailbox.of(address_of(COUNTY))
    assert first["Message-ID"] == second["Message-ID"]  # a mailbox that keeps ids shows one
    with pytest.raises(CunsheError, match="has been delivered"):
        send_again(home, state(home, COUNTY), day(2), by="李某", why="再发一次")


def test_who_acknowledges_an_uncertain_one_has_got_it(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    mailbox.faults.drop_after_message = 1
    queue(home)
    sending(home)
    assert acknowledge(home, state(home, COUNTY), BY_RECORD, day(1), by="李某", why="电话答复")
    assert not acknowledge(home, state(home, COUNTY), BY_RECORD, day(2))
    assert state(home, COUNTY).state == "acknowledged" and state(home, COUNTY).acknowledged_at == day(1)


@pytest.mark.parametrize(("killed_at", "arrived"), [("sending", 0), ("sent", 1)])
def test_a_kill_at_any_step_neither_repeats_nor_forgets(
    killed_at: str, arrived: int, mailbox: Mailbox, mailing: AsMailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = mailing(mailbox)
    queue(home, offices={COUNTY: "示例区"})
    append = send.append

    def killed(settings: Settings, events: list[Event]) -> None:
        if [one.what for one in events] == [killed_at]:
            raise KeyboardInterrupt
        append(settings, events)

    with monkeypatch.context() as patched:
        patched.setattr(send, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            sending(home)
    assert len(mailbox.taken) == arrived
    assert state(home, COUNTY).state == ("uncertain" if arrived else "queued")
    sending(home, day(1))
    assert len(mailbox.taken) == 1


def test_a_wrong_password_sends_nothing_and_the_right_one_everything(certificate: Path, mailing: AsMailing) -> None:
    with mail_server(certificate, login=True) as mailbox:
        home = mailing(mailbox, smtp_user=USER, smtp_password="wrong")
        queue(home)
        done = sending(home)
        assert done.counts == {"deferred": 3} and done.server == "login 535" and not mailbox.asked
        assert {(one.state, one.code) for one in (state(home, office) for office in OFFICES)} == {("deferred", "login 535")}
        right = mailing(mailbox, smtp_user=USER, smtp_password=PASSWORD)
        assert sending(right, day(1)).counts == {"sent": 3} and mailbox.counts == ONCE


def test_implicit_tls_works_as_well(certificate: Path, mailing: AsMailing) -> None:
    with mail_server(certificate, implicit=True) as mailbox:
        home = mailing(mailbox, smtp_tls="implicit")
        queue(home)
        assert sending(home).counts == {"sent": 3} and mailbox.counts == ONCE


def test_there_is_no_mail_without_tls_and_no_certificate_is_taken_on_trust(
    mailbox: Mailbox, mailing: AsMailing
) -> None:
    with mail_server(None) as plain:
        home = mailing(plain)
        queue(home)
        assert sending(home).server == "tls not offered" and not plain.asked
    assert sending(mailing(mailbox, smtp_ca=None)).server == "tls certificate" and not mailbox.asked
    assert states(home) == dict.fromkeys(OFFICES, "deferred")
    assert sending(mailing(mailbox), day(1)).counts == {"sent": 3}


def test_a_server_that_is_not_there_forgets_nobody(mailbox: Mailbox, mailing: AsMailing, certificate: Path) -> None:
    with mail_server(certificate) as gone:
        pass
    home = mailing(gone)
    queue(home)
    assert sending(home).server == "connect"
    assert sending(mailing(mailbox), day(1)).counts == {"sent": 3}


def test_a_correction_goes_to_those_it_concerns_and_the_replaced_one_goes_no_more(
    mailbox: Mailbox, mailing: AsMailing
) -> None:
    home = mailing(mailbox)
    mailbox.faults.rcpt = {address_of(COUNTY): "451 later"}
    queue(home)
    sending(home)
    queue(home, build=2, said={COUNTY: "改了", TOWNSHIP: "改了"}, later=["20201206-aaaa"])
    mailbox.faults.rcpt = {}
    assert sending(home, day(1)).counts == {"sent": 2}
    assert mailbox.counts == {address_of(COUNTY): 1, address_of(TOWNSHIP): 2, address_of(DEPARTMENT): 1}
    assert mailbox.of(address_of(TOWNSHIP))[1]["Subject"].startswith("【更正】")
    assert mailbox.of(address_of(COUNTY))[0]["Subject"].startswith("【换届预警分析报告】")


def test_old_weeks_go_out_only_where_a_person_says_so(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    queue(home)
    assert sending(home, day(14)).counts == {} and not mailbox.asked
    assert sending(home, day(14), week=WEEK).counts == {"sent": 3}


def test_the_last_day_on_which_a_week_goes_out_by_itself(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    queue(home)
    assert sending(home, day(13)).counts == {"sent": 3}


def test_who_has_no_address_is_noted_once_and_gets_it_when_there_is_one(mailbox: Mailbox, mailing: AsMailing) -> None:
    home = mailing(mailbox)
    queue(home)
    two = book([COUNTY], (Finding("several_addresses", TOWNSHIP, "青石镇"),))
    sending(home, addresses=two)
    sending(home, day(1), two)
    assert [(state(home, one).state, state(home, one).code) for one in (TOWNSHIP, DEPARTMENT)] == [
        ("unaddressed", "several_addresses"), ("unaddressed", "no_address"),
    ]  # fmt: skip
    assert sum(event.what == "unaddressed" for event, _ in history(home)) == 2
    assert sending(home, day(2)).counts == {"sent": 2} and mailbox.counts == ONCE


def test_without_a_mail_server_nothing_is_sent_and_no_address_is_asked_for(home: Settings) -> None:
    queue(home)
    assert send_due(home, lambda: pytest.fail("asked"), MONDAY) == Sent()
