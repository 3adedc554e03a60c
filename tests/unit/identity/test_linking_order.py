"""The order of arrival decides nothing: shuffled mentions, rosters and deliveries give the same links and persons."""

from __future__ import annotations

from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.identity.linking.engine import link_mentions
from pipelines.simulation.linkage import LinkageCounty, simulate_linkage

NO_DECISIONS = "create table decided (mention_id varchar, person_id varchar, verdict varchar)"


@pytest.fixture(scope="module")
def county() -> LinkageCounty:
    return simulate_linkage(11, persons=60)


def shuffled(table: Any, seed: int) -> Any:
    order = list(range(table.num_rows))
    Random(seed).shuffle(order)
    return table.take(pa.array(order, pa.int64()))


def links(county: LinkageCounty, seed: int | None) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for name, table in county.tables().items():
            if name != "truth":
                connection.register("incoming", table if seed is None else shuffled(table, seed))
                connection.execute(f"create table {name} as select * from incoming")
                connection.unregister("incoming")
        connection.execute(NO_DECISIONS)
        link_mentions(connection)
        return sorted(
            connection.execute("select mention_id, person_id, rule, band, round(weight, 9) from link").fetchall()
        )


@pytest.fixture(scope="module")
def in_order(county: LinkageCounty) -> list[tuple[Any, ...]]:
    found = links(county, None)
    assert {"sure", "review"} == {row[3] for row in found}
    return found


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_shuffled_tables_give_the_same_links(county: LinkageCounty, in_order: list[tuple[Any, ...]], seed: int) -> None:
    assert links(county, seed) == in_order
