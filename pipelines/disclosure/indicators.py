"""Restricted indicators of the townships and the county: which of them are hidden.

A township's share shows numerator and denominator, so both and the rest are shown together or not at all; a share of none or of
all says it of everybody on the list. The denominator is taken as known, for other chapters may tell it.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from pipelines.disclosure.cells import COUNTY, System, is_sensitive
from pipelines.disclosure.suppress import suppress

RATIO = "ratio"


@dataclass(frozen=True)
class Value:
    """An indicator of one scope; a count has no denominator."""

    numerator: float
    denominator: float | None = None


def hidden_scopes(
    kind: str, townships: Mapping[str, Value], county: Value | None, cell: int, also: Set[str] = frozenset()
) -> set[str]:
    """The scopes (townships by id, and `county`) whose figure of an indicator is hidden. `also` are hidden anyway."""
    scopes = {**dict(sorted(townships.items())), **({COUNTY: county} if county else {})}
    sensitive = {name for name, value in scopes.items() if _is_sensitive(kind, value, cell, name != COUNTY)}
    wanted = (sensitive | also) & scopes.keys()
    if not wanted or not townships:
        return wanted
    system, groups = _system(kind, townships, county)
    flags = np.array([group in wanted for group in groups])
    hidden = suppress(system, flags, as_a_whole=True)
    return {group for group, flag in zip(groups, hidden, strict=True) if flag}


def _is_sensitive(kind: str, value: Value, cell: int, is_township: bool) -> bool:
    if value.denominator is None:
        return is_sensitive(value.numerator, cell)
    if kind != RATIO:
        return 0 < value.denominator < cell or is_sensitive(value.numerator, cell)
    if not value.denominator:
        return False
    if is_township and value.numerator in (0, value.denominator):
        return True
    return value.denominator < cell or is_sensitive(value.numerator, cell, value.denominator)


def _system(kind: str, townships: Mapping[str, Value], county: Value | None) -> tuple[System, list[str]]:
    """Atoms are each township's numerator and, of a share, its rest; the county's are their sums. Shares' bases are limits."""
    names = sorted(townships)
    sides = [[townships[name].numerator for name in names]]
    if kind == RATIO:
        sides.append([(townships[name].denominator or 0) - townships[name].numerator for name in names])
    width = len(names)
    truth = np.array([count for side in sides for count in side], dtype=float)
    rows = [[at] for at in range(truth.size)]
    groups = names * len(sides)
    if county is not None:
        rows += [list(range(side * width, (side + 1) * width)) for side in range(len(sides))]
        groups += [COUNTY] * len(sides)
    figures = [(group, at) for at, group in enumerate(groups)]
    limits = []
    if kind == RATIO:
        for at, name in enumerate(names):
            base = float(truth[at] + truth[at + width])
            rows.append([at, at + width])
            limits.append((len(rows) - 1, base, base))
            figures.append((name, -1))
            groups.append("")
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = [at for row in rows for at in row]
    sums = csr_array((np.ones(len(columns)), columns, ends), shape=(len(rows), truth.size))
    values = np.asarray(sums @ truth)
    weights = 1 + 0.01 * values + np.array([4.0 * (group == COUNTY) for group in groups])
    together = np.array([sorted(set(groups)).index(group) for group in groups])
    system = System(figures, sums, truth, np.arange(truth.size), weights, limits=limits, together=together)
    return system, groups
