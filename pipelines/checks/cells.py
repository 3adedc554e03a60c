"""How well petition counts are protected: simulated counties, week by week, hidden as a publication hides them and attacked.

Belongs here: the counties, the counting, what is aimed at. Does not belong here: hiding and attacking (`disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.disclosure.attacker import open_figures
from pipelines.disclosure.config import protected
from pipelines.disclosure.petitions import County, Thresholds, petition_system
from pipelines.disclosure.suppress import suppress
from pipelines.progress import progress
from pipelines.simulation import geography
from pipelines.simulation.geography import Village
from pipelines.simulation.petitions import make_matters

FIRST_WEEK = date(2020, 11, 23)
FIRST_SEED = 1
LEAST = 3
MOST_EXTRA = 0.15  # of all cells: what may be hidden for another's sake
_OPEN_DAYS, _EXTENDED_DAYS = 60, 90
_VILLAGES_PER_DEPARTMENT = 3
_PETITION_OPEN = Thresholds(((">=", 3.0), (">", 5.0)))


@dataclass
class Protection:
    """What was counted over all counties and weeks."""

    counties: int = 0
    weeks: int = 0
    cells: int = 0
    sensitive: int = 0
    open_without: int = 0  # hidden cells that could be worked out if only the sensitive ones were hidden
    extra: int = 0
    open: int = 0

    @property
    def extra_share(self) -> float:
        """Cells hidden for another's sake, of all."""
        return self.extra / self.cells if self.cells else 0.0

    @property
    def met(self) -> bool:
        """Whether no hidden cell can be worked out and not too many are hidden."""
        return not self.open and self.extra_share <= MOST_EXTRA

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "extra_share": round(self.extra_share, 4), "met": self.met}


def check_cells(counties: int, weeks: int, villages: int = 190) -> Protection:
    """Hide and attack `weeks` weeks of each of `counties` simulated counties."""
    result = Protection(counties, weeks)
    for number in range(counties):
        progress("cells", number, counties)
        for county in simulated(FIRST_SEED + number, weeks, villages):
            system, sensitive = petition_system(county, protected().petitions, LEAST)
            hidden = suppress(system, sensitive)
            result.cells += len(system.figures)
            result.sensitive += int(sensitive.sum())
            result.open_without += open_figures(system, sensitive).size if number == 0 else 0
            result.extra += int((hidden & ~sensitive).sum())
            result.open += open_figures(system, hidden).size
    progress("cells", counties, counties)
    return result


def as_text(result: Protection) -> str:
    """Both figures and what they stand on."""
    lines = [
        f"{result.counties} counties, {result.weeks} weeks each: {result.cells} published counts, {result.sensitive} too small",
        f"hidden counts that can be worked out: {result.open}"
        f" (in the first county {result.open_without}, if nothing else were hidden)",
        f"hidden for another's sake: {result.extra}, {100 * result.extra_share:.1f} % (at most {100 * MOST_EXTRA:.0f} %)",
    ]
    return "\n".join(lines)


def simulated(seed: int, weeks: int, villages: int) -> Iterator[County]:
    """The weeks of one county: matters by village and status, added up by township, department and county."""
    places = list(geography.villages(villages))
    last = FIRST_WEEK + timedelta(weeks=weeks)
    matters = [(village, make_matters(Random(f"{seed}/{village.code}"), village, FIRST_WEEK, last)) for village in places]
    copies = _copies(Random(seed), places)
    for week in range(weeks):
        sunday = FIRST_WEEK + timedelta(days=6, weeks=week)
        counts: dict[tuple[str, str], list[int]] = {}
        for village, own in matters:
            for matter in own:
                if matter.category == "accusation" or matter.registered_on > sunday:
                    continue
                _, status = matter.state_on(sunday)
                is_extended = matter.extended_on is not None and matter.extended_on <= sunday
                age, limit = (sunday - matter.registered_on).days, _EXTENDED_DAYS if is_extended else _OPEN_DAYS
                is_overdue = status in protected().petitions.open and age > limit
                row = counts.setdefault((village.code, status), [0, 0, 0, 0])
                for at, counts_here in enumerate((True, matter.is_repeat, matter.people_band == "group", is_overdue)):
                    row[at] += counts_here
        yield County([village.code for village in places], counts, copies, {"petition_open": _PETITION_OPEN})


def _copies(rng: Random, places: list[Village]) -> dict[str, dict[str, list[str]]]:
    copies: dict[str, dict[str, list[str]]] = {"county": {"county": [village.code for village in places]}}
    copies |= {"township": {}, "department": {}}
    for village in places:
        copies["township"].setdefault(village.managing_name, []).append(village.code)
        department = rng.randrange(max(1, len(places) // _VILLAGES_PER_DEPARTMENT))
        copies["department"].setdefault(f"D{department:03}", []).append(village.code)
    return copies
