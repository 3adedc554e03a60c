"""Homes for integration tests: the real command `cunshe` as a child process, in a folder of its own.

Belongs here: running and reading a home from outside. Does not belong here: what a test asserts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.settings import SETTINGS_FILE, Settings
from pipelines.simulation import Fault, simulate

COMMAND = (sys.executable, "-m", "pipelines.cli")
FIRST, SECOND = "2020-W48", "2020-W49"


@dataclass(frozen=True)
class Home:
    """A home and the command on it."""

    path: Path

    @property
    def settings(self) -> Settings:
        return Settings(home=self.path)

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("CUNSHE_", "DAGSTER_", "DBT_"))}
        return {**own, "CUNSHE_HOME": str(self.path), "PYTHONUTF8": "1"}

    def cunshe(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command to its end; with `check`, a failure shows what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"cunshe {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command with its progress lines readable from `stderr`."""
        return subprocess.Popen(
            [*COMMAND, *arguments], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.cunshe("status", "--json").stdout)
        return found

    def build_record(self, build_id: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.path / "published" / build_id / "build.json").read_text("utf-8"))
        return found

    def copy_to(self, path: Path) -> Home:
        """The same home elsewhere."""
        shutil.copytree(self.path, path)
        return Home(path)


def simulated_home(path: Path, villages: int, faults: Sequence[Fault] = (), weeks: int = 2, seed: int = 7) -> Home:
    """A home with simulated deliveries in its inbox; nothing has run yet."""
    path.mkdir(parents=True)
    (path / SETTINGS_FILE).write_text("CUNSHE_ALLOW_UNASSIGNED_AREA=true\n", encoding="utf-8")
    simulate(path / "inbox", weeks=weeks, villages=villages, seed=seed, faults=faults)
    return Home(path)
