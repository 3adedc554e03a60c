"""When ledgers that are sent as a whole are sent: of what did not change, nothing comes.

Belongs here: seasons. Does not belong here: single dates.
"""

from __future__ import annotations

from pipelines.simulation.timeline import Window

_ELECTION_WEEKS = 5  # the last handover is over by then
_MONTH = 4


def once(window: Window) -> bool:
    """With the first delivery only."""
    return window.before is None


def election(window: Window) -> bool:
    """Every week until the last handover."""
    return window.week < _ELECTION_WEEKS


def monthly(window: Window) -> bool:
    """Every week until the last handover, then every fourth."""
    return election(window) or window.week % _MONTH == 0


def yearly(window: Window) -> bool:
    """With the first delivery, and with the first of each year."""
    return window.before is None or window.before.year != window.delivered_on.year
