"""What every scenario stands on: invented villages, people of a stated age, and totals shared out exactly.

Belongs here: making these. Does not belong here: any county's figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.people import Person, id_number_of, make_name


def shares(total: int, parts: int) -> list[int]:
    """A total as whole shares that differ by one at most, larger and smaller ones mixed."""
    return [(place + 1) * total // parts - place * total // parts for place in range(parts)]


def varied(rng: Random, total: int, parts: int, low: int, high: int) -> list[int]:
    """A total as whole shares from `low` to `high`: even ones, between which pairs have traded."""
    found = shares(total, parts)
    if not low <= min(found) <= max(found) <= high:
        raise ValueError(f"{total} cannot be shared among {parts} from {low} to {high}")
    for _ in range(parts if parts > 1 else 0):
        giver, taker = rng.sample(range(parts), 2)
        amount = rng.randint(0, min(found[giver] - low, high - found[taker]))
        found[giver] -= amount
        found[taker] += amount
    return found


def chosen(rng: Random, count: int, of: int) -> list[bool]:
    """Exactly `count` of `of` places, anywhere."""
    places = set(rng.sample(range(of), count))
    return [place in places for place in range(of)]


def dealt(rng: Random, counts: dict[str, int]) -> list[str]:
    """Each value as often as its count says, in any order."""
    found = [value for value, count in counts.items() for _ in range(count)]
    rng.shuffle(found)
    return found


def age_on(born_on: date, day: date) -> int:
    """Whole years by the month of birth, as the warehouse counts them."""
    return day.year - born_on.year - (day.month < born_on.month)


class People:
    """Invented people, each with a number of its own; ages are those on `cut_off`."""

    def __init__(self, rng: Random, cut_off: date) -> None:
        self._rng, self.cut_off, self._serial = rng, cut_off, 0

    def person(self, age: int, *, sex: str = "", education: str = "31", political_status: str = "01") -> Person:
        """One person of exactly this age."""
        self._serial += 1
        sex = sex or ("2" if self._rng.random() < 0.3 else "1")
        _, born_on = id_number_of(self._serial, sex, self.cut_off.year - age)
        born_in = self.cut_off.year - age - (self.cut_off.month < born_on.month)
        number, born_on = id_number_of(self._serial, sex, born_in)
        return Person(make_name(self._rng, sex, born_in), number, sex, born_on, education, political_status)


def invented_villages(county_code: str, by_township: Sequence[tuple[str, int, int]]) -> list[Village]:
    """Villages of a county: (township's name, communities, villages) in order; names are unique in a township."""
    found: list[Village] = []
    for number, (township_name, communities, villages) in enumerate(by_township, start=1):
        township = f"{county_code}{number:03d}"
        units = [("community", f"{place:03d}", f"示例{place}社区") for place in range(1, communities + 1)]
        units += [("village", f"{200 + place}", f"示例{place}村") for place in range(1, villages + 1)]
        found += [
            Village(
                len(found) + place, f"{township}{serial}", name, kind, f"{township}000", township_name,
                f"{township}000", township_name, f"{township_name}第1片区", is_key=False,
            )
            for place, (kind, serial, name) in enumerate(units)
        ]  # fmt: skip
    return found


def village_row(village: Village, *, established_on: date | None = None, population: int = 1500) -> Row:
    """A line of the village list."""
    return {
        "village_code": village.code,
        "village_name": village.name,
        "village_type": village.village_type,
        "township_code": village.township_code,
        "township_name": village.township_name,
        "managing_unit_code": village.managing_code,
        "managing_unit_name": village.managing_name,
        "is_key_village": village.is_key,
        "established_on": established_on,
        "abolished_on": None,
        "households": population // 3,
        "population": population,
    }
