"""Replaying a rule over past weeks: what another version or threshold would have fired, with nothing published."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.publishing.pointer import current
from pipelines.publishing.replay import RuleVersion, Threshold, as_text, replay, rule_version
from pipelines.settings import Settings
from pipelines.weeks import Week

SEED = """rule_id,title_zh,unit_zh,yellow_operator,yellow_threshold,red_operator,red_threshold,is_on,version
petition_open,未办结信访,件,>=,3,>,5,true,1
petition_open,未办结信访,件,>=,4,>,5,false,2
unread,没有数据的规则,件,,,>,5,false,1
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    file = tmp_path / "rules.csv"
    file.write_text(SEED, encoding="utf-8")
    return file


def by_week(found_in: Settings, rule: RuleVersion, *span: Week | None) -> list[tuple[str, int, int, int]]:
    return [(one.week, one.measured, one.yellow, one.red) for one in replay(found_in, rule, *span).weeks]


def test_the_version_is_judged_at_its_edges(first_home: Settings, seed: Path) -> None:
    old = rule_version("petition_open", 1, seed)
    assert by_week(first_home, old) == [("2020-W46", 2, 2, 0), ("2020-W47", 2, 0, 1), ("2020-W48", 2, 2, 0)]
    newest = rule_version("petition_open", file=seed)
    assert (newest.version, newest.is_on) == (2, False)
    assert by_week(first_home, newest) == [("2020-W46", 2, 1, 0), ("2020-W47", 2, 0, 1), ("2020-W48", 2, 1, 0)]


def test_an_unbroken_run_of_weeks_is_one_warning(first_home: Settings, seed: Path) -> None:
    found = replay(first_home, rule_version("petition_open", 1, seed))
    assert (found.warnings, found.warnings_fired) == (3, 1)  # V1; V2 twice, with a week between
    assert [(one.fired_yellow, one.fired_red) for one in found.weeks] == [(0, 0), (0, 0), (1, 0)]


def test_other_thresholds_and_a_span_of_weeks(first_home: Settings, seed: Path) -> None:
    strict = rule_version("petition_open", 1, seed).with_thresholds(Decimal(5), Decimal(9))
    assert by_week(first_home, strict, Week.parse("2020-W47")) == [("2020-W47", 2, 1, 0), ("2020-W48", 2, 1, 0)]
    assert by_week(first_home, strict, None, Week.parse("2020-W46")) == [("2020-W46", 2, 0, 0)]


def test_nothing_is_published_and_nobody_is_named(first_home: Settings, seed: Path) -> None:
    before = current(first_home)
    found = replay(first_home, rule_version("petition_open", 2, seed))
    assert current(first_home) == before
    shown = json.loads(json.dumps(found.as_json()))
    assert shown["rule"]["yellow"] == {"operator": ">=", "value": 4.0}
    assert "V1" not in json.dumps(shown) + as_text(found)
    assert "未发布任何内容" in as_text(found)


@pytest.mark.parametrize(
    ("rule_id", "version", "message"),
    [("no_such", None, "no rule 'no_such'"), ("petition_open", 7, "no version 7")],
)
def test_what_is_not_in_the_seed_is_said(seed: Path, rule_id: str, version: int | None, message: str) -> None:
    with pytest.raises(CunsheError, match=message):
        rule_version(rule_id, version, seed)


def test_a_rule_that_the_build_has_not_measured_is_said(first_home: Settings, seed: Path) -> None:
    unread = rule_version("unread", file=seed)
    with pytest.raises(CunsheError, match="does not know the rule"):
        replay(first_home, unread)
    with pytest.raises(CunsheError, match="no threshold for yellow"):
        unread.with_thresholds(Decimal(1), None)
    with pytest.raises(CunsheError, match="no operator"):
        Threshold("; drop", Decimal(1))
