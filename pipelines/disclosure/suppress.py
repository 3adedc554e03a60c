"""Complementary suppression: what else is hidden, so that what is sensitive cannot be worked out.

For each hidden figure with one solution a linear programme asks for the cheapest other county that the reader could not tell from
the true one if some more figures were hidden, and hides those (Kelly, Golden and Assad, Networks 22 (1992), 397). Figures
that are hidden already cost nothing, so that one hidden figure serves many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity, vstack

from pipelines.disclosure.attacker import doubtful_figures, open_figures
from pipelines.disclosure.cells import Flags, Indices, Numbers, System
from pipelines.errors import CunsheError

_ROUNDS = 12
_TINY = 1e-6
_DETOUR = 1e-3  # of moving what is hidden already: shorter ways first
_WIDE = 40  # atoms of a figure that is no neighbourhood


@dataclass(frozen=True)
class _Move:
    cost: float
    figures: Indices


def suppress(system: System, sensitive: Flags, *, as_a_whole: bool = False) -> Flags:
    """Which figures are hidden: the sensitive ones, and so many others that no hidden one has one solution only.

    The same system gives the same answer. A small one may be searched `as_a_whole` at once, not from the neighbourhood of a
    figure outwards: then a sum over everything goes only where nothing else helps. Raises where nothing helps at all, naming the
    figure and no value.
    """
    hidden = system.closed(sensitive.copy())
    near = _Neighbours(system)
    first = 3 if as_a_whole else 0
    for turn in range(first, first + _ROUNDS):
        doubtful = doubtful_figures(system, hidden) if turn == 0 else open_figures(system, hidden)
        if turn and not doubtful.size:
            return hidden
        for figure in doubtful:
            move = near.cheapest(hidden, int(figure), near.around(int(figure), turn))
            if move is not None:
                hidden[move.figures] = True
                hidden = system.closed(hidden)
    raise CunsheError(
        f"A hidden count can be worked out and nothing protects it: {system.figures[int(doubtful[0])]}.",
        "Nothing was published. This is ours to mend: send the named count to whoever keeps the program.",
    )


class _Neighbours:
    """The search for other counties near a figure."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.by_atom = system.sums.T.tocsr()
        self.values = system.values
        self.sizes = np.diff(system.sums.indptr)
        parts, wholes = system.parts.T
        shape = (parts.size, system.truth.size)
        rows, ones = np.arange(parts.size), np.ones(parts.size)
        self.pairs = (csr_array((ones, (rows, parts)), shape=shape) - csr_array((ones, (rows, wholes)), shape=shape)).tocsr()
        self.room = system.truth[wholes] - system.truth[parts]
        self.above, self.below = np.full(self.values.shape, np.inf), np.full(self.values.shape, np.inf)
        for figure, least, most in system.limits:
            self.above[figure], self.below[figure] = most - self.values[figure], self.values[figure] - least
        self.is_limited = np.isfinite(self.above) | np.isfinite(self.below)
        self.is_own = np.zeros(self.values.shape, dtype=bool)
        self.is_own[system.own_figure] = True

    def cheapest(self, hidden: Flags, figure: int, atoms: Indices) -> _Move | None:
        """The fewest figures to hide so that `figure` could be one more or one less, only `atoms` moving; None if it cannot."""
        best: _Move | None = None
        for step in (1.0, -1.0):
            move = self._move(hidden, figure, atoms, step)
            if move is not None and (best is None or move.cost < best.cost):
                best = move
            if best is not None and not best.figures.size:
                break
        return best

    def around(self, figure: int, turn: int) -> Indices:
        """The atoms to move: those that share a sum with one of the figure's, county-wide sums aside; then with them the atoms
        that they are part of or that are part of them; at last all."""
        if turn > 2:
            return np.arange(self.system.truth.size)
        atoms = self._sharing(figure)
        if not turn:
            return atoms
        return np.union1d(atoms, self.system.parts[np.isin(self.system.parts, atoms).any(axis=1)])

    def _sharing(self, figure: int) -> Indices:
        own = self.system.sums[[figure]].indices
        sums = np.unique(self.by_atom[own].indices)
        sums = sums[self.sizes[sums] <= max(_WIDE, own.size)]
        return np.unique(self.system.sums[sums].indices)

    def _move(self, hidden: Flags, figure: int, atoms: Indices, step: float) -> _Move | None:
        """The cheapest way for `figure` to move by `step`. The unknowns: how far each atom goes up and down, and each figure that
        is shown or has limits; what a shown figure moves by is paid for, and what an atom moves by, by its own figure."""
        system = self.system
        touched = np.unique(self.by_atom[atoms].indices)
        rows = system.sums[touched][:, atoms]
        change = hstack([rows, -rows]).tocsr()
        is_paid = ~self.is_own[touched] & ~hidden[touched]
        counted = np.flatnonzero(is_paid | self.is_limited[touched])
        paid = np.where(hidden[system.own_figure[atoms]], _DETOUR, system.weights[system.own_figure[atoms]])
        price = np.where(is_paid, system.weights[touched], 0.0)[counted]
        size, none = identity(counted.size), csr_array((1, 2 * counted.size))
        goal = change[[int(np.flatnonzero(touched == figure)[0])]]
        parts, room = self._parts(atoms)
        highest = [np.full(atoms.size, np.inf), system.truth[atoms], self.above[touched[counted]], self.below[touched[counted]]]
        found = linprog(
            np.concatenate([paid, paid, price, price]),
            A_eq=vstack([hstack([change[counted], -size, size]), hstack([goal, none])]).tocsr(),
            b_eq=np.append(np.zeros(counted.size), step),
            A_ub=hstack([parts, -parts, csr_array((room.size, 2 * counted.size))]).tocsr() if room.size else None,
            b_ub=room if room.size else None,
            bounds=np.column_stack([np.zeros(2 * (atoms.size + counted.size)), np.concatenate(highest)]), method="highs",
        )  # fmt: skip
        if found.x is None:
            return None
        moved = np.abs(np.asarray(change @ found.x[: 2 * atoms.size])) > _TINY
        return _Move(float(found.fun), touched[moved & ~hidden[touched]])

    def _parts(self, atoms: Indices) -> tuple[csr_array, Numbers]:
        """What a part may not exceed its whole by: the pairs of which an atom moves, and how far the part is below the whole."""
        pairs = self.pairs[:, atoms]
        kept = np.flatnonzero(np.diff(pairs.indptr) > 0)
        return pairs[kept], self.room[kept]
