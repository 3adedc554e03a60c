"""What became of each village: successors over several changes, with the shares that went to them.

Belongs here: rolling villages and figures up to those of a later day, and saying where two terms can be compared. Does not
belong here: how the edges came about (`timeline`, `proposals`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.identity.villages.shapes import Edge


@dataclass(frozen=True, slots=True)
class Heir:
    """A village that another became, over `steps` changes. `share` is None where a part is not known."""

    from_id: str
    to_id: str
    steps: int
    effective_on: date
    ended_on: date | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Villages of an earlier term beside those of a later one that hold the same ground, and their figures.

    `like_for_like` is false where the ground is not the same or not known to be; `why_zh` says why. With more than one
    village of today the sums can be compared, the single villages cannot.
    """

    earlier_ids: tuple[str, ...]
    later_ids: tuple[str, ...]
    earlier: float | None
    later: float | None
    like_for_like: bool
    why_zh: str = ""


class Lineage:
    """The edges between villages. A village never becomes itself; time runs one way, so there is no way back."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = sorted(edges, key=lambda one: one.effective_on)
        self._from: dict[str, list[Edge]] = defaultdict(list)
        for one in self.edges:
            self._from[one.from_id].append(one)

    def heirs(self, village_id: str) -> list[Heir]:
        """Every village that `village_id` became or went into, by all ways together, in the order of time."""
        found: dict[str, Heir] = {}
        for edge in self.edges:
            share: float | None = 1.0
            steps = 0
            if edge.from_id != village_id:
                if edge.from_id not in found:
                    continue
                share, steps = found[edge.from_id].share, found[edge.from_id].steps
            part = None if share is None or edge.share is None else share * edge.share
            known = found.get(edge.to_id)
            if known is not None:
                part = None if part is None or known.share is None else known.share + part
                steps = max(steps, known.steps - 1)
            found[edge.to_id] = Heir(
                village_id, edge.to_id, steps + 1, edge.effective_on, self.ended_on(edge.to_id), part
            )
        return list(found.values())

    def ended_on(self, village_id: str) -> date | None:
        """The day on which the village became another."""
        edges = self._from.get(village_id)
        return edges[0].effective_on if edges else None

    def on(self, village_id: str, day: date) -> dict[str, float | None]:
        """The villages that hold the ground of `village_id` on a day, with the share of it that each holds."""
        ended = self.ended_on(village_id)
        if ended is None or day < ended:
            return {village_id: 1.0}
        return {
            one.to_id: one.share
            for one in self.heirs(village_id)
            if one.effective_on <= day and (one.ended_on is None or day < one.ended_on)
        }

    def one_on(self, village_id: str, day: date | None) -> str | None:
        """The one village that holds the ground on a day (None: before everything); None if there are several."""
        held = {village_id: 1.0} if day is None else self.on(village_id, day)
        return next(iter(held)) if len(held) == 1 else None

    def dates_after(self, village_id: str) -> set[date]:
        """The days on which the village, or what became of it, became something else."""
        return {one.effective_on for one in self.heirs(village_id)}

    def roll_up(self, figures: Mapping[str, float], day: date) -> dict[str, float | None]:
        """Counts of villages of any time as counts of the villages of a day; None where a share is not known."""
        total: dict[str, float | None] = {}
        for village, figure in figures.items():
            for to_id, share in self.on(village, day).items():
                so_far = total.get(to_id, 0.0)
                total[to_id] = None if share is None or so_far is None else so_far + share * figure
        return total

    def compare(
        self, earlier: Mapping[str, float], later: Mapping[str, float], day: date, unsure: Iterable[str] = ()
    ) -> list[Comparison]:
        """Figures of an earlier term beside those of `day`, like for like where the ground is the same.

        `earlier` and `later` have the villages of their time; `unsure` are villages of which a proposal is undecided.
        """
        together = _Groups()
        for village in earlier:
            for to_id in self.on(village, day):
                together.join(("earlier", village), ("later", to_id))
        for village in later:
            together.join(("later", village), ("later", village))
        doubtful = set(unsure)
        return [self._compared(group, earlier, later, day, doubtful) for group in together.groups()]

    def _compared(
        self,
        group: list[tuple[str, str]],
        earlier: Mapping[str, float],
        later: Mapping[str, float],
        day: date,
        doubtful: set[str],
    ) -> Comparison:
        before = tuple(sorted(one for side, one in group if side == "earlier"))
        after = tuple(sorted(one for side, one in group if side == "later"))
        was = sum(earlier[one] for one in before) if before else None
        now = sum(later[one] for one in after) if all(one in later for one in after) else None
        why = ""
        if doubtful & set(before + after):
            why = "撤并、更名关系尚待人工确认"
        elif not before:
            why = "上一届没有对应的村社"
        elif now is None:
            why = "村社已撤销，或本届没有数据"
        elif self._grew(before, after, day):
            why = "合并前的部分村社没有上一届数据"
        elif len(after) > 1:
            why = "村社析置，只能将各村社合计后比较"
        return Comparison(before, after, was, now, not why, why)

    def _grew(self, before: tuple[str, ...], after: tuple[str, ...], day: date) -> bool:
        """Whether ground came from a village that has no earlier figure, nor any that went into one that has."""
        sources = {one.from_id for one in self.edges if one.to_id in after and one.effective_on <= day}
        reached = set(before) | {heir.to_id for one in before for heir in self.heirs(one)}
        return not sources <= reached


class _Groups:
    """Things that belong together, directly or by way of others."""

    def __init__(self) -> None:
        self._leader: dict[tuple[str, str], tuple[str, str]] = {}

    def _of(self, one: tuple[str, str]) -> tuple[str, str]:
        self._leader.setdefault(one, one)
        while self._leader[one] != one:
            one = self._leader[one]
        return one

    def join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        self._leader[self._of(one)] = self._of(other)

    def groups(self) -> list[list[tuple[str, str]]]:
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for one in self._leader:
            found[self._of(one)].append(one)
        return [sorted(group) for group in found.values()]
