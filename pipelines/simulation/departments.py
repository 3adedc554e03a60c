"""What each department knows of one village on the day it delivers: rows of typed values, one function per dataset.

Belongs here: rows. Does not belong here: how they are written (`formats`), what goes wrong with them (`defects`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation import pairings
from pipelines.simulation.elections import Candidacy, Election, Post, make_election
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person, make_clan
from pipelines.simulation.petitions import Matter, make_matters
from pipelines.simulation.profile import Profile, make_profile
from pipelines.simulation.reviews import COLLECTED, DEPARTMENTS, Opinion, asked_once, make_reviews, withdraw_some
from pipelines.simulation.standings import Standing
from pipelines.simulation.timeline import Timeline, Window, days, make_timeline, step_words
from pipelines.simulation.village_changes import changes_of, made_on

# Terms are known by the year of their election round.
LAST_TERM, THIS_TERM = 2017, 2020
_RETIRING_AGE = 58


@dataclass(frozen=True)
class Life:
    """Everything that is true of one village over the whole simulated time."""

    seed: int
    village: Village
    timeline: Timeline
    profile: Profile
    election: Election
    reviews: dict[str, tuple[tuple[Opinion, ...], ...]]
    matters: tuple[Matter, ...]
    start: date
    standing: Standing | None = None  # of the villages on the shortlist of weak ones

    def random(self, what: str) -> Random:
        """Chance of its own for one part of the village's life, so that no part depends on another."""
        return Random(f"{self.seed}:{self.village.code}:{what}")


def make_life(seed: int, village: Village, start: date, weeks: int, standing: Standing | None = None) -> Life:
    """Invent a village; the same seed and village always give the same, whatever else is simulated.

    Only its `standing` depends on other villages: who is weak is known by comparing.
    """
    rng = Random(f"{seed}:{village.code}")
    timeline = make_timeline(rng, start)
    profile = make_profile(rng, village, timeline)
    figures = (profile.party_members, profile.voters)
    election = make_election(rng, village, timeline, make_clan(rng), figures)
    asked = asked_once(election.candidacies)
    reviews = make_reviews(rng, village, asked, election.candidacies, DEPARTMENTS)
    withdraw_some(rng, election.candidacies)
    collected = make_reviews(Random(f"{seed}:{village.code}:review"), village, asked, election.candidacies, COLLECTED)
    matters = make_matters(Random(f"{seed}:{village.code}:petition"), village, start, start + days(7 * weeks))
    return Life(seed, village, timeline, profile, election, reviews | collected, matters, start, standing)


def _own(village: Village, **more: str) -> dict[str, str]:
    return {"村社名称": village.name, "所属镇街": village.township_name, "管理单位": village.managing_name, **more}


def person_cells(person: Person) -> Row:
    """The cells that say who a row is about."""
    return {"person_name": person.name, "id_number": person.id_number}


def person_facts(person: Person) -> Row:
    """The cells of a roster that describe the person."""
    return {
        "sex": person.sex,
        "birth_month": person.born_on,
        "education": person.education,
        "political_status": person.political_status,
    }


def _villages(life: Life, window: Window) -> list[Row]:
    village, profile = life.village, life.profile
    return [
        {
            "village_code": village.code,
            "village_name": village.name,
            "village_type": village.village_type,
            "township_code": village.township_code,
            "township_name": village.township_name,
            "managing_unit_code": village.managing_code,
            "managing_unit_name": village.managing_name,
            "is_key_village": village.is_key,
            "established_on": made_on(village.code) or profile.established_on,
            "abolished_on": None,
            "households": profile.households,
            "population": profile.population_in(window.week),
            "_own": _own(village, 填报单位="区民政局"),
        }
    ]


def _village_changes(life: Life, window: Window) -> list[Row]:
    return [
        {
            "change_no": one.change_no,
            "kind": one.kind,
            "effective_on": one.effective_on,
            "old_code": one.old_code,
            "old_name": one.old_name,
            "new_code": one.new_code,
            "new_name": one.new_name,
            "share_percent": one.share_percent,
            "document_no": one.document_no,
            "_own": {"填报单位": "区民政局"},
        }
        for one in changes_of(life.village.code)
        if window.is_new(one.effective_on)
    ]


