"""The published counts of petition matters of one week as one system: village cells, open matters, sums of each copy.

Belongs here: which sums are published. Does not belong here: reading them (`decisions`), hiding (`suppress`).
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from pipelines.disclosure.cells import Figure, Flags, Numbers, System, is_sensitive
from pipelines.disclosure.config import Petitions

_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
VILLAGE, OPEN, ALL = "village", "open", "all"

# (village, status) → the measures' counts, in the order of `Petitions.measures`; what is not there is nought
Counts = Mapping[tuple[str, str], Sequence[int]]


@dataclass(frozen=True)
class Thresholds:
    """The stored thresholds of a rule, as (operator, threshold)."""

    tests: tuple[tuple[str, float], ...]

    def interval(self, value: int) -> tuple[float, float]:
        """The whole numbers around `value` at which the rule has the same colour."""
        beyond = int(max((threshold for _, threshold in self.tests), default=0)) + 1
        least = most = value
        while least > 0 and self._colour(least - 1) == self._colour(value):
            least -= 1
        while most <= beyond and self._colour(most + 1) == self._colour(value):
            most += 1
        return least, (np.inf if most > beyond else most)

    def _colour(self, value: int) -> tuple[bool, ...]:
        return tuple(_COMPARE[sign](value, threshold) for sign, threshold in self.tests)


@dataclass(frozen=True)
class County:
    """One week's matters, and which villages each copy adds up: scope type → scope id → villages."""

    villages: Sequence[str]
    counts: Counts
    copies: Mapping[str, Mapping[str, Sequence[str]]]
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)


def statuses_of(county: County, rules: Petitions) -> list[str]:
    """The statuses of the rules, and any other that was delivered."""
    others = {status for _, status in county.counts} - set(rules.statuses)
    return [*rules.statuses, *sorted(others)]


def petition_system(county: County, rules: Petitions, cell: int) -> tuple[System, Flags]:
    """The system of a week's petition figures, and which of them are sensitive."""
    return _Builder(county, rules).build(cell)


class _Builder:
    def __init__(self, county: County, rules: Petitions) -> None:
        self.county, self.rules = county, rules
        self.statuses = statuses_of(county, rules)
        self.atoms: dict[tuple[str, str, str], int] = {}
        self.truth: list[float] = []
        self.parts: list[tuple[int, int]] = []
        self.figures: list[Figure] = []
        self.rows: list[list[int]] = []

    def build(self, cell: int) -> tuple[System, Flags]:
        for village in sorted(self.county.villages):
            for status in self.statuses:
                self._cells(village, status)
        own = len(self.figures)
        for village in sorted(self.county.villages):
            self._open(village)
        for scope_type in self.rules.copies:
            for scope_id, villages in sorted(self.county.copies.get(scope_type, {}).items()):
                self._copy(scope_type, scope_id, villages)
        ends = np.cumsum([0, *(len(row) for row in self.rows)])
        columns = [atom for row in self.rows for atom in row]
        sums = csr_array((np.ones(len(columns)), columns, ends), shape=(len(self.rows), len(self.truth)))
        truth = np.array(self.truth)
        values = np.asarray(sums @ truth)
        parts = np.array(self.parts, dtype=np.int64).reshape(-1, 2)
        limits = tuple(self._limits())
        system = System(self.figures, sums, truth, np.arange(own), self._weights(values), parts, limits)
        return system, self._sensitive(values, cell)

    def _weights(self, values: Numbers) -> Numbers:
        """How dear it is to hide a figure: a small count tells least, a sum more, the county's most; a nought is kept."""
        dear = np.array([self.rules.dear.get(figure.scope_type, 0.0) for figure in self.figures])
        return np.where(values == 0, 1.1, 1 + 0.01 * values) + dear

    def _cells(self, village: str, status: str) -> None:
        counts = self.county.counts.get((village, status), (0,) * len(self.rules.measures))
        for measure, count in zip(self.rules.measures, counts, strict=True):
            if measure != self.rules.base and (not counts[0] or not self._may_be(measure, status)):
                continue  # nought, and everybody knows
            self.atoms[measure, village, status] = atom = len(self.truth)
            self.truth.append(float(count))
            if measure != self.rules.base:
                self.parts.append((atom, self.atoms[self.rules.base, village, status]))
            self._add(Figure(measure, VILLAGE, village, status), [atom])

    def _may_be(self, measure: str, status: str) -> bool:
        return measure not in self.rules.only_open or status in self.rules.open

    def _add(self, figure: Figure, atoms: list[int]) -> None:
        self.figures.append(figure)
        self.rows.append(atoms)

    def _sum(self, figure: Figure, villages: Sequence[str], statuses: Sequence[str]) -> None:
        atoms = [
            self.atoms[key]
            for village in villages
            for status in statuses
            if (key := (figure.measure, village, status)) in self.atoms
        ]
        if atoms:
            self._add(figure, atoms)

    def _open(self, village: str) -> None:
        fired = {self.rules.base}
        for rule in self.rules.rules.values():
            if any(self._value(rule.measure, village, status) for status in self.rules.open):
                fired.add(rule.measure)
        for measure in self.rules.measures:
            if measure in fired:
                self._sum(Figure(measure, VILLAGE, village, OPEN), [village], self.rules.open)

    def _value(self, measure: str, village: str, status: str) -> float:
        atom = self.atoms.get((measure, village, status))
        return 0.0 if atom is None else self.truth[atom]

    def _copy(self, scope_type: str, scope_id: str, villages: Sequence[str]) -> None:
        for measure in self.rules.measures:
            for status in self.statuses:
                self._sum(Figure(measure, scope_type, scope_id, status), villages, [status])
            self._sum(Figure(measure, scope_type, scope_id, ALL), villages, self.statuses)

    def _limits(self) -> list[tuple[int, float, float]]:
        """What a rule that fired, or did not, says of a village's open matters."""
        places = {figure: at for at, figure in enumerate(self.figures)}
        found = []
        for rule_id, rule in self.rules.rules.items():
            for village in self.county.villages if rule.is_known else ():
                at = places.get(Figure(rule.measure, VILLAGE, village, OPEN))
                if at is None:
                    continue
                value = int(sum(self.truth[atom] for atom in self.rows[at]))
                tests = self.county.thresholds.get(rule_id)
                least, most = tests.interval(value) if tests else (min(value, 1), np.inf if value else 0)
                found.append((at, float(least), float(most)))
        return found

    def _sensitive(self, values: Numbers, cell: int) -> Flags:
        base_of = {(f.scope_type, f.scope_id, f.status): v for f, v in zip(self.figures, values, strict=True)
                   if f.measure == self.rules.base}  # fmt: skip
        flags = []
        for figure, value in zip(self.figures, values, strict=True):
            base = None if figure.measure == self.rules.base else base_of[figure[1:]]
            flags.append(is_sensitive(value, cell, base))
        return np.array(flags, dtype=bool)

