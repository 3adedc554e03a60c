"""All simulated departments at once, and telling a home where they are.

Belongs here: which department serves how, the settings lines that say so. Does not belong here: the servers themselves
(the modules beside it).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.files import write_whole
from pipelines.simulation.county import DATASETS
from pipelines.simulation.live.exchange_database import SCHEMA, ExchangeDatabase
from pipelines.simulation.live.petition_service import PetitionService
from pipelines.simulation.live.served import PUSHED_ON, served_table

FROM_DATABASE = ("civil_affairs__villages", "civil_affairs__election_steps", "civil_affairs__ballots")
FROM_SERVICE = "petition__matters"
DROPPED = tuple(name for name in DATASETS if name not in (*FROM_DATABASE, FROM_SERVICE))

PAGE_SIZE = 500
_PASSWORD, _TOKEN = "exchange_password", "petition_token"


@dataclass(frozen=True)
class LiveDepartments:
    """The running departments: `deliveries` is what they serve, as files; the drop folders are in `inbox`."""

    deliveries: Path
    inbox: Path
    exchange: ExchangeDatabase
    petitions: PetitionService

    def settings(self) -> dict[str, str]:
        """The settings of a home that is to read from them; the two secrets among them are nowhere else."""
        lines = {f"CUNSHE_SOURCES__{name.upper()}": json.dumps(one) for name, one in self.sources().items()}
        return {
            **lines,
            f"CUNSHE_SECRETS__{_PASSWORD.upper()}": self.exchange.password,
            f"CUNSHE_SECRETS__{_TOKEN.upper()}": self.petitions.token,
        }

    def sources(self) -> dict[str, dict[str, object]]:
        """Dataset → its source, as a catalog file or a setting says it."""
        tables: dict[str, dict[str, object]] = {
            name: {
                "kind": "database",
                "url": self.exchange.url,
                "password": _PASSWORD,
                "table": f"{SCHEMA}.{name.split('__')[1]}",
                "cursor": PUSHED_ON,
                "insecure": True,  # on this machine only
            }
            for name in FROM_DATABASE
        }
        service: dict[str, object] = {
            "kind": "api",
            "url": self.petitions.url,
            "token": _TOKEN,
            "items": "data.items",
            "total": "data.total",
            "page": {"parameter": "page", "size_parameter": "size", "size": PAGE_SIZE},
            "cursor": PUSHED_ON,
            "since": "since",
            "until": "until",
            "insecure": True,
        }
        return {**tables, FROM_SERVICE: service}


@contextmanager
def departments_live(deliveries: Path, inbox: Path) -> Iterator[LiveDepartments]:
    """Start the departments: `deliveries` is what `simulate` wrote, `inbox` where those without a server drop theirs."""
    tables = {name.split("__")[1]: served_table(deliveries, name) for name in FROM_DATABASE}
    for name in DROPPED:
        _drop(deliveries, inbox, name)
    with ExchangeDatabase(tables) as exchange, PetitionService(served_table(deliveries, FROM_SERVICE)) as petitions:
        yield LiveDepartments(deliveries, inbox, exchange, petitions)


def _drop(deliveries: Path, inbox: Path, name: str) -> None:
    """Copy a dataset's files as a careful clerk does: under a name that nobody reads, then renamed."""
    for path in sorted(deliveries.glob(f"{name.replace('__', '/')}/*/*")):
        target = inbox / path.relative_to(deliveries)
        if not target.exists():
            write_whole(target, path.read_bytes())


def point_home_at(settings_file: Path, values: dict[str, str]) -> None:
    """Write the settings into a home's own file, which only its owner may read; other lines of it stay."""
    kept = settings_file.read_text(encoding="utf-8").splitlines() if settings_file.exists() else []
    others = [line for line in kept if line.split("=")[0].strip() not in values]
    lines = [*others, *(f"{name}='{value}'" for name, value in values.items())]
    write_whole(settings_file, ("\n".join(lines) + "\n").encode())
