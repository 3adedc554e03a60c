"""Running a suite on a frame with Great Expectations, and giving back plain findings without values.

Belongs here: the one place that imports Great Expectations (late: it takes seconds). Does not belong here: what follows
from a finding (`pipelines.landing.gate`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.suite import Context, Expectation, Reference, Suite

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.data_context import EphemeralDataContext

_ROW = "_row"


@dataclass(frozen=True)
class Finding:
    """The result of one expectation. `rows` are the sender's row numbers; `observed` is a figure, never a cell."""

    expectation: Expectation
    success: bool
    rows: tuple[int, ...]
    about_rows: bool
    observed: str
    skipped: bool = False


@cache
def _data_context() -> EphemeralDataContext:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    context.data_sources.add_pandas("deliveries").add_dataframe_asset("delivery").add_batch_definition_whole_dataframe(
        "whole"
    )
    return context


def run_suite(suite: Suite, frame: pd.DataFrame, context: Context) -> list[Finding]:
    """Validate a frame (index = the sender's row number) and return one finding per expectation, in the suite's order.

    An empty frame breaks no expectation; whether a delivery may be empty is the row floor's question. An expectation
    whose context is not there (no village list yet) is skipped and says so; it never passes silently.
    """
    if frame.empty:
        return [Finding(one, True, (), True, "0 / 0") for one in suite.expectations]
    lacking = {one.id: why for one in suite.expectations if (why := context.lacks(one))}
    able = [one for one in suite.expectations if one.id not in lacking]
    findings = {one.id: finding for one, finding in zip(able, _validate(able, frame, context), strict=True)}
    return [
        findings.get(one.id) or Finding(one, False, (), False, lacking[one.id], skipped=True)
        for one in suite.expectations
    ]


def _validate(expectations: list[Expectation], frame: pd.DataFrame, context: Context) -> list[Finding]:
    if not expectations:
        return []
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(
        name="delivery",
        expectations=[
            getattr(gxe, one.type)(**_arguments(one, context), meta={"id": one.id}) for one in expectations
        ],
    )
    batch = (
        _data_context()
        .data_sources.get("deliveries")
        .get_asset("delivery")
        .get_batch_definition("whole")
        .get_batch({"dataframe": _as_compared(expectations, frame)})
    )
    result = batch.validate(
        suite,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [_ROW],
            "return_unexpected_index_query": False,
        },
    )
    by_id = {one.expectation_config.meta["id"]: one for one in result.results}
    return [_finding(one, by_id[one.id]) for one in expectations]


def _as_compared(expectations: list[Expectation], frame: pd.DataFrame) -> pd.DataFrame:
    """The columns the expectations speak of, in the types that Great Expectations compares as whole columns.

    Times in other units than nanoseconds and nullable numbers it compares value by value, in Python.
    """
    given = [value for one in expectations for value in one.kwargs.values()]
    named = {text for value in given for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)}
    table = frame[[name for name in frame.columns if name in named]].assign(**_shares(expectations, frame)).reset_index()
    types = {
        name: "datetime64[ns]" if kind.kind == "M" else "float64"
        for name, kind in table.dtypes.items()
        if kind.kind == "M" or str(kind) in ("Int64", "Float64")
    }
    return table.astype(types)


def _share_column(expectation: Expectation) -> str:
    return f"{expectation.column}={expectation.share_of}"


def _shares(expectations: list[Expectation], frame: pd.DataFrame) -> dict[str, pd.Series]:
    """A column of ones and noughts for each share that is asked for; its mean is the share."""
    return {
        _share_column(one): (frame[one.column] == one.share_of).fillna(False).astype("float64")
        for one in expectations
        if one.share_of is not None and one.column is not None
    }


def _arguments(expectation: Expectation, context: Context) -> dict[str, Any]:
    """The expectation's arguments as Great Expectations takes them: what comes from the run filled in."""
    filled = {
        name: _from_run(name, value, context.value(value.context, expectation)) if isinstance(value, Reference) else value
        for name, value in expectation.arguments.items()
    }
    return filled | {"column": _share_column(expectation)} if expectation.share_of is not None else filled


def _from_run(argument: str, reference: Reference, found: Any) -> Any:
    if isinstance(found, date):
        import pandas as pd

        return pd.Timestamp(found)
    if isinstance(found, frozenset):
        return sorted(found)
    figure = Decimal(str(found)) * reference.times + reference.plus
    if isinstance(found, float):
        return float(min(max(figure, Decimal(0)), Decimal(1)))
    # A count is whole: at most 2.5 rows are 2, at least 2.5 rows are 3.
    return math.floor(figure) if argument == "max_value" else math.ceil(figure)


def _finding(expectation: Expectation, result: Any) -> Finding:
    raised = result.exception_info if isinstance(result.exception_info, dict) else {}
    if raised.get("raised_exception") or any(
        isinstance(info, dict) and info.get("raised_exception") for info in raised.values()
    ):
        # A suite that cannot run is our mistake, not the department's: it must stop the delivery, not pass it.
        raise RuntimeError(f"expectation {expectation.id} cannot be evaluated on this frame")
    details = result.result
    about_rows = "unexpected_index_list" in details or "unexpected_count" in details
    rows = tuple(sorted(int(place[_ROW]) for place in details.get("unexpected_index_list") or ()))
    observed = f"{len(rows)} / {details.get('element_count', 0)}" if about_rows else _figure(details.get("observed_value"))
    return Finding(expectation, bool(result.success), rows, about_rows, observed)


def _figure(observed: Any) -> str:
    return f"{observed:.4f}" if isinstance(observed, float) else str(observed)
