"""A home of the simulation: invented people let in, departments simulated once, as files or as running servers.

Belongs here: preparing such a home for `cunshe demo`, `demo --live` and `simulate serve`. Does not belong here: running a
week (`run`), what departments send (`simulation`), printing (`cli`).
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.progress import progress
from pipelines.settings import SETTINGS_FILE, Settings
from pipelines.simulation import START, Fault, simulate
from pipelines.simulation.live import LiveDepartments, departments_live, point_home_at


@dataclass(frozen=True)
class County:
    """What is simulated."""

    villages: int = 190
    seed: int = 1
    weeks: int = 2
    start: date = START
    faults: Sequence[Fault] = ()


def prepared_home(settings: Settings) -> Settings:
    """Let ID numbers of the unassigned area 9999xx pass, which invented people carry; only a home of the simulation does.

    Raises CunsheError for a home of real departments: neither its inbox nor its settings may be touched.
    """
    own = settings.root / SETTINGS_FILE
    if own.exists() and not settings.allow_unassigned_area:
        raise CunsheError(f"{settings.root} is no home of the simulation.", "Set CUNSHE_HOME to a home of its own.")
    if not own.exists():
        if settings.inbox.exists() and any(settings.inbox.iterdir()):
            raise CunsheError(
                f"{settings.inbox} holds deliveries already.", "Run it in a home of its own: set CUNSHE_HOME."
            )
        write_whole(own, b"CUNSHE_ALLOW_UNASSIGNED_AREA=true\n")
    return Settings()


def simulate_once(folder: Path, county: County) -> None:
    """Simulate the county into `folder`, unless that has been done. Raises CunsheError where it holds another one."""
    truth = folder / "truth.json"
    if truth.exists():
        found = json.loads(truth.read_text(encoding="utf-8"))
        wanted = {"villages": county.villages, "seed": county.seed, "weeks": county.weeks,
                  "start": county.start.isoformat()}  # fmt: skip
        if {name: found.get(name) for name in wanted} != wanted:
            raise CunsheError(f"{folder} holds another simulation.", "Set CUNSHE_HOME to another home, or remove this one.")
        return
    simulate(
        folder, weeks=county.weeks, villages=county.villages, seed=county.seed, start=county.start,
        faults=county.faults, progress=lambda done, total: progress("simulate", done, total),
    )  # fmt: skip


@contextmanager
def served(settings: Settings) -> Iterator[LiveDepartments]:
    """Run the home's simulated departments as servers, with the home's own settings pointing at them.

    SIGTERM ends the block as Ctrl-C does (KeyboardInterrupt), so that no server is left behind.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with departments_live(settings.departments, settings.inbox) as live:
        point_home_at(settings.root / SETTINGS_FILE, live.settings())
        yield live
