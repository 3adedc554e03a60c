"""What reading one file may take.

Belongs here: the bounds and their defaults. Does not belong here: holding a process to them (`process`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Memory of the reading process in MiB, and seconds per file: some for any, some more for each MiB of it.

    The seconds are those in which we wait for the reading process; what we do with its rows meanwhile does not count.
    """

    memory_mb: int = 900
    seconds: float = 20
    seconds_per_mb: float = 3

    def seconds_for(self, size: int) -> float:
        """The seconds that a file of `size` bytes may take."""
        return self.seconds + self.seconds_per_mb * size / 2**20


BOUNDS = Bounds()
