"""The upgrade of a home: its steps in order, and the mark that it is done.

Belongs here: the order, the lock, the mark. Does not belong here: what a step does (the modules beside this one).

A home is marked when every step is done. Killed before, the same command goes on: each step looks at the disk, not at a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pipelines.files import clear_temporaries, sole_run
from pipelines.home_format import FILE, FORMAT, home_format, mark, refuse_newer
from pipelines.progress import progress
from pipelines.settings import Settings
from pipelines.upgrade import build, keys, modes, parts, tables
from pipelines.upgrade.step import Step

# Closed before anything is moved or encrypted; keys and the vault between that and what they open.
STEPS: tuple[Step, ...] = tuple(cast(Step, module) for module in (modes, build, keys, tables, parts))


def pending(settings: Settings, steps: Sequence[Step] = STEPS) -> list[str]:
    """What an upgrade would change, in sentences; empty where nothing would. Changes nothing.

    Raises CunsheError for a home of a newer version.
    """
    refuse_newer(settings)
    found = [sentence for step in steps for sentence in step.pending(settings)]
    if home_format(settings) not in (None, FORMAT):
        found.append(f"{FILE} says that the home has format {FORMAT}.")
    return found


def upgrade(settings: Settings, steps: Sequence[Step] = STEPS) -> list[str]:
    """Bring a home up to date; returns what was pending. Where nothing is, nothing is touched.

    Raises CunsheError for a home of a newer version, or where a run is at work.
    """
    found = pending(settings, steps)
    if not found:
        return found
    with sole_run(settings.lock_file):
        clear_temporaries(settings.root)
        for done, step in enumerate(steps):
            progress("upgrade", done, len(steps), step.name)
            step.apply(settings)
        mark(settings)
        progress("upgrade", len(steps), len(steps), "done")
    return found
