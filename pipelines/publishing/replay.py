"""What a version of a warning rule would have fired over past weeks, before it is switched on.

Belongs here: judging the measured values of the published build (`rule_measure_week`) by other thresholds. Does not
belong here: measuring (dbt), arguments and printing (`cli_rules`). Nothing is written, and nobody is named: only counts
come out, so that a restricted rule can be tried like any other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import user_look
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import AUTHORISED
from pipelines.settings import DBT_PROJECT, Settings
from pipelines.weeks import Week

RULES_FILE = DBT_PROJECT / "seeds" / "warning_rules.csv"
OPERATORS = frozenset({">", ">=", "<", "<=", "="})
_IN_SPAN = "rule_id = $1 and week_start >= coalesce($2, week_start) and week_start <= coalesce($3, week_start)"


@dataclass(frozen=True)
class Threshold:
    """When a colour is given; without an operator never."""

    operator: str
    value: Decimal

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise CunsheError(f"'{self.operator}' is no operator.", f"Operators: {' '.join(sorted(OPERATORS))}.")


@dataclass(frozen=True)
class RuleVersion:
    """A rule as it is to be tried."""

    rule_id: str
    title_zh: str
    version: int
    is_on: bool
    unit_zh: str
    yellow: Threshold | None
    red: Threshold | None

    def with_thresholds(self, yellow: Decimal | None, red: Decimal | None) -> RuleVersion:
        """The same rule with other values; the operators stay."""
        changed: dict[str, Threshold] = {}
        for colour, now, value in (("yellow", self.yellow, yellow), ("red", self.red, red)):
            if value is None:
                continue
            if now is None:
                raise CunsheError(f"{self.rule_id} has no threshold for {colour}.", "Leave that option out.")
            changed[colour] = replace(now, value=value)
        return replace(self, yellow=changed.get("yellow", self.yellow), red=changed.get("red", self.red))


@dataclass(frozen=True)
class ReplayedWeek:
    """One week: subjects measured, what this version would have fired, and what the build did fire."""

    week: str
    measured: int
    yellow: int
    red: int
    fired_yellow: int
    fired_red: int


@dataclass(frozen=True)
class Replay:
    """All of it; `warnings` counts unbroken runs of weeks, as the engine does."""

    build_id: str
    rule: RuleVersion
    weeks: tuple[ReplayedWeek, ...]
    warnings: int
    warnings_fired: int

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        shown = asdict(self)
        for colour in ("yellow", "red"):
            threshold = getattr(self.rule, colour)
            shown["rule"][colour] = threshold and {"operator": threshold.operator, "value": float(threshold.value)}
        return shown


def rule_version(rule_id: str, version: int | None = None, file: Path = RULES_FILE) -> RuleVersion:
    """A version of a rule as the seed has it, switched on or not; without a number the newest."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["rule_id"] == rule_id]
    if not rows:
        raise CunsheError(f"There is no rule '{rule_id}'.", "The rules are listed in docs/rules.md.")
    known = {int(row["version"]): row for row in rows}
    chosen = max(known) if version is None else version
    if chosen not in known:
        raise CunsheError(
            f"{rule_id} has no version {chosen}.", f"Versions: {', '.join(str(one) for one in sorted(known))}."
        )
    row = known[chosen]
    return RuleVersion(
        rule_id, row["title_zh"], chosen, row["is_on"] == "true", row["unit_zh"],
        _threshold(row, "yellow"), _threshold(row, "red"),
    )  # fmt: skip


def _threshold(row: dict[str, str], colour: str) -> Threshold | None:
    operator = row[f"{colour}_operator"]
    return Threshold(operator, Decimal(row[f"{colour}_threshold"])) if operator else None


def replay(settings: Settings, rule: RuleVersion, first: Week | None = None, last: Week | None = None) -> Replay:
    """Judge every week of the current build's measures by `rule`."""
    look = user_look("edition_replay", f"rules replay {rule.rule_id}")
    with closing(open_edition(settings, AUTHORISED, look=look)) as connection:
        (build_id,) = connection.execute("select build_id from build").fetchone()
        known = connection.execute("select 1 from rule_ledger where rule_id = ?", [rule.rule_id]).fetchone()
        if not known:
            raise CunsheError(f"Build {build_id} does not know the rule {rule.rule_id}.", "Run a week first.")
        judged = _judged(connection, rule, first, last)
        fired = connection.execute(
            f"select week_start, warning_id, colour from warning_week where {_IN_SPAN} and state <> 'cleared'",
            [rule.rule_id, first and first.monday, last and last.monday],
        ).fetchall()
    weeks = tuple(
        ReplayedWeek(
            Week(monday).iso, measured, yellow, red,
            sum((week, colour) == (monday, "yellow") for week, _, colour in fired),
            sum((week, colour) == (monday, "red") for week, _, colour in fired),
        )
        for monday, measured, yellow, red, _ in judged
    )  # fmt: skip
    begun = sum(new for *_, new in judged)
    return Replay(build_id, rule, weeks, begun, len({warning for _, warning, _ in fired}))


def _judged(connection: Any, rule: RuleVersion, first: Week | None, last: Week | None) -> Iterable[Any]:
    """By week: subjects measured, yellow, red, and those that were neither the week before, which begin a warning."""
    return list(
        connection.execute(
            f"""
            with judged as (
                select week_start, subject_type, subject_id, village_id,
                    case when {_condition(rule.red)} then 'red' when {_condition(rule.yellow)} then 'yellow' end as colour
                from rule_measure_week
                where {_IN_SPAN}
            )
            select j.week_start, count(*), count(*) filter (j.colour = 'yellow'), count(*) filter (j.colour = 'red'),
                count(*) filter (j.colour is not null and before.colour is null)
            from judged as j
            left join judged as before
                on before.week_start = j.week_start - 7 and before.subject_type = j.subject_type
                and before.subject_id = j.subject_id and before.village_id is not distinct from j.village_id
            group by j.week_start order by j.week_start
            """,
            [rule.rule_id, first and first.monday, last and last.monday],
        ).fetchall()
    )


def _condition(threshold: Threshold | None) -> str:
    return f"measured {threshold.operator} {threshold.value}" if threshold else "false"


def as_text(found: Replay) -> str:
    """For people."""
    rule = found.rule
    bounds = "，".join(
        f"{name}{one.operator}{one.value}{rule.unit_zh}" for name, one in (("黄", rule.yellow), ("红", rule.red)) if one
    )
    is_on = "启用" if rule.is_on else "未启用"
    head = f"{rule.rule_id} {rule.title_zh} 第{rule.version}版（{is_on}）：{bounds}；{found.build_id}"
    lines = [head, "周        测得对象  拟黄  拟红  实黄  实红"]
    lines += [
        f"{one.week}  {one.measured:8}  {one.yellow:4}  {one.red:4}  {one.fired_yellow:4}  {one.fired_red:4}"
        for one in found.weeks
    ]
    return "\n".join([*lines, f"拟出预警{found.warnings}条，实出{found.warnings_fired}条。未发布任何内容。"])
