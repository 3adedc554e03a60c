"""Who held which code when: changes applied day by day to the codes that lists name.

Belongs here: periods of codes, and which village became which. Does not belong here: ids (`registry`), names (`history`).

What a list says weighs more than what nobody said: a code that is missing from a list has not ended (its row may have been
set aside), only a change, a decision or the list's own date of abolition ends it. What contradicts a list is not applied
and is named (`problems`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from pipelines.identity.villages.shapes import ABOLISH, KEEPING, MAKING, Change, Entry, Listing, Problem


@dataclass(eq=False)
class Village:
    """One village, and the codes it had one after the other: (code, from, until)."""

    codes: list[tuple[str, date | None, date | None]] = field(default_factory=list)
    start: date | None = None
    end: date | None = None
    changes: list[Change] = field(default_factory=list)  # those that kept it


@dataclass(frozen=True, eq=False)
class Step:
    """Of `old` became `new`."""

    old: Village
    new: Village
    share: float | None
    change: Change


@dataclass(frozen=True)
class Seen:
    """A code in the lists: when first, and how last."""

    first: date
    last: date
    entry: Entry


class Timeline:
    """Applies changes to the codes of the lists; read `villages`, `steps` and `problems` when it is made."""

    def __init__(self, listings: Sequence[Listing], changes: Iterable[Change]) -> None:
        self.villages: list[Village] = []
        self.steps: list[Step] = []
        self.problems: list[Problem] = []
        self._listings = sorted(listings, key=lambda one: one.delivered_at)
        self.seen = _seen(self._listings)
        self._open: dict[str, tuple[Village, date | None]] = {}
        self._ended: dict[str, date] = {}
        ordered = sorted(changes, key=lambda one: (one.effective_on, one.change_no))
        self._given: dict[str, list[date]] = defaultdict(list)  # code: the days on which a change gives it to a village
        for one in ordered:
            if one.new_code is not None and one.new_code != one.old_code:
                self._given[one.new_code].append(one.effective_on)
        for day, group in groupby(ordered, key=lambda one: one.effective_on):
            self._apply(day, list(group))
        self._finish()

    # --- codes ---------------------------------------------------------------------------------------------------

    def _begin(self, code: str, village: Village, since: date | None) -> None:
        self._open[code] = (village, since)
        self._ended.pop(code, None)

    def _close(self, code: str, day: date) -> Village:
        village, since = self._open.pop(code)
        village.codes.append((code, since, day))
        self._ended[code] = day
        return village

    def _new(self, code: str, since: date | None) -> Village:
        village = Village(start=since)
        self.villages.append(village)
        self._begin(code, village, since)
        return village

    def _existing(self, code: str, day: date) -> bool:
        """Whether the code stands for a village just before a day; one that a list names is opened."""
        if code in self._open:
            return True
        if code in self._ended:
            return False
        seen = self.seen.get(code)
        if seen is None or seen.first >= day or (seen.entry.established_on or date.min) >= day:
            return False
        self._new(code, seen.entry.established_on)
        return True

    def _opened(self, change: Change, day: date) -> str | None:
        """The old code of a change, opened; None, and a problem, if it had ended before."""
        code = change.old_code
        if code is None:
            self._refuse(change, "变动记录没有原代码")
            return None
        if code in self._open or self._existing(code, day):
            return code
        if code in self._ended:
            self._refuse(change, f"原代码{code}此前已终止（{self._ended[code]}）")
            return None
        entry = self.seen[code].entry if code in self.seen else None
        since = entry.established_on if entry and entry.established_on and entry.established_on < day else None
        self._new(code, since)
        return code

    def _refuse(self, change: Change, text: str) -> None:
        self.problems.append(Problem(change.change_no, text))

    def _listed_after(self, code: str, day: date) -> bool:
        return any(code in one.active() for one in self._listings if one.delivered_at >= day)

    # --- one day -------------------------------------------------------------------------------------------------

    def _apply(self, day: date, group: list[Change]) -> None:
        making = [one for one in group if one.kind in MAKING and self._makes(one, day)]
        ending = {one.old_code for one in making}
        moving: dict[str, Change] = {}  # by the old code: several changes of one village may say the same
        for one in group:
            if (
                one.kind in KEEPING
                and self._keeps(one, day, ending, moving)
                and one.new_code not in (None, one.old_code)
            ):
                moving[str(one.old_code)] = one
        self._add_remainders(making, moving, day)
        moved = [(one, self._close(code, day)) for code, one in moving.items()]
        self._succeed(making, day)
        for one, village in moved:
            self._move(one, village, day)
        for one in group:
            if one.kind == ABOLISH and (code := self._opened(one, day)):
                self._close(code, day).end = day

    def _keeps(self, change: Change, day: date, ending: Collection[str | None], moving: Mapping[str, Change]) -> bool:
        code = self._opened(change, day)
        if code is None:
            return False
        if code in ending or (code in moving and change.new_code not in (None, code, moving[code].new_code)):
            self._refuse(change, f"原代码{code}同日另有与此矛盾的变动")
            return False
        if change.new_code not in (None, code) and self._together(code, str(change.new_code), day):
            self._refuse(change, f"同一份名录同时列有原代码{code}和新代码{change.new_code}，不能视为同一村社")
            return False
        self._open[code][0].changes.append(change)
        return True

    def _together(self, old: str, new: str, day: date) -> bool:
        """Whether a list from then on names both codes as existing villages, unless the old one was given anew."""
        given = min((one for one in self._given.get(old, ()) if one > day), default=date.max)
        return any(
            new in active and old in active and (active[old].established_on or date.min) < day
            for active in (one.active() for one in self._listings if day <= one.delivered_at < given)
        )

    def _move(self, change: Change, village: Village, day: date) -> None:
        code = str(change.new_code)
        if self._existing(code, day):
            self._refuse(change, f"新代码{code}当时属于另一村社")
            village.changes.remove(change)
            if change.old_code not in self._open:
                old, since, _ = village.codes.pop()
                self._begin(old, village, since)
            return
        self._begin(code, village, day)

    def _makes(self, change: Change, day: date) -> bool:
        if change.new_code is None:
            self._refuse(change, "变动记录没有新代码")
            return False
        return self._opened(change, day) is not None

    def _add_remainders(self, making: list[Change], vacated: Collection[str], day: date) -> None:
        """A village that goes on in name: one that takes others in, and one that gives a part away."""
        old_codes = {one.old_code for one in making}
        for one in list(making):
            code = str(one.new_code)
            if code not in old_codes and code not in vacated and self._existing(code, day):
                old_codes.add(code)
                making.append(Change(one.change_no, "merge", day, code, code, share=1.0, document_no=one.document_no))
        for code in sorted({str(one.old_code) for one in making if one.kind == "split"}):
            rows = [one for one in making if one.old_code == code]
            if code not in {one.new_code for one in rows} and self._listed_after(code, day):
                shares = [one.share for one in rows]
                rest = None if None in shares else max(0.0, 1.0 - sum(one for one in shares if one is not None))
                first = rows[0]
                making.append(
                    Change(first.change_no, "split", day, code, code, share=rest, document_no=first.document_no)
                )

    def _succeed(self, making: list[Change], day: date) -> None:
        """Close the old villages, make the new ones, and note what went where."""
        old = {code: self._close(code, day) for code in dict.fromkeys(str(one.old_code) for one in making)}
        for village in old.values():
            village.end = day
        for code in dict.fromkeys(str(one.new_code) for one in making):
            new = self._new(code, day)
            for one in making:
                if one.new_code == code:
                    share = 1.0 if one.share is None and one.kind == "merge" else one.share
                    self.steps.append(Step(old[str(one.old_code)], new, share, one))

    # --- the end -------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Open what only lists name, end what a list says is abolished, and close the books."""
        newest = self._listings[-1] if self._listings else None
        for code, seen in self.seen.items():
            established = seen.entry.established_on
            ended = self._ended.get(code)
            again = ended is not None and established is not None and established >= ended
            if again or (ended is None and code not in self._open):
                self._new(code, established)
            elif ended is not None and newest is not None and code in newest.active():
                self.problems.append(Problem(code, f"代码{code}已于{self._ended[code]}终止，但名录中仍列为现存"))
            abolished = seen.entry.abolished_on
            if abolished is not None and code in self._open and (self._open[code][1] or date.min) < abolished:
                self._close(code, abolished).end = abolished
        for code, (village, since) in self._open.items():
            village.codes.append((code, since, None))
        for village in self.villages:
            village.codes.sort(key=lambda one: one[1] or date.min)


def _seen(listings: Sequence[Listing]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for listing in listings:
        for code, entry in listing.entries.items():
            first = found[code].first if code in found else listing.delivered_at
            found[code] = Seen(first, listing.delivered_at, entry)
    return found
