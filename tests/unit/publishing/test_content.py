"""The content hash: the order of rows is nothing, any cell is something."""

from __future__ import annotations

from typing import Any

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publishing.content import build_hash, table_hash

CELL = st.one_of(st.none(), st.text(alphabet="01:-甲", max_size=3))
TABLE = st.lists(st.tuples(CELL, CELL), max_size=6)
COLUMNS = {"a": "VARCHAR", "b": "VARCHAR"}


def fingerprint(connection: Any, rows: list[tuple[Any, ...]]) -> str:
    connection.execute("create or replace table t (a varchar, b varchar)")
    if rows:
        connection.executemany("insert into t values (?, ?)", rows)
    return table_hash(connection, "t", COLUMNS)


@given(one=TABLE, other=TABLE, shuffled=st.randoms(use_true_random=False))
def test_equal_hashes_for_equal_rows_in_any_order_and_only_for_them(
    one: list[tuple[Any, ...]], other: list[tuple[Any, ...]], shuffled: Any
) -> None:
    with duckdb.connect() as connection:
        mixed = list(one)
        shuffled.shuffle(mixed)
        assert fingerprint(connection, one) == fingerprint(connection, mixed)
        same_rows = sorted(map(repr, one)) == sorted(map(repr, other))
        assert (fingerprint(connection, one) == fingerprint(connection, other)) == same_rows


def test_a_renamed_or_retyped_column_is_another_table() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select '1' as a, '2' as b; create table u as select '1' as a, '2' as c")
        first = table_hash(connection, "t", COLUMNS)
        assert first != table_hash(connection, "u", {"a": "VARCHAR", "c": "VARCHAR"})
        assert first != table_hash(connection, "t", {"a": "VARCHAR", "b": "INTEGER"})


def test_the_hash_of_a_build_knows_which_table_is_which() -> None:
    assert build_hash([("t", "1"), ("u", "2")]) == build_hash([("u", "2"), ("t", "1")])
    assert build_hash([("t", "1"), ("u", "2")]) != build_hash([("t", "2"), ("u", "1")])
