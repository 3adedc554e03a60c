"""One week of the published marts as plain structures, each mart read once.

Belongs here: which columns of which mart the report reads, and nothing that depends on a recipient. Does not belong
here: choosing what a recipient sees (`selection`), words (`texts.yml`).

A dataclass of `week_rows` names its mart's columns; the query is made from its fields.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

import duckdb

from pipelines.disclosure.cells import Figure
from pipelines.disclosure.decisions import TABLE as HIDDEN
from pipelines.errors import CunsheError
from pipelines.reports.audiences import OPEN, POSTS, REVIEW, circles
from pipelines.reports.week_rows import (
    Answered,
    Build,
    Changed,
    Code,
    Concern,
    DepartmentQuality,
    Feed,
    HeldDelivery,
    Indicator,
    IndicatorValue,
    Order,
    Parameter,
    PastColour,
    Petitions,
    Rectified,
    Responsibility,
    Review,
    ReviewCase,
    ReviewQueue,
    Rule,
    Step,
    TermValue,
    Village,
    VillageState,
    Warned,
)
from pipelines.reports.withheld import Withheld
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week

MARTS = "marts"
WEEKS_SHOWN = 12  # of the colours over the weeks
IN_FORCE = (
    "where valid_from <= $1 and (valid_to is null or valid_to >= $1)"
    " qualify row_number() over (partition by {} order by valid_from desc) = 1"
)

T = TypeVar("T")


@dataclass(frozen=True)
class WeekData:
    """Everything the pages of one week are made from."""

    build: Build
    responsibilities: list[Responsibility]
    villages: dict[str, Village]
    states: dict[str, dict[str, VillageState]]  # by circle of readers, then village
    past_colours: dict[str, dict[date, dict[str, str]]]  # by circle of readers, week and village
    values: dict[tuple[str, str, str, bool], IndicatorValue]
    terms: dict[tuple[str, str, str], TermValue]
    indicators: dict[str, Indicator]
    rules: dict[str, Rule]
    former_rules: dict[str, Rule]  # as they were the day before the week
    rule_audiences: dict[str, str]
    rule_of_warning: dict[str, str]
    concerns: dict[str, str]
    warnings: list[Warned]
    answers: list[Answered]
    changes: list[Changed]
    is_compared: bool
    cases: list[ReviewCase]
    orders: list[Order]
    rectified: list[Rectified]
    steps: list[Step]
    petitions: list[Petitions]
    hidden: frozenset[tuple[date, Figure]]
    reviews: list[Review]
    feeds: list[Feed]
    held: list[HeldDelivery]
    qualities: list[DepartmentQuality]
    queues: list[ReviewQueue]
    withheld: list[Withheld]
    codes: dict[tuple[str, str], str]
    parameters: dict[str, Decimal]

    @property
    def ahead_days(self) -> int:
        """How many days a reminder looks ahead."""
        if "calendar_ahead_days" not in self.parameters:
            raise CunsheError(
                f"The parameter calendar_ahead_days has no value on {self.build.as_of}.", "Give it one in parameters.csv."
            )
        return int(self.parameters["calendar_ahead_days"])

    def audience_of_rule(self, rule_id: str | None) -> str:
        """Who may know of a rule; of what no rule says it, only the narrowest circle."""
        return self.rule_audiences.get(rule_id or "", REVIEW)

    def audience_of_warning(self, warning: Warned) -> str:
        """Who may know of a warning: as of its rule, and of one about a person those who answer for a team at most."""
        least = POSTS if warning.subject_type == "person" else OPEN
        return max(self.audience_of_rule(warning.rule_id), least, key=circles().index)

    def audience_of_order(self, order: Order) -> str:
        """Who may know of a supervision order: as of the warning it is about, if it is about one."""
        return self.audience_of_rule(self.rule_of_warning.get(order.warning_id)) if order.warning_id else OPEN

    def audience_of_feed(self, feed: Feed) -> str:
        """Who may know of a dataset's rows."""
        contract = load_catalog().get(f"{feed.department}__{feed.dataset}")
        return contract.audience if contract else REVIEW

    @cached_property
    def county_scope(self) -> str:
        """The scope id of the county's own figures; empty in a week without any."""
        return next((scope for _, kind, scope, _ in self.values if kind == "county"), "")


