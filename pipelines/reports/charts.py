"""What the charts of a page show: progress against plan, colours over the weeks, ages by term.

Belongs here: counting and adding up for a given set of villages, and where a coloured part of a bar lies. Does not belong
here: how a bar looks (`templates/charts.html.j2`), words, who sees what (`selection`). Every chart is a table with a bar in
each row, so that its numbers can be read without the picture; in a Word document only the numbers stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.reports.figures import Change, Ratio, change_between
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Indicator, Village

COLOURS = ("red", "yellow", "green", "none")
PROGRESS = "election_progress"
LONGEST_AGE = 80  # years at which the bar of an average age is full
PER_CENT = 100


@dataclass(frozen=True)
class Part:
    """A stretch of a bar, in hundredths of its length."""

    colour: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class ColourWeek:
    """The villages of a recipient by colour in one week."""

    week_start: date
    parts: tuple[Part, ...]
    total: int


@dataclass(frozen=True)
class Progress:
    """Steps of a unit: how many there are, are done, should be done by now, and were done of those that should be."""

    name: str
    done: Ratio
    due: Ratio
    met: Ratio


@dataclass(frozen=True)
class TermRow:
    """A figure of the team of the last term and of this one; `hidden` where it stands on too few people."""

    indicator: Indicator
    last: Ratio | None
    this: Ratio | None
    change: Change
    hidden: bool


def share_of(ratio: Ratio | None, full: int = 1) -> float:
    """How long the bar of a ratio is, in hundredths; `full` is the value of the whole bar."""
    if ratio is None or ratio.value is None:
        return 0.0
    return round(min(float(PER_CENT * ratio.value / full), 100.0), 2)


def colour_weeks(data: WeekData, circle: str, villages: Sequence[Village]) -> tuple[ColourWeek, ...]:
    """The villages' colours week by week as a circle of readers may know them, the newest first.

    A week in which none of them had a colour is left out.
    """
    rows = []
    for week_start, colours in sorted(data.past_colours[circle].items(), reverse=True):
        found = [colours.get(village.village_id, "none") for village in villages]
        if set(found) - {"none"}:
            rows.append(ColourWeek(week_start, _parts(found), len(found)))
    return tuple(rows)


def _parts(found: Sequence[str]) -> tuple[Part, ...]:
    parts, start = [], 0
    for colour in COLOURS:
        count = found.count(colour)
        if count or colour != "none":
            parts.append(Part(colour, count, *(round(PER_CENT * n / len(found), 2) for n in (start, count))))
        start += count
    return tuple(parts)


def progress(data: WeekData, groups: Iterable[tuple[str, Sequence[Village]]]) -> tuple[Progress, ...]:
    """One row per group of villages: steps done and steps due, each of all steps; groups without a step are left out."""
    rows = []
    for name, villages in groups:
        total, done = (sum(getattr(v, field) or 0 for v in villages) for field in ("steps_total", "steps_done"))
        values = [data.values.get((PROGRESS, "village", village.village_id, True)) for village in villages]
        met, due = (
            sum(int(getattr(value, field) or 0) for value in values if value) for field in ("numerator", "denominator")
        )
        if total:
            rows.append(Progress(name, Ratio.of(done, total), Ratio.of(due, total), Ratio.of(met, due)))
    return tuple(rows)


def terms(data: WeekData, kind: str, code: str, wanted: Sequence[str], cell: int) -> tuple[TermRow, ...]:
    """The wanted figures of the last term's and this term's team of a county or township."""
    scope = data.county_scope if kind == "county" else code
    rows = []
    for identifier in wanted:
        found = data.terms.get((identifier, kind, scope))
        indicator = data.indicators.get(identifier)
        if found is None or indicator is None:
            continue
        last = _ratio(found.last_numerator, found.last_denominator)
        this = _ratio(found.numerator, found.denominator)
        if last is None and this is None:
            continue
        if any(ratio is not None and 0 < ratio.denominator < cell for ratio in (last, this)):
            rows.append(TermRow(indicator, None, None, Change("unknown"), hidden=True))
            continue
        now, before = (ratio.value if ratio else None for ratio in (this, last))
        rows.append(TermRow(indicator, last, this, change_between(now, before, indicator.decimals), hidden=False))
    return tuple(rows)


def _ratio(numerator: Decimal | None, denominator: Decimal | None) -> Ratio | None:
    return None if numerator is None or not denominator else Ratio.of(numerator, denominator)
