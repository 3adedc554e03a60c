"""A published edition in miniature: the mart tables that reports read, filled by a test.

Belongs here: the tables' shape and a small county to start from. Does not belong here: expectations (the tests). All
people and numbers are invented; village names are invented too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb

from pipelines.disclosure.decisions import COLUMNS, Marts, decide

MONDAY = date(2020, 11, 30)
LAST_MONDAY = MONDAY - timedelta(days=7)
SUNDAY = MONDAY + timedelta(days=6)
BUILD_ID = "2020-W49.001"

TABLES = {
    "build": "build_id varchar, week varchar, as_of date, code_version varchar, content_hash varchar,"
    " built_at timestamp, edition varchar",
    "person_identity": "person_id varchar, person_name varchar, id_number_masked varchar",
    "responsibility": "recipient_id varchar, recipient_type varchar, recipient_name varchar, village_id varchar",
    "village_file": "village_id varchar, village_code varchar, village_name varchar, managing_unit_code varchar,"
    " managing_unit_name varchar, department_code varchar, department_name varchar, is_key_village boolean,"
    " steps_total integer, steps_done integer, steps_overdue integer, review_asked integer, review_answered integer,"
    " officials integer, has_secretary boolean, has_chair boolean, is_dual_post boolean, items_present integer,"
    " items_required integer, petitions_open bigint, as_of date",
    "village_item": "village_id varchar, section varchar, item varchar, item_zh varchar, value varchar, since date,"
    " department varchar, dataset varchar, delivery_id varchar, row_no bigint, known_on date, holds_until date",
    "village_state_audience_week": "week_start date, village_id varchar, audience varchar, colour varchar,"
    " previous_colour varchar, colour_since date, red_warnings integer, yellow_warnings integer, reasons varchar,"
    " is_held boolean, is_overridden boolean, override_reason varchar, override_until date",
    "supervision_order": "order_no varchar, warning_id varchar, village_id varchar, responsible_unit varchar,"
    " level varchar, due_on date, state varchar, days_overdue integer, closed_on date, returned_on date,"
    " is_extended boolean, is_feedback_overdue boolean",
    "rectification_village": "village_id varchar, village_code varchar, level varchar, due_on date, tasks bigint,"
    " tasks_done bigint, tasks_overdue bigint, points_behind decimal(18, 2), problems bigint, problems_closed bigint,"
    " problems_overdue bigint, relapses_open bigint",
    "indicator_week": "week_start date, indicator_id varchar, scope_type varchar, scope_id varchar,"
    " scope_name varchar, numerator decimal(18, 2), denominator decimal(18, 2), value double,"
    " previous_value double, change double",
    "indicator_term": "indicator_id varchar, scope_type varchar, scope_id varchar, numerator decimal(18, 2),"
    " denominator decimal(18, 2), last_numerator decimal(18, 2), last_denominator decimal(18, 2)",
    "indicator": "indicator_id varchar, name_zh varchar, unit varchar, population_zh varchar, numerator_zh varchar,"
    " denominator_zh varchar, kind varchar, decimals integer, audience varchar, restricted boolean, small_cell integer,"
    " basis_zh varchar, valid_from date, valid_to date, version integer",
    "warning_rule": "rule_id varchar, title_zh varchar, subject varchar, topic varchar, yellow_operator varchar,"
    " yellow_threshold decimal(18, 2), red_operator varchar, red_threshold decimal(18, 2), unit_zh varchar, measure varchar,"
    " action_zh varchar, basis_zh varchar, audience varchar, restricted boolean, is_on boolean, valid_from date,"
    " valid_to date, version integer",
    "rule_concern": "rule_id varchar, concerns varchar, reason_zh varchar",
    "review_case": "person_id varchar, village_id varchar, stage varchar, rounds bigint, answers_asked bigint,"
    " answers_received bigint, marks bigint, examined_on date, outcome_zh varchar, decided_on date",
    "code": "code_table varchar, code varchar, label_zh varchar, valid_from date",
    "parameter": "parameter_id varchar, value decimal(18, 2), valid_from date, valid_to date",
    "person_item": "person_id varchar, department varchar, dataset varchar, delivery_id varchar, row_no bigint,"
    " is_disputed boolean",
    "warning_evidence": "warning_id varchar, department varchar, dataset varchar, delivery_id varchar, row_no bigint",
    "warning": "warning_id varchar, rule_id varchar, first_week date, owner_zh varchar, act_by date",
    "warning_week": "week_start date, warning_id varchar, rule_id varchar, subject_type varchar, subject_id varchar,"
    " village_id varchar, colour varchar, measured decimal(18, 2), threshold decimal(18, 2), detail_zh varchar,"
    " state varchar, weeks_open integer, restricted boolean, appeared varchar, handling varchar, handling_since date,"
    " measure_zh varchar, promised_on date, is_talk_proposed boolean, level varchar, relapse_of varchar",
    "warning_step": "answer_no varchar, rule_id varchar, village_id varchar, step varchar, step_zh varchar, handler_code varchar,"
    " stepped_on date, measure_zh varchar, promised_on date, outcome_zh varchar, restricted boolean, delivered_at date",
    "file_change": "week_start date, file varchar, subject_id varchar, village_id varchar, section varchar, item varchar,"
    " item_zh varchar, old_value varchar, new_value varchar, cause varchar, department varchar, restricted boolean",
    "file_comparison": "is_compared boolean",
    "due_calendar": "village_id varchar, body varchar, step_code varchar, name_zh varchar, legal_level varchar, due_on date",
    "hidden_figure": "week_start date, measure varchar, scope_type varchar, scope_id varchar, status varchar",
    "petition_week": "week_start date, village_id varchar, status varchar, matters bigint, repeats bigint,"
    " group_matters bigint, overdue bigint",
    "review_progress": "week_start date, village_id varchar, department varchar, review_round varchar, asked bigint,"
    " answered bigint, overdue bigint, stale bigint, on_hold bigint, for_examination bigint",
    "feed_week": "week_start date, department varchar, dataset varchar, title_zh varchar, owner_zh varchar,"
    " delivered_at date, last_good_at date, age_days integer, state varchar, reason_zh varchar, read bigint,"
    " landed bigint, quarantined bigint, redacted bigint",
    "department_quality_week": "week_start date, department varchar, datasets bigint, datasets_on_time bigint,"
    " datasets_complete bigint, rows_read bigint, rows_returned bigint, mended_lines bigint, mended_days bigint,"
    " open_lines bigint, oldest_open_days bigint, points bigint, points_possible bigint, score double",
    "review_queue_week": "week_start date, department varchar, pairs_waiting bigint, pairs_disputed bigint,"
    " oldest_opened_on date, oldest_days bigint",
    "warning_withheld": "week_start date, rule_id varchar, village_id varchar, reason_zh varchar",
    "delivery": "delivery_id varchar, department varchar, dataset varchar, delivered_at date, verdict varchar,"
    " file_name varchar, reasons_zh varchar",
}

Row = dict[str, Any]
CIRCLES = ("open", "posts", "review")


def indicator(indicator_id: str, name_zh: str, **more: Any) -> Row:
    """One indicator of the seed."""
    row = {
        "indicator_id": indicator_id,
        "name_zh": name_zh,
        "unit": "%",
        "population_zh": "现存村社",
        "numerator_zh": f"{name_zh}的分子",
        "denominator_zh": f"{name_zh}的分母",
        "kind": "ratio",
        "decimals": 1,
        "audience": "open",
        "restricted": False,
        "small_cell": 0,
        "basis_zh": "管理口径，无法律依据",
        "valid_from": date(2019, 1, 1),
        "version": 1,
    }
    return row | more


def rule(rule_id: str, title_zh: str, **more: Any) -> Row:
    """One warning rule of the seed."""
    row = {
        "rule_id": rule_id,
        "title_zh": title_zh,
        "subject": "village",
        "topic": "procedure",
        "yellow_operator": ">=",
        "yellow_threshold": 1,
        "red_operator": ">",
        "red_threshold": 3,
        "unit_zh": "日",
        "action_zh": f"{title_zh}：逐项核实原因",
        "basis_zh": "区换届工作方案",
        "audience": "open",
        "restricted": False,
        "is_on": True,
        "valid_from": date(2019, 1, 1),
        "version": 1,
    }
    return row | more


INDICATORS = (
    indicator("election_progress", "换届工作进度"),
    indicator("one_shot_success_party", "一次选举成功率（党组织）"),
    indicator("one_shot_success_committee", "一次选举成功率（村居委会）"),
    indicator("dual_post_share", "“一肩挑”比例"),
    indicator("nominee_list_result", "组织意图实现率", audience="posts", restricted=True, small_cell=3),
    indicator("turnout_party_members", "党员参选率"),
    indicator("turnout_voters", "选民参选率"),
    indicator("average_age", "两委成员平均年龄", kind="mean", unit="岁"),
    indicator("college_share", "两委成员大专以上学历占比"),
)

RULES = (
    rule("step_overdue", "换届程序步骤逾期"),
    rule("audit_unpublished", "经济责任审计未公布或到期未完成", topic="audit", unit_zh="级"),
    rule("petition_open", "未办结信访事项较多", topic="petition", yellow_threshold=3, red_threshold=5, unit_zh="件"),
    rule(
        "petition_repeat", "重复信访未办结", topic="petition", yellow_operator=None, yellow_threshold=None, unit_zh="件"
    ),
    rule("review_overdue", "联审意见逾期未复", topic="joint_review"),
    rule(
        "review_hold", "联审结论为暂缓", subject="person", topic="joint_review", audience="review", restricted=True,
        unit_zh="项",
    ),
    rule("feed_late", "数据逾期未报", subject="dataset", topic="feed"),
)

CODES = tuple(
    {"code_table": table, "code": code, "label_zh": label, "valid_from": date(2019, 1, 1)}
    for table, code, label in (
        ("body", "party", "党组织"),
        ("body", "committee", "村（居）民委员会"),
        ("petition_status", "handling", "办理中"),
        ("petition_status", "answered", "已答复"),
        ("petition_status", "registered", "登记"),
    )
)


@dataclass(frozen=True)
class V:
    """A village of the fixture; `wider` is its colour and reasons in the circles of readers that may not know of the review."""

    name: str
    unit: str = "001"
    department: str = "D01"
    colour: str = "green"
    previous: str | None = "green"
    reasons: str = ""
    wider: tuple[str, str] | None = None
    facts: Row = field(default_factory=dict)


@dataclass
class Edition:
    """An open edition that a test may add rows to."""

    con: duckdb.DuckDBPyConnection
    ids: dict[str, str] = field(default_factory=dict)
    warned: int = 0

    def add(self, table: str, *rows: Row) -> None:
        """Insert rows; columns not named stay null."""
        for row in rows:
            columns = ", ".join(f'"{name}"' for name in row)
            places = ", ".join("?" for _ in row)
            self.con.execute(f"insert into marts.{table} ({columns}) values ({places})", list(row.values()))

    def decide(self) -> None:
        """Hide what a publication would hide."""
        decisions = decide(self.con, Marts("marts", "marts.warning_rule", "marts.indicator"), 3)
        self.con.execute("delete from marts.hidden_figure")
        self.add("hidden_figure", *(dict(zip(COLUMNS, row, strict=True)) for row in decisions.rows()))

    def value(
        self, indicator_id: str, scope: tuple[str, str], now: tuple[int, int], last: tuple[int, int] | None
    ) -> None:
        """An indicator of one scope, this week and last."""
        for monday, ratio in ((MONDAY, now), (LAST_MONDAY, last)):
            if ratio is not None:
                self.add(
                    "indicator_week",
                    {
                        "week_start": monday,
                        "indicator_id": indicator_id,
                        "scope_type": scope[0],
                        "scope_id": scope[1],
                        "numerator": ratio[0],
                        "denominator": ratio[1],
                        "value": ratio[0] / ratio[1] if ratio[1] else None,
                    },
                )

    def warn(self, village: str | None, rule_id: str, colour: str = "yellow", state: str = "new", **more: Any) -> str:
        """A warning of the week about a village, a person or a dataset."""
        self.warned += 1
        warning_id = f"W{self.warned:012x}"
        village_id = self.ids[village] if village else None
        row = {
            "week_start": MONDAY,
            "warning_id": warning_id,
            "rule_id": rule_id,
            "subject_type": "village",
            "subject_id": village_id,
            "village_id": village_id,
            "colour": colour,
            "measured": 4,
            "detail_zh": f"明细{warning_id}",
            "state": state,
            "weeks_open": 1 if state == "new" else 2,
            "restricted": False,
            "appeared": state,
            "handling": "none",
            "level": colour,
        }
        act_by = more.pop("act_by", SUNDAY + timedelta(days=3))
        self.add("warning_week", row | more)
        first = MONDAY if state == "new" else LAST_MONDAY
        owned = {"first_week": first, "owner_zh": "测试一街道", "act_by": act_by}
        self.add("warning", {"warning_id": warning_id, "rule_id": rule_id, **owned})
        return warning_id


def open_edition(villages: Sequence[V]) -> Edition:
    """An edition with these villages, their colours and recipients, all seeds, and nothing else."""
    con = duckdb.connect()
    con.execute("create schema marts")
    for table, columns in TABLES.items():
        con.execute(f"create table marts.{table} ({columns})")
    edition = Edition(con)
    edition.add("build", {"build_id": BUILD_ID, "week": "2020-W49", "as_of": SUNDAY, "edition": "authorised"})
    edition.add("indicator", *INDICATORS)
    edition.add("warning_rule", *RULES)
    edition.add("code", *CODES)
    edition.add("parameter", {"parameter_id": "calendar_ahead_days", "value": 14, "valid_from": date(2019, 1, 1)})
    edition.add("file_comparison", {"is_compared": True})
    for number, village in enumerate(villages, 1):
        _add_village(edition, number, village)
    return edition


def _add_village(edition: Edition, number: int, village: V) -> None:
    village_id = f"v{number:04d}"
    edition.ids[village.name] = village_id
    unit_name, department_name = f"测试{village.unit}街道", f"测试{village.department}局"
    edition.add(
        "village_file",
        {
            "village_id": village_id,
            "village_code": f"330304{village.unit}{number:03d}",
            "village_name": village.name,
            "managing_unit_code": village.unit,
            "managing_unit_name": unit_name,
            "steps_total": 19,
            "steps_done": 11,
            "steps_overdue": 1,
            "review_asked": 20,
            "review_answered": 18,
            "officials": 5,
            "has_secretary": True,
            "has_chair": False,
            "is_dual_post": False,
            "items_present": 20,
            "items_required": 22,
        }
        | village.facts,
    )
    for circle in CIRCLES:
        colour, reasons = village.wider if village.wider and circle != "review" else (village.colour, village.reasons)
        edition.add(
            "village_state_audience_week",
            {
                "week_start": MONDAY,
                "village_id": village_id,
                "audience": circle,
                "colour": colour,
                "previous_colour": village.previous,
                "colour_since": LAST_MONDAY if colour == village.previous else MONDAY,
                "reasons": reasons,
            },
        )
    for recipient_id, kind, name in (
        ("county", "county", "测试区"),
        (f"township:{village.unit}", "township", unit_name),
        (f"department:{village.department}", "department", department_name),
    ):
        edition.add(
            "responsibility",
            {"recipient_id": recipient_id, "recipient_type": kind, "recipient_name": name, "village_id": village_id},
        )
