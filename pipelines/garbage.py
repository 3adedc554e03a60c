"""How often Python looks for garbage in a process that has loaded large packages.

Belongs here: that setting. Does not belong here: memory that somebody holds on to.

Dagster, dbt and Great Expectations make nearly a million objects that stay to the end. Python's defaults have it look through
them again and again while they load, and once more as the process ends: nearly five of a county-week's forty-three seconds.
"""

import atexit
import gc

# Objects made before Python looks at the young ones, and how often it does until it looks at the older ones.
_THRESHOLDS = (20_000, 20, 20)


def collect_seldom() -> None:
    """From here on look less often, and not at all as the process ends, when everything goes at once."""
    gc.set_threshold(*_THRESHOLDS)
    atexit.register(gc.freeze)
