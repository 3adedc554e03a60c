"""The project's own generic data tests: each passes on a good sample and fails on a bad one.

The body of a test block is plain Jinja and SQL, so it is rendered with a table and run on DuckDB, without dbt.
"""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from pipelines.settings import DBT_PROJECT

GENERIC = DBT_PROJECT / "tests" / "generic"
BLOCK = re.compile(r"{%-? *test (\w+)\((.*?)\) *-?%}(.*){%-? *endtest *-?%}", re.DOTALL)

GOOD = [(1, "a", 10), (2, "b", 20), (3, "b", None)]
SHAPE = {"keys": [["id"], ["id", "name"]], "required": ["name"], "conditions": ["name in ('a', 'b')"]}

# Persons 1 to 3 have a record each, 5 one of a delivery that was held.
TRACED = {"key": "id", "made_here": ["value"], "cells": {"name": ["record", "true"]}}

CASES: list[tuple[str, dict[str, Any], list[tuple[Any, ...]], str]] = [
    ("unique_combination", {"columns": ["id", "name"]}, [*GOOD, (3, "b", 5)], "a repeated key"),
    ("not_null_columns", {"columns": ["id", "name"]}, [*GOOD, (4, None, 1)], "an empty column"),
    ("relates_to", {"to": "other", "columns": ["id"]}, [*GOOD, (9, "a", 1)], "a row without its parent"),
    ("relates_to", {"to": "other", "columns": ["name"], "to_columns": ["label"]}, [(1, "z", 1)], "a renamed parent"),
    ("holds", {"condition": "id < 9"}, [*GOOD, (9, "a", 1)], "an untrue condition"),
    ("holds", {"condition": "id < 9"}, [*GOOD, (None, "a", 1)], "a condition that is unknown"),
    ("same_count", {"to": "other"}, GOOD[:2], "a row too few"),
    ("same_count", {"to": "other"}, [*GOOD, (4, "a", 1)], "a row too many"),
    ("well_formed", SHAPE, [*GOOD, (3, "b", 5)], "a repeated key"),
    ("well_formed", SHAPE, [*GOOD, (None, "a", 1)], "an empty key"),
    ("well_formed", SHAPE, [*GOOD, (4, None, 1)], "an empty column"),
    ("well_formed", SHAPE, [*GOOD, (4, "c", 1)], "an untrue condition"),
    ("well_formed", {"keys": [["id"]]}, [*GOOD, (None, "a", 1)], "an empty key, nothing else asked"),
    ("every_cell_is_traced", TRACED, [*GOOD, (4, "a", 1)], "a cell without a record"),
    ("every_cell_is_traced", TRACED, [*GOOD, (5, "a", 1)], "a record of a delivery that was not accepted"),
]


def failures(name: str, arguments: dict[str, Any], rows: list[tuple[Any, ...]]) -> int:
    """How many rows the generic test returns for a table of the given rows."""
    block = BLOCK.search((GENERIC / f"{name}.sql").read_text(encoding="utf-8"))
    assert block and block[1] == name, f"{name}.sql holds no test of its name"
    defaults = dict(part.split("=") for part in re.split(r", *(?=\w+=)", block[2])[1:] if "=" in part)
    known = {key.strip(): {"none": None, "[]": []}[value] for key, value in defaults.items()}
    dbt = {"ref": str, "execute": False, "model": "sample"}
    sql = Environment().from_string(block[3]).render({**known, **arguments, **dbt})
    with duckdb.connect() as connection:
        connection.execute("create table given (id integer, name varchar, value integer)")
        connection.executemany("insert into given values (?, ?, ?)", rows)
        connection.execute("create view sample as select * from given")
        connection.execute("create table other as select id, name, name as label from sample limit 0")
        connection.executemany("insert into other values (?, ?, ?)", [(1, "a", "a"), (2, "b", "b"), (3, "b", "b")])
        connection.execute("create table int_delivery__accepted as select 'accepted' as delivery_id")
        connection.execute(
            "create table record as select * from (values (1, 'accepted', 2), (2, 'accepted', 3), (3, 'accepted', 4),"
            " (5, 'held', 5)) as list (id, delivery_id, row_no)"
        )
        return len(connection.execute(sql).fetchall())


@pytest.mark.parametrize(("name", "arguments", "bad", "why"), CASES, ids=[f"{case[0]}: {case[3]}" for case in CASES])
def test_passes_on_good_and_fails_on_bad(
    name: str, arguments: dict[str, Any], bad: list[tuple[Any, ...]], why: str
) -> None:
    assert failures(name, arguments, GOOD) == 0
    assert failures(name, arguments, bad) > 0, why


def test_every_generic_test_is_tried() -> None:
    assert {path.stem for path in GENERIC.glob("*.sql")} == {case[0] for case in CASES}
