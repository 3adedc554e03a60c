"""What the benchmarks share: the cost of a process, the spread of some figures.

Belongs here: measuring. Does not belong here: what is measured.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

_KIB_PER_MIB = 1024
_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Cost:
    """What one process, and the processes it waited for, took."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB, of the largest single process


@dataclass(frozen=True)
class Spread:
    """The smallest, the median and the largest of some figures."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of one or more values."""
        ordered = sorted(values)
        return cls(ordered[0], statistics.median(ordered), ordered[-1])

    def __str__(self) -> str:
        return f"{self.low:8.2f} {self.middle:8.2f} {self.high:8.2f}"


def spread_table(rows: Sequence[tuple[str, Spread]]) -> str:
    """Labelled spreads as a text table."""
    return "\n".join([f"{'':24}{'min':>9}{'median':>9}{'max':>9}", *(f"{label:24} {spread}" for label, spread in rows)])


class TooLongError(RuntimeError):
    """A command that did not end within its limit, and was ended."""


def measure(command: Sequence[str | Path], limit: float | None = None) -> Cost:
    """Run a command to its end and return its cost; raises with its output if it fails.

    After `limit` seconds it is killed: TooLongError.
    """
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.STDOUT)
        end = threading.Timer(limit or 0, process.kill)
        if limit:
            end.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        end.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if limit and process.returncode == -signal.SIGKILL and wall >= limit:
            raise TooLongError(f"not done after {limit:.0f} s")
        if process.returncode:
            output.seek(0)
            raise RuntimeError(
                f"{' '.join(map(str, command))} failed:\n{output.read().decode(errors='replace')[-4000:]}"
            )
    unit = _KIB_PER_MIB if sys.platform != "darwin" else _KIB_PER_MIB**2
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def elsewhere(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a function in a process of its own.

    What imports Dagster must not run here: a process's peak counts the size of the one that started it.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()
