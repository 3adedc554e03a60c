"""Built homes, shared between the tests of a session: building one costs more than all the questions put to it.

A test that changes a home works on a copy (`Home.copy_to`).
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.simulation import simulate
from pipelines.simulation.live import LiveDepartments, departments_live
from tests.integration.homes import FIRST, SECOND, Home, simulated_home
from tests.integration.live import COUNTY, SEED, Intake, Undisturbed

Built = Callable[[str, Callable[[Path], object]], Home]


@dataclass(frozen=True)
class Demo:
    """The demo's home and what its command printed."""

    home: Home
    printed: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Builds a home once for all processes that run tests: `once(name, build)`, where `build` fills the folder it gets."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def built(name: str, build: Callable[[Path], object]) -> Home:
        path, done = root / f"shared-{name}" / "var", root / f"shared-{name}.done"
        with (root / f"shared-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                assert not path.parent.exists(), f"the home '{name}' could not be built before"
                path.parent.mkdir()
                build(path)
                done.touch()
        return Home(path)

    return built


@pytest.fixture(scope="session")
def demo(once: Built) -> Demo:
    """`cunshe demo`: the default county, two weeks."""

    def build(path: Path) -> None:
        done = Home(path).cunshe("demo")
        _printed(path).write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]), encoding="utf-8")

    home = once("demo", build)
    return Demo(home, subprocess.CompletedProcess(*json.loads(_printed(home.path).read_text("utf-8"))))


def _printed(home: Path) -> Path:
    return home.with_name("printed.json")


@pytest.fixture(scope="session")
def first_week(once: Built) -> Home:
    """A small county whose first week has run and whose second week's deliveries have arrived."""
    return once("first", lambda path: simulated_home(path, villages=COUNTY, seed=SEED).cunshe("run", "--week", FIRST))


@pytest.fixture(scope="session")
def second_week(first_week: Home, once: Built) -> Home:
    """The small county with both weeks run, never disturbed."""
    return once("second", lambda path: first_week.copy_to(path).cunshe("run", "--week", SECOND))


@pytest.fixture(scope="session")
def faulty(first_week: Home, once: Built) -> Home:
    """The small county where in the second week one file is missing, one cut off and one of another shape."""
    return once("faulty", lambda path: _run_faulty(first_week.copy_to(path)))


def _run_faulty(home: Home) -> None:
    delivered("petition/matters/2020-12-03", home).unlink()
    posts = delivered("organisation/posts/2020-12-03", home)
    posts.write_bytes(posts.read_bytes()[: posts.stat().st_size // 2])
    steps = delivered("civil_affairs/election_steps/2020-12-04", home)
    steps.write_text(steps.read_text("utf-8-sig").replace("计划日期", "预计时间"), encoding="utf-8")
    home.cunshe("run", "--week", SECOND)


def delivered(folder: str, home: Home) -> Path:
    """The one file of a drop folder."""
    (path,) = (home.path / "inbox" / folder).iterdir()
    return path


@pytest.fixture(scope="session")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDepartments]:
    """The departments of the small county as running servers; both weeks' deliveries are there."""
    root = tmp_path_factory.mktemp("departments")
    simulate(root / "files", weeks=2, villages=COUNTY, seed=SEED)
    with departments_live(root / "files", root / "inbox") as live:
        yield live


@pytest.fixture
def live(departments: LiveDepartments) -> Iterator[LiveDepartments]:
    """The running departments, to be disturbed: a test leaves them well."""
    yield departments
    departments.petitions.faults.clear()


@pytest.fixture
def intake(live: LiveDepartments, tmp_path: Path) -> Intake:
    """A home's landing, empty, that is to be filled from the running departments."""
    return Intake.of(live, tmp_path / "landing")


@pytest.fixture(scope="session")
def undisturbed(departments: LiveDepartments, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What lands of a dataset when nothing goes wrong."""
    intake = Intake.of(departments, tmp_path_factory.mktemp("undisturbed") / "landing")

    @cache
    def rows(name: str) -> list[dict[str, Any]]:
        assert intake.land(name).failure is None
        return intake.rows(name)

    return rows


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Where a test puts its copy of a home."""
    return tmp_path / "var"
