"""Every compiled model can be had in Spark SQL: a province may outgrow the embedded engine.

What the transpiler refuses is an error; so is what it would pass on unseen: a function that is not on the list of those
Spark is known to have, and an order inside an array aggregate, which Spark's collect_list silently loses.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from tests.dbt.compiled import model_files

# Functions of Spark 4 with the same meaning there, by the transpiler's name. Look a new one up before adding it.
SPARK_HAS = (
    exp.Abs, exp.And, exp.Avg, exp.Case, exp.Cast, exp.Ceil, exp.Coalesce, exp.Count, exp.DateDiff, exp.Day,
    exp.Extract, exp.Floor, exp.Greatest, exp.GroupConcat, exp.If, exp.Lag, exp.Lead, exp.Least, exp.LogicalOr, exp.Lower,
    exp.Max, exp.MD5, exp.Median, exp.Min, exp.Month, exp.Nullif, exp.Or, exp.RegexpLike, exp.RowNumber, exp.Substring, exp.Sum,
    exp.TimestampTrunc, exp.Trim, exp.Upper, exp.Year,
)  # fmt: skip


def faults(sql: str) -> list[str]:
    """Why this DuckDB statement cannot be trusted to mean the same in Spark."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        spark = tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
        sqlglot.parse_one(spark, read="spark")
    except SqlglotError as error:
        return [str(error)]
    found = []
    for call in tree.find_all(exp.Func):
        text = call.sql(dialect="duckdb")
        if isinstance(call, exp.ArrayAgg) and call.find(exp.Order):
            found.append(f"order is lost in {text}")
        elif not isinstance(call, SPARK_HAS):
            found.append(f"not on the list of functions that Spark has: {text}")
    return found


@pytest.mark.parametrize("name", model_files())
def test_a_model_can_be_had_in_spark(name: str, compiled_models: Mapping[str, str]) -> None:
    assert faults(compiled_models[name]) == []


def test_nothing_was_left_uncompiled(compiled_models: Mapping[str, str]) -> None:
    assert set(compiled_models) == set(model_files())


@pytest.mark.parametrize(
    "sql",
    [
        "select a, string_agg(b, '、' order by b) as c from t group by a",
        "select date_diff('day', a, b) as c, cast(a + cast(3 as integer) as date) as d, md5(e) as f from t",
        "select row_number() over (partition by a order by b desc) as c from t",
    ],
)
def test_what_both_engines_know_passes(sql: str) -> None:
    assert faults(sql) == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select list_reduce(a, lambda x, y: x + y) as b from t", "list_reduce"),
        ("select array_agg(a order by b) as c from t", "order is lost"),
        ("select jaro_winkler_similarity(a, b) as c from t", "jaro_winkler_similarity"),
        ("select a from t where", ""),
    ],
)
def test_what_spark_lacks_is_found(sql: str, reason: str) -> None:
    found = faults(sql)
    assert found
    assert reason.lower() in " ".join(found).lower()
