"""Built homes, shared between the tests of a session: building one costs more than all the questions put to it.

A test that changes a home works on a copy (`Home.copy_to`).
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.simulation import Fault
from tests.integration.homes import FIRST, SECOND, Home, simulated_home

FAULTS = (
    Fault("missing", "petition", "matters", 1),
    Fault("truncated", "organisation", "posts", 1),
    Fault("other_shape", "civil_affairs", "election_steps", 1),
)


@dataclass(frozen=True)
class Demo:
    """The demo's home and what its command printed."""

    home: Home
    printed: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`cunshe demo`: the default county, two weeks."""
    home = Home(tmp_path_factory.mktemp("demo") / "var")
    return Demo(home, home.cunshe("demo"))


@pytest.fixture(scope="session")
def first_week(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small county whose first week has run and whose second week's deliveries have arrived."""
    home = simulated_home(tmp_path_factory.mktemp("small") / "var", villages=15)
    home.cunshe("run", "--week", FIRST)
    return home


@pytest.fixture(scope="session")
def second_week(first_week: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small county with both weeks run, never disturbed."""
    home = first_week.copy_to(tmp_path_factory.mktemp("undisturbed") / "var")
    home.cunshe("run", "--week", SECOND)
    return home


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small county where in the second week one file is missing, one truncated and one of another shape."""
    home = simulated_home(tmp_path_factory.mktemp("faulty") / "var", villages=15, faults=FAULTS)
    for week in (FIRST, SECOND):
        home.cunshe("run", "--week", week)
    return home


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Where a test puts its copy of a home."""
    return tmp_path / "var"
