"""What one county-week costs: `cunshe run` as a whole process against a bare `dbt build` of the same project.

Belongs here: preparing a home, timing pairs of processes, printing ratios, peak memory and where the time goes. Does not
belong here: judging the figures; README.md beside this file does.

A and B alternate (A B A B …), so that a machine that slows down slows both. A runs the second week on a fresh copy of a
home where the first has run. B builds the same models and tests over the same landed rows, parsing as warm as A's.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Cost, Spread, elsewhere, measure, spread_table
from pipelines.settings import DBT_PROJECT, SETTINGS_FILE, Settings, apply_process_environment
from pipelines.weeks import Week

FIRST_WEEK, SECOND_WEEK = Week.parse("2020-W48"), Week.parse("2020-W49")
_BIN = Path(sys.executable).parent

def prepare_home(home: Path, villages: int, seed: int) -> None:
    """A home with two simulated weeks in its inbox, the first of which has run."""
    home.mkdir(parents=True)
    (home / SETTINGS_FILE).write_text("CUNSHE_ALLOW_UNASSIGNED_AREA=true\n", encoding="utf-8")
    apply_process_environment(Settings(home=home))
    cunshe = _BIN / "cunshe"
    measure([cunshe, "simulate", "--weeks", "2", "--villages", str(villages), "--seed", str(seed)])
    measure([cunshe, "run", "--week", FIRST_WEEK.iso])


def time_weekly_run(base: Path, home: Path) -> Cost:
    """A: the second week, on the home as prepared, at its own path (dbt keeps its parsed project by path)."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base, home)
    apply_process_environment(Settings(home=home))
    return measure([_BIN / "cunshe", "run", "--week", SECOND_WEEK.iso])


def time_dbt_build(home: Path) -> Cost:
    """B: dbt alone, over a build file that holds what the second week may see, as A's did when dbt began."""
    elsewhere(prepare_second_week, home)
    settings = Settings(home=home)
    command: list[str | Path] = [_BIN / "dbt", "build", *elsewhere(at_run_time), "--profile", "cunshe"]
    command += ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT]
    return measure([*command, "--target-path", settings.dbt_home / "target", "--log-path", settings.dbt_home])


def at_run_time() -> tuple[str, ...]:
    """The arguments of the weekly run's own `dbt build`, so that B builds and tests the same nodes."""
    from pipelines.assets.warehouse import AT_RUN_TIME

    return AT_RUN_TIME


def prepare_second_week(home: Path) -> None:
    """Fill the build file of a home as the second week's run does before dbt starts."""
    from pipelines.assets.warehouse import prepare_build

    prepare_build(Settings(home=home), SECOND_WEEK)


def seconds_by_stage(home: Path) -> dict[str, float]:
    """How long each stage of the newest run of a home took, from Dagster's own record."""
    import dagster as dg

    apply_process_environment(Settings(home=home))
    with dg.DagsterInstance.get() as instance:
        run = instance.get_runs(limit=1)[0]
        stages: dict[str, float] = {}
        for step in instance.get_run_step_stats(run.run_id):
            if step.start_time and step.end_time:
                stage = step.step_key.split("__")[0]
                stages[stage] = stages.get(stage, 0.0) + step.end_time - step.start_time
    return stages


def report(pairs: Sequence[tuple[Cost, Cost]], stages: dict[str, float]) -> str:
    """The figures as a text table."""
    rows = [
        ("A cunshe run, wall s", Spread.of(run.wall for run, _ in pairs)),
        ("B dbt build, wall s", Spread.of(build.wall for _, build in pairs)),
        ("A / B, wall", Spread.of(run.wall / build.wall for run, build in pairs)),
        ("A cunshe run, CPU s", Spread.of(run.cpu for run, _ in pairs)),
        ("B dbt build, CPU s", Spread.of(build.cpu for _, build in pairs)),
        ("A / B, CPU", Spread.of(run.cpu / build.cpu for run, build in pairs)),
        ("A peak MiB", Spread.of(run.peak for run, _ in pairs)),
        ("B peak MiB", Spread.of(build.peak for _, build in pairs)),
    ]
    outside = pairs[-1][0].wall - sum(stages.values())
    parts = [*stages.items(), ("start, imports, between stages", outside)]
    lines = [spread_table(rows), "", "Where the last A went, s", *(f"  {name:32}{seconds:8.2f}" for name, seconds in parts)]
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5, help="how many pairs to time (default 5)")
    parser.add_argument("--villages", type=int, default=190, help="villages and communities (default 190)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunshe-bench-") as folder:
        base, home = Path(folder) / "base", Path(folder) / "home"
        print(f"Preparing {arguments.villages} villages, {FIRST_WEEK.iso} run once ...", flush=True)
        prepare_home(home, arguments.villages, arguments.seed)
        shutil.copytree(home, base)
        pairs, stages = [], {}
        for number in range(1, arguments.pairs + 1):
            run = time_weekly_run(base, home)
            stages = elsewhere(seconds_by_stage, home)
            build = time_dbt_build(home)
            pairs.append((run, build))
            print(f"pair {number}: A {run.wall:.2f} s, B {build.wall:.2f} s, ratio {run.wall / build.wall:.2f}", flush=True)
        print(report(pairs, stages))


if __name__ == "__main__":
    main()
