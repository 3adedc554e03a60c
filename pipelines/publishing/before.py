"""What readers were last shown for the week before, laid beside a week's landing, so that dbt can say what changed and why.

Belongs here: choosing that build and copying from it. Does not belong here: comparing (the mart `file_change`). Only the
authorised edition has all items; what was restricted there stays marked, and so leaves the analyst edition again.

A record that is sent again is known by its content: a fingerprint over the landed columns, which hold no identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

import duckdb
import pyarrow as pa

from pipelines.identity.audit_log import run_look
from pipelines.identity.export import read_week_table
from pipelines.landing.landed import read_rows
from pipelines.landing.ledger import Delivery, accepted
from pipelines.landing.return_lines import return_lines
from pipelines.publishing import pointer
from pipelines.publishing.content import quoted
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import AUTHORISED
from pipelines.publishing.version import code_version, rules_version
from pipelines.settings import Settings
from pipelines.sources.contract import Contract
from pipelines.sources.dbt_sources import LINEAGE, landed_types
from pipelines.sources.row_key import table_keys
from pipelines.weeks import Week

_ITEMS = """
select {file} as file, {subject} as subject_id, village_id, section, item, item_zh, value, department, dataset, delivery_id,
    row_no, {restricted} as restricted
from {mart}
"""


def load_before(
    connection: duckdb.DuckDBPyConnection, settings: Settings, catalog: Mapping[str, Contract], week: Week,
    ledger: list[Delivery],
) -> str | None:  # fmt: skip
    """Fill the tables `published…`, `record_content` and `mended_row`; returns the build compared with, if there is one."""
    earlier = Week(week.monday - timedelta(days=7))
    now = pointer.current(settings)
    build_id = now.weeks.get(earlier.iso) if now else None
    if build_id is None or not pointer.is_whole(settings, build_id):
        return None
    record = pointer.build_record(settings, build_id)
    # A build of before this was kept has no version of its rules: then the code's tells of both.
    changed = (record.get("rules_version", rules_version()) != rules_version(), record["code_version"] != code_version())
    connection.execute("insert into landing.published values (?, ?, ?)", [build_id, *changed])
    _copy(connection, "published_delivery", pa.table({"delivery_id": pa.array(record["inputs"], pa.string())}))
    look = run_look("edition_compare", f"weekly run {week.iso}")
    with closing(open_edition(settings, AUTHORISED, build_id, look)) as edition:
        for mart, file, subject, restricted in (
            ("village_item", "'village'", "village_id", "false"),
            ("person_item", "'person'", "person_id", "restricted"),
        ):
            query = _ITEMS.format(file=file, subject=subject, restricted=restricted, mart=mart)
            _copy(connection, "published_item", edition.execute(query).to_arrow_table())
    if (links := read_week_table(settings, earlier.key, "person_link")) is not None:
        _copy(connection, "published_link", links.select(["_delivery_id", "_row", "person_id"]))
    for contract in catalog.values():
        _contents(connection, contract)
    new = [one for one in ledger if one.delivery_id not in set(record["inputs"])]
    _copy(connection, "mended_row", _mended(settings, catalog, ledger, {one.delivery_id for one in accepted(new)}, week))
    return build_id


def _copy(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("rows_to_copy", rows)
    connection.execute(f"insert into landing.{table} select * from rows_to_copy")
    connection.unregister("rows_to_copy")


def _contents(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Fingerprints of a dataset's rows: of deliveries that are new since, and of those behind what was shown."""
    columns = [name for name in landed_types(contract) if name not in LINEAGE]
    cells = " || '|' || ".join(f"coalesce({quoted(name)}::varchar, '-')" for name in columns) or "''"
    connection.execute(
        f"""
        insert into landing.record_content
        select ?, _delivery_id, _row, md5({cells}) from landing.{quoted(contract.name)}
        where _delivery_id not in (select delivery_id from landing.published_delivery)
            or _delivery_id in (select delivery_id from landing.published_item)
        """,
        [contract.name],
    )


def _mended(
    settings: Settings, catalog: Mapping[str, Contract], ledger: list[Delivery], new: set[str], week: Week
) -> pa.Table:
    """Rows of new deliveries that mend a line of a return note, where the line's key is known."""
    found: list[tuple[str, int]] = []
    for contract in catalog.values():
        own = [one for one in ledger if (one.department, one.dataset) == (contract.department, contract.dataset)]
        if not any(one.delivery_id in new for one in own):
            continue
        lines = return_lines(settings.landing, contract, own, week.sunday)
        mended = {(line.closed_by_delivery_id, line.key) for line in lines if line.key and line.closed_by_delivery_id in new}
        for delivery in own:
            if not any(delivery.delivery_id == one for one, _ in mended):
                continue
            rows = read_rows(settings.landing, delivery, [*contract.key, "_row"])
            keys = table_keys(contract, rows)
            found += [(delivery.delivery_id, row) for row, key in keys.items() if (delivery.delivery_id, key) in mended]
    deliveries, rows_mended = ([pair[side] for pair in found] for side in (0, 1))
    return pa.table({"delivery_id": pa.array(deliveries, pa.string()), "row_no": pa.array(rows_mended, pa.int64())})
