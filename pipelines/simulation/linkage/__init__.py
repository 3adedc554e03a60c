"""Who is who, with known truth: a roster of invented officials, and records that name them well and badly.

Belongs here: rosters, villages with mergers, mentions and the truth about each, in the shapes the linking reads. Does
not belong here: linking them (`identity`), judging how well that went (`checks`).
"""

from pipelines.simulation.linkage.county import LinkageCounty, simulate_linkage

__all__ = ["LinkageCounty", "simulate_linkage"]
