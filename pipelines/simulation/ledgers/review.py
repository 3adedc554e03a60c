"""The joint review beside the departments' own answers: letters, lists of persons, collected answers, decisions, dispositions.

Belongs here: rows of these datasets, for the weekly county and for the districts that published theirs. Does not belong here:
answers and cases themselves (`reviews`, `cases`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipelines.simulation.cases import Case, make_cases
from pipelines.simulation.departments import Life, opinion_cells, person_cells
from pipelines.simulation.formats import Row
from pipelines.simulation.ledgers import seasons
from pipelines.simulation.people import Person
from pipelines.simulation.reviews import COLLECTED, DEPARTMENTS, asked_once
from pipelines.simulation.timeline import Window, days

# Round of each vote: days after the first simulated Monday on which letters went out, answers to the first list were due and
# windows are tested. Who is sent later is answered later.
_ROUNDS = {1: (-42, -37, -21), 2: (-24, -19, 3)}
_SERIOUS_MONTHS = 18
_OLD_DAYS, _OLD_SHARE = 640, 0.12  # long over, so that nothing holds any more


def letter_row(round_no: int, reviewer: str, asked_on: date, due_on: date, cut_off_on: date) -> Row:
    """A letter that asks a department."""
    return {
        "review_round": round_no,
        "reviewer": reviewer,
        "asked_on": asked_on,
        "due_on": due_on,
        "cut_off_on": cut_off_on,
        "document_no": None,
    }


def request_row(number: str, person: Person, village_code: str, round_no: int, sent_on: date) -> Row:
    """A person sent to a round."""
    return {
        "request_no": number,
        **person_cells(person),
        "village_code": village_code,
        "review_round": round_no,
        "sent_on": sent_on,
    }


def examined_row(number: str, person: Person, village_code: str, round_no: int, examined_on: date) -> Row:
    """A case that people have examined and not decided."""
    return {
        "decision_no": number,
        **person_cells(person),
        "village_code": village_code,
        "review_round": round_no,
        "examined_on": examined_on,
    }


def decided_cells(outcome: str | None, decided_on: date, rule: str | None, reason: str | None) -> Row:
    """What makes a decision of it: body, day, reason, five people."""
    return {
        "outcome": outcome,
        "decided_on": decided_on,
        "decider_body": "区换届工作联审组",
        "deciders": 5,
        "rule_id": rule,
        "reason": reason,
    }


def disposition_row(number: str, person: Person, kind: str, decided_on: date, post: tuple[str, str] | None = None) -> Row:
    """A disposition: of a person with a number, or, with village and position in `post`, of one known by the post then held."""
    return {
        "disposition_no": number,
        **(person_cells(person) if post is None else {"person_name": person.name}),
        "village_code": post[0] if post else None,
        "position": post[1] if post else None,
        "disposition": kind,
        "decided_on": decided_on,
        "restored_on": None,
        "document_no": None,
    }


def _panels(life: Life, window: Window) -> list[Row]:
    """One letter to each department and round; they are the county's, so its first village brings them."""
    if life.village.index or not seasons.once(window):
        return []
    return [
        letter_row(number, department, *(life.start + days(offset) for offset in offsets))
        for number, offsets in _ROUNDS.items()
        for department in (*DEPARTMENTS, *COLLECTED)
    ]


def _requests(life: Life, window: Window) -> list[Row]:
    return [
        request_row(f"S{life.village.index + 1:05d}N{place:02d}", one.person, life.village.code, one.review_round, one.sent_on)
        for place, one in enumerate(asked_once(life.election.candidacies), start=1)
        if window.is_new(one.sent_on)
    ]


def _collected(life: Life, window: Window) -> list[Row]:
    found: list[Row] = []
    for department in COLLECTED:
        for versions in life.reviews[department]:
            known = [one for one in versions if one.answered_on <= window.delivered_on]
            if known and window.is_new(known[-1].answered_on):
                found.append({"reviewer": department, **opinion_cells(known[-1]), "event_on": None, "document_no": None})
    return found


def _decisions(life: Life, window: Window) -> list[Row]:
    return [_decision(life, one, window.delivered_on) for one in _cases(life) if any(map(window.is_new, one.changes))]


def _cases(life: Life) -> tuple[Case, ...]:
    candidacies = life.election.candidacies
    prefix = f"D{life.village.index + 1:05d}N"
    return make_cases(life.random("cases"), prefix, asked_once(candidacies), life.reviews, candidacies)


def _decision(life: Life, case: Case, day: date) -> Row:
    """The case as far as it has come by a day; a decision is sent once the person has been told."""
    one = case.candidacy
    row = examined_row(case.case_no, one.person, life.village.code, one.review_round, case.examined_on)
    row["heard_on"] = case.heard_on if case.heard_on <= day else None
    if case.decided_on is None or case.notice_on is None or case.notice_on > day:
        return row
    row |= {**decided_cells(case.outcome, case.decided_on, case.rule_id, case.reason), "notice_on": case.notice_on}
    if case.appeal_on and case.appeal_on <= day:
        answered = case.appeal_answered_on is not None and case.appeal_answered_on <= day
        row |= {"appeal_on": case.appeal_on, "appeal_outcome": "upheld" if answered else "pending"}
    return row


def _dispositions(life: Life, window: Window) -> list[Row]:
    """Those in force behind the answers of discipline inspection, with the answer; old ones of officials once."""
    prefix = f"C{life.village.index + 1:05d}N"
    rows = [
        disposition_row(f"{prefix}{number}", person, "party_serious_warning", decided_on)
        for number, (person, answered_on, decided_on) in enumerate(_in_force(life), start=1)
        if window.is_new(answered_on)
    ]
    rng = life.random("dispositions")
    decided_on = life.start - days(_OLD_DAYS + rng.randrange(100))
    if seasons.once(window) and rng.random() < _OLD_SHARE:
        held = [one for one in life.election.old_posts if one.position in ("P2", "P3") and one.started_on < decided_on]
        rows += [
            disposition_row(f"{prefix}0", one.person, "party_warning", decided_on, (life.village.code, one.position))
            for one in held[:1]
        ]
    return rows


def _in_force(life: Life) -> Iterator[tuple[Person, date, date]]:
    """Members who did not pass for a disposition: person, day of the answer, and the day that its last day follows from."""
    for versions in life.reviews["discipline_inspection"]:
        for one in versions[:1]:
            if one.rule_id == "R05" and one.influence_until and one.person.political_status == "01":
                yield one.person, one.answered_on, _months_before(one.influence_until + days(1), _SERIOUS_MONTHS)


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, min(day.day, 28))


DATASETS = {
    "organisation__review_panels": _panels,
    "organisation__review_requests": _requests,
    "organisation__collected_opinions": _collected,
    "organisation__review_decisions": _decisions,
    "discipline_inspection__dispositions": _dispositions,
}
