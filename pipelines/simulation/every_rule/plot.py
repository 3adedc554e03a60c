"""How a story is told: the level a rule is to reach in each week, and the rows that bring it there.

Belongs here: levels, the book of a week's rows. Does not belong here: any rule's rows (the modules beside this one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from pipelines.simulation.every_rule.ground import Place
from pipelines.simulation.formats import Row, contract_of
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import People
from pipelines.simulation.timeline import days

CLEAR, YELLOW, RED = "", "yellow", "red"
# Four weeks each. A rule of two colours: it comes, eases, is gone, comes back; and elsewhere it comes late and worsens.
DOWN_AND_AGAIN = (RED, YELLOW, CLEAR, YELLOW)
RED_AT_LAST = (CLEAR, CLEAR, YELLOW, RED)
# A rule of one colour: it comes, is gone, comes back, stays.
YELLOW_AGAIN = (YELLOW, CLEAR, YELLOW, YELLOW)
RED_AGAIN = (RED, CLEAR, RED, RED)
# Above every small cell, so that no count of a story is kept back.
MANY = 4


class Book:
    """The rows of one week, by dataset and key: what a story says of a key goes over what the quiet county says of it."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[object, ...], Row]] = defaultdict(dict)

    def say(self, dataset: str, **cells: object) -> None:
        """A row, or other cells of a row that is there."""
        key = tuple(cells.get(name) for name in contract_of(dataset).key)
        self._rows[dataset].setdefault(key, {}).update(cells)

    def unsay(self, dataset: str, **key: object) -> None:
        """Leave a row out; `key` are the key's cells."""
        self._rows[dataset].pop(tuple(key.get(name) for name in contract_of(dataset).key), None)

    def rows(self, dataset: str) -> list[Row]:
        """The rows of a dataset, as said."""
        return list(self._rows[dataset].values())

    def datasets(self) -> list[str]:
        """Datasets of which anything was said."""
        return [name for name, rows in self._rows.items() if rows]


@dataclass(frozen=True)
class Scene:
    """One story in one week: where, how bad it is to be, and the week's Sunday, from which days are counted."""

    place: Place
    level: str
    sunday: date
    book: Book
    people: tuple[Person, ...]

    def ago(self, number: int) -> date:
        """So many days before the Sunday; after it, if negative."""
        return self.sunday - days(number)

    def say(self, dataset: str, **cells: object) -> None:
        """A row about the place."""
        self.book.say(dataset, village_code=self.place.village.code, **cells)

    @property
    def is_on(self) -> bool:
        """Whether the rule is to fire at all."""
        return self.level != CLEAR


Tell = Callable[[Scene], None]


@dataclass(frozen=True)
class Story:
    """A rule's story in one village: `levels` by week. `people`: how many it needs beside the team."""

    rule_id: str
    village: int
    levels: tuple[str, ...]
    tell: Tell
    people: int = 0
    _cast: list[Person] = field(default_factory=list, compare=False)

    def cast(self, people: People) -> tuple[Person, ...]:
        """The story's own people: the same in each week."""
        if not self._cast:
            self._cast.extend(people.person(40) for _ in range(self.people))
        return tuple(self._cast)


def both_colours(rule_id: str, village: int, other: int, tell: Tell, people: int = 0) -> list[Story]:
    """A rule of two colours, in two villages."""
    return [Story(rule_id, village, DOWN_AND_AGAIN, tell, people), Story(rule_id, other, RED_AT_LAST, tell, people)]


def rng_of(name: str) -> Random:
    """Chance that is the same in each run."""
    return Random(f"every_rule:{name}")
