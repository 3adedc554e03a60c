"""The election of one village: the team in office, who stands, who wins, and the ballots.

Belongs here: persons and their offices and candidacies over the whole timeline. Does not belong here: what a department
knew on a given day (`departments`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation.geography import COUNTY_SIZE, Village
from pipelines.simulation.people import SERIALS_PER_VILLAGE, Clan, Person, make_person
from pipelines.simulation.timeline import Timeline, days

OFFICIALS = 1770
CANDIDATES_PER_SEAT = 2.5
_SUPERVISORS = 2
_COMMITTEE_SEATS = 5


@dataclass(frozen=True, slots=True)
class Post:
    """An office held by a person; `body` tells with which vote it changes hands."""

    person: Person
    position: str
    body: str
    started_on: date
    full_time: bool


@dataclass(slots=True)
class Candidacy:
    """A person standing for a position, with everything that will be decided about it."""

    person: Person
    position: str
    body: str
    nominated_on: date
    sent_on: date
    review_round: int
    wins: bool
    decided_on: date
    confirmed_on: date
    on_nominee_list: bool
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot and its figures."""

    body: str
    round_no: int
    kind: str
    voted_on: date
    registered: int
    attended: int
    proxies: int
    issued: int
    collected: int
    valid: int
    seats: int
    elected: int


@dataclass(frozen=True)
class Election:
    """All that becomes of one village's two votes."""

    old_posts: tuple[Post, ...]
    new_posts: tuple[Post, ...]
    candidacies: tuple[Candidacy, ...]
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True)
class _Sizes:
    party: int
    committee: int  # persons who sit in the committee only
    cross: int  # committee seats held by members of the party committee


@dataclass
class _Setting:
    """What the functions below share while one village is made."""

    rng: Random
    village: Village
    timeline: Timeline
    clan: Clan
    serial: int

    def person(self, team: str, sex: str = "", member: bool = False) -> Person:
        self.serial += 1
        return make_person(self.rng, self.serial, team=team, clan=self.clan, sex=sex, member=member)


