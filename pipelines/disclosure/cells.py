"""What is published of protected counts: atoms, and the figures that are sums of them.

An *atom* is the smallest count that a reader could want to know (the petition matters of one village in one status). A *figure*
is anything published: one atom or a sum of some. A figure is *sensitive* unless numerator, rest and base are each nought or
at least the small cell (the threshold rule with its complement: Hundepool et al., Statistical Disclosure Control, 2012, ch. 4).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

COUNTY = "county"


class Figure(NamedTuple):
    """The name of a published count. `status` is a code, or the name of a sum over statuses."""

    measure: str
    scope_type: str
    scope_id: str
    status: str


@dataclass(frozen=True)
class System:
    """All figures of one week as sums of atoms, and what a reader knows of them beside what is shown.

    `sums` has a row per figure and a column per atom; `truth` is the atoms' values. Each atom has a figure of its own, whose
    place is `own_figure`. `parts` are pairs (part, whole) of atoms: the part is never more than the whole. `limits` are
    (figure, least, most): what a reader knows whatever is hidden, such as that a rule did not fire. `weights` says how
    dear the hiding of a figure is. Figures of one group (`together`) are shown or hidden together.
    """

    figures: Sequence[Hashable]
    sums: csr_array
    truth: Numbers
    own_figure: Indices
    weights: Numbers
    parts: Indices = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    limits: Sequence[tuple[int, float, float]] = ()
    together: Indices | None = None

    @property
    def values(self) -> Numbers:
        """The true value of each figure."""
        return np.asarray(self.sums @ self.truth)

    def closed(self, hidden: Flags) -> Flags:
        """`hidden` with all that is hidden along with it."""
        if self.together is None:
            return hidden
        groups = np.zeros(int(self.together.max(initial=0)) + 1, dtype=bool)
        groups[self.together[hidden]] = True
        return groups[self.together]


def is_sensitive(count: float, cell: int, base: float | None = None) -> bool:
    """Whether a count, of a base if it is part of one, must not be shown. Nought is shown: it is about nobody."""
    if count == 0:
        return False
    if count < cell:
        return True
    return base is not None and (base < cell or 0 < base - count < cell)
