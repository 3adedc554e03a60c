"""The two sides of the linkage benchmark, each one process: `python -m benchmarks.linkage_sides <side> <what> <folder>`.

Belongs here: what is timed: from tables in DuckDB to links, `whole` (all records) or `new` (some more, against the same
persons). Does not belong here: the records (`simulation.linkage`), timing processes (`linkage`).

Splink is as in `cunshe check linkage`: stock comparisons, trained by expectation maximisation. `new` takes the model that
`whole` has trained.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from pipelines.checks.linkage import NO_DECISIONS

TABLES = ("person", "person_alias", "tenure", "village_period", "village_successor")
RESULT, MODEL = "linkage-result.json", "splink-model.json"


def ours(connection: Any, what: str, folder: Path) -> None:
    """Link as the weekly run does."""
    from pipelines.identity.linking.engine import link_mentions

    link_mentions(connection)


def splink(connection: Any, what: str, folder: Path) -> None:
    """Train and link with stock Splink; new records with the model trained before."""
    from pipelines.checks.baselines import link_with_splink

    model = folder / MODEL
    link_with_splink(connection, model=model if what == "new" and model.exists() else None, save_as=model)


def load(connection: Any, what: str, folder: Path) -> None:
    """The tables of the linking, with one of the two sets of mentions."""
    for name in TABLES:
        connection.execute(f"create table {name} as select * from read_parquet('{folder}/{name}.parquet')")
    connection.execute(f"create table mention as select * from read_parquet('{folder}/mention_{what}.parquet')")
    connection.execute(NO_DECISIONS)


def main() -> None:
    """Run one side once; seconds and counts go to a file."""
    import duckdb

    side, what, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    with duckdb.connect() as connection:
        load(connection, what, folder)
        began = time.perf_counter()
        {"ours": ours, "splink": splink}[side](connection, what, folder)
        seconds = time.perf_counter() - began
        bands = dict(connection.execute("select band, count(distinct mention_id) from link group by band").fetchall())
    text = json.dumps({"seconds": seconds, "linked": bands.get("sure", 0), "waiting": bands.get("review", 0)})
    (folder / RESULT).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
