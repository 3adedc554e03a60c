"""What the reports of a county-week cost: rendering all of them, in all forms, against the warehouse build of the same county.

Belongs here: rendering the newest build of a home several times, timing `dbt build` over the same home, printing the ratio.
Does not belong here: preparing a home and the build (`weekly_run`), judging the figures; README.md beside this file does.

A and B alternate, so that a machine that slows down slows both. Both are whole processes: their start counts too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Cost, Spread, measure, spread_table
from benchmarks.weekly_run import prepare_home, time_dbt_build
from pipelines.settings import PROJECT_ROOT, Settings

_RENDER = f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r}); from benchmarks.reports import render; render(*sys.argv[1:])"
_FORMS = (".html", ".docx", ".xlsx")


def render(home: str, out: str) -> None:
    """Render the newest build of a home: all recipients, all forms."""
    from pipelines.identity.audit_log import user_look
    from pipelines.publishing.reader import open_edition
    from pipelines.reports import render_week

    settings = Settings(home=Path(home))
    with open_edition(settings, "authorised", look=user_look("edition_reports", "benchmark")) as connection:
        render_week(connection, Path(out), settings=settings)


def time_rendering(home: Path, out: Path) -> Cost:
    """A: one process that renders everything."""
    return measure([sys.executable, "-c", _RENDER, home, out])


def report(pairs: Sequence[tuple[Cost, Cost]]) -> str:
    """The figures as a text table."""
    rows = [
        ("A reports, wall s", Spread.of(drawn.wall for drawn, _ in pairs)),
        ("B dbt build, wall s", Spread.of(build.wall for _, build in pairs)),
        ("A / B, wall", Spread.of(drawn.wall / build.wall for drawn, build in pairs)),
        ("A / B, CPU", Spread.of(drawn.cpu / build.cpu for drawn, build in pairs)),
        ("A peak MiB", Spread.of(drawn.peak for drawn, _ in pairs)),
    ]
    return spread_table(rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3, help="how many pairs to time (default 3)")
    parser.add_argument("--villages", type=int, default=190, help="villages and communities (default 190)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunshe-bench-") as folder:
        home, out = Path(folder) / "home", Path(folder) / "reports"
        print(f"Preparing {arguments.villages} villages, one week run ...", flush=True)
        prepare_home(home, arguments.villages, arguments.seed)
        pairs = []
        for number in range(1, arguments.pairs + 1):
            drawn, build = time_rendering(home, out), time_dbt_build(home)
            pairs.append((drawn, build))
            print(f"pair {number}: A {drawn.wall:.2f} s, B {build.wall:.2f} s, ratio {drawn.wall / build.wall:.2f}", flush=True)
        files = [path for path in out.iterdir() if path.suffix in _FORMS]
        print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB", report(pairs), sep="\n")


if __name__ == "__main__":
    main()
