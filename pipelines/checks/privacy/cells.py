"""Small counts from outside: a published analyst edition beside the copies of the same build, attacked as one linear system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.checks.privacy.findings import Finding, PartResult
from pipelines.disclosure.cells import Figure
from pipelines.disclosure.decisions import TABLE, Decisions, Marts
from pipelines.identity.encrypted import sql_text
from pipelines.publishing.cells_audit import open_cells

_TRUTH = Marts("authorised.marts", "authorised.marts.warning_rule", "authorised.marts.indicator")


def check_cells(connection: Any, analyst: Path, build_id: str, cell: int) -> PartResult:
    """Attack a build; `connection` is open at its authorised edition, which has the counts whole, `analyst` is the other file.

    Counts that the analyst edition shows and the small cell forbids, and hidden ones with a single solution, are findings.
    """
    connection.execute(f"attach '{sql_text(str(analyst))}' as edition (read_only)")
    try:
        query = f"select week_start, measure, scope_type, scope_id, status from authorised.marts.{TABLE}"
        hidden = frozenset((week, Figure(*figure)) for week, *figure in connection.execute(query).fetchall())
        found = list(open_cells(connection, Decisions(hidden, frozenset()), cell, _TRUTH))
        (looked_at,) = connection.execute("select 4 * count(*) from edition.marts.petition_week").fetchone()
    finally:
        connection.execute("detach edition")
    return PartResult("cells", looked_at, "petition counts", tuple(Finding(f"{build_id}/analyst", what) for what in found))
