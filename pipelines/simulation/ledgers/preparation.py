"""The preparation of an election: works, visits, nominees, exemptions, voters, party members entitled to attend, reports.

Belongs here: rows of these ledgers, for the weekly county and for 瓯海区's. Does not belong here: steps and ballots
(`departments`).
"""

from __future__ import annotations

from datetime import date
from random import Random

from pipelines.simulation.departments import Life
from pipelines.simulation.elections import Post
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village, is_first_of_unit
from pipelines.simulation.ledgers import seasons
from pipelines.simulation.pairings import department_of
from pipelines.simulation.timeline import Window, days
from pipelines.sources.codes import code_tables

_VISIT_METHODS = ("look", "talk", "call", "check")
_TERM, _LAST_TERM = 2020, 2017
_OBJECTION_DAYS = 6  # after publication, when nobody objects any more


def work_items(village: Village) -> list[str]:
    """The six clean-ups and the eighteen measures everywhere, the six roles of a special team in key villages."""
    return [one for one in code_tables()["village_work"].labels if village.is_key or not one.startswith("team_")]


def work_row(village: Village, item: str, due_on: date, done_on: date | None, state: str, issues: int | None) -> Row:
    """A line of the ledger of works; while it is not done, one of the issues found is open."""
    return {
        "village_code": village.code,
        "work_item": item,
        "work_state": state,
        "due_on": due_on,
        "done_on": done_on,
        "issues_found": issues,
        "issues_closed": issues if done_on or not issues else issues - 1,
    }


def visit_row(village: Village, due_on: date, visited_on: date | None, method: str | None) -> Row:
    """A visit of the paired department."""
    return {
        "village_code": village.code,
        "department_code": department_of(village)[1],
        "due_on": due_on,
        "visited_on": visited_on,
        "visit_method": method,
    }


def registration_row(village: Village, registered: int, published: date, place: int) -> Row:
    """The voter list as published, with what it gained and lost until election day; `place` varies the figures."""
    of_age, moved_in, died, left = place % 4, place % 3, place % 5, place % 2
    first = registered - of_age - moved_in + died + left
    objections = 1 if place % 8 == 0 else 0
    return {
        "village_code": village.code,
        "eligible": first + 20 + place % 30,
        "published_on": published,
        "registered_first": first,
        "registered_by_household": first - first // 9 - first // 40,
        "registered_away": first // 9,
        "registered_residents": first // 40,
        "objections": objections,
        "objections_upheld": objections if place % 16 == 0 else 0,
        "last_objection_on": published + days(place % 6) if objections else None,
        "longest_reply_days": place % 4 if objections else None,
        "added_of_age": of_age,
        "added_moved_in": moved_in,
        "added_family": 0,
        "added_restored": 0,
        "removed_moved_out": 0,
        "removed_left": left,
        "removed_died": died,
        "removed_deprived": 0,
    }


def roll_rows(village: Village, parts: dict[str, int], approval: Row) -> list[Row]:
    """Members by class: without a vote, left out with approval, and all of them; classes nobody is in are left out."""
    with_vote = {"all", "probationary"}
    return [
        {"village_code": village.code, "roll_class": name, "members": members, **({} if name in with_vote else approval)}
        for name, members in parts.items()
        if members
    ]


def _works(life: Life, window: Window) -> list[Row]:
    """Most is done before its day, some later, a little never."""
    if not seasons.election(window):
        return []
    rng, day = life.random("works"), window.delivered_on
    due_on = life.start + days(7)
    return [_work(rng, life.village, item, due_on, day) for item in work_items(life.village)]


def _work(rng: Random, village: Village, item: str, due_on: date, day: date) -> Row:
    luck = rng.random()
    is_team = item.startswith("team_")
    issues = rng.randrange(4) if item.startswith("clear_") else None
    finished = due_on - days(rng.randint(60, 70) if is_team else rng.randint(0, 45))
    if not is_team and luck > 0.85:
        finished = due_on + days(rng.randint(1, 25) if luck < 0.99 else 400)
    begun = finished - days(20)
    done_on = finished if finished <= day else None
    state = "done" if done_on else "in_progress" if begun <= day else "not_started"
    return work_row(village, item, due_on, done_on, state, issues if begun <= day else None)


def _visits(life: Life, window: Window) -> list[Row]:
    """One visit a month: it is written down as due four weeks before, and again once it has been made."""
    rng, found = life.random("visits"), []
    due_on = life.start - days(35 + life.village.index % 7)
    while due_on - days(28) <= window.delivered_on:
        luck = rng.random()
        visited_on = due_on + days(rng.randint(1, 9) if 0.93 < luck < 0.985 else -rng.randint(0, 25))
        method = rng.choice(_VISIT_METHODS)
        is_made = luck < 0.985 and visited_on <= window.delivered_on
        if window.is_new(due_on - days(28)) or (is_made and window.is_new(visited_on)):
            found.append(visit_row(life.village, due_on, *((visited_on, method) if is_made else (None, None))))
        due_on += days(30)
    return found


