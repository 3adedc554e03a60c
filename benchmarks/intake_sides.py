"""The two sides of the intake benchmark, each one process: `python -m benchmarks.intake_sides <side> <kind> <folder>`.

Belongs here: what is timed. `ours` reads, interprets, checks and lands one delivery as the weekly run does; `dlt` loads the
same into DuckDB, checking nothing, by the way its makers document as the quickest for each kind. Does not belong here: the
data and the servers (`intake_data`), timing (`intake`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.intake_data import DAY, PAGE, PASSWORD, SHEET_FILE, TABLE, TOKEN, address, village_codes
from pipelines.sources.isolation.bounds import BOUNDS
from pipelines.sources.isolation.process import prepare_reading

DATASET = "petition__matters"
RESULT = "result"


def ours(kind: str, folder: Path) -> int:
    """Land the delivery; returns the rows landed."""
    from expectations.suite import load_suite
    from pipelines.landing.land import Door, land_dataset
    from pipelines.sources.contract import load_catalog

    door = Door(
        contract=load_catalog()[DATASET].deployed(_source(kind, folder)),
        suite=load_suite(DATASET),
        inbox=folder / f"inbox-{kind}",
        landing=folder / "landing",
        seal=lambda *_: None,
        secret={"password": PASSWORD, "token": TOKEN}.__getitem__,
        village_codes=village_codes(),
        since=DAY,
        today=DAY,
    )
    landed = land_dataset(door, DAY)
    if landed.failure or [one.verdict for one in landed.new] != ["accepted"]:
        raise RuntimeError(f"{kind} did not land: {landed}")
    return landed.new[0].rows_landed


def _source(kind: str, folder: Path) -> dict[str, Any]:
    if kind == "postgresql":
        return {
            "kind": "database",
            "url": address(folder, kind),
            "password": "password",
            "table": TABLE,
            "cursor": "pushed_on",
            "insecure": True,
        }
    if kind == "json":
        return {
            "kind": "api", "url": address(folder, kind), "token": "token", "items": "data.items", "total": "data.total",
            "page": {"parameter": "page", "size_parameter": "size", "size": PAGE}, "cursor": "pushed_on",
            "since": "since", "until": "until", "per_second": 1_000_000, "insecure": True,
        }  # fmt: skip
    return {}


def with_dlt(kind: str, folder: Path) -> int:
    """Load the same into DuckDB with dlt; returns the rows loaded."""
    import dlt
    import duckdb

    # Its own naming would turn every Chinese header into the same x.
    dlt.config["schema.naming"] = "direct"
    dlt.config["runtime.dlthub_telemetry"] = False
    dlt.config["data_writer.buffer_max_items"] = 50_000
    target = folder / f"dlt-{kind}.duckdb"
    pipeline = dlt.pipeline(
        f"intake_{kind}",
        destination=dlt.destinations.duckdb(str(target)),
        dataset_name="raw",
        pipelines_dir=str(folder / "dlt"),
    )
    pipeline.run(_DLT[kind](folder), table_name="matters", write_disposition="replace")
    with duckdb.connect(str(target), read_only=True) as connection:
        (count,) = connection.execute("select count(*) from raw.matters").fetchone() or (0,)
    return int(count)


def _dlt_csv(folder: Path) -> Any:
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    return filesystem(bucket_url=str(folder / "inbox-csv"), file_glob="**/*.csv") | read_csv_duckdb(use_pyarrow=True)


def _dlt_postgresql(folder: Path) -> Any:
    from dlt.sources.sql_database import sql_table
    from sqlalchemy.engine import make_url

    schema, table = TABLE.split(".")
    url = make_url(address(folder, "postgresql")).set(password=PASSWORD).render_as_string(hide_password=False)
    return sql_table(url, table=table, schema=schema, backend="pyarrow", chunk_size=50_000)


def _dlt_json(folder: Path) -> Any:
    import dlt
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
    from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

    client = RESTClient(
        base_url=address(folder, "json"),
        auth=BearerTokenAuth(TOKEN),
        data_selector="data.items",
        paginator=PageNumberPaginator(base_page=1, total_path="data.pages"),
    )

    @dlt.resource
    def matters() -> Iterator[Any]:
        yield from client.paginate("", params={"size": str(PAGE)})

    return matters()


def _dlt_xlsx(folder: Path) -> Any:
    """dlt has no reader of workbooks; its documentation has a resource give pandas frames."""
    import dlt
    import pandas as pd

    @dlt.resource
    def matters() -> Iterator[Any]:
        yield pd.read_excel(folder / "inbox-xlsx" / SHEET_FILE, engine="calamine", dtype=str)

    return matters()


_DLT: dict[str, Callable[[Path], Any]] = {
    "csv": _dlt_csv, "postgresql": _dlt_postgresql, "json": _dlt_json, "xlsx": _dlt_xlsx
}  # fmt: skip


def load_packages(side: str) -> None:
    """What a process of the side loads before its first delivery, whatever that is; a weekly run does so once."""
    packages = (
        ("great_expectations.expectations", "pyarrow.parquet", "fsspec", "pipelines.landing.land")
        if side == "ours"
        else ("dlt.destinations", "dlt.sources.filesystem", "dlt.sources.sql_database", "duckdb", "pyarrow", "pandas")
    )
    if side == "ours":
        # Gets ready beside us, as in a weekly run.
        prepare_reading(BOUNDS.memory_mb)
    for name in packages:
        import_module(name)


def main() -> None:
    """Run one side once; how many rows it brought in and how long that took go to a file."""
    side, kind, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    load_packages(side)
    began = time.perf_counter()
    rows = (ours if side == "ours" else with_dlt)(kind, folder)
    (folder / RESULT).write_text(f"{rows} {time.perf_counter() - began}", encoding="utf-8")


if __name__ == "__main__":
    main()
