"""An agreement that is expired or suspended lets nothing in; one that brings clues again and again is suspended by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.access.agreements import is_suspended, resume, standing, suspend
from pipelines.access.events import read
from pipelines.landing.failures import failure_of
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.ledger import Delivery, read_ledger
from pipelines.landing.misuse import BY, suspend_for_misuse
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from tests.unit.landing.test_land import SUNDAY, door, drop, rows, sealed

__all__ = ["door", "sealed"]  # fixtures

OPINIONS = load_catalog()["discipline_inspection__opinions"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_nothing_is_fetched_while_suspended_and_all_that_waits_lands_after(door: Door, settings: Settings) -> None:
    drop(door, "2020-11-19", rows())
    land_dataset(door, SUNDAY)
    suspend(settings, door.contract.agreement, by="李某", reason="核实中")
    drop(door, "2020-11-26", rows()[:4])
    stopped = replace(door, stopped=standing(settings, door.contract, SUNDAY).hold)
    landed = land_dataset(stopped, SUNDAY)
    assert landed.new == [] and landed.failure is not None and landed.failure.code == "AGREEMENT_SUSPENDED"
    failure = failure_of(door.landing, door.contract, SUNDAY)
    assert failure is not None and "暂停" in failure["zh"] and "恢复" in failure["zh"], "the reason and the next step"
    assert len(read_ledger(door.landing, door.contract)) == 1, "what has landed stays"

    resume(settings, door.contract.agreement, by="王某", reason="已核实")
    door = replace(door, stopped=standing(settings, door.contract, SUNDAY).hold)
    assert len(land_dataset(door, SUNDAY).new) == 1
    assert failure_of(door.landing, door.contract, SUNDAY) is None


def held(number: int, delivery: Delivery, code: str = "FORBIDDEN_COLUMN") -> Delivery:
    return replace(
        delivery, delivery_id=f"d{number}", verdict="held", holds=[{"code": code}],
        landed_at=delivery.landed_at + timedelta(seconds=number),
    )  # fmt: skip


def test_clues_three_times_suspend_by_themselves_and_count_anew_after_resuming(door: Door, settings: Settings) -> None:
    drop(door, "2020-11-19", rows())
    (delivery,) = land_dataset(door, SUNDAY).new
    clues = [held(number, delivery) for number in (1, 2, 3)]
    others = [held(number, delivery, "ROWS_TOO_FEW") for number in range(4, 9)]
    assert suspend_for_misuse(settings, OPINIONS, clues[:2] + others, SUNDAY) is None
    event = suspend_for_misuse(settings, OPINIONS, clues + others, SUNDAY)
    assert event is not None and (event.subject, event.by) == ("DI-01", BY) and "第3批" in event.reason
    assert suspend_for_misuse(settings, OPINIONS, clues, SUNDAY) is None, "once is enough"
    resume(settings, "DI-01", by="王某", reason="已会同纪委核实")
    long_ago = [replace(one, landed_at=one.landed_at - timedelta(days=1)) for one in clues]
    assert suspend_for_misuse(settings, OPINIONS, long_ago, SUNDAY) is None
    assert not is_suspended(settings, "DI-01")
    later = [replace(one, landed_at=one.landed_at + timedelta(days=1)) for one in clues]
    assert suspend_for_misuse(settings, OPINIONS, later, date(2020, 12, 6)) is not None
    assert [one.kind for one in read(settings.suspensions)] == ["suspended", "resumed", "suspended"]
