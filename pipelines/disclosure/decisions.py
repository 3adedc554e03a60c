"""Which figures of a build are hidden, decided once for all editions, views and reports.

Belongs here: reading the build's marts, one decision per week, the table that carries them. Does not belong here: the rule
(`cells`), the search (`suppress`), how a hidden figure looks.

A week is decided from that week's counts alone, so that two editions show the same cells of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pipelines.disclosure.cells import COUNTY, Figure, Flags, System
from pipelines.disclosure.config import protected
from pipelines.disclosure.indicators import Value, hidden_scopes
from pipelines.disclosure.kept import KeptDecisions, ShownRule, WeekDecision
from pipelines.disclosure.petitions import ALL, OPEN, VILLAGE, County, Thresholds, petition_system, statuses_of
from pipelines.disclosure.suppress import suppress

TABLE = "hidden_figure"
COLUMNS = {
    "week_start": "周一 / Monday of the week",
    "measure": "计数或指标 / Count or indicator",
    "scope_type": "范围类型 / Type of the scope",
    "scope_id": "范围编号 / Id of the scope",
    "status": "办理状态，或者 open、all 合计 / Status, or a sum over the open ones or all",
}


@dataclass(frozen=True)
class Marts:
    """Where a build's relations are found; seeds go by other names in an edition."""

    schema: str
    rules: str
    indicators: str


BUILD_MARTS = Marts("build.marts", "build.seeds.warning_rules", "build.seeds.indicators")


@dataclass(frozen=True)
class Decisions:
    """What is hidden, by week; the rule values that are shown, as (rule, week, village); and every week, village and status."""

    hidden: frozenset[tuple[date, Figure]]
    shown_rules: frozenset[tuple[str, date, str]]
    places: tuple[tuple[date, str, str], ...] = ()

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of the table, in order."""
        return sorted((week, *figure) for week, figure in self.hidden)


def decide(connection: Any, marts: Marts, cell: int, kept: KeptDecisions | None = None) -> Decisions:
    """Decide all weeks of a build; `connection` reaches its relations. A week that `kept` knows is not searched again."""
    hidden: set[tuple[date, Figure]] = set()
    shown: set[tuple[str, date, str]] = set()
    places: list[tuple[date, str, str]] = []
    for week, county in counties(connection, marts).items():
        decision = _decide_week(county, _other_open(connection, marts, week, county), cell, week, kept)
        hidden |= {(week, figure) for figure in decision.hidden}
        shown |= {(rule_id, week, village) for rule_id, village in decision.shown_rules}
        statuses = statuses_of(county, protected().petitions)
        places += [(week, village, status) for village in county.villages for status in statuses]
    asked = _indicators(connection, marts, cell, frozenset(hidden), _totals(connection, marts))
    for week, indicators in asked.items():
        hidden |= {(week, figure) for figure in _decide_indicators(week, indicators, kept)}
    return Decisions(frozenset(hidden), frozenset(shown), tuple(places))


def _decide_week(
    county: County, also_open: list[Figure], cell: int, week: date, kept: KeptDecisions | None
) -> WeekDecision:
    """The decision of one week; `also_open` are figures that are hidden for what else is known of them."""
    rests_on = kept.digest(county, also_open) if kept else ""
    if kept and (known := kept.find(week, rests_on)):
        return known
    system, sensitive = petition_system(county, protected().petitions, cell)
    wanted = set(also_open)
    flags = suppress(system, sensitive | np.array([figure in wanted for figure in system.figures]))
    named = zip(system.figures, flags, strict=True)
    decision = WeekDecision(
        frozenset(figure for figure, is_hidden in named if is_hidden and isinstance(figure, Figure)),
        frozenset(_shown_rules(system, flags)),
    )
    if kept:
        kept.keep(week, rests_on, decision)
    return decision


def counties(connection: Any, marts: Marts) -> dict[date, County]:
    """The petition matters of each week of a build, and who adds up what."""
    rules = protected().petitions
    counts: dict[date, dict[tuple[str, str], tuple[int, ...]]] = defaultdict(dict)
    query = f"select week_start, village_id, status, {', '.join(rules.measures)} from {marts.schema}.petition_week"
    for week, village, status, *values in connection.execute(query).fetchall():
        counts[week][village, status] = tuple(int(value or 0) for value in values)
    copies: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    query = f"select recipient_type, recipient_id, village_id from {marts.schema}.responsibility order by all"
    for kind, recipient, village in connection.execute(query).fetchall():
        copies[kind][recipient].append(village)
    known = {village for scopes in copies.values() for villages in scopes.values() for village in villages}
    thresholds = _thresholds(connection, marts)
    return {
        week: County(sorted(known | {village for village, _ in here}), here, copies, thresholds)
        for week, here in sorted(counts.items())
    }


def _thresholds(connection: Any, marts: Marts) -> dict[str, Thresholds]:
    """The newest thresholds of the rules that count a village's open matters."""
    found = {}
    query = f"""
        select rule_id, yellow_operator, yellow_threshold, red_operator, red_threshold from {marts.rules}
        where measure = 'count' order by valid_from
    """
    for rule_id, *tests in connection.execute(query).fetchall():
        pairs = ((tests[0], tests[1]), (tests[2], tests[3]))
        found[rule_id] = Thresholds(tuple((operator, float(at)) for operator, at in pairs if operator and at is not None))
    return {rule_id: found[rule_id] for rule_id in protected().petitions.rules if rule_id in found}


