"""The attacker: a reader who has every shown figure, knows that counts are whole and not negative, and computes.

Belongs here: for each hidden figure the least and the most it can be, given all that is shown, as a linear programme
(Fischetti and Salazar, Management Science 47 (2001), 1008). Does not belong here: what to do about it (`suppress`).

A figure is *open* where most and least are less than one apart. Most hidden figures are cleared many at a time: each solution of
the system is a county that the reader cannot tell from the true one, so a figure that differs in two of them is safe. What
is left is minimised and maximised by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import connected_components

from pipelines.disclosure.cells import Flags, Indices, Numbers, System

_FAR = 12.0  # how far from the truth the attacker looks: a range this wide is wide enough
_ALMOST = 1 - 1e-6
_TRIES = 6


@dataclass(frozen=True)
class _Puzzle:
    """What the reader does not know: free atoms, equations and inequalities over them."""

    atoms: Indices
    truth: Numbers
    equal: csr_array
    at_most: csr_array
    most: Numbers
    component: Indices


def open_figures(system: System, hidden: Flags) -> Indices:
    """The hidden figures that have one solution only, as places in `system.figures`."""
    return _attack(system, hidden, is_exact=True)


def doubtful_figures(system: System, hidden: Flags) -> Indices:
    """The same and some that only could have: without asking for each by itself."""
    return _attack(system, hidden, is_exact=False)


def _attack(system: System, hidden: Flags, *, is_exact: bool) -> Indices:
    free = hidden[system.own_figure]
    free = free & ~_pinned(system, hidden, free)
    targets = np.flatnonzero(hidden)
    touched = np.asarray(system.sums[targets] @ free.astype(float)) > 0
    found = [targets[~touched]]
    if touched.any():
        found.append(_without_room(_puzzle(system, hidden, free), system, targets[touched], is_exact))
    return np.sort(np.concatenate(found))


def _pinned(system: System, hidden: Flags, free: Flags) -> Flags:
    """Atoms that one shown figure after the other gives away: the only unknown of a sum, or a part of what is left as nought."""
    shown = system.sums[np.flatnonzero(~hidden)]
    fixed = np.zeros(free.shape, dtype=bool)
    while True:
        unknown = (free & ~fixed).astype(float)
        count, left = np.asarray(shown @ unknown), np.asarray(shown @ (unknown * system.truth))
        telling = (count == 1) | ((count > 0) & (left == 0))
        new = (np.asarray(shown[np.flatnonzero(telling)].T @ np.ones(int(telling.sum()))) > 0) & free & ~fixed
        if not new.any():
            return fixed
        fixed |= new


def _puzzle(system: System, hidden: Flags, free: Flags) -> _Puzzle:
    atoms = np.flatnonzero(free)
    truth = system.truth[atoms]
    place = np.full(free.shape, -1)
    place[atoms] = np.arange(atoms.size)
    equal = system.sums[np.flatnonzero(~hidden)][:, atoms]
    equal = equal[np.flatnonzero(np.diff(equal.indptr) > 0)]
    at_most, most = _inequalities(system, atoms, place)
    links = vstack([equal, at_most]) if at_most.shape[0] else equal
    pattern = abs(links).T @ abs(links)
    return _Puzzle(atoms, truth, equal, at_most, most, connected_components(pattern, directed=False)[1])


def _inequalities(system: System, atoms: Indices, place: Indices) -> tuple[csr_array, Numbers]:
    """part ≤ whole, and the limits that a reader knows, over the free atoms."""
    rows: list[dict[int, float]] = []
    most: list[float] = []
    for part, whole in system.parts:
        ends = ((int(place[part]), 1.0, system.truth[part]), (int(place[whole]), -1.0, -system.truth[whole]))
        row = {at: sign for at, sign, _ in ends if at >= 0}
        if row:
            rows.append(row)
            most.append(-sum(known for at, _, known in ends if at < 0))
    for figure, least, highest in system.limits:
        row_of = system.sums[[figure]]
        here = [int(place[atom]) for atom in row_of.indices if place[atom] >= 0]
        known = sum(system.truth[atom] for atom in row_of.indices if place[atom] < 0)
        if here and np.isfinite(highest):
            rows.append(dict.fromkeys(here, 1.0))
            most.append(highest - known)
        if here and least > 0:
            rows.append(dict.fromkeys(here, -1.0))
            most.append(known - least)
    return _matrix(rows, atoms.size), np.array(most)


def _matrix(rows: list[dict[int, float]], width: int) -> csr_array:
    lengths = np.cumsum([0, *(len(row) for row in rows)])
    columns = [at for row in rows for at in row]
    return csr_array(([value for row in rows for value in row.values()], columns, lengths), shape=(len(rows), width))


def _without_room(puzzle: _Puzzle, system: System, targets: Indices, is_exact: bool) -> Indices:
    wanted = system.sums[targets][:, puzzle.atoms]
    truth = np.asarray(wanted @ puzzle.truth)
    lowest, highest = truth.copy(), truth.copy()
    chance = np.random.default_rng(0)
    everywhere = np.arange(puzzle.atoms.size)
    for turn in range(_TRIES):
        narrow = highest - lowest < _ALMOST
        if not narrow.any():
            return targets[:0]
        signs = np.full(targets.size, (1.0, -1.0)[turn]) if turn < 2 else chance.uniform(-1, 1, targets.size)
        solution = _solve(puzzle, everywhere, np.asarray(wanted.T @ np.where(narrow, signs, 0.0)))
        lowest, highest = _wider(wanted, solution, lowest, highest)
    for at in np.flatnonzero(highest - lowest < _ALMOST) if is_exact else ():
        row = wanted[[at]].toarray()[0]
        near = _near(puzzle, row)
        for sign in (1.0, -1.0):
            if highest[at] - lowest[at] < _ALMOST:
                solution = _solve(puzzle, near, sign * row)
                lowest, highest = _wider(wanted, solution, lowest, highest)
    return targets[highest - lowest < _ALMOST]


def _near(puzzle: _Puzzle, row: Numbers) -> Indices:
    """The free atoms that can have anything to do with a figure."""
    return np.flatnonzero(np.isin(puzzle.component, np.unique(puzzle.component[row != 0])))


def _wider(wanted: csr_array, solution: Numbers, lowest: Numbers, highest: Numbers) -> tuple[Numbers, Numbers]:
    values = np.asarray(wanted @ solution)
    return np.minimum(lowest, values), np.maximum(highest, values)


def _solve(puzzle: _Puzzle, atoms: Indices, weights: Numbers) -> Numbers:
    """The free atoms of a county that fits what is shown, as far as it goes against `weights`; others keep their values."""
    truth = puzzle.truth[atoms]
    equal = puzzle.equal[:, atoms]
    equal = equal[np.flatnonzero(np.diff(equal.indptr) > 0)]
    others = puzzle.truth.copy()
    others[atoms] = 0
    at_most, most = puzzle.at_most[:, atoms], puzzle.most - puzzle.at_most @ others
    kept = np.flatnonzero(np.diff(at_most.indptr) > 0)
    found = linprog(
        weights[atoms],
        A_ub=at_most[kept] if kept.size else None,
        b_ub=most[kept] if kept.size else None,
        A_eq=equal if equal.shape[0] else None,
        b_eq=equal @ truth if equal.shape[0] else None,
        bounds=np.column_stack([np.maximum(0, truth - _FAR), truth + _FAR]),
        method="highs",
    )
    solution = puzzle.truth.copy()
    if found.x is not None:
        solution[atoms] = found.x
    return solution