def _election_steps(life: Life, window: Window) -> list[Row]:
    rows: list[Row] = []
    words = step_words()
    for number, step in enumerate(life.timeline.steps, start=1):
        done = step.done_on if step.done_on and step.done_on <= window.delivered_on else None
        phase, name = words[step.code]
        document = f"换〔2020〕{life.village.index + 1}-{number}号" if done and number % 4 == 1 else None
        rows.append(
            {
                "village_code": life.village.code,
                "step_code": step.code,
                "planned_on": step.planned_on,
                "done_on": done,
                "document_no": document,
                "_own": {"步骤名称": name, "环节": phase},
            }
        )
    return rows


def _ballots(life: Life, window: Window) -> list[Row]:
    return [
        {
            "village_code": life.village.code,
            "body": one.body,
            "round_no": one.round_no,
            "ballot_kind": one.kind,
            "voted_on": one.voted_on,
            "registered": one.registered,
            "attended": one.attended,
            "proxies": one.proxies,
            "issued": one.issued,
            "collected": one.collected,
            "valid": one.valid,
            "seats": one.seats,
            "elected": one.elected,
            "_own": _own(life.village, 填报单位=life.village.managing_name),
        }
        for one in life.election.ballots
        if window.is_new(one.voted_on)
    ]


def _posts(life: Life, window: Window) -> list[Row]:
    """Old posts until a body's takeover; from then on the new ones, and the old ones with their end."""
    day, election = window.delivered_on, life.election
    taken = {"party": life.timeline.party_takeover, "committee": life.timeline.committee_takeover}
    over = {body for body, since in taken.items() if since <= day}
    staying = {one.person for one in election.new_posts if one.body in over}
    old = [_post(life, one, LAST_TERM, taken[one.body] if one.body in over else None, staying) for one in election.old_posts]
    return old + [_post(life, one, THIS_TERM, None, staying) for one in election.new_posts if one.body in over]


def posts_on(life: Life, day: date) -> list[Post]:
    """The posts that are held on a day: each body's old ones until it takes over, its new ones from then on."""
    taken = {"party": life.timeline.party_takeover, "committee": life.timeline.committee_takeover}
    over = {body for body, since in taken.items() if since <= day}
    election = life.election
    return [one for one in election.old_posts if one.body not in over] + [
        one for one in election.new_posts if one.body in over
    ]


def _post(life: Life, post: Post, term: int, ended_on: date | None, staying: set[Person]) -> Row:
    return {
        **person_cells(post.person),
        "village_code": life.village.code,
        "position": post.position,
        **person_facts(post.person),
        "started_on": post.started_on,
        "ended_on": ended_on,
        "is_full_time": post.full_time,
        "term_year": term,
        "left_reason": _left_reason(post.person, ended_on) if ended_on and post.person not in staying else None,
        "_own": _own(life.village),
    }


def _left_reason(person: Person, ended_on: date) -> str:
    """Old age for the older ones; the others were not elected again."""
    return "age" if ended_on.year - person.born_on.year >= _RETIRING_AGE else "not_elected"


def _candidates(life: Life, window: Window) -> list[Row]:
    day = window.delivered_on
    return [
        {
            **person_cells(one.person),
            "village_code": life.village.code,
            "position": one.position,
            **person_facts(one.person),
            "nominated_on": one.nominated_on,
            "review_round": one.review_round,
            "sent_for_review_on": one.sent_on,
            "is_on_nominee_list": one.on_nominee_list,
            "candidate_status": _status(one, day),
            "notice_kind": "signed",
            "notice_no": f"告知-{life.village.code[6:]}-{number}",
            "_own": _own(life.village),
        }
        for number, one in enumerate(life.election.candidacies, 1)
        if one.nominated_on <= day and one.sent_on <= day
    ]


