"""The ledgers of a county: what its offices write down beside the lists that come every week.

Belongs here: rows of these datasets, a module for each room, and which datasets there are. Does not belong here: the weekly
lists (`simulation.departments`), the county village by village (`simulation.county`).
"""

from collections.abc import Callable

from pipelines.simulation.departments import Life
from pipelines.simulation.formats import Row
from pipelines.simulation.ledgers import preparation, rectification, review, team
from pipelines.simulation.timeline import Window

LEDGERS: dict[str, Callable[[Life, Window], list[Row]]] = {
    **preparation.DATASETS,
    **review.DATASETS,
    **rectification.DATASETS,
    **team.DATASETS,
}
