"""The rows that reports read, mart by mart.

Belongs here: a dataclass per mart, naming its columns. Does not belong here: reading them (`week_data`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.weeks import Week


@dataclass(frozen=True)
class Build:
    build_id: str
    week: Week
    as_of: date


@dataclass(frozen=True)
class Responsibility:
    recipient_id: str
    recipient_type: str
    recipient_name: str
    village_id: str


@dataclass(frozen=True)
class Village:
    village_id: str
    village_code: str
    village_name: str
    managing_unit_code: str
    managing_unit_name: str
    is_key_village: bool | None
    steps_total: int | None
    steps_done: int | None
    steps_overdue: int | None
    review_asked: int | None
    review_answered: int | None


@dataclass(frozen=True)
class VillageFacts:
    """A village in its own file."""

    village_id: str
    village_code: str
    village_name: str
    managing_unit_name: str
    department_name: str | None
    is_key_village: bool | None
    officials: int
    has_secretary: bool
    has_chair: bool
    is_dual_post: bool
    steps_total: int
    steps_done: int
    steps_overdue: int
    review_asked: int
    review_answered: int
    items_present: int
    items_required: int


@dataclass(frozen=True)
class VillageItem:
    """Something known of a village, and the record that says so."""

    section: str
    item: str
    item_zh: str | None
    value: str
    since: date | None
    department: str
    dataset: str
    delivery_id: str
    row_no: int
    known_on: date | None
    holds_until: date | None


@dataclass(frozen=True)
class VillageState:
    """A village's colour and its reasons, as a circle of readers may know it."""

    village_id: str
    audience: str
    colour: str
    previous_colour: str | None
    colour_since: date | None
    reasons: str | None
    is_held: bool | None
    is_overridden: bool | None
    override_reason: str | None
    override_until: date | None


@dataclass(frozen=True)
class PastColour:
    """A village's colour in some week, as a circle of readers may know it."""

    week_start: date
    village_id: str
    audience: str
    colour: str


@dataclass(frozen=True)
class TermValue:
    """A figure of the teams of this term and of the last one."""

    indicator_id: str
    scope_type: str
    scope_id: str
    numerator: Decimal | None
    denominator: Decimal | None
    last_numerator: Decimal | None
    last_denominator: Decimal | None


@dataclass(frozen=True)
class IndicatorValue:
    week_start: date
    indicator_id: str
    scope_type: str
    scope_id: str
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Indicator:
    indicator_id: str
    name_zh: str
    unit: str
    population_zh: str
    numerator_zh: str
    denominator_zh: str
    kind: str
    decimals: int
    audience: str
    restricted: bool
    small_cell: int | None
    basis_zh: str
    version: str


@dataclass(frozen=True)
class Rule:
    rule_id: str
    title_zh: str
    subject: str
    topic: str
    yellow_operator: str | None
    yellow_threshold: Decimal | None
    red_operator: str | None
    red_threshold: Decimal | None
    unit_zh: str | None
    action_zh: str | None
    basis_zh: str | None
    restricted: bool
    is_on: bool
    valid_from: date
    version: int


@dataclass(frozen=True)
class Concern:
    """Whose own work a rule is about: a kind of recipient, or `supplier`."""

    rule_id: str
    concerns: str


@dataclass(frozen=True)
class ReviewCase:
    """A person whose case people examine. `person` is the masked name: surnames only ever leave the query."""

    village_id: str
    person: str
    stage: str
    rounds: int
    answers_asked: int
    answers_received: int
    marks: int
    examined_on: date | None
    outcome_zh: str | None
    decided_on: date | None


@dataclass(frozen=True)
class Parameter:
    parameter_id: str
    value: Decimal


@dataclass(frozen=True)
class Code:
    code_table: str
    code: str
    label_zh: str


@dataclass(frozen=True)
class Warned:
    """A warning in the state it has in the week. `person` is the masked name: surnames only ever leave the query."""

    warning_id: str
    rule_id: str
    subject_type: str
    subject_id: str
    village_id: str | None
    colour: str | None
    measured: Decimal | None
    detail_zh: str | None
    state: str
    weeks_open: int | None
    restricted: bool
    first_week: date | None
    owner_zh: str | None
    act_by: date | None
    person: str | None
    is_disputed: bool  # the person disputes a record behind it (PIPL art. 46)
    appeared: str | None
    handling: str | None
    handling_since: date | None
    measure_zh: str | None
    promised_on: date | None
    is_talk_proposed: bool | None
    level: str | None  # the colour, or one more where it is overdue
    relapse_of: str | None


@dataclass(frozen=True)
class Answered:
    """An answer to a warning that came in the week, and whether it counts."""

    answer_no: str
    rule_id: str | None
    village_id: str | None
    step: str
    step_zh: str
    handler_code: str
    stepped_on: date
    measure_zh: str | None
    promised_on: date | None
    outcome_zh: str
    restricted: bool


@dataclass(frozen=True)
class Changed:
    """A change in a file since last week, with its cause. `person` is the masked name of whose file it is, if a person's."""

    file: str
    subject_id: str
    village_id: str | None
    section: str
    item_zh: str
    old_value: str | None
    new_value: str | None
    cause: str
    department: str
    restricted: bool
    person: str | None


@dataclass(frozen=True)
class Order:
    """A supervision order that is not closed, or was closed in the week."""

    order_no: str
    warning_id: str | None
    village_id: str
    responsible_unit: str
    level: str
    due_on: date
    state: str
    days_overdue: int
    returned_on: date | None
    is_extended: bool | None
    is_feedback_overdue: bool | None


@dataclass(frozen=True)
class Rectified:
    """A village on the newest list of weak villages, and how far its tasks and problems have come."""

    village_id: str
    level: str
    due_on: date | None
    tasks: int
    tasks_done: int
    tasks_overdue: int
    points_behind: Decimal | None
    problems: int
    problems_closed: int
    problems_overdue: int
    relapses_open: int


@dataclass(frozen=True)
class Step:
    village_id: str
    body: str
    step_code: str
    name_zh: str
    legal_level: str | None
    due_on: date


@dataclass(frozen=True)
class Petitions:
    week_start: date
    village_id: str
    status: str
    matters: int
    repeats: int
    group_matters: int
    overdue: int


@dataclass(frozen=True)
class Review:
    village_id: str
    department: str
    review_round: str
    asked: int
    answered: int
    overdue: int
    stale: int
    on_hold: int
    for_examination: int


@dataclass(frozen=True)
class Feed:
    """How a dataset came; the counts are None where the copy may not know them."""

    department: str
    dataset: str
    title_zh: str
    owner_zh: str
    last_good_at: date | None
    age_days: int | None
    state: str
    reason_zh: str | None
    read: int | None
    landed: int | None
    quarantined: int | None
    redacted: int | None


@dataclass(frozen=True)
class HeldDelivery:
    delivery_id: str
    department: str
    dataset: str
    delivered_at: date
    file_name: str
    reasons_zh: str | None


@dataclass(frozen=True)
class DepartmentQuality:
    department: str
    datasets: int
    datasets_on_time: int
    datasets_complete: int
    rows_read: int
    rows_returned: int
    mended_lines: int
    mended_days: int
    open_lines: int
    oldest_open_days: int
    points: int
    points_possible: int


@dataclass(frozen=True)
class ReviewQueue:
    """Pairs of one department's records that wait for a person to say who is who."""

    department: str
    pairs_waiting: int
    pairs_disputed: int
    oldest_opened_on: date
    oldest_days: int
