"""A village's file (一村一档) as somebody asks for it: what is known of it, from whom and since when, its colour and warnings.

Belongs here: choosing what the file says. Does not belong here: writing it (`on_demand`), words and layout
(`templates/village_file.html.j2`).

Nobody knows whose hands a printed file comes into. So it says what everybody may know: colour and warnings of the open rules,
nothing about a person, nothing that leads to a petition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.errors import CunsheError
from pipelines.reports.audiences import may_know, on_demand_circle
from pipelines.reports.page import WarningRow
from pipelines.reports.sections import split_reasons, warning_rows
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData, rows_of
from pipelines.reports.week_rows import VillageFacts, VillageItem


@dataclass(frozen=True)
class VillageFile:
    """What the file of a village says."""

    facts: VillageFacts
    colour: str
    since: date | None
    reasons: tuple[str, ...]
    warnings: tuple[WarningRow, ...]
    sections: tuple[tuple[str, tuple[VillageItem, ...]], ...]


def village_file(con: duckdb.DuckDBPyConnection, data: WeekData, asked: str) -> VillageFile:
    """The file of the village with this code or village_id. Raises CunsheError where there is not exactly one."""
    found = [one.village_id for one in data.villages.values() if asked in (one.village_code, one.village_id)]
    if len(found) != 1:
        raise CunsheError(
            f"{len(found) or 'No'} villages of {data.build.build_id} have this code or village_id.",
            "Give the 12-digit code of the newest list of villages, or the village_id as in the mart village_file.",
        )
    (village_id,) = found
    (facts,) = rows_of(con, VillageFacts, "village_file", "where village_id = $1", village_id)
    items = rows_of(con, VillageItem, "village_item", "where village_id = $1 and department <> 'petition'", village_id)
    circle = on_demand_circle()
    state = data.states[circle].get(village_id)
    live = [
        one
        for one in data.warnings
        if one.village_id == village_id and one.state != "cleared" and may_know(circle, data.audience_of_warning(one))
    ]
    return VillageFile(
        facts,
        state.colour if state else "none",
        state.colour_since if state else None,
        split_reasons(state.reasons) if state else (),
        warning_rows(data, live),
        _by_section(items),
    )


def _by_section(items: Sequence[VillageItem]) -> tuple[tuple[str, tuple[VillageItem, ...]], ...]:
    """Sections in the order of the words; one without a word stands at the end."""
    known = texts().order("village_section")
    names = sorted({one.section for one in items}, key=lambda name: (known.index(name) if name in known else 99, name))
    return tuple(
        (name, tuple(sorted((one for one in items if one.section == name), key=lambda one: (one.item, one.row_no))))
        for name in names
    )
