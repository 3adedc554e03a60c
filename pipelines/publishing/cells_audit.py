"""The attack on a written analyst edition: what its tables show, beside what the reports' copies show, and what follows.

Belongs here: reading which counts an edition shows. Does not belong here: the attack (`disclosure.attacker`). What is found is
named by table, village and week, never by a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date
from typing import Any

import numpy as np

from pipelines.disclosure.attacker import open_figures
from pipelines.disclosure.cells import Figure, Flags, Indices, System
from pipelines.disclosure.config import protected
from pipelines.disclosure.decisions import BUILD_MARTS, Decisions, Marts, counties
from pipelines.disclosure.petitions import OPEN, VILLAGE, petition_system
from pipelines.publishing.editions import tables_of
from pipelines.weeks import Week

_NAMED = 5


def open_cells(connection: Any, decisions: Decisions, small_cell: int, truth: Marts = BUILD_MARTS) -> Iterator[str]:
    """Counts that the edition shows although they are sensitive, and hidden ones that can be worked out from it.

    `truth` is where the counts are whole.

    A week that shows nothing of what was decided to be hidden has been attacked when that was decided; the newest one is
    attacked again.
    """
    shown = {**_shown_cells(connection), **_shown_sums(connection)}
    otherwise = {week for (week, figure), shows in shown.items() if shows and (week, figure) in decisions.hidden}
    weeks = counties(connection, truth)
    for week, county in weeks.items():
        if week != max(weeks) and week not in otherwise:
            continue
        system, sensitive = petition_system(county, protected().petitions, small_cell)
        decided = np.array([(week, figure) in decisions.hidden for figure in system.figures])
        hidden = _hidden(system, week, decided, shown)
        yield from _named(system, week, np.flatnonzero(sensitive & ~hidden), "shows a count that is too small")
        yield from _named(system, week, open_figures(system, hidden), "hides a count that can be worked out")


def _hidden(system: System, week: date, decided: Flags, shown: dict[tuple[date, Figure], bool]) -> Flags:
    """What is hidden from a reader of the edition and of every copy."""
    known = (shown.get((week, figure)) if isinstance(figure, Figure) else None for figure in system.figures)
    return np.array([was if now is None else not now for was, now in zip(decided, known, strict=True)], dtype=bool)


def _named(system: System, week: date, places: Indices, what: str) -> Iterator[str]:
    figures = [figure for at in places if isinstance(figure := system.figures[at], Figure)]
    for figure in figures[:_NAMED]:
        table = "petition_week" if figure.scope_type == VILLAGE and figure.status != OPEN else "village_file"
        where = table if figure.scope_type == VILLAGE else "a report"
        scope = f"{figure.scope_type} {figure.scope_id}"
        yield f"{where} {what}: {figure.measure}, {figure.status}, {scope}, {Week.of(week).iso}"
    if len(figures) > _NAMED:
        yield f"and {len(figures) - _NAMED} more of {Week.of(week).iso}"


def _shown_cells(connection: Any) -> dict[tuple[date, Figure], bool]:
    columns = _columns(connection, "petition_week")
    found: dict[tuple[date, Figure], bool] = {}
    for measure in protected().petitions.measures:
        if measure in columns:
            rows = connection.execute(
                f"select week_start, village_id, status, {measure} is not null from edition.marts.petition_week"
            ).fetchall()
            found |= {(week, Figure(measure, VILLAGE, village, status)): shows for week, village, status, shows in rows}
    return found


def _shown_sums(connection: Any) -> dict[tuple[date, Figure], bool]:
    """Sums over a village's open matters, wherever one is shown: in its file or as what a rule measured."""
    found: dict[tuple[date, Figure], bool] = {}
    rules = protected().petitions
    queries = []
    if "petitions_open" in _columns(connection, "village_file"):
        queries.append(
            (rules.base, "select cast(date_trunc('week', as_of) as date), village_id, petitions_open is not null"
             " from edition.marts.village_file")
        )  # fmt: skip
    for rule_id, rule in rules.rules.items():
        for table, column, week in (("warning", "evidence_count", "last_week"), ("warning_week", "measured", "week_start")):
            if column in _columns(connection, table):
                queries.append(
                    (rule.measure, f"select {week}, village_id, {column} is not null from edition.marts.{table}"
                     f" where rule_id = '{rule_id}' and {week} is not null")
                )  # fmt: skip
    for measure, query in queries:
        for week, village, shows in connection.execute(query).fetchall():
            key = (week, Figure(measure, VILLAGE, village, OPEN))
            found[key] = found.get(key, False) or shows
    return found


def _columns(connection: Any, table: str) -> Set[str]:
    return tables_of(connection, "edition", "marts").get(table, {}).keys()
