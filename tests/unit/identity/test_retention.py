"""Retention: unsuccessful candidates leave the vault on the day their time is over, and come back by a new roster only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.access.agreements import months_after
from pipelines.access.legal_holds import lift_hold, place_hold
from pipelines.errors import CunsheError
from pipelines.identity import retention
from pipelines.identity.audit_log import entries
from pipelines.identity.drift import linked_rows, summarise
from pipelines.identity.retention import Due, Retained, due_on, run_retention, unsuccessful
from pipelines.identity.vault import Vault
from pipelines.keys.ring import KeyRing
from pipelines.landing.ledger import RECORD, ROWS, Delivery
from pipelines.settings import Settings
from tests.looks import TESTING

ENDED, DUE = date(2020, 12, 31), date(2021, 6, 30)
CANDIDATES, POSTS, PAIRINGS, OPINIONS = "candidates", "posts", "pairings", "opinions"
Number = Callable[[int], str]


def candidacies(*rows: tuple[str, str, date]) -> pd.DataFrame:
    return pd.DataFrame(
        [(person, "330304001201", "C3", status, nominated) for person, status, nominated in rows],
        columns=["person_id", "village_code", "position", "candidate_status", "nominated_on"],
    )


def posts(*rows: tuple[str, date | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["person_id", "ended_on"])


EARLY = date(2020, 11, 1)


@pytest.mark.parametrize(
    ("stood_for", "held", "disputed", "is_due"),
    [
        ([("p", "not_elected", EARLY)], [], [], True),
        ([("p", "withdrawn", EARLY)], [], [], True),
        ([("p", "elected", EARLY)], [], [], False),
        ([("p", "proposed", EARLY)], [], [], False),
        ([("p", "confirmed", EARLY)], [], [], False),
        ([("p", "confirmed", EARLY), ("p", "not_elected", EARLY)], [], [], True),  # the newest state of a candidacy
        ([("p", "not_elected", EARLY), ("p", "elected", EARLY)], [], [], False),
        ([("p", "not_elected", EARLY)], [("p", None)], [], False),
        ([("p", "not_elected", EARLY)], [("p", DUE)], [], True),  # the post has ended on that day
        ([("p", "not_elected", EARLY)], [("p", date(2021, 7, 1))], [], False),
        ([("p", "not_elected", EARLY)], [("q", None)], [], True),
        ([("p", "not_elected", EARLY)], [], ["p"], False),
        ([("p", "not_elected", ENDED)], [], [], True),
        ([("p", "not_elected", date(2021, 1, 1))], [], [], False),  # a candidacy of a later round
    ],
)
def test_who_was_unsuccessful(stood_for: Any, held: Any, disputed: list[str], is_due: bool) -> None:
    found = unsuccessful(candidacies(*stood_for), posts(*held), disputed, DUE, ENDED)
    assert ("p" in found.persons) == is_due


def test_one_success_among_several_candidacies_keeps_a_person() -> None:
    both = candidacies(("p", "not_elected", EARLY), ("p", "elected", EARLY)).assign(position=["C1", "C3"])
    assert unsuccessful(both, posts(), [], DUE, ENDED) == Due(frozenset(), {"in_post": 0, "open_correction": 0, "undecided": 0})


def test_months_end_on_the_last_day_of_a_short_month() -> None:
    assert months_after(date(2020, 8, 31), 6) == date(2021, 2, 28)
    assert months_after(date(2020, 12, 31), 12) == date(2021, 12, 31)
    assert months_after(date(2020, 12, 1), 1) == date(2021, 1, 1)
    assert due_on(Settings(round_ended_on=ENDED)) == DUE
    assert due_on(Settings()) is None


class County:
    """A home whose rosters have landed: person 1 was elected, 2 not, 3 not but holds a post, 4 is undecided."""

    def __init__(self, home: Settings, number: Number) -> None:
        self.home, self.number = home, number

    def land(self, dataset: str, day: date, rows: list[dict[str, Any]], people: list[int]) -> str:
        delivery = Delivery(
            f"{day:%Y%m%d}-{dataset}", "public_security" if dataset == OPINIONS else "organisation", dataset, day,
            datetime(2020, 12, 1), "accepted", "ab", "file", 1,
        )  # fmt: skip
        folder = delivery.folder(self.home.landing)
        folder.mkdir(parents=True)
        (folder / RECORD).write_bytes(delivery.to_json())
        frame = pd.DataFrame(rows).assign(_delivery_id=delivery.delivery_id, _row=range(2, 2 + len(rows)))
        frame.to_parquet(folder / ROWS)
        self.store(delivery, people)
        return delivery.delivery_id

    def store(self, delivery: Delivery, people: list[int]) -> None:
        with Vault.open(self.home, TESTING) as vault:
            frame = pd.DataFrame({"_row": range(2, 2 + len(people))})
            if delivery.dataset == PAIRINGS:
                frame = frame.assign(leader_name="测试员", leader_phone="16000000001", leader_email="a@example.invalid")
            else:
                frame = frame.assign(id_number=[self.number(one) for one in people])
            if delivery.dataset in (CANDIDATES, POSTS):
                frame = frame.assign(person_name=[f"测试{one}" for one in people])
            spine = delivery.dataset in (CANDIDATES, POSTS)
            place = (delivery.delivery_id, delivery.department, delivery.dataset, delivery.delivered_at)
            vault.store_identities(*place, spine, frame)
            known = [row[0] for row in vault.connection.execute("select delivery_id from delivery").fetchall()]
            vault.link_week(date(2021, 12, 31), known)

    def run(self, today: date = DUE, dry_run: bool = False) -> Retained:
        return run_retention(self.home, look=TESTING, today=today, dry_run=dry_run)

    def ask(self, query: str) -> list[Any]:
        with Vault.open(self.home, TESTING, read_only=True) as vault:
            return [row[0] for row in vault.connection.execute(query).fetchall()]

    @property
    def numbers(self) -> set[str]:
        return set(self.ask("select id_number from person union select id_number from record"))


def candidate(status: str) -> dict[str, Any]:
    return {"village_code": "330304001201", "position": "C3", "nominated_on": EARLY, "candidate_status": status}


@pytest.fixture
def county(home: Settings, number: Number) -> County:
    made = County(home.model_copy(update={"round_ended_on": ENDED}), number)
    statuses = ["elected", "not_elected", "not_elected", "confirmed"]
    made.land(CANDIDATES, date(2020, 11, 26), [candidate("confirmed")] * 4, [1, 2, 3, 4])
    made.land(CANDIDATES, date(2020, 12, 24), [candidate(one) for one in statuses], [1, 2, 3, 4])
    made.land(POSTS, date(2020, 12, 24), [{"ended_on": None}] * 2, [1, 3])
    made.land(OPINIONS, date(2020, 12, 10), [{"opinion_no": "1"}] * 4, [1, 2, 3, 4])
    made.land(PAIRINGS, date(2020, 6, 30), [{"village_code": "330304001201"}], [0])
    made.land(PAIRINGS, date(2020, 7, 1), [{"village_code": "330304001201"}], [0])
    made.land(PAIRINGS, date(2020, 7, 2), [{"village_code": "330304001201"}], [0])
    return made


def test_the_unsuccessful_leave_on_the_day_and_not_before(county: County) -> None:
    before = county.numbers
    early = county.run(date(2021, 6, 29))
    assert early.removed.counts["persons"] == early.removed.counts["records"] == 0
    assert county.numbers == before
    done = county.run(DUE)
    assert before - county.numbers == {county.number(2)}
    assert done.removed.counts == {"persons": 1, "records": 3, "names": 2, "contacts": 1}
    assert done.due.kept == {"in_post": 1, "open_correction": 0, "undecided": 1, "legal_hold": 0}


def test_nobody_leaves_while_a_legal_hold_stands_on_them(county: County) -> None:
    (person,) = county.ask(f"select person_id from person where id_number = '{county.number(2)}'")
    place_hold(county.home, person, by="李某", reason="申诉未结")
    done = county.run(DUE)
    assert done.removed.counts["persons"] == 0 and done.due.kept["legal_hold"] == 1
    assert county.number(2) in county.numbers
    with pytest.raises(CunsheError, match="already"):
        place_hold(county.home, person, by="李某", reason="再一次")
    lift_hold(county.home, person, by="李某", reason="申诉已结")
    assert county.run(DUE).removed.counts["persons"] == 1
    assert county.number(2) not in county.numbers
    for wrong in ("999901", person):
        with pytest.raises(CunsheError):
            lift_hold(county.home, wrong, by="李某", reason="没有")


def merge(county: County, stays: int, other: int) -> None:
    """What a decision that two numbers are one person leaves in the vault."""
    with Vault.open(county.home, TESTING) as vault:
        ids = dict(vault.connection.execute("select id_number, person_id from person").fetchall())
        numbers = (county.number(stays), county.number(other))
        vault.connection.execute("update link set person_id = ? where person_id = ?", [ids[one] for one in numbers])


def test_a_person_of_two_numbers_is_judged_as_one(county: County) -> None:
    merge(county, 1, 2)  # was elected under the other number
    assert county.run().removed.counts["persons"] == 0
    assert {county.number(1), county.number(2)} <= county.numbers


def test_a_person_of_two_numbers_leaves_with_both(county: County) -> None:
    county.land(CANDIDATES, date(2020, 12, 25), [candidate("not_elected")], [5])
    merge(county, 2, 5)
    assert county.run().removed.counts["persons"] == 2
    assert not {county.number(2), county.number(5)} & county.numbers


def test_links_that_the_end_of_keeping_took_away_are_no_drift(county: County) -> None:
    """A record that spoke of nobody on a roster counts as not linked; one whose person has left does not count."""
    opinions = county.land(OPINIONS, date(2020, 12, 17), [{"opinion_no": "2"}] * 5, [1, 2, 3, 4, 9])
    county.run()
    with Vault.open(county.home, TESTING) as vault:
        found = summarise(linked_rows(vault.connection, [opinions]), 0).datasets[f"public_security/{OPINIONS}"]
    assert (found.records, found.linked) == (4, 3)


def test_the_certificate_counts_and_names_nobody(county: County, number: Number) -> None:
    done = county.run()
    (path,) = county.home.certificates.iterdir()
    text = path.read_text("utf-8")
    said = json.loads(text)
    assert path.stem == said["certificate_no"] == done.certificate_no
    assert said["removed"] == done.removed.counts
    assert said["removed_records_by_dataset"] == {"organisation/candidates": 2, "public_security/opinions": 1}
    assert (said["rule"]["round_ended_on"], said["rule"]["retention_months"]) == ("2020-12-31", 6)
    assert len(said["removed_places_sha256"]) == 64
    assert "测试2" not in text and number(2) not in text and "P" + "0" not in text
    assert said["done_by"] == TESTING.by


def test_a_second_run_removes_nothing_and_certifies_nothing(county: County) -> None:
    county.run()
    again = county.run(date(2021, 7, 1))
    assert again.removed.counts["persons"] == again.removed.counts["records"] == 0
    county.run(date(2021, 7, 1))
    assert len(list(county.home.certificates.iterdir())) == 2  # the contacts of 2020-07-01 came due a day later
    with Vault.open(county.home, TESTING):
        seen = entries(county.home.audit_log, KeyRing(county.home.audit_key).keys())
    assert len(seen) > 3


def test_a_dry_run_says_the_same_and_changes_nothing(county: County) -> None:
    before = county.numbers
    would = county.run(dry_run=True)
    assert county.numbers == before
    assert not county.home.certificates.exists()
    assert replace(county.run(), certificate_no=None) == would


def test_a_removed_person_does_not_come_back_with_an_old_delivery(county: County, number: Number) -> None:
    (person_id,) = county.ask(f"select person_id from person where id_number = '{number(2)}'")
    county.run()
    old = Delivery(
        "20201224-candidates", "organisation", CANDIDATES, date(2020, 12, 24), datetime(2020, 12, 1), "accepted", "ab", "f", 1
    )
    county.store(old, [1, 2, 3, 4])
    assert number(2) not in county.numbers
    county.land(CANDIDATES, date(2021, 9, 2), [candidate("proposed")], [2])
    assert county.ask(f"select person_id from person where id_number = '{number(2)}'") == [person_id]
    assert county.ask("select count(*) from record where person_name = '测试2'") == [1]


def test_contacts_age_and_do_not_come_back_while_those_in_force_stay(county: County) -> None:
    def standing() -> list[str]:
        return county.ask("select delivery_id from contact order by 1")

    county.run(date(2021, 6, 30))
    assert standing() == ["20200701-pairings", "20200702-pairings"]
    county.run(date(2030, 1, 1))
    assert standing() == ["20200702-pairings"]
    old = Delivery(
        "20200630-pairings", "organisation", PAIRINGS, date(2020, 6, 30), datetime(2020, 12, 1), "accepted", "ab", "f", 1
    )
    county.store(old, [0])
    assert standing() == ["20200702-pairings"]


def test_a_certificate_that_a_kill_kept_back_is_written_by_the_next_run(county: County, monkeypatch: Any) -> None:
    def die(settings: Settings, connection: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_write_certificates", die)
        with pytest.raises(KeyboardInterrupt):
            county.run()
    county.run()
    assert len(list(county.home.certificates.iterdir())) == 1


def test_without_an_end_of_the_round_or_a_roster_nothing_is_removed(county: County, home: Settings, tmp_path: Path) -> None:
    before = county.numbers
    county.home = county.home.model_copy(update={"round_ended_on": None})
    with pytest.raises(CunsheError, match="end of the round is not set"):
        county.run()
    assert county.numbers == before
    empty = County(Settings(home=tmp_path / "other", round_ended_on=ENDED), county.number)
    with pytest.raises(CunsheError, match="No delivery of organisation__candidates"):
        empty.run()