def _nominees(life: Life, window: Window) -> list[Row]:
    """A nominee for both posts is intended, then settled; in some villages there is none for long."""
    if not seasons.election(window):
        return []
    rng, day = life.random("nominee"), window.delivered_on
    settled_on = life.timeline.party_day - days(rng.randint(-6, 40))
    intended_on = settled_on - days(rng.randint(10, 40))
    state, since = "none", life.start - days(60)
    for on, reached in ((intended_on, "intended"), (settled_on, "settled")):
        if on <= day:
            state, since = reached, on
    return [{"village_code": life.village.code, "nominee_state": state, "stated_on": since}]


def _exemptions(life: Life, window: Window) -> list[Row]:
    """Where the secretary is not to chair the committee, most have been allowed not to before anybody voted."""
    rng = life.random("exemption")
    if not seasons.once(window) or _is_dual(life.election.new_posts) or rng.random() < 0.25:
        return []
    return [
        {
            "village_code": life.village.code,
            "reason": rng.choice(("secretary_sent", "no_candidate", "in_merger", "other")),
            "approved_on": life.start - days(rng.randint(15, 30)),
            "approved_by": "区委组织部",
            "valid_until": None,
        }
    ]


def _is_dual(posts: tuple[Post, ...]) -> bool:
    holders = {one.position: one.person for one in posts}
    return "P1" in holders and holders.get("P1") is holders.get("C1")


def _registration(life: Life, window: Window) -> list[Row]:
    """Until the list is published only how many may register; objections once nobody can object any more."""
    if not seasons.election(window):
        return []
    village = life.village
    published = next(step.done_on for step in life.timeline.steps if step.code == "C12")
    row = registration_row(village, life.profile.voters, published or life.start, village.index)
    if published is None or published > window.delivered_on:
        return [{"village_code": village.code, "eligible": row["eligible"]}]
    if published + days(_OBJECTION_DAYS) > window.delivered_on:
        objecting = ("objections", "objections_upheld", "last_objection_on", "longest_reply_days")
        return [{name: value for name, value in row.items() if name not in objecting}]
    return [row]


def _rolls(life: Life, window: Window) -> list[Row]:
    """Settled before the members met: who has no vote, who is away or bedridden, and the paper that allows it."""
    if not seasons.once(window):
        return []
    village, members = life.village, life.profile.party_members
    absent = members - next(one.registered for one in life.election.ballots if one.body == "party")
    probationary = min(absent, village.index % 3)
    bedridden = min(absent - probationary, village.index % 2 + 1)
    parts = {"all": members, "probationary": probationary, "away": absent - probationary - bedridden, "bedridden": bedridden}
    approval = {"approval_no": f"组复〔{life.start.year}〕{village.index + 1}号", "approved_on": life.start - days(40)}
    return roll_rows(village, parts, approval if life.random("rolls").random() > 0.01 else {})


def _reports(life: Life, window: Window) -> list[Row]:
    """What a township counted of reports about the election in both terms, nought included, up to the day before."""
    if not (is_first_of_unit(life.village) and seasons.election(window)):
        return []
    code, counted_to = life.village.managing_code, window.delivered_on - days(1)
    rng = Random(f"{life.seed}:{code}:reports")
    last, on = rng.randint(0, 4), life.start - days(70)
    days_of: list[tuple[date, bool]] = []
    while on <= counted_to:
        on += days(1 + int(rng.expovariate(1 / 45)))
        days_of.append((on, rng.random() < 0.3))
    counted = [is_direct for one, is_direct in days_of if one <= counted_to]
    numbers = (
        ("report", _TERM, len(counted)),
        ("report_direct", _TERM, sum(counted)),
        ("retired_visit", _TERM, 0),
        ("report", _LAST_TERM, last),
    )
    return [
        {"township_code": code, "term_year": term, "matter": matter, "number": number, "counted_to": counted_to}
        for matter, term, number in numbers
    ]


DATASETS = {
    "organisation__village_works": _works,
    "organisation__paired_visits": _visits,
    "organisation__nominee_states": _nominees,
    "organisation__dual_post_exemptions": _exemptions,
    "civil_affairs__voter_registration": _registration,
    "organisation__party_rolls": _rolls,
    "organisation__election_reports": _reports,
}
