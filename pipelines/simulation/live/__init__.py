"""The simulated departments as real servers on 127.0.0.1: a PostgreSQL, an HTTP service, and drop folders for the rest.

Belongs here: starting, filling, disturbing and stopping these servers. Does not belong here: what departments know
(`simulation`), fetching from them (`sources.connectors`).
"""

from pipelines.simulation.live.departments import LiveDepartments, departments_live, point_home_at
from pipelines.simulation.live.exchange_database import ExchangeDatabase
from pipelines.simulation.live.petition_service import PetitionService

__all__ = ["ExchangeDatabase", "LiveDepartments", "PetitionService", "departments_live", "point_home_at"]
