"""One county in one week: what a scenario is, and its rows as the files that departments would drop.

Belongs here: the shape of a scenario, writing its files. Does not belong here: any county's rows (the modules beside it),
defects (the weekly county has them; here the figures must come out exactly).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from pipelines.errors import CunsheError
from pipelines.files import make_folder
from pipelines.simulation.formats import Renderer, Row, file_name, format_of
from pipelines.simulation.timeline import days
from pipelines.simulation.writers import CsvWriter, WorkbookWriter, Writer
from pipelines.weeks import Week

Deliveries = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Scenario:
    """A county as of the end of a week. `build` makes the rows of every dataset: contract column → typed value."""

    name: str
    county_code: str
    county_name: str
    week: Week
    build: Callable[[Random], Deliveries]

    def settings(self) -> dict[str, str]:
        """What a home of this county has in its settings.env."""
        return {
            "CUNSHE_COUNTY_CODE": self.county_code,
            "CUNSHE_COUNTY_NAME": self.county_name,
            "CUNSHE_ALLOW_UNASSIGNED_AREA": "true",
        }


def simulate_scenario(out: Path, scenario: Scenario, seed: int = 1) -> dict[str, int]:
    """Write the deliveries of a scenario into the inbox `out`; returns the rows per dataset. Same seed, same bytes."""
    if out.exists() and any(out.iterdir()):
        raise CunsheError(f"{out} is not empty.", "Choose another folder, or remove this one first.")
    found = scenario.build(Random(f"{scenario.name}:{seed}"))
    for name, rows in found.items():
        write_delivery(out, name, rows, scenario.week.monday + days(format_of(name).weekday))
    return {name: len(rows) for name, rows in found.items()}


def write_delivery(out: Path, name: str, rows: Sequence[Row], day: date) -> Path:
    """Write one delivery into its drop folder below `out`, in the format of the dataset's clerk; returns the file."""
    department, dataset = name.split("__")
    folder = out / department / dataset / day.isoformat()
    make_folder(folder, exist_ok=False)
    style, renderer, path = format_of(name), Renderer(name), folder / file_name(name, day)
    writer: Writer = (
        WorkbookWriter(path, renderer.headers, style.sheet, day)
        if style.is_workbook
        else CsvWriter(path, renderer.headers, style.encoding)
    )
    for place, row in enumerate(rows, start=1):
        writer.write(renderer.cells(row, place))
    writer.close()
    return path
