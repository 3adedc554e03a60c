"""Synthetic departments with known truth, for the demo, tests and benchmarks.

All people are invented; villages are real names and codes (see `data/README.md`). Belongs here: deliveries as
departments would send them, and which row carries which defect. Does not belong here: reading deliveries.
"""

from pipelines.simulation.county import START, SimulationSummary, simulate
from pipelines.simulation.faults import Fault, demo_faults

__all__ = ["START", "Fault", "SimulationSummary", "demo_faults", "simulate"]
