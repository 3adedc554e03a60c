"""Python looks for garbage seldom where large packages are loaded, dbt's process included, and in a paused block not at all."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.garbage import collector_paused

LOADED = "import gc; from pipelines.garbage import collect_seldom; collect_seldom()"


def told(code: str) -> str:
    """What a process of its own prints: the setting holds for a whole process."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_python_looks_less_often() -> None:
    here, there = (int(told(f"{code}; print(gc.get_threshold()[0])")) for code in ("import gc", LOADED))
    assert there > here
    assert told(f"{LOADED}; print(gc.isenabled())") == "True"


def test_nothing_is_looked_through_as_the_process_ends() -> None:
    # Registered before, called after: atexit goes backwards.
    code = f"import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); {LOADED}"
    assert told(code) == "True"
    assert told("import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))") == "False"


def test_dbt_starts_by_our_command() -> None:
    done = subprocess.run([Path(sys.executable).with_name("cunshe-dbt"), "--version"], capture_output=True, text=True, check=True)
    assert "duckdb" in done.stdout


def test_it_runs_again_after_the_block_even_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError), collector_paused():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_an_inner_block_does_not_end_an_outer_one() -> None:
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
