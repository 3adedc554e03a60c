"""Invented officials as a roster names them, with homonyms, brothers and sisters, and numbers that lie close together.

Belongs here: one person as a value. Does not belong here: posts (`roster`), how records misname them (`corruption`).

Other than in `simulation.people`, most numbers of a county share its area code, as they do in life, so that the first
six digits tell nobody apart; a birth date and a serial are all there is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pipelines.simulation.linkage.draws import characters, rates
from pipelines.simulation.people import Clan, make_name
from pipelines.sources.resident_id import check_digit

_BORN = (1952, 1968, 1996)  # triangular: earliest, most frequent, latest
_AREAS, _OWN_AREA = 99, 0.85


@dataclass(frozen=True)
class Official:
    """A person. `key` decides the half they belong to and is also given to persons on no roster."""

    key: str
    names: tuple[str, ...]  # the last one is today's
    id_number: str
    sex: str
    born_on: date

    @property
    def name(self) -> str:
        """Today's name."""
        return self.names[-1]


@dataclass
class Crowd:
    """Makes the people of a county, no number twice."""

    seed: int
    county: int = 0
    taken: set[str] = field(default_factory=set)
    made: int = 0

    def person(self, rng: Random, clan: Clan) -> Official:
        """Anybody."""
        sex = "2" if rng.random() < 0.3 else "1"
        born_on = date(round(rng.triangular(_BORN[0], _BORN[2], _BORN[1])), 1, 1) + timedelta(days=rng.randrange(365))
        return self._make(rng, _name(rng, sex, born_on.year, clan), sex, born_on)

    def homonym(self, rng: Random, of: Official) -> Official:
        """Somebody else of the same name."""
        near = rng.random() < rates()["roster"]["homonym_near_birth"]
        return self._make(rng, of.name, of.sex, _shifted(rng, of.born_on, 400 if near else 9_000))

    def sibling(self, rng: Random, of: Official) -> Official | None:
        """A brother or sister: surname and generation character shared, born near; None where the name shows neither."""
        if len(of.name) != 3 or "·" in of.name:
            return None
        others = characters()["homophones"]
        last = make_name(rng, of.sex, of.born_on.year)[-1]
        if last == of.name[-1]:
            last = rng.choice(list(others))
        twin = rng.random() < rates()["roster"]["twin"]
        born_on = of.born_on if twin else _shifted(rng, of.born_on, 2_200)
        return None if of.name[:2] + last == of.name else self._make(rng, of.name[:2] + last, of.sex, born_on)

    def _make(self, rng: Random, name: str, sex: str, born_on: date) -> Official:
        names: tuple[str, ...] = (name,)
        if rng.random() < rates()["roster"]["renamed"]:
            names = (_earlier(rng, name), name)
        self.made += 1
        key = hashlib.sha256(f"{self.seed}:{self.made}".encode()).hexdigest()[:16]
        return Official(key, names, self._number(rng, sex, born_on), sex, born_on)

    def _number(self, rng: Random, sex: str, born_on: date) -> str:
        own = self.county % _AREAS + 1
        while True:
            area = own if rng.random() < _OWN_AREA else rng.randrange(_AREAS) + 1
            sequence = rng.randrange(0, 500) * 2 + (1 if sex == "1" else 0)
            first_17 = f"9999{area:02d}{born_on:%Y%m%d}{sequence:03d}"
            number = first_17 + check_digit(first_17)
            # 000 at the end is the mark of a number cut by a spreadsheet
            if number not in self.taken and not number.endswith("000"):
                self.taken.add(number)
                return number


def _shifted(rng: Random, day: date, most: int) -> date:
    """Another day within so many days, 60 at least."""
    offset = rng.randrange(60, most) * rng.choice((-1, 1))
    return min(max(day + timedelta(days=offset), date(1945, 1, 1)), date(2000, 12, 31))


def _name(rng: Random, sex: str, born_in: int, clan: Clan) -> str:
    odds, stock = rates()["roster"], characters()
    if rng.random() < odds["dotted"]:
        return f"{rng.choice(stock['dotted']['first'])}·{rng.choice(stock['dotted']['second'])}"
    name = make_name(rng, sex, born_in, clan)
    if rng.random() < odds["rare_character"]:
        name = name[:-1] + rng.choice(stock["rare"])
    if rng.random() < odds["compound_surname"]:
        name = rng.choice(stock["compound_surnames"]) + name[1:]
    return name


def _earlier(rng: Random, name: str) -> str:
    """The name before a change of name: one character said alike, else another last one."""
    others = characters()["homophones"]
    places = [place for place, one in enumerate(name) if place and one in others]
    if places:
        place = rng.choice(places)
        return name[:place] + rng.choice(others[name[place]]) + name[place + 1 :]
    last = rng.choice([one for one in others if one != name[-1]])
    return name[:-1] + last
