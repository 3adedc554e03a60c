"""What a change costs a county-week: `cunshe run` of an earlier commit and of this working tree, in turn.

Belongs here: preparing a home for each side, timing pairs of processes, printing ratios. Does not belong here: judging the
figures; README.md beside this file does.

The two alternate (before, after, before, after …), so that a machine that slows down slows both. Each runs the second week on
a fresh copy of a home where its own code has run the first, on the same simulated deliveries, with the same installed packages.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measuring import Cost, Spread, measure, spread_table
from benchmarks.weekly_run import FIRST_WEEK, SECOND_WEEK
from pipelines.settings import PROJECT_ROOT, SETTINGS_FILE

SETTINGS = "CUNSHE_ALLOW_UNASSIGNED_AREA=true\n"


@dataclass(frozen=True)
class Side:
    """One version of the code, with the home that it has prepared and the path at which it runs copies of it."""

    code: Path
    base: Path
    home: Path

    def cunshe(self, *arguments: str) -> Cost:
        """Run the command of this version on the home; raises RuntimeError with its output if it fails."""
        # What `python -m` imports comes from PYTHONPATH before the installed project.
        surroundings = {"CUNSHE_HOME": self.home, "DAGSTER_HOME": self.home / "dagster", "PYTHONPATH": self.code}
        env = ["env", f"--chdir={self.code}", *(f"{name}={value}" for name, value in surroundings.items())]
        return measure([*env, sys.executable, "-m", "pipelines.cli", *arguments])

    def prepare(self, inbox: Path) -> None:
        """Run the first week on a new home that holds the deliveries, and keep it as the base."""
        self.home.mkdir(parents=True)
        settings = self.home / SETTINGS_FILE
        settings.write_text(SETTINGS, encoding="utf-8")
        settings.chmod(0o600)
        shutil.copytree(inbox, self.home / "inbox")
        self.cunshe("run", "--week", FIRST_WEEK.iso)
        shutil.copytree(self.home, self.base)

    def second_week(self) -> Cost:
        """The second week, on the home as prepared, at its own path (dbt keeps its parsed project by path)."""
        shutil.rmtree(self.home)
        shutil.copytree(self.base, self.home)
        return self.cunshe("run", "--week", SECOND_WEEK.iso)


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """The code of a commit as a working tree that is gone afterwards."""
    git = ["git", "-C", str(PROJECT_ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", str(folder), commit], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True, capture_output=True)


def report(pairs: list[tuple[Cost, Cost]]) -> str:
    """The figures as a text table."""
    rows = [
        ("before, wall s", Spread.of(before.wall for before, _ in pairs)),
        ("after, wall s", Spread.of(after.wall for _, after in pairs)),
        ("after / before, wall", Spread.of(after.wall / before.wall for before, after in pairs)),
        ("after / before, CPU", Spread.of(after.cpu / before.cpu for before, after in pairs)),
        ("before, peak MiB", Spread.of(before.peak for before, _ in pairs)),
        ("after, peak MiB", Spread.of(after.peak for _, after in pairs)),
    ]
    return spread_table(rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="the commit to compare this working tree with")
    parser.add_argument("--pairs", type=int, default=3, help="how many pairs to time (default 3)")
    parser.add_argument("--villages", type=int, default=190, help="villages and communities (default 190)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunshe-bench-") as name:
        folder = Path(name)
        with checked_out(arguments.commit, folder / "code") as earlier:
            sides = [
                Side(code, folder / f"{when}-base", folder / f"{when}-home")
                for when, code in (("before", earlier), ("after", PROJECT_ROOT))
            ]
            inbox = simulated_inbox(sides[0], arguments.villages, arguments.seed)
            for side in sides:
                print(f"Running {FIRST_WEEK.iso} with {side.code} ...", flush=True)
                side.prepare(inbox)
            pairs: list[tuple[Cost, Cost]] = []
            for number in range(1, arguments.pairs + 1):
                before, after = (side.second_week() for side in sides)
                pairs.append((before, after))
                print(f"pair {number}: {before.wall:.1f} s, {after.wall:.1f} s, ratio {after.wall / before.wall:.2f}", flush=True)
        print(report(pairs))


def simulated_inbox(earlier: Side, villages: int, seed: int) -> Path:
    """Two weeks of deliveries made by the earlier code, so that both sides can read them."""
    maker = replace(earlier, home=earlier.home.with_name("inbox-home"))
    maker.home.mkdir()
    (maker.home / SETTINGS_FILE).write_text(SETTINGS, encoding="utf-8")
    maker.cunshe("simulate", "--weeks", "2", "--villages", str(villages), "--seed", str(seed))
    return maker.home / "inbox"


if __name__ == "__main__":
    main()
