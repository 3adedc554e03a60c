"""A small county in which every warning rule fires at each of its colours, eases, clears and relapses, in four weeks.

Belongs here: a quiet county (`ground`), a story per rule (the modules beside it, told by `plot`) and their files (`deliveries`).
Does not belong here: what a rule is expected to do and who reads of it: the seed says that (`checks.rules`).
"""

from pipelines.simulation.every_rule.deliveries import COUNTY_CODE, LAST_WEEK, settings_lines, simulate_every_rule

__all__ = ["COUNTY_CODE", "LAST_WEEK", "settings_lines", "simulate_every_rule"]
