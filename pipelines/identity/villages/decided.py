"""From proposals and what persons decided on them to lineage.

Belongs here: which proposals stand open over all lists, and which changes decided ones amount to. Does not belong here:
finding likely pairs (`proposals`), keeping decisions (`identity.review`).

A merger is decided when each of its pairs is: half a merger would give a village an id that the other half takes away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pipelines.identity.villages.proposals import Proposal, proposals
from pipelines.identity.villages.registry import Registry, build
from pipelines.identity.villages.shapes import Change, Decision, Listing

OPEN, WAITING, SAME, DIFFERENT = "open", "waiting", "same", "different"


@dataclass(frozen=True, slots=True)
class Opened:
    """A proposal with the ids of its villages, since when it stands, and how.

    `state`: open; waiting (decided, but another pair of the same change is not); same; different. The ids are those that
    the villages have while nothing is decided.
    """

    proposal: Proposal
    old_id: str | None
    new_id: str | None
    opened_on: date
    state: str
    decision_no: str | None


def register(
    listings: Sequence[Listing], changes: Sequence[Change], decisions: Iterable[Decision]
) -> tuple[Registry, list[Opened]]:
    """The register with what was decided, and every proposal with its state."""
    ordered = sorted(listings, key=lambda one: one.delivered_at)
    undecided = build(ordered, changes)
    latest = {one.village_code: one.village_id for one in undecided.periods}  # periods run in the order of time
    verdicts = {(one.old_id, one.new_id): one for one in sorted(decisions, key=lambda one: one.decision_no)}
    opened = [_judged(day, one, latest, verdicts) for day, one in _standing(ordered, changes)]
    groups = _groups(opened)
    settled: list[Opened] = []
    extra: list[Change] = []
    for group in groups:
        if any(one.state == OPEN for one in group):
            settled += [_waiting(one) for one in group]
        else:
            settled += group
            extra += _changes([one for one in group if one.state == SAME], ordered)
    return (build(ordered, [*changes, *extra]) if extra else undecided), settled


def _standing(ordered: Sequence[Listing], changes: Sequence[Change]) -> list[tuple[date, Proposal]]:
    """What each list shows beside the one before it, unless the village that was gone is listed again."""
    found: dict[tuple[str | None, str | None], tuple[date, Proposal]] = {}
    for before, after in pairwise(ordered):
        for one in proposals(before, after, changes):
            found.setdefault((one.old_code, one.new_code), (after.delivered_at, one))
    back = ordered[-1].active() if ordered else {}
    first = ordered[0].active() if ordered else {}
    return [
        (day, one)
        for day, one in found.values()
        if one.old_code not in back and not (one.old_code is None and one.new_code in first)
    ]


def _judged(day: date, one: Proposal, latest: dict[str, str], verdicts: dict[tuple[str, str], Decision]) -> Opened:
    old_id, new_id = latest.get(str(one.old_code)), latest.get(str(one.new_code))
    verdict = verdicts.get((str(old_id), str(new_id)))
    if verdict is None:
        return Opened(one, old_id, new_id, day, OPEN, None)
    return Opened(one, old_id, new_id, day, SAME if verdict.same else DIFFERENT, verdict.decision_no)


def _waiting(one: Opened) -> Opened:
    if one.state != SAME:
        return one
    return Opened(one.proposal, one.old_id, one.new_id, one.opened_on, WAITING, one.decision_no)


def _groups(opened: list[Opened]) -> list[list[Opened]]:
    """Pairs that share a village, directly or by way of others; one without a candidate stands alone."""
    neighbours: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(opened):
        for code in (one.proposal.old_code, one.proposal.new_code):
            if code is not None:
                neighbours[code].append(place)
    groups, seen = [], set()
    for place in range(len(opened)):
        group, ahead = [], [place]
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                group.append(opened[here])
                pair = (opened[here].proposal.old_code, opened[here].proposal.new_code)
                ahead += [other for code in pair if code is not None for other in neighbours[code]]
        if group:
            groups.append(group)
    return groups


def _changes(same: list[Opened], ordered: Sequence[Listing]) -> list[Change]:
    """What the pairs that are the same amount to, on one day: recoded where it is one and one, else merged or split."""
    if not same:
        return []
    first = {code: one.delivered_at for one in reversed(ordered) for code in one.entries}
    entries = {code: entry for one in ordered for code, entry in one.entries.items()}
    day = min(_day(one, entries[str(one.proposal.new_code)].established_on, first) for one in same)
    olds, news = defaultdict(set), defaultdict(set)
    for one in same:
        olds[one.proposal.new_code].add(one.proposal.old_code)
        news[one.proposal.old_code].add(one.proposal.new_code)
    made = []
    for one in same:
        old, new = str(one.proposal.old_code), str(one.proposal.new_code)
        existed = first[new] < one.opened_on
        kind = "merge" if len(olds[new]) > 1 or existed else "split" if len(news[old]) > 1 else "recode"
        made.append(
            Change(str(one.decision_no), kind, day, old, new, entries[old].name, entries[new].name,
                   None if len(news[old]) > 1 else 1.0)
        )  # fmt: skip
    return made


def _day(one: Opened, established_on: date | None, first: dict[str, date]) -> date:
    """The day the new village says it was established, if that is between the lists; else the list that showed it."""
    old_first = first[str(one.proposal.old_code)]
    if established_on is not None and old_first < established_on <= one.opened_on:
        return established_on
    return one.opened_on
