"""The headline figures of a page: indicators and colours, each with n/N and the change on last week.

Belongs here: taking an indicator's numerator and denominator for a recipient from the mart (a department's are the
sums over its villages). Does not belong here: what an indicator means (dbt), words and layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pipelines.disclosure.cells import Figure as Hidden
from pipelines.disclosure.petitions import ALL
from pipelines.reports.charts import COLOURS
from pipelines.reports.figures import Change, Ratio, change_between
from pipelines.reports.page import ColourCount, Figure, Recipient
from pipelines.reports.selection import may_see_indicator
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Indicator, IndicatorValue, Village

PER_CENT = 100


def figures(data: WeekData, recipient: Recipient, order: Sequence[str]) -> tuple[Figure, ...]:
    """The indicators of `order` that this recipient may see; the others are in the warehouse."""
    return tuple(
        figure(data, recipient.kind, recipient.code, recipient.villages, data.indicators[identifier])
        for identifier in order
        if identifier in data.indicators and may_see_indicator(data.indicators[identifier], recipient)
    )


def figure(data: WeekData, kind: str, code: str, villages: Sequence[Village], indicator: Indicator) -> Figure:
    """One indicator for a scope; hidden where it would stand on too few."""
    now, before = (_ratio(data, kind, code, villages, indicator, this_week) for this_week in (True, False))
    hidden, was_hidden = (
        _is_hidden(data, kind, code, indicator, ratio, week) for ratio, week in ((now, 0), (before, 1))
    )
    if hidden:
        return Figure(indicator, None, None, Change("unknown"), hidden=True)
    scale = PER_CENT if indicator.kind == "ratio" else 1
    value, last = (None if r is None or r.value is None else r.value * scale for r in (now, before))
    shown_change = change_between(value, None if was_hidden else last, indicator.decimals)
    return Figure(indicator, now, value, shown_change)


def colour_counts(data: WeekData, circle: str, villages: Sequence[Village]) -> tuple[ColourCount, ...]:
    """Villages by colour as a circle of readers may know it.

    The change is unknown in a first week, when no village has a colour of last week.
    """
    states = [data.states[circle].get(village.village_id) for village in villages]
    now = [state.colour if state else "none" for state in states]
    before = [state.previous_colour for state in states if state and state.previous_colour]
    return tuple(
        ColourCount(
            colour,
            now.count(colour),
            len(villages),
            change_between(now.count(colour), before.count(colour) if before else None, 0),
        )
        for colour in COLOURS
        if colour != "none" or "none" in now
    )


def _ratio(
    data: WeekData, kind: str, code: str, villages: Sequence[Village], indicator: Indicator, this_week: bool
) -> Ratio | None:
    if kind == "department":
        found = [
            data.values.get((indicator.indicator_id, "village", village.village_id, this_week)) for village in villages
        ]
        ratios = [ratio for value in found if (ratio := _as_ratio(value))]
        return sum(ratios[1:], start=ratios[0]) if ratios else None
    scope = data.county_scope if kind == "county" else code
    return _as_ratio(data.values.get((indicator.indicator_id, kind, scope, this_week)))


def _as_ratio(value: IndicatorValue | None) -> Ratio | None:
    if value is None or value.numerator is None or value.denominator is None:
        return None
    return Ratio.of(value.numerator, value.denominator)


def _is_hidden(
    data: WeekData, kind: str, code: str, indicator: Indicator, ratio: Ratio | None, weeks_ago: int
) -> bool:
    """Whether the figure would tell a small count, by itself or beside others, or stands on too little."""
    scope = data.county_scope if kind == "county" else code
    week = data.build.week.monday - timedelta(weeks=weeks_ago)
    if (week, Hidden(indicator.indicator_id, kind, scope, ALL)) in data.hidden:
        return True
    return ratio is not None and 0 < ratio.denominator < (indicator.small_cell or 0)
