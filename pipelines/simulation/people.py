"""Invented people: names by real frequency, ID numbers of the unassigned area 9999xx, ages and schooling.

Belongs here: one person as a value. Does not belong here: which office or candidacy the person has (`elections`).
"""

from __future__ import annotations

import csv
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from random import Random

from pipelines.simulation.geography import DATA
from pipelines.sources.resident_id import check_digit

# Serials of one village: persons of its elections first, then its reserve, then those of injected defects.
SERIALS_PER_VILLAGE = 96
RESERVE_SERIAL = 56
EXTRA_SERIAL = 64

_AREAS, _DAYS, _MONTHS = 99, 28, 12
# A number may not end in 000 (that is the mark of one cut by a spreadsheet), so no sequence ends in 00.
_SEQUENCES = tuple(number for number in range(10, 1000, 2) if number % 100)
_ONE_CHARACTER_SHARE = {1950: 0.12, 1960: 0.17, 1970: 0.25, 1980: 0.27, 1990: 0.16}
_EDUCATION = {
    "old": (("81", 6), ("71", 28), ("61", 24), ("41", 8), ("44", 2), ("31", 20), ("21", 11), ("90", 1)),
    "new": (("71", 12), ("61", 20), ("41", 8), ("47", 2), ("31", 31), ("21", 25), ("14", 2)),
    "reserve": (("61", 5), ("41", 5), ("31", 45), ("21", 43), ("14", 2)),
}
# Year of birth: earliest, latest, most likely.
_BORN = {"old": (1956, 1990, 1968), "new": (1960, 1997, 1979), "reserve": (1980, 1998, 1991)}


@dataclass(frozen=True, slots=True)
class Person:
    """An invented official or candidate."""

    name: str
    id_number: str
    sex: str
    born_on: date
    education: str
    political_status: str


@dataclass(frozen=True, slots=True)
class Clan:
    """What the names of a village share: a surname many bear, and a generation character among them."""

    surname: str
    share: float
    generation: str


@dataclass(frozen=True)
class _Pool:
    values: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, rng: Random) -> str:
        return self.values[bisect(self.cumulative, rng.random() * self.cumulative[-1])]


def _pool(pairs: list[tuple[str, float]] | tuple[tuple[str, float], ...]) -> _Pool:
    return _Pool(tuple(value for value, _ in pairs), tuple(accumulate(weight for _, weight in pairs)))


@cache
def _surnames() -> _Pool:
    with (DATA / "surnames.csv").open(encoding="utf-8", newline="") as file:
        return _pool([(row["surname"], float(row["per_million"])) for row in csv.DictReader(file)])


@cache
def _characters() -> dict[tuple[str, int], _Pool]:
    pairs: dict[tuple[str, int], list[tuple[str, float]]] = defaultdict(list)
    with (DATA / "given_names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs[row["sex"], int(row["born_from"])].append((row["character"], float(row["thousands"])))
    return {key: _pool(values) for key, values in pairs.items()}


@cache
def _education(team: str) -> _Pool:
    return _pool(_EDUCATION[team])


def make_clan(rng: Random) -> Clan:
    """Two villages of five have a surname that a third to two thirds of their people bear."""
    share = rng.uniform(0.35, 0.65) if rng.random() < 0.4 else 0.0
    return Clan(_surnames().draw(rng), share, _characters()["1", 1950].draw(rng))


def make_name(rng: Random, sex: str, born_in: int, clan: Clan | None = None) -> str:
    """A name as they are in fact given to people of this sex and decade."""
    decade = max(1950, min(1990, born_in // 10 * 10))
    characters = _characters()[sex, decade]
    of_clan = clan is not None and rng.random() < clan.share
    surname = clan.surname if of_clan and clan else _surnames().draw(rng)
    last = characters.draw(rng)
    if of_clan and clan and sex == "1" and rng.random() < 0.5:
        return surname + clan.generation + last
    if rng.random() < _ONE_CHARACTER_SHARE[decade]:
        return surname + last
    return surname + characters.draw(rng) + last


def id_number_of(serial: int, sex: str, born_in: int) -> tuple[str, date]:
    """A number that no other serial can get: area and sequence hold the serial, day and month its overflow."""
    overflow, place = divmod(serial, _AREAS * len(_SEQUENCES))
    months, days = divmod(overflow, _DAYS)
    born_on = date(born_in, 1 + (place * 7 + months) % _MONTHS, 1 + (place * 11 + days) % _DAYS)
    sequence = _SEQUENCES[place // _AREAS] + (1 if sex == "1" else 0)
    first_17 = f"9999{place % _AREAS + 1:02d}{born_on:%Y%m%d}{sequence:03d}"
    return first_17 + check_digit(first_17), born_on


def make_person(
    rng: Random, serial: int, *, team: str, clan: Clan | None = None, sex: str = "", member: bool = False
) -> Person:
    """One person; `team` is 'old' (in office since the last election), 'new' (older people stand more rarely) or 'reserve'."""
    sex = sex or ("2" if rng.random() < 0.3 else "1")
    born_in = round(rng.triangular(*_BORN[team]))
    id_number, born_on = id_number_of(serial, sex, born_in)
    roll = rng.random()
    political = "01" if member or roll < 0.6 else "02" if roll < 0.64 else "13"
    if political == "13" and born_in >= 1993:
        political = "03"
    return Person(make_name(rng, sex, born_in, clan), id_number, sex, born_on, _education(team).draw(rng), political)


def invented_mobile(number: int) -> str:
    """A mobile number of the unassigned prefix 1600000."""
    return f"1600000{number % 10000:04d}"