def _status(one: Candidacy, day: date) -> str:
    if one.withdrawn_on and one.withdrawn_on <= day:
        return "withdrawn"
    if one.decided_on <= day:
        return "elected" if one.wins else "not_elected"
    return "confirmed" if one.confirmed_on <= day else "proposed"


def _pairings(life: Life, window: Window) -> list[Row]:
    number, code, name = pairings.department_of(life.village)
    head = pairings.head_of(life.seed, number, window.week)
    secretary = pairings.secretary_of(life.seed, life.village.managing_code)
    return [
        {
            "village_code": life.village.code,
            "area_name": life.village.area_name,
            "department_code": code,
            "department_name": name,
            "leader_name": head.name,
            "leader_phone": head.phone,
            "leader_email": head.email,
            "secretary_name": secretary.name,
            "secretary_phone": secretary.phone,
            "secretary_email": secretary.email,
            "_own": _own(life.village),
        }
    ]


def _opinions(department: str) -> Callable[[Life, Window], list[Row]]:
    def rows(life: Life, window: Window) -> list[Row]:
        found: list[Row] = []
        for versions in life.reviews[department]:
            known = [one for one in versions if one.answered_on <= window.delivered_on]
            if known and window.is_new(known[-1].answered_on):
                found.append({**opinion_cells(known[-1]), "_own": {"承办人代号": _clerk(known[-1])}})
        return found

    return rows


def _clerk(one: Opinion) -> str:
    return f"J{sum(map(ord, one.opinion_no)) % 40:02d}"


def opinion_cells(one: Opinion) -> Row:
    """The cells of an answer."""
    return {
        "opinion_no": one.opinion_no,
        **person_cells(one.person),
        "review_round": one.review_round,
        "answered_on": one.answered_on,
        "conclusion": one.conclusion,
        "rule_id": one.rule_id,
        "influence_until": one.influence_until,
        "valid_until": one.valid_until,
    }


def _matters(life: Life, window: Window) -> list[Row]:
    day = window.delivered_on
    rows: list[Row] = []
    for one in life.matters:
        if one.registered_on > day:
            break
        since, status = one.state_on(day)
        if not window.is_new(since):
            continue
        rows.append(
            {
                "matter_key": one.matter_key,
                "village_code": life.village.code,
                "category": one.category,
                "form": one.form,
                "is_repeat": one.is_repeat,
                "people_band": one.people_band,
                "registered_on": one.registered_on,
                "extended": one.extended_on is not None and one.extended_on <= day,
                "closed_on": one.closed_on if one.closed_on and one.closed_on <= day else None,
                "status": status,
                "handling_unit": one.handling_unit,
                "_own": {"登记单位": "区信访局"},
            }
        )
    return rows


def _village_profile(life: Life, window: Window) -> list[Row]:
    profile = life.profile
    filled_on = window.delivered_on - days(profile.filled_weekday)
    members, representatives = profile.interviewed(filled_on)
    state, published_on = profile.audit(filled_on)
    return [
        {
            "village_code": life.village.code,
            "filled_on": filled_on,
            "residents": profile.residents,
            "party_members": profile.party_members,
            "representatives": profile.representatives,
            "members_interviewed": members,
            "representatives_interviewed": representatives,
            "key_persons": profile.key_persons,
            "key_persons_interviewed": profile.key_persons * representatives // profile.representatives,
            "collective_income": profile.income,
            "audit_status": state,
            "audit_published_on": published_on,
            "difficulties": profile.difficulties,
            "_own": _own(life.village, 填报人代号=f"T{life.village.index + 1:04d}"),
        }
    ]


DATASETS: dict[str, Callable[[Life, Window], list[Row]]] = {
    "civil_affairs__villages": _villages,
    "civil_affairs__village_changes": _village_changes,
    "civil_affairs__election_steps": _election_steps,
    "civil_affairs__ballots": _ballots,
    "organisation__posts": _posts,
    "organisation__candidates": _candidates,
    "organisation__pairings": _pairings,
    "discipline_inspection__opinions": _opinions("discipline_inspection"),
    "public_security__opinions": _opinions("public_security"),
    "petition__matters": _matters,
    "questionnaire__village_profile": _village_profile,
}
