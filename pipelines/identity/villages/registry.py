"""The register: periods of codes, lineage and history under ids that stay.

Belongs here: building the register and asking it which village a code or a name meant on a day. Does not belong here: how
changes are applied (`timeline`), rolling figures up (`lineage`), likely predecessors (`proposals`).

A village's id comes from the code under which a list named it first, whatever came before or after: a village that no
change touches keeps the id it always had, and so does one whose past becomes known later.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.identity.villages.history import Names, spans_of
from pipelines.identity.villages.lineage import Lineage
from pipelines.identity.villages.shapes import Change, Edge, Listing, Period, Place, Problem, Span, is_during
from pipelines.identity.villages.timeline import Timeline, Village
from pipelines.identity.villages.townships import township_problems


def village_id(seed: str) -> str:
    """The surrogate id of the village that first appeared under the code `seed`."""
    return "V" + hashlib.sha256(f"village:{seed}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Registry:
    """The register as of a day. `spans` are the history of codes, names, types, townships and managing units."""

    periods: tuple[Period, ...]
    edges: tuple[Edge, ...]
    spans: tuple[Span, ...]
    problems: tuple[Problem, ...]

    @property
    def lineage(self) -> Lineage:
        """What became of each village."""
        return Lineage(self.edges)

    def at_code(self, code: str, day: date) -> str | None:
        """The village that had the code on a day; None if none had."""
        return next(
            (
                one.village_id
                for one in self.periods
                if one.village_code == code and is_during(day, one.valid_from, one.valid_to)
            ),
            None,
        )

    def at_name(self, name: str, day: date, township: str | None = None) -> frozenset[str]:
        """The villages that were called so on a day, within the township of that day (code or name) if one is given.

        More than one: a name that two villages share; none is the right one without the township.
        """
        return Names(self.spans).on(name, day, township)

    def places(self) -> list[Place]:
        """For every code the spans of days and the village that a fact naming the code on them belongs to.

        A code that has ended stands for what became of its village by then, as long as that is one village (E-41).
        """
        by_code: dict[str, list[Period]] = defaultdict(list)
        for one in self.periods:
            by_code[one.village_code].append(one)
        return [place for code in sorted(by_code) for place in _places_of(by_code[code], self.lineage)]


def build(listings: Sequence[Listing], changes: Iterable[Change]) -> Registry:
    """The register from every accepted list and the changes in force, in whatever order they came."""
    timeline = Timeline(listings, changes)
    ids = _ids(timeline)
    periods = sorted(
        (
            Period(code, ids[village], since, until, None, None)
            for village in timeline.villages
            for code, since, until in village.codes
        ),
        key=lambda one: (one.village_code, one.valid_from or date.min),
    )
    edges = [
        Edge(
            ids[one.old], ids[one.new], one.change.effective_on, one.change.kind, one.share, one.change.change_no,
            one.change.document_no,
        )
        for one in timeline.steps
    ]  # fmt: skip
    return Registry(
        tuple(_named(periods)),
        tuple(sorted(edges, key=lambda one: (one.effective_on, one.from_id, one.to_id))),
        tuple(spans_of(timeline, listings, ids)),
        (*timeline.problems, *township_problems(listings)),
    )


def _named(periods: list[Period]) -> list[Period]:
    """The periods with the gaps between them closed: before the first the first, after each until the next."""
    named = []
    for place, one in enumerate(periods):
        first = place == 0 or periods[place - 1].village_code != one.village_code
        last = place + 1 == len(periods) or periods[place + 1].village_code != one.village_code
        start = None if first else one.valid_from
        end = None if last else periods[place + 1].valid_from
        named.append(Period(one.village_code, one.village_id, one.valid_from, one.valid_to, start, end))
    return named


def _ids(timeline: Timeline) -> dict[Village, str]:
    """Every village's id: by the code a list first named it by, else by its first code and when it had that."""
    holder: dict[str, list[tuple[date | None, date | None, Village]]] = defaultdict(list)
    for village in timeline.villages:
        for code, since, until in village.codes:
            holder[code].append((since, until, village))
    claims: dict[Village, list[tuple[date, str]]] = defaultdict(list)
    for code, seen in timeline.seen.items():
        held = sorted(holder[code], key=lambda one: one[0] or date.min)
        begun = [one for one in held if one[0] is None or one[0] <= seen.first] or held[:1]
        claims[begun[-1][2]].append((seen.first, code))
    seeds = {village: min(found)[1] for village, found in claims.items()}
    taken = set(seeds.values())
    for village in timeline.villages:
        if village in seeds:
            continue
        code, since, until = village.codes[0]
        seed = code
        if seed in taken:
            seed = f"{code}@{since}" if since else f"{code}<{until}"
        seeds[village] = seed
        taken.add(seed)
    ids = {village: village_id(seed) for village, seed in seeds.items()}
    if len(set(ids.values())) != len(ids):
        raise ValueError("two villages get one village_id; lengthen the id")
    return ids


def _places_of(periods: list[Period], lineage: Lineage) -> Iterable[Place]:
    """The places of one code: cut where another village gets the code, and where its village becomes another."""
    for period in periods:
        cuts: list[date] = sorted(
            day for day in lineage.dates_after(period.village_id) if is_during(day, period.named_from, period.named_to)
        )
        bounds: list[date | None] = [period.named_from, *cuts]
        ends: list[date | None] = [*cuts, period.named_to]
        for start, end in zip(bounds, ends, strict=True):
            yield Place(period.village_code, start, end, lineage.one_on(period.village_id, start))
