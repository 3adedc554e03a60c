"""Delivering a case through the real contract, suite and gate into a home of its own, and comparing what came of it.

Belongs here: the delivering, one case after another in a process of its own, so that a case which ends that process or never
ends is wrong and nothing more. Does not belong here: what is right (`cases`), comparing with it (`compare`), the table (`table`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import pandas as pd

from expectations.suite import load_suite
from pipelines.checks.intake import builders
from pipelines.checks.intake.cases import Case
from pipelines.checks.intake.compare import Arrived, Result, compare, rows_of, stopped
from pipelines.files import make_folder, write_new
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.ledger import Delivery, parts_in_force, read_ledger
from pipelines.progress import progress
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.reasons import Reason
from pipelines.weeks import Week

SINCE, TODAY = date(2020, 1, 6), date(2020, 12, 31)
LONGEST_SECONDS = 120  # a case that takes longer has hung


@dataclass
class _Vault:
    """What deliveries handed over to be sealed."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __call__(self, delivery: Delivery, identities: pd.DataFrame) -> None:
        self.frames[delivery.delivery_id] = identities


def run_case(case: Case) -> Result:
    """Deliver a case day by day and compare what came of it with what is right."""
    with TemporaryDirectory(prefix="cunshe-intake-") as folder:
        arrived = _deliver(case, Path(folder))
        return compare(case, arrived)


def _deliver(case: Case, home: Path) -> Arrived:
    contract, vault = load_catalog()[case.dataset], _Vault()
    failures: list[tuple[date, Reason]] = []
    for day in case.days():
        drop = make_folder(home / "inbox" / contract.department / contract.dataset / day.isoformat())
        for name, content in case.delivered(day):
            write_new(drop / name, content)
        door = _door(_built(case, contract, drop), home, case, vault)
        landed = land_dataset(door, min(Week.of(day).sunday, TODAY))
        failures += [(day, landed.failure)] if landed.failure else []
    ledger = read_ledger(home / "landing", contract)
    rows = {
        delivery.delivery_id: rows_of(home / "landing", delivery, vault.frames.get(delivery.delivery_id))
        for delivery in ledger
    }
    standing = {delivery.delivery_id: delivery.file_name for delivery in parts_in_force(ledger).values()}
    return Arrived(contract, ledger, rows, failures, list(standing.values()))


def _built(case: Case, contract: Contract, drop: Path) -> Contract:
    """The contract as the case has it: from the source that its builder has made, if that made one."""
    if case.build is None or case.folder is None:
        return contract
    source = getattr(builders, case.build)(case.folder, drop)
    return contract if source is None else contract.model_copy(update={"source": source})


def _door(contract: Contract, home: Path, case: Case, vault: _Vault) -> Door:
    codes = frozenset(case.village_codes)
    return Door(
        contract=contract,
        suite=load_suite(contract.name),
        inbox=home / "inbox",
        landing=home / "landing",
        seal=vault,
        secret=str,
        village_codes=codes,
        village_codes_ever=codes,
        since=SINCE,
        today=TODAY,
        allow_unassigned_area=True,
    )


class Bench:
    """Runs cases in one process beside this one, which is started anew where a case has ended it."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._others: set[BaseProcess] = set()  # what ran beside this one before the pool

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def run(self, case: Case) -> Result:
        """What came of a case; one that raises, ends its process or hangs is wrong."""
        if self._pool is None:
            self._others = set(multiprocessing.active_children())
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        try:
            return self._pool.submit(run_case, case).result(LONGEST_SECONDS)
        except BrokenProcessPool:
            self._pool = None
            return stopped(case, "the process of the run was ended")
        except TimeoutError:
            self._kill()
            return stopped(case, f"the run did not end within {LONGEST_SECONDS} seconds")
        except Exception as problem:  # whatever a case makes a run raise: it stops the county
            return stopped(case, f"the run raised {type(problem).__name__}")

    def _kill(self) -> None:
        """End a process that does not end by itself; the next case gets a new one."""
        for process in self.processes():
            process.kill()
        self._pool = None

    def processes(self) -> set[BaseProcess]:
        """What runs the cases."""
        return set(multiprocessing.active_children()) - self._others


def check_intake(cases: Sequence[Case]) -> list[Result]:
    """Run all cases, telling how far it has come."""
    results: list[Result] = []
    with Bench() as bench:
        for number, case in enumerate(cases):
            progress("intake", number, len(cases), case.kind)
            results.append(bench.run(case))
    progress("intake", len(cases), len(cases))
    return results
