"""Five counties as their districts published them: invented villages, people and ledgers whose true totals are those printed.

Belongs here: which scenarios there are (each a module), and writing one as a week's deliveries. Does not belong here: what a
county printed (`checks/figures.yml`), the weekly county of the demo (`simulation.county`).
"""

from pipelines.errors import CunsheError
from pipelines.simulation.scenarios import bincheng, kaifu, ouhai, yongchuan, yunxi
from pipelines.simulation.scenarios.scenario import Scenario, simulate_scenario

SCENARIOS: dict[str, Scenario] = {
    one.name: one
    for one in (ouhai.SCENARIO, yongchuan.SCENARIO, bincheng.SCENARIO, kaifu.SCENARIO, yunxi.SCENARIO)
}


def scenario_of(name: str) -> Scenario:
    """The scenario of a name; raises CunsheError for one that is not there."""
    if name not in SCENARIOS:
        raise CunsheError(f"There is no scenario '{name}'.", f"Scenarios: {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]


__all__ = ["SCENARIOS", "Scenario", "scenario_of", "simulate_scenario"]
