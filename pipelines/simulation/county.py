"""The simulated county: villages one by one, into the files of all departments.

Belongs here: `simulate`, the entry of this room. Does not belong here: what a village or a file looks like (the modules
beside it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from pipelines.errors import CunsheError
from pipelines.files import make_folder
from pipelines.simulation.defects import DefectPlan
from pipelines.simulation.departments import DATASETS as LISTS
from pipelines.simulation.departments import Life, make_life
from pipelines.simulation.faults import Fault, expected, next_day_folder, spoil_file
from pipelines.simulation.forbidden import forbidden_cells, forbidden_headers
from pipelines.simulation.formats import Renderer, contract_of, file_name, format_of, windows
from pipelines.simulation.geography import villages as county_villages
from pipelines.simulation.ledgers import LEDGERS
from pipelines.simulation.standings import make_standings
from pipelines.simulation.timeline import Window
from pipelines.simulation.truth import FileTruth, write_truth
from pipelines.simulation.writers import CsvWriter, WorkbookWriter, Writer

START = date(2020, 11, 23)
# All that the county sends: the departments' lists, week by week, and the ledgers beside them.
DATASETS = {**LISTS, **LEDGERS}
# So many weeks are written at once; longer simulations go through the county again, so that few files are open.
_WEEKS_AT_ONCE = 3

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SimulationSummary:
    """What was simulated. `records` counts the rows of all files, defects included."""

    out: Path
    seed: int
    weeks: int
    villages: int
    start: date
    officials: int
    seats: int
    candidates: int
    records: int
    rows: dict[str, int]  # per dataset, all weeks
    defects: dict[str, int]  # per kind
    values_redacted: int

    def as_json(self) -> dict[str, object]:
        """The head of truth.json."""
        return {
            "seed": self.seed,
            "weeks": self.weeks,
            "villages": self.villages,
            "start": self.start.isoformat(),
            "officials": self.officials,
            "seats": self.seats,
            "candidates": self.candidates,
            "records": self.records,
            "rows": self.rows,
            "defects": self.defects,
            "values_redacted": self.values_redacted,
        }


class _Delivery:
    """One file being written; of a dataset that comes only when there is something, none without a row."""

    def __init__(self, out: Path, name: str, window: Window, weeks: int, villages: int, seed: int, fault: str) -> None:
        style, day = format_of(name), window.delivered_on
        department, dataset = name.split("__")
        self.path = out / department / dataset / day.isoformat() / file_name(name, day)
        self.name, self.window, self.fault, self._seed = name, window, fault, seed
        required = [one for one in contract_of(name).columns if one.required]
        renamed = required[-1].name if fault == "other_shape" else ""
        headers = forbidden_headers(name, window.week, weeks)
        self._renderer = Renderer(name, headers, renamed)
        self._plan = DefectPlan(seed, name, window, villages)
        self.truth = FileTruth(
            department, dataset, window.week, day.isoformat(), self.path.name, style.sheet, fault=fault
        )
        self._redacted: Counter[str] = Counter()
        self._writer = self._open() if contract_of(name).cadence.every_days else None

    def _open(self) -> Writer:
        style = format_of(self.name)
        make_folder(self.path.parent, exist_ok=False)
        if style.is_workbook:
            return WorkbookWriter(self.path, self._renderer.headers, style.sheet, self.window.delivered_on)
        return CsvWriter(self.path, self._renderer.headers, style.encoding)

    @property
    def is_sent(self) -> bool:
        """Whether there is a file."""
        return self._writer is not None

    def add(self, life: Life, place: int) -> None:
        """Write the rows of one village."""
        marked = self._plan.spoil(life.village, place, DATASETS[self.name](life, self.window))
        if self.fault == "rows_lost" and place % 2:
            return
        headers = self._renderer.forbidden
        rng = Random(f"{self._seed}:forbidden:{self.name}:{life.village.code}") if headers else None
        for one in marked:
            row = one.row
            if rng is not None:
                cells = forbidden_cells(rng, headers)
                self._redacted.update(cells.keys())
                row = {**row, "_own": {**row.get("_own", {}), **cells}}
            self.truth.rows += 1
            self._writer = self._writer or self._open()
            number = self._writer.write(self._renderer.cells(row, self.truth.rows))
            if one.defect is not None:
                column = self._renderer.header_of.get(one.defect.column, "")
                self.truth.note(number, column, one.defect.kind, one.defect.expected)

    def close(self) -> None:
        """Finish the file and what the truth says of it as a whole."""
        if self._writer is not None:
            self._writer.close()
        for header, count in self._redacted.items():
            self.truth.note(0, header, "forbidden_column", "redacted", count)
        self.truth.values_redacted = sum(self._redacted.values())
        self.truth.defects.sort()


def simulate(
    out: Path,
    *,
    weeks: int = 2,
    villages: int = 190,
    seed: int = 1,
    start: date = START,
    progress: Progress | None = None,
    faults: Sequence[Fault] = (),
) -> SimulationSummary:
    """Write the deliveries of `weeks` weeks from the Monday `start`, and the truth about them.

    Parameters: `out` is an inbox (`<department>/<dataset>/<date>/<file>`) that holds no simulation yet; `progress` is
    called with villages done and in all; `faults` befall whole deliveries. The same arguments give the same bytes.
    """
    _check(out, weeks, start, faults)
    make_folder(out)
    files: list[FileTruth] = []
    people: Counter[str] = Counter()
    standings = make_standings(seed, county_villages(villages))
    batches = range(0, weeks, _WEEKS_AT_ONCE)
    for number, first in enumerate(batches):
        window = range(first, min(weeks, first + _WEEKS_AT_ONCE))
        deliveries = _open(out, window, weeks, villages, seed, start, faults)
        for place, village in enumerate(county_villages(villages)):
            life = make_life(seed, village, start, weeks, standings.get(village.code))
            for delivery in deliveries:
                delivery.add(life, place)
            if number == 0:
                _count(people, life)
            if progress is not None:
                progress(number * villages + place + 1, len(batches) * villages)
        for delivery in deliveries:
            delivery.close()
        sent = [delivery for delivery in deliveries if delivery.is_sent]
        _befall(sent)
        files += [delivery.truth for delivery in sent]
    summary = _summary(out, seed, weeks, villages, start, people, files)
    write_truth(out, summary.as_json(), files)
    return summary


def _check(out: Path, weeks: int, start: date, faults: Sequence[Fault]) -> None:
    if weeks < 1:
        raise CunsheError(f"{weeks} weeks cannot be simulated.", "Choose 1 or more.")
    if start.isoweekday() != 1:
        raise CunsheError(f"{start} is not a Monday.", "Start a simulation on a Monday.")
    if (out / "truth.json").exists():
        raise CunsheError(f"{out} already holds a simulation.", "Choose another folder, or remove this one first.")
    for fault in faults:
        if fault.name not in DATASETS or not 0 <= fault.week_index < weeks:
            raise CunsheError(
                f"fault {fault.kind} of {fault.name} in week {fault.week_index}: there is no such delivery.",
                f"Weeks are counted from 0; datasets: {', '.join(DATASETS)}.",
            )


def _open(
    out: Path, window: range, weeks: int, villages: int, seed: int, start: date, faults: Sequence[Fault]
) -> list[_Delivery]:
    kinds = {(fault.name, fault.week_index): fault.kind for fault in faults}
    return [
        _Delivery(out, name, one, weeks, villages, seed, kinds.get((name, one.week), ""))
        for name in DATASETS
        for one in windows(name, start, weeks)
        if one.week in window
    ]


def _count(people: Counter[str], life: Life) -> None:
    people["officials"] += len({post.person for post in life.election.old_posts})
    people["candidates"] += len(life.election.candidacies)
    people["seats"] += sum(one.wins for one in life.election.candidacies)


def _befall(deliveries: list[_Delivery]) -> None:
    """Let the faults happen. A delivery that is held as a whole has no rows to be found in it."""
    whole = [one for one in deliveries if not one.fault]
    for one in deliveries:
        if not one.fault:
            continue
        others = (it.path for it in whole if it.name != one.name and it.window.week == one.window.week)
        other = next(others, deliveries[0].path)
        spoil_file(one.fault, one.path, other, next_day_folder(one.path))
        if one.fault not in ("resent", "rows_lost"):
            one.truth.defects.clear()
            one.truth.values_redacted = 0
        if one.fault == "missing":
            one.truth.rows = 0
        if one.fault == "wrong_file":
            one.truth.file = other.name
        compared = contract_of(one.name).row_floor.share_of_last is not None
        one.truth.note(0, "", one.fault, expected(one.fault, one.window.week if compared else 0))


def _summary(
    out: Path, seed: int, weeks: int, villages: int, start: date, people: Counter[str], files: list[FileTruth]
) -> SimulationSummary:
    rows: Counter[str] = Counter()
    defects: Counter[str] = Counter()
    for one in files:
        rows[f"{one.department}__{one.dataset}"] += one.rows
        defects.update(truth.kind for truth in one.defects)
    return SimulationSummary(
        out,
        seed,
        weeks,
        villages,
        start,
        people["officials"],
        people["seats"],
        people["candidates"],
        sum(rows.values()),
        dict(sorted(rows.items())),
        dict(sorted(defects.items())),
        sum(one.values_redacted for one in files),
    )