def officials_of(index: int) -> int:
    """Nine or ten officials a village so that 190 have exactly 1,770; neighbours trade one for variety."""

    def even(place: int) -> int:
        return (place + 1) * OFFICIALS // COUNTY_SIZE - place * OFFICIALS // COUNTY_SIZE

    trade = (index // 2 * 7) % 3 - 1
    return even(index) + (trade if index % 2 == 0 else -trade)


def make_election(rng: Random, village: Village, timeline: Timeline, clan: Clan, figures: tuple[int, int]) -> Election:
    """Make the village's election; `figures` are its party members and its registered voters."""
    setting = _Setting(rng, village, timeline, clan, village.index * SERIALS_PER_VILLAGE)
    total = officials_of(village.index)
    party = 3 if total <= 9 else 5
    committee = total - _SUPERVISORS - party
    sizes = _Sizes(party, committee, _COMMITTEE_SEATS - committee)
    was_dual = rng.random() < 0.35
    old = _old_team(setting, sizes, was_dual)
    new_party, new_committee = _winners(setting, sizes, was_dual, old)
    new = _new_team(setting, old, new_party, new_committee)
    staying = {one.person for one in new}
    losers = [one for one in dict.fromkeys(post.person for post in old) if one not in staying]
    candidacies = _candidacies(setting, new_party, new_committee, losers)
    ballots = _ballots(rng, timeline, figures, (len(new_party), len(new_committee)))
    return Election(old, new, candidacies, ballots)


def _old_team(setting: _Setting, sizes: _Sizes, was_dual: bool) -> tuple[Post, ...]:
    rng = setting.rng
    term = date(2017, 3, 1) + days(rng.randint(0, 60))
    members = [setting.person("old", member=True) for _ in range(sizes.party)]
    others = [setting.person("old", sex="2" if place == 1 else "") for place in range(sizes.committee)]
    supervisors = [setting.person("old") for _ in range(_SUPERVISORS)]
    party = _positions("P", sizes.party)
    if not was_dual and rng.random() < 0.025:
        party = ["P2", *["P3"] * (sizes.party - 1)]  # the secretary's post is vacant
    committee = ([members[0]] if was_dual else []) + others
    team = [(one, place, "party") for one, place in zip(members, party, strict=True)]
    if party[0] == "P1" and rng.random() < 0.6:
        team.append((members[0], "E1", "party"))
    team += [(one, place, "committee") for one, place in zip(committee, _positions("C", len(committee)), strict=True)]
    team += [(one, place, "committee") for one, place in zip(supervisors, _positions("S", _SUPERVISORS), strict=True)]
    return tuple(Post(one, place, body, _old_start(rng, term, body), rng.random() < 0.6) for one, place, body in team)


def _old_start(rng: Random, term: date, body: str) -> date:
    if rng.random() < 0.12:
        return term + days(rng.randint(90, 1100))
    return term if body == "party" else term + days(30)


def _positions(letter: str, number: int) -> list[str]:
    second = f"{letter}2"
    if letter == "S":
        return ["S1", *["S2"] * (number - 1)]
    return [f"{letter}1", second, *[f"{letter}3"] * (number - 2)][:number]


def _distinct(posts: tuple[Post, ...], body: str, letter: str) -> list[Person]:
    return list(dict.fromkeys(one.person for one in posts if one.body == body and one.position[0] == letter))


def _winners(
    setting: _Setting, sizes: _Sizes, was_dual: bool, old: tuple[Post, ...]
) -> tuple[list[Person], list[Person]]:
    """Who will hold the party seats and the committee seats, each in order of position.

    A secretary who also chaired the committee is re-elected, so that the number of officials stays the same between
    the two votes; nobody changes from one group into another for the same reason.
    """
    rng = setting.rng
    incumbents = _distinct(old, "party", "P")
    kept = [one for place, one in enumerate(incumbents) if (place == 0 and was_dual) or rng.random() < 0.55]
    party = kept + [setting.person("new", member=True) for _ in range(sizes.party - len(kept))]
    if not was_dual and rng.random() < 0.3:
        party = party[::-1]
    sitting = [one for one in _distinct(old, "committee", "C") if one not in incumbents]
    stay = [one for one in sitting if rng.random() < 0.5]
    fresh = [setting.person("new", sex="2" if place == 0 else "") for place in range(sizes.committee - len(stay))]
    others = stay + fresh
    if rng.random() < 0.94:
        return party, party[: sizes.cross] + others
    return party, [others[0], *party[1 : 1 + sizes.cross], *others[1:]]


def _new_team(
    setting: _Setting, old: tuple[Post, ...], party: list[Person], committee: list[Person]
) -> tuple[Post, ...]:
    rng, timeline = setting.rng, setting.timeline
    supervisors = [one if rng.random() < 0.6 else setting.person("new") for one in _distinct(old, "committee", "S")]
    team = [(one, place, "party") for one, place in zip(party, _positions("P", len(party)), strict=True)]
    if rng.random() < 0.75:
        team.append((party[0], "E1", "party"))
    team += [(one, place, "committee") for one, place in zip(committee, _positions("C", len(committee)), strict=True)]
    team += [(one, place, "committee") for one, place in zip(supervisors, _positions("S", _SUPERVISORS), strict=True)]
    starts = {"party": timeline.party_takeover, "committee": timeline.committee_takeover}
    return tuple(Post(one, place, body, starts[body], rng.random() < 0.7) for one, place, body in team)


@dataclass(frozen=True)
class _Vote:
    """One of the two votes: its winners, its days, and how long before it candidates are named, sent and confirmed."""

    body: str
    winners: list[Person]
    first: date
    final: date
    ahead: tuple[int, int, int]
    review_round: int


def _candidacies(
    setting: _Setting, party: list[Person], committee: list[Person], losers: list[Person]
) -> tuple[Candidacy, ...]:
    timeline, waiting = setting.timeline, iter(losers)
    found: list[Candidacy] = []
    for vote in (
        _Vote("party", party, timeline.party_day, timeline.party_final, (20, 16, 8), 1),
        _Vote("committee", committee, timeline.committee_day, timeline.committee_final, (15, 13, 5), 2),
    ):
        standing = _standing(setting, vote, waiting)
        found += _stand(setting.rng, vote, standing, {one.person: one for one in found if one.wins})
    return tuple(found)


_Standing = list[tuple[Person, str, bool, date]]


def _standing(setting: _Setting, vote: _Vote, waiting: Iterator[Person]) -> _Standing:
    """Who stands for which position, who wins and on which day; in a by-round the last seat is filled later.

    Some losers held a post until now; only a party member stands for a party position.
    """
    rng = setting.rng
    places = _positions(vote.body[0].upper(), len(vote.winners))
    by_round = len(places) - 1 if vote.final > vote.first else None
    standing = [
        (one, place, True, vote.final if seat == by_round else vote.first)
        for seat, (one, place) in enumerate(zip(vote.winners, places, strict=True))
    ]
    for place in rng.choices(places, k=_extras(rng, len(places))):
        loser = next(waiting, None) if rng.random() < 0.35 else None
        if loser is None or (vote.body == "party" and loser.political_status != "01"):
            loser = setting.person("new", member=vote.body == "party")
        standing.append((loser, place, False, vote.first))
    return standing


def _stand(rng: Random, vote: _Vote, standing: _Standing, earlier: dict[Person, Candidacy]) -> Iterator[Candidacy]:
    """Candidacies; whoever stands in both votes was named and reviewed for both at once.

    Candidates are sent for review from Monday to Thursday, the day of the roster, so that no answer precedes it.
    """
    nominated, sent, confirmed = vote.ahead
    sent_on = vote.first - days(sent)
    sent_on -= days(max(0, sent_on.weekday() - 3))
    favoured = _nominees(rng, standing)
    for number, (one, place, wins, decided) in enumerate(standing):
        known = earlier.get(one)
        named_on = min(vote.first - days(nominated + rng.randint(0, 2)), sent_on)
        yield Candidacy(
            one,
            place,
            vote.body,
            known.nominated_on if known else named_on,
            known.sent_on if known else sent_on,
            known.review_round if known else vote.review_round,
            wins,
            decided,
            vote.first - days(confirmed),
            number in favoured,
        )


def _extras(rng: Random, seats: int) -> int:
    exact = (CANDIDATES_PER_SEAT - 1) * seats + rng.choice((-1, 0, 0, 1))
    return int(exact) + (rng.random() < exact % 1)


def _nominees(rng: Random, standing: _Standing) -> set[int]:
    """The nominee list names one person for each seat, in 96 of 100 cases the one who wins it."""
    losers: dict[str, list[int]] = {}
    for number, (_, place, wins, _) in enumerate(standing):
        if not wins:
            losers.setdefault(place, []).append(number)
    chosen = set()
    for number, (_, place, wins, _) in enumerate(standing):
        if wins:
            beaten = losers.get(place)
            chosen.add(beaten.pop() if beaten and rng.random() < 0.04 else number)
    return chosen


def _ballots(rng: Random, timeline: Timeline, figures: tuple[int, int], seats: tuple[int, int]) -> tuple[Ballot, ...]:
    members, voters = figures
    found: list[Ballot] = []
    for body, registered, number, first, final in (
        ("party", max(5, round(members * rng.uniform(0.82, 0.98))), seats[0], timeline.party_day, timeline.party_final),
        ("committee", voters, seats[1], timeline.committee_day, timeline.committee_final),
    ):
        again = final > first
        found.append(_ballot(rng, body, 1, "first", first, registered, number, number - again))
        if again:
            found.append(_ballot(rng, body, 2, "by_round", final, registered, 1, 1))
    return tuple(found)


def _ballot(
    rng: Random, body: str, round_no: int, kind: str, day: date, registered: int, seats: int, elected: int
) -> Ballot:
    """Figures that hold: valid ≤ collected ≤ issued = attended ≤ registered, with the turnout the body needs."""
    turnout = rng.uniform(0.82, 1.0) if body == "party" else rng.uniform(0.68, 0.96)
    attended = min(registered, -int(-registered * turnout // 1))
    proxies = 0 if body == "party" else round(attended * rng.uniform(0.01, 0.08))
    missing = 0 if body == "party" else rng.choice((0, 0, 1, 2, 5))
    collected = attended - min(missing, attended // 10)
    valid = collected - round(collected * rng.uniform(0.0, 0.03))
    return Ballot(body, round_no, kind, day, registered, attended, proxies, attended, collected, valid, seats, elected)
