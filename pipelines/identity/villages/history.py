"""What a village was called, where it was counted and who ran it, and from when until when.

Belongs here: the history of a village's attributes, and finding villages by a name of their time. Does not belong here:
which village had which code (`timeline`).

A new value holds from the day of the change that explains it, where one was delivered, else from the list that shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pipelines.identity.normal.villages import village_name_key
from pipelines.identity.villages.names import answers_to
from pipelines.identity.villages.shapes import Entry, Listing, Span, is_during
from pipelines.identity.villages.timeline import Timeline, Village

Value = tuple[str | None, str | None]  # code, name
# By which kinds of change an attribute changes: such a change dates a new value that a list shows after it.
_DATED_BY = {
    "name": {"rename", "recode", "convert"},
    "type": {"convert"},
    "township": {"re_parent", "recode"},
    "managing_unit": {"re_parent"},
}


def spans_of(timeline: Timeline, listings: Sequence[Listing], ids: Mapping[Village, str]) -> Iterator[Span]:
    """The history of every attribute of every village, oldest first."""
    told = _told_by_lists(timeline, listings)
    townships = {
        entry.township_code: entry.township_name
        for one in listings
        for entry in one.entries.values()
        if entry.township_code
    }
    for village in timeline.villages:
        for code, since, until in village.codes:
            yield Span(ids[village], "code", code, None, since, until)
        for attribute in _DATED_BY:
            known = _early(village, attribute, timeline, townships)
            known += _dated(village, attribute, told[village])
            yield from _spans(ids[village], attribute, known, village.end)


def _told_by_lists(timeline: Timeline, listings: Sequence[Listing]) -> dict[Village, list[tuple[date, Entry]]]:
    """Of every village what each list says, oldest first."""
    holders: dict[str, list[tuple[date | None, date | None, Village]]] = defaultdict(list)
    for village in timeline.villages:
        for code, since, until in village.codes:
            holders[code].append((since, until, village))
    told: dict[Village, list[tuple[date, Entry]]] = defaultdict(list)
    for listing in sorted(listings, key=lambda one: one.delivered_at):
        for code, entry in listing.entries.items():
            for since, until, village in holders[code]:
                if is_during(listing.delivered_at, since, until):
                    told[village].append((listing.delivered_at, entry))
    return told


def _early(
    village: Village, attribute: str, timeline: Timeline, townships: Mapping[str, str | None]
) -> list[tuple[date | None, Value]]:
    """What changes and codes say of the time before the lists: old and new names, the township that a code names."""
    known: list[tuple[date | None, Value]] = []
    if attribute == "name":
        made = [one.change.new_name for one in timeline.steps if one.new is village and one.change.new_name]
        gone = [one.change.old_name for one in timeline.steps if one.old is village and one.change.old_name]
        kept = [one for one in village.changes if one.kind in _DATED_BY["name"]]
        first = (kept[0].old_name,) if kept and kept[0].old_name else ()
        for name in (*made, *first, *(gone if not kept else ()))[:1]:
            known.append((village.start, (None, name)))
        known += [(one.effective_on, (None, one.new_name)) for one in kept if one.new_name]
    if attribute == "township":
        for code, since, _ in village.codes:
            if code not in timeline.seen:
                town = code[:9] + "000"
                known.append((since, (town, townships.get(town))))
    return known


def _dated(village: Village, attribute: str, told: list[tuple[date, Entry]]) -> list[tuple[date | None, Value]]:
    """What lists say, each new value from the day of the change that explains it."""
    days = [one.effective_on for one in village.changes if one.kind in _DATED_BY[attribute]]
    known: list[tuple[date | None, Value]] = []
    last: tuple[date | None, Value | None] = (village.start, None)
    for day, entry in told:
        value = _value(entry, attribute)
        if value == last[1]:
            last = (day, value)
            continue
        reasons = [one for one in days if one <= day and (last[0] is None or last[0] < one)]
        first = last[1] is None
        known.append((max(reasons) if reasons else (village.start if first else day), value))
        last = (day, value)
    return [(since, value) for since, value in known if value != (None, None)]


def _value(entry: Entry, attribute: str) -> Value:
    return {
        "name": (None, entry.name),
        "type": (entry.village_type, None),
        "township": (entry.township_code, entry.township_name),
        "managing_unit": (entry.managing_code, entry.managing_name),
    }[attribute]


def _spans(village_id: str, attribute: str, known: list[tuple[date | None, Value]], end: date | None) -> Iterator[Span]:
    """Values one after the other; one that says the same as the one before it adds nothing."""
    by_day: dict[date | None, Value] = {}
    for since, value in known:  # of two sayings of one day the list's, which comes last
        by_day[since] = value
    ordered = sorted(by_day.items(), key=lambda one: one[0] or date.min)
    kept = [one for place, one in enumerate(ordered) if place == 0 or one[1] != ordered[place - 1][1]]
    for place, (since, (code, name)) in enumerate(kept):
        until = kept[place + 1][0] if place + 1 < len(kept) else end
        yield Span(village_id, attribute, code, name, since, until)


class Names:
    """Finds villages by what they were called on a day."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._called: dict[str, list[Span]] = defaultdict(list)
        self._townships: dict[str, list[Span]] = defaultdict(list)
        for one in spans:
            if one.attribute == "name" and one.value_name:
                self._called[village_name_key(one.value_name)].append(one)
            elif one.attribute in ("township", "managing_unit"):
                self._townships[one.village_id].append(one)

    def on(self, name: str, day: date, township: str | None) -> frozenset[str]:
        """See `Registry.at_name`; a village answers to its statistical township and to the unit that runs it."""
        called = {
            one.village_id
            for one in self._called[village_name_key(name)]
            if answers_to(name, str(one.value_name)) and is_during(day, one.valid_from, one.valid_to)
        }
        if township is None:
            return frozenset(called)
        return frozenset(
            village
            for village in called
            if any(
                township in (one.value_code, one.value_name) and is_during(day, one.valid_from, one.valid_to)
                for one in self._townships[village]
            )
        )