def read_week(con: duckdb.DuckDBPyConnection) -> WeekData:
    """Read the week of the build that `con` shows."""
    build = _build(con)
    this, last = build.week.monday, build.week.monday - timedelta(days=7)
    return WeekData(
        build=build,
        responsibilities=rows_of(con, Responsibility, "responsibility", "order by recipient_id, village_id"),
        villages={v.village_id: v for v in rows_of(con, Village, "village_file", "order by village_code, village_id")},
        states=_states(con, this),
        past_colours=_past_colours(con, this),
        terms={(t.indicator_id, t.scope_type, t.scope_id): t for t in rows_of(con, TermValue, "indicator_term")},
        values={
            (v.indicator_id, v.scope_type, v.scope_id, v.week_start == this): v
            for v in rows_of(con, IndicatorValue, "indicator_week", "where week_start in ($1, $2)", this, last)
        },
        indicators={
            i.indicator_id: i for i in rows_of(con, Indicator, "indicator", IN_FORCE.format("indicator_id"), build.as_of)
        },
        rules=_rules(con, build.as_of),
        former_rules=_rules(con, this - timedelta(days=1)),
        rule_audiences=_rule_audiences(con),
        rule_of_warning=dict(con.execute(f"select warning_id, rule_id from {MARTS}.warning").fetchall()),
        concerns={c.rule_id: c.concerns for c in rows_of(con, Concern, "rule_concern")},
        warnings=_warnings(con, this),
        answers=rows_of(
            con, Answered, "warning_step", "where delivered_at between $1 and $1 + 6 order by stepped_on, answer_no", this
        ),
        changes=_changes(con, this),
        is_compared=(True,) in con.execute(f"select is_compared from {MARTS}.file_comparison").fetchall(),
        cases=_cases(con),
        orders=rows_of(
            con, Order, "supervision_order", "where coalesce(closed_on, $1) >= $1 order by due_on, order_no", this
        ),
        rectified=rows_of(con, Rectified, "rectification_village", "order by village_code"),
        steps=rows_of(
            con,
            Step,
            "due_calendar",
            "order by due_on, body, step_code",
        ),
        petitions=rows_of(con, Petitions, "petition_week", "where week_start in ($1, $2)", this, last),
        hidden=_hidden(con, last),
        reviews=rows_of(con, Review, "review_progress", "where week_start = $1", this),
        feeds=rows_of(con, Feed, "feed_week", "where week_start = $1 order by department, dataset", this),
        held=rows_of(
            con,
            HeldDelivery,
            "delivery",
            "where verdict = 'held' and delivered_at between $1 and $1 + 6 order by delivered_at, delivery_id",
            this,
        ),
        qualities=rows_of(
            con, DepartmentQuality, "department_quality_week", "where week_start = $1 order by score, department", this
        ),
        queues=rows_of(
            con, ReviewQueue, "review_queue_week", "where week_start = $1 order by oldest_opened_on, department", this
        ),
        withheld=rows_of(con, Withheld, "warning_withheld", "where week_start = $1 order by rule_id, village_id", this),
        codes={(c.code_table, c.code): c.label_zh for c in rows_of(con, Code, "code", "order by valid_from")},
        parameters={
            p.parameter_id: p.value for p in rows_of(con, Parameter, "parameter", IN_FORCE.format("parameter_id"), build.as_of)
        },
    )


def rows_of(con: duckdb.DuckDBPyConnection, kind: type[T], relation: str, clauses: str = "", *parameters: Any) -> list[T]:
    """A mart's rows, the columns that the dataclass names. `clauses` are ours, values go in by `parameters`."""
    # any dataclass: only the stubs of the standard library have a name for that
    names = ", ".join(f'"{f.name}"' for f in fields(kind))  # type: ignore[arg-type]
    found = con.execute(f"select {names} from {MARTS}.{relation} {clauses}", list(parameters)).fetchall()
    return [kind(*row) for row in found]


def _hidden(con: duckdb.DuckDBPyConnection, since: date) -> frozenset[tuple[date, Figure]]:
    """The counts that nobody is shown, of a week and later."""
    query = f"select week_start, measure, scope_type, scope_id, status from {MARTS}.{HIDDEN} where week_start >= $1"
    return frozenset((week, Figure(*figure)) for week, *figure in con.execute(query, [since]).fetchall())


def _rules(con: duckdb.DuckDBPyConnection, on: date) -> dict[str, Rule]:
    """The rules in force on a day."""
    return {rule.rule_id: rule for rule in rows_of(con, Rule, "warning_rule", IN_FORCE.format("rule_id"), on)}


