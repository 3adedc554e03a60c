"""What a step of an upgrade is.

Belongs here: the interface. Does not belong here: any step (the modules beside this one), their order (`home`).
"""

from __future__ import annotations

from typing import Protocol

from pipelines.settings import Settings


class Step(Protocol):
    """A module that brings one kind of stored thing up to date.

    `pending` looks and changes nothing, not even a time of a file; what it says is for people. `apply` may be killed at any
    point: called again it completes, and where nothing is pending it changes nothing. It runs while the home's lock is held.
    """

    name: str

    def pending(self, settings: Settings) -> list[str]:
        """What would change, in sentences; empty where nothing would."""
        ...

    def apply(self, settings: Settings) -> None:
        """Do it."""
        ...