def _other_open(connection: Any, marts: Marts, week: date, county: County) -> list[Figure]:
    """Villages whose open matters are not the sum of the open statuses: the difference would be a count of its own."""
    query = f"select village_id, petitions_open from {marts.schema}.village_file where date_trunc('week', as_of) = ?"
    rules = protected().petitions
    base = rules.measures.index(rules.base)
    summed: dict[str, int] = defaultdict(int)
    for (village, status), values in county.counts.items():
        summed[village] += values[base] if status in rules.open else 0
    return [
        Figure(rules.base, VILLAGE, village, OPEN)
        for village, stated in connection.execute(query, [week]).fetchall()
        if stated != summed[village]
    ]


def _shown_rules(system: System, hidden: Flags) -> Iterator[ShownRule]:
    rule_of = {rule.measure: rule_id for rule_id, rule in protected().petitions.rules.items()}
    for figure, is_hidden, value in zip(system.figures, hidden, system.values, strict=True):
        if isinstance(figure, Figure) and figure.scope_type == VILLAGE and figure.status == OPEN and not is_hidden and value:
            yield rule_of[figure.measure], figure.scope_id


def _totals(connection: Any, marts: Marts) -> dict[tuple[date, Figure], int]:
    """The sums over all statuses of townships and the county, which some indicators repeat."""
    found: dict[tuple[date, Figure], int] = {}
    for measure in protected().petitions.measures:
        query = f"""
            select p.week_start, r.recipient_type, r.recipient_id, sum(p.{measure})
            from {marts.schema}.petition_week as p inner join {marts.schema}.responsibility as r using (village_id)
            where r.recipient_type in ('township', 'county') group by all
        """
        for week, kind, recipient, total in connection.execute(query).fetchall():
            found[week, Figure(measure, kind, recipient, ALL)] = int(total)
    return found


@dataclass(frozen=True)
class _Indicator:
    """A restricted indicator of one week: its values by township and of the county, and the scopes that are hidden anyway."""

    indicator_id: str
    kind: str
    cell: int
    townships: Mapping[str, Value]
    county: tuple[str, Value] | None
    also: frozenset[str]


def _indicators(
    connection: Any, marts: Marts, cell: int, hidden: frozenset[tuple[date, Figure]], totals: Mapping[tuple[date, Figure], int]
) -> dict[date, list[_Indicator]]:  # fmt: skip
    query = f"""
        select i.week_start, i.indicator_id, d.kind, d.small_cell, i.scope_type, i.scope_id, i.numerator, i.denominator
        from {marts.schema}.indicator_week as i
        inner join {marts.indicators} as d on i.indicator_id = d.indicator_id and d.restricted
        where i.scope_type in ('township', 'county') and i.numerator is not null
            and i.week_start + 6 >= d.valid_from and (d.valid_to is null or i.week_start + 6 <= d.valid_to)
        order by all
    """
    grouped: dict[tuple[date, str, str, int], list[Sequence[Any]]] = defaultdict(list)
    for week, indicator_id, kind, own_cell, *row in connection.execute(query).fetchall():
        grouped[week, indicator_id, kind, max(cell, own_cell or 0)].append(row)
    asked: dict[date, list[_Indicator]] = defaultdict(list)
    for (week, indicator_id, kind, least), rows in grouped.items():
        values = {(scope_type, scope_id): _value(kind, n, d) for scope_type, scope_id, n, d in rows}
        townships = {scope_id: value for (scope_type, scope_id), value in values.items() if scope_type != COUNTY}
        county = next(((scope_id, value) for (scope_type, scope_id), value in values.items() if scope_type == COUNTY), None)
        measure = protected().indicators.same_as.get(indicator_id)
        also = {
            name for name, value in {**townships, **({COUNTY: county[1]} if county else {})}.items()
            if measure and _differs(measure, name, value, week, hidden, totals, cell)
        }  # fmt: skip
        asked[week].append(_Indicator(indicator_id, kind, least, townships, county, frozenset(also)))
    return asked


def _decide_indicators(week: date, indicators: list[_Indicator], kept: KeptDecisions | None) -> frozenset[Figure]:
    """The hidden figures of a week's restricted indicators."""
    said = [
        (ask.indicator_id, ask.kind, ask.cell, sorted(ask.townships.items()), ask.county, sorted(ask.also)) for ask in indicators
    ]
    rests_on = kept.fingerprint(said) if kept else ""
    if kept and (known := kept.find_indicators(week, rests_on)) is not None:
        return known
    hidden: set[Figure] = set()
    for ask in indicators:
        scopes = hidden_scopes(ask.kind, ask.townships, ask.county[1] if ask.county else None, ask.cell, ask.also)
        for name in scopes:
            scope_type, scope_id = (COUNTY, ask.county[0]) if name == COUNTY and ask.county else ("township", name)
            hidden.add(Figure(ask.indicator_id, scope_type, scope_id, ALL))
    if kept:
        kept.keep_indicators(week, rests_on, frozenset(hidden))
    return frozenset(hidden)


def _value(kind: str, numerator: Any, denominator: Any) -> Value:
    return Value(float(numerator), None if denominator is None or kind == "count" else float(denominator))


def _differs(
    measure: str, name: str, value: Value, week: date, hidden: frozenset[tuple[date, Figure]],
    totals: Mapping[tuple[date, Figure], int], cell: int,
) -> bool:  # fmt: skip
    """Whether the sum that an indicator repeats is hidden, or differs from it by so few that these would be told."""
    scope_type, scope_id = (COUNTY, COUNTY) if name == COUNTY else ("township", f"township:{name}")
    figure = Figure(measure, scope_type, scope_id, ALL)
    total = totals.get((week, figure))
    return (week, figure) in hidden or (total is not None and 0 < abs(total - value.numerator) < cell)
