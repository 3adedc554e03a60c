"""Weak villages of the county: who scores how, who is on the shortlist, who on the final list.

Belongs here: choosing. Does not belong here: what is done in a listed village (`ledgers.rectification`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from pipelines.simulation.geography import COUNTY_SIZE, Village

LISTED = 12  # of the county's villages; larger and smaller counties have their share
SHORTLIST_PERCENT = 15
# Units that are sent: as many of each kind as the symptoms call for.
_UNIT_TYPES = ("party", "political_legal", "party", "economic", "professional", "political_legal")


@dataclass(frozen=True, slots=True)
class Standing:
    """A village on the shortlist; `level` is set where it is on the final list too."""

    level: str | None = None
    unit_no: int = 0
    unit_type: str = ""
    was_listed: bool = False  # in the round before


def score_of(seed: int, code: str) -> float:
    """What a village scored in the assessment, of a hundred."""
    return 55 + Random(f"{seed}:{code}:score").randint(0, 4300) / 100


def lowest(scored: Iterable[tuple[str, str, float]], shortlisted: int, of: int) -> list[str]:
    """The shortlist: (unit, village, score) in, villages out; of each unit its part of the number, the lowest scores."""
    found: list[str] = []
    seen = 0
    for _, group in groupby(sorted(scored, key=lambda one: one[0]), key=lambda one: one[0]):
        ranked = sorted((score, code) for _, code, score in group)
        seen += len(ranked)
        found += [code for _, code in ranked[: seen * shortlisted // of - len(found)]]
    return found


def make_standings(seed: int, villages: Iterable[Village]) -> Mapping[str, Standing]:
    """Village code → its standing, of those on the shortlist: exactly the least share that the work plan allows."""
    scored = [(one.managing_code, one.code, score_of(seed, one.code)) for one in villages]
    count = len(scored)
    shortlist = lowest(scored, -(-count * SHORTLIST_PERCENT // 100), count)
    rng = Random(f"{seed}:standings")
    listed = set(rng.sample(shortlist, max(1, count * LISTED // COUNTY_SIZE)))
    return {code: _standing(rng, place, code in listed) for place, code in enumerate(_listed_first(shortlist, listed))}


def _listed_first(shortlist: Sequence[str], listed: set[str]) -> list[str]:
    return sorted(shortlist, key=lambda code: code not in listed)


def _standing(rng: Random, place: int, is_listed: bool) -> Standing:
    if not is_listed:
        return Standing()
    kind = _UNIT_TYPES[place % len(_UNIT_TYPES)]
    return Standing("township" if place % 3 == 2 else "county", place + 1, kind, was_listed=rng.random() < 0.2)
