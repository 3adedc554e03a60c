"""The pieces of the benchmark: measuring a process, spreads, the table. The benchmark itself runs by `make bench`."""

from __future__ import annotations

import sys

import pytest

from benchmarks.measuring import Cost, Spread, elsewhere, measure
from benchmarks.weekly_run import report


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_a_process_is_measured_with_the_children_it_waits_for() -> None:
    idle = elsewhere(measure, python("pass"))
    child = "import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', 'x = bytearray(200 << 20)'])"
    large = elsewhere(measure, python(child))
    assert idle.cpu > 0
    assert large.peak >= 200 > idle.peak


def test_cpu_time_is_that_of_the_process() -> None:
    assert measure(python("import time; e = time.process_time() + 0.3\nwhile time.process_time() < e: pass")).cpu >= 0.3


def test_a_failing_command_says_what_it_printed() -> None:
    with pytest.raises(RuntimeError, match="no such week"):
        measure(python("import sys; print('no such week'); sys.exit(3)"))


def test_the_ratio_is_taken_pair_by_pair() -> None:
    pairs = [(Cost(20, 10, 100), Cost(10, 10, 50)), (Cost(60, 10, 100), Cost(20, 10, 50)), (Cost(9, 9, 9), Cost(9, 9, 9))]
    text = report(pairs, {"landing": 3.0, "warehouse": 4.0})
    ratio = next(line for line in text.splitlines() if line.startswith("A / B, wall"))
    assert ratio.split()[-3:] == ["1.00", "2.00", "3.00"]
    assert "start, imports, between stages" in text
    assert text.splitlines()[-1].split()[-1] == "2.00"


def test_the_middle_of_an_even_number_is_between() -> None:
    assert Spread.of([4.0, 1.0, 3.0, 2.0]) == Spread(1.0, 2.5, 4.0)
