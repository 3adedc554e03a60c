"""What a delivery is compared with: the figures of the last accepted one.

Belongs here: working those figures out of its landed rows. Does not belong here: which delivery that is (`pipelines.landing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.suite import Suite

if TYPE_CHECKING:
    import pandas as pd


def shares(suite: Suite, landed: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The share of rows with each code that the suite compares, by column and code; empty where there are no rows."""
    if landed.empty:
        return {}
    return {(column, code): float((landed[column] == code).fillna(False).mean()) for column, code in suite.shares}
