"""The simulated departments as servers, for the tests: landing from them without the rest of a week.

Belongs here: what several live tests share. Does not belong here: what a test asserts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from expectations.suite import load_suite
from pipelines.landing.failures import failure_of
from pipelines.landing.land import Door, Landed, land_dataset
from pipelines.landing.landed import read_rows
from pipelines.landing.ledger import Delivery, read_ledger
from pipelines.simulation.live import LiveDepartments
from pipelines.sources.contract import load_catalog

VILLAGES, STEPS, BALLOTS = "civil_affairs__villages", "civil_affairs__election_steps", "civil_affairs__ballots"
MATTERS, POSTS = "petition__matters", "organisation__posts"
SUNDAY = date(2020, 12, 6)
COUNTY, SEED = 15, 7


@dataclass
class Intake:
    """The landing of one home. `secrets` and `changes` (source fields by dataset) may be set wrong by a test."""

    live: LiveDepartments
    landing: Path
    secrets: dict[str, str]
    inbox: Path | None = None
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    sealed: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, live: LiveDepartments, landing: Path) -> Intake:
        given = live.settings()
        prefix = "CUNSHE_SECRETS__"
        return cls(
            live, landing, {name.removeprefix(prefix).lower(): given[name] for name in given if name.startswith(prefix)}
        )

    def door(self, name: str) -> Door:
        contract = load_catalog()[name]
        return Door(
            contract=contract.deployed({**self.live.sources().get(name, {}), **self.changes.get(name, {})}),
            suite=load_suite(name),
            inbox=self.inbox or self.live.inbox,
            landing=self.landing,
            seal=self._seal,
            secret=self.secrets.__getitem__,
            village_codes=None,
            since=date(2020, 1, 6),
            today=date(2020, 12, 7),
            allow_unassigned_area=True,
        )

    def _seal(self, delivery: Delivery, identities: pd.DataFrame) -> None:
        self.sealed.append(delivery.delivery_id)

    def land(self, name: str) -> Landed:
        return land_dataset(self.door(name), SUNDAY)

    def ledger(self, name: str) -> list[Delivery]:
        return read_ledger(self.landing, load_catalog()[name])

    def failure(self, name: str) -> dict[str, str] | None:
        """What status and report will say of the dataset."""
        return failure_of(self.landing, load_catalog()[name], SUNDAY)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Everything that has landed of a dataset, without where it came from."""
        pieces = [
            read_rows(self.landing, one).drop_columns(["_delivery_id", "_row"]).to_pylist()
            for one in self.ledger(name)
            if one.verdict == "accepted"
        ]
        return sorted((row for piece in pieces for row in piece), key=repr)


def assert_nothing_half_landed(landing: Path) -> None:
    """No temporary folder is left, and every delivery has its record."""
    assert list(landing.rglob(".tmp-*")) == []
    for folder in (path for path in landing.glob("*/*/*") if path.is_dir()):
        json.loads((folder / "delivery.json").read_text("utf-8"))


def mended(intake: Intake, name: str, expected: list[dict[str, Any]]) -> None:
    """The next try lands everything once, forgets the failure, and the one after it finds nothing new."""
    landed = intake.land(name)
    assert landed.failure is None
    assert intake.failure(name) is None
    assert intake.rows(name) == expected
    assert intake.land(name).new == []
    assert_nothing_half_landed(intake.landing)


Undisturbed = Callable[[str], list[dict[str, Any]]]
