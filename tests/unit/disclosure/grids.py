"""Small counties of petition matters to hide, and an independent reader who computes.

Belongs here: counties for the tests, and the oracle: null spaces, and plain linear programmes that share no code with the
attacker.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from pipelines.disclosure.cells import Figure, Flags, System
from pipelines.disclosure.config import Petitions, protected
from pipelines.disclosure.petitions import County

RULES = protected().petitions
CELL = 3


def county(grid: list[list[int]], townships: int = 2, departments: int = 3, rules: Petitions = RULES) -> County:
    """A county whose villages (rows) have so many matters by status (columns), cut into townships and departments."""
    villages = [f"V{at:02}" for at in range(len(grid))]
    counts = {
        (village, status): (count, count // 2, count // 4, count // 3 if status in rules.open else 0)
        for village, row in zip(villages, grid, strict=True)
        for status, count in zip(rules.statuses, row, strict=False)
        if count
    }
    copies = {
        "county": {"county": villages},
        "township": {f"T{at}": villages[at::townships] for at in range(townships)},
        "department": {f"D{at}": villages[at * len(villages) // departments : (at + 1) * len(villages) // departments]
                       for at in range(departments)},
    }  # fmt: skip
    return County(villages, counts, copies)


def worked_out(system: System, hidden: Flags) -> set[Figure]:
    """The hidden figures that follow from the shown ones by sums alone: no part of them is in the null space of what is shown."""
    free = np.flatnonzero(hidden[system.own_figure])
    shown = system.sums[np.flatnonzero(~hidden)][:, free].toarray()
    asked = system.sums[np.flatnonzero(hidden)][:, free].toarray()
    _, lengths, directions = np.linalg.svd(np.vstack([shown, np.zeros((1, free.size))]))
    unknown = directions[int((lengths > 1e-9).sum()) :]
    moves = np.abs(asked @ unknown.T).max(axis=1, initial=0.0)
    return {system.figures[at] for at, move in zip(np.flatnonzero(hidden), moves, strict=True) if move < 1e-9}  # type: ignore[misc]


def ranges(system: System, hidden: Flags) -> dict[Figure, tuple[float, float]]:
    """The least and the most of each hidden figure: one programme over all atoms, nothing taken apart first."""
    dense = system.sums.toarray()
    shown = np.flatnonzero(~hidden)
    above, most = [], []
    for part, whole in system.parts:
        row = np.zeros(dense.shape[1])
        row[part], row[whole] = 1, -1
        above.append(row)
        most.append(0.0)
    for figure, least, highest in system.limits:
        above += [dense[figure], -dense[figure]]
        most += [min(highest, 10_000.0), -least]
    found = {}
    for at in np.flatnonzero(hidden):
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * dense[at], A_ub=np.array(above) if above else None, b_ub=most if above else None,
                A_eq=dense[shown], b_eq=dense[shown] @ system.truth, bounds=(0, 10_000), method="highs-ds",
            )  # fmt: skip
            ends.append(sign * solved.fun)
        found[system.figures[at]] = (ends[0], ends[1])
    return found  # type: ignore[return-value]
