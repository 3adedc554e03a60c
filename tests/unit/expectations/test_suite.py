"""What a suite may take from the run: figures of the last accepted delivery, exactly at their bounds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from expectations.compare import shares
from expectations.runner import run_suite
from expectations.suite import Context, Suite, load_suite
from pipelines.errors import CunsheError

DAY = date(2020, 11, 27)
TEXTS = {"severity": "warning", "zh": "不符", "en": "wrong", "fix_zh": "请核对"}


def suite(kind: str, **arguments: object) -> Suite:
    return Suite(owner="某科", expectations=({"id": "one", "type": kind, "kwargs": arguments, **TEXTS},))  # type: ignore[arg-type]


def passes(suite: Suite, codes: list[str | None], **before: object) -> bool:
    frame = pd.DataFrame({"sex": codes}, index=pd.RangeIndex(2, len(codes) + 2, name="_row"), dtype="str")
    (found,) = run_suite(suite, frame, Context(village_codes=None, delivered_at=DAY, **before))  # type: ignore[arg-type]
    assert not found.skipped
    return found.success


@pytest.mark.parametrize(("rows", "good"), [(2, False), (3, True), (12, True), (13, False)])
def test_volume_bounds_include_what_they_say(rows: int, good: bool) -> None:
    volume = suite(
        "ExpectTableRowCountToBeBetween",
        min_value={"context": "rows_before", "times": 0.5}, max_value={"context": "rows_before", "times": 2.5},
    )  # fmt: skip
    assert passes(volume, ["1"] * rows, rows_before=5) is good


@pytest.mark.parametrize(("women", "good"), [(3, False), (4, True), (6, True), (7, False)])
def test_share_bounds_include_what_they_say(women: int, good: bool) -> None:
    steady = suite(
        "ExpectColumnMeanToBeBetween", column="sex", share_of="2",
        min_value={"context": "share_before", "plus": -0.1}, max_value={"context": "share_before", "plus": 0.1},
    )  # fmt: skip
    assert passes(steady, ["2"] * women + ["1"] * (10 - women), shares_before={("sex", "2"): 0.5}) is good


def test_a_share_is_of_all_rows_and_a_bound_never_leaves_nought_to_one() -> None:
    steady = suite(
        "ExpectColumnMeanToBeBetween", column="sex", share_of="2",
        min_value={"context": "share_before", "plus": -0.1}, max_value={"context": "share_before", "plus": 0.1},
    )  # fmt: skip
    assert shares(steady, pd.DataFrame({"sex": ["2", None, "1", "1"]})) == {("sex", "2"): 0.25}
    assert shares(steady, pd.DataFrame({"sex": []})) == {}
    assert passes(steady, ["1"] * 5, shares_before={("sex", "2"): 0.0})


def test_an_unknown_context_is_named_with_its_file(tmp_path: Path) -> None:
    one = "{id: a, type: T, kwargs: {v: {context: moon}}, severity: warning, zh: z, en: e, fix_zh: f}"
    text = f"owner: x\nexpectations:\n  - {one}\n"
    (tmp_path / "d__s.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CunsheError, match=r"d__s\.yml.*no such context: moon"):
        load_suite("d__s", tmp_path)
