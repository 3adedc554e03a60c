"""Python's cycle collector, out of the way while millions of plain values are made.

Belongs here: pausing it. Does not belong here: anything else.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
