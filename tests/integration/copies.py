"""Copies of the project that a test may change, and commands in them.

Belongs here: copying the tracked files, running Python and git there. Does not belong here: what a test changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.settings import PROJECT_ROOT


def copy_project(root: Path) -> Path:
    """All files of the project that are its own, in the folder `root`."""
    tracked = git(PROJECT_ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in tracked:
        if name and (PROJECT_ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT_ROOT / name, root / name)
    return root


def git(root: Path, *arguments: str) -> str:
    """What the git command prints."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


def python(root: Path, *arguments: str, home: Path | None = None) -> str:
    """What Python prints in the copy; that it fails is an error that shows all of it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CUNSHE_", "DAGSTER_", "DBT_"))}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, capture_output=True, text=True, check=False,
        env={**own, "PYTHONUTF8": "1", "PYTHONPATH": str(root), "CUNSHE_HOME": str(home or root / "var")},
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
