"""What leaves the register: tables of the declared shape, and landed rows as lists and changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipelines.identity.villages import landed
from pipelines.identity.villages.decided import register
from pipelines.identity.villages.registry import village_id
from pipelines.identity.villages.tables import engine_tables, village_tables
from pipelines.sources.contract import load_catalog
from pipelines.sources.dbt_sources import IDENTITY_TABLES
from tests.unit.identity.villages.shapes import D1, D2, A, B, C, change, listing


def test_tables_have_the_columns_that_dbt_is_told_of() -> None:
    tables = village_tables(*register([listing(D1, A, C)], [change("merge", D2, B, A), change("recode", D2, C, B)], []))
    for name, table in tables.items():
        assert table.schema.names == list(IDENTITY_TABLES[name])
    (row,) = [one for one in tables["village_lineage"].to_pylist() if one["from_id"] == village_id(A)]
    assert (row["kind"], row["basis"], row["share"], row["steps"]) == ("merge", f"merge-{B}-{A}", 1.0, 1)
    assert village_tables(*register([], [], []))["village_place"].num_rows == 0


def test_contradictions_reach_the_table_of_proposals() -> None:
    tables = village_tables(*register([listing(D1, A, B)], [change("recode", D1, A, B)], []))
    (row,) = tables["village_proposal"].to_pylist()
    assert (row["kind"], row["state"]) == ("problem", "open")
    assert A in row["evidence"]


def test_the_linking_gets_periods_and_successors() -> None:
    registry, _ = register([listing(D1, A)], [change("merge", D2, A, C)], [])
    tables = engine_tables(registry)
    assert tables["village_period"].to_pylist() == [
        {"village_code": A, "village_id": village_id(A), "valid_from": None, "valid_to": D2},
        {"village_code": C, "village_id": village_id(C), "valid_from": D2, "valid_to": None},
    ]
    assert tables["village_successor"].to_pylist() == [
        {"from_id": village_id(A), "to_id": village_id(C), "effective_on": D2}
    ]


def row(number: str, **more: object) -> dict[str, object]:
    columns = dict.fromkeys(landed.CHANGE_COLUMNS)
    return {
        **columns,
        "change_no": number,
        "kind": "split",
        "effective_on": date(2019, 6, 1),
        "old_code": A,
        **more,
    }


def test_of_a_change_the_newest_version_counts_and_a_void_one_does_not() -> None:
    first = [row("1", new_code=B, share_percent=Decimal("12.50")), row("2", new_code=C)]
    second = [row("1", new_code=C, share_percent=Decimal(25)), row("2", new_code=C, is_void=True)]
    (found,) = landed.changes([first, second])
    assert (found.new_code, found.share, found.effective_on.isoformat()) == (C, 0.25, "2019-06-01")
    assert len(landed.changes([first])) == 2


def test_landed_columns_are_those_of_the_contracts() -> None:
    catalog = load_catalog()
    for name, columns in (("villages", landed.LISTING_COLUMNS), ("village_changes", landed.CHANGE_COLUMNS)):
        assert set(columns) <= {column.name for column in catalog[f"civil_affairs__{name}"].landed_columns}
