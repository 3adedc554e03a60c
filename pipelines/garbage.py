"""Python's search for garbage (cycles of objects), out of the way where it only costs.

Belongs here: when Python looks. Does not belong here: memory that somebody holds on to.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made before Python looks at the young ones, and how often it does until it looks at the older ones.
_THRESHOLDS = (20_000, 20, 20)


def collect_seldom() -> None:
    """From here on look less often, and not at all as the process ends, when everything goes at once.

    Dagster, dbt and Great Expectations make nearly a million objects that stay to the end. Python's defaults have it look
    through them again and again while they load, and once more as the process ends: nearly five of a county-week's
    forty-three seconds.
    """
    gc.set_threshold(*_THRESHOLDS)
    atexit.register(gc.freeze)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles in the block.

    Rows and cells form none, but their number makes the collector look through all of them again and again: two fifths
    of the time of a large pull. Keep the block to making values; what surrounds it is collected as ever.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