def _rule_audiences(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Who may know of each rule: of its versions, the one that fewest may know of counts."""
    found: dict[str, str] = {}
    for rule_id, audience in con.execute(f"select rule_id, audience from {MARTS}.warning_rule").fetchall():
        found[rule_id] = max(audience, found.get(rule_id, OPEN), key=circles().index)
    return found


def _states(con: duckdb.DuckDBPyConnection, this: date) -> dict[str, dict[str, VillageState]]:
    """The week's colours by circle of readers and village."""
    found: dict[str, dict[str, VillageState]] = {circle: {} for circle in circles()}
    for state in rows_of(con, VillageState, "village_state_audience_week", "where week_start = $1", this):
        found[state.audience][state.village_id] = state
    return found


def _past_colours(con: duckdb.DuckDBPyConnection, this: date) -> dict[str, dict[date, dict[str, str]]]:
    """Colours of this and the weeks before, by circle of readers, week and village."""
    found: dict[str, dict[date, dict[str, str]]] = {circle: {} for circle in circles()}
    first = this - timedelta(weeks=WEEKS_SHOWN - 1)
    for row in rows_of(con, PastColour, "village_state_audience_week", "where week_start between $1 and $2", first, this):
        found[row.audience].setdefault(row.week_start, {})[row.village_id] = row.colour
    return found


def _warnings(con: duckdb.DuckDBPyConnection, week: date) -> list[Warned]:
    """The week's warnings with who must act; a person's name is cut to its first character inside the query (F-13)."""
    found = con.execute(
        f"""
        select w.warning_id, w.rule_id, w.subject_type, w.subject_id, w.village_id, w.colour, w.measured,
               w.detail_zh, w.state, w.weeks_open, w.restricted, a.first_week, a.owner_zh, a.act_by,
               case when w.subject_type = 'person' then coalesce(left(trim(p.person_name), 1), '') || '*' end,
               w.subject_type = 'person' and exists (
                   select 1 from {MARTS}.warning_evidence as e
                   inner join {MARTS}.person_item as i using (department, dataset, delivery_id, row_no)
                   where e.warning_id = w.warning_id and i.person_id = w.subject_id and i.is_disputed
               ),
               w.appeared, w.handling, w.handling_since, w.measure_zh, w.promised_on, w.is_talk_proposed, w.level,
               w.relapse_of
        from {MARTS}.warning_week as w
        left join {MARTS}.warning as a on w.warning_id = a.warning_id
        left join {MARTS}.person_identity as p on w.subject_type = 'person' and w.subject_id = p.person_id
        where w.week_start = $1
        order by w.warning_id
        """,
        [week],
    ).fetchall()
    return [Warned(*row) for row in found]


def _changes(con: duckdb.DuckDBPyConnection, week: date) -> list[Changed]:
    """What changed in the files since last week; a person's name is cut to its first character inside the query (F-13)."""
    found = con.execute(
        f"""
        select c.file, c.subject_id, c.village_id, c.section, c.item_zh, c.old_value, c.new_value, c.cause, c.department,
               c.restricted, case when c.file = 'person' then coalesce(left(trim(p.person_name), 1), '') || '*' end
        from {MARTS}.file_change as c
        left join {MARTS}.person_identity as p on c.file = 'person' and c.subject_id = p.person_id
        where c.week_start = $1
        order by c.village_id, c.subject_id, c.section, c.item, c.old_value, c.new_value
        """,
        [week],
    ).fetchall()
    return [Changed(*row) for row in found]


def _cases(con: duckdb.DuckDBPyConnection) -> list[ReviewCase]:
    """Everybody the joint review knows, names cut to their first character inside the query (F-13)."""
    found = con.execute(
        f"""
        select c.village_id, coalesce(left(trim(p.person_name), 1), '') || '*', c.stage, c.rounds, c.answers_asked,
               c.answers_received, c.marks, c.examined_on, c.outcome_zh, c.decided_on
        from {MARTS}.review_case as c
        left join {MARTS}.person_identity as p using (person_id)
        order by c.village_id, c.person_id
        """
    ).fetchall()
    return [ReviewCase(*row) for row in found]


def _build(con: duckdb.DuckDBPyConnection) -> Build:
    found = con.execute(f"select * from {MARTS}.build")
    names = [column[0] for column in found.description]
    records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if len(records) != 1:
        raise CunsheError(
            f"The edition's table {MARTS}.build has {len(records)} rows instead of one.", "Publish it again."
        )
    record = records[0]
    as_of = record["as_of"] if isinstance(record["as_of"], date) else date.fromisoformat(str(record["as_of"]))
    return Build(str(record["build_id"]), Week.of(as_of), as_of)
