"""The tables of a page: changes, warnings, steps, joint review, petitions, overview.

Belongs here: turning a recipient's records into rows, with masking and suppression already applied. Does not belong
here: headline figures (`headline`), wording and layout.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pipelines.disclosure.cells import Figure
from pipelines.disclosure.config import hidden_word
from pipelines.disclosure.petitions import ALL
from pipelines.reports.charts import COLOURS
from pipelines.reports.figures import Change, Ratio, change_between
from pipelines.reports.page import (
    ColourChange,
    PetitionRow,
    PetitionTable,
    QualityRow,
    Recipient,
    Rectification,
    RuleCount,
    StepGroup,
    VillageRow,
    WarningCounts,
    WarningGroup,
    WarningRow,
)
from pipelines.reports.selection import by_unit, is_for
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Petitions, Rectified, Rule, Step, VillageState, Warned

NAMES_IN_STEP = 12
RECTIFIED = ("tasks", "tasks_done", "tasks_overdue", "problems", "problems_closed", "problems_overdue", "relapses_open")
PETITION_COUNTS = ("matters", "repeats", "group_matters", "overdue")


def split_reasons(text: str | None) -> tuple[str, ...]:
    """Rule ids as the mart joins them."""
    return tuple(filter(None, (text or "").split("、")))


def reasons_for(data: WeekData, state: VillageState, recipient: Recipient) -> tuple[str, ...]:
    """The rules behind a colour; without those about the recipient's own work."""
    return tuple(rule_id for rule_id in split_reasons(state.reasons) if is_for(data, rule_id, recipient))


def village_rows(data: WeekData, recipient: Recipient, warnings: Iterable[Warned]) -> tuple[VillageRow, ...]:
    """One row per village of the recipient: colour, since when and why, as far as its circle may know."""
    open_warnings = Counter(w.village_id for w in warnings if w.state != "cleared")
    rows = []
    for village in recipient.villages:
        state = data.states[recipient.circle].get(village.village_id)
        rows.append(
            VillageRow(
                village=village,
                colour=state.colour if state else "none",
                since=state.colour_since if state else None,
                reasons=reasons_for(data, state, recipient) if state else (),
                open_warnings=open_warnings[village.village_id],
                state=state,
            )
        )
    return tuple(rows)


def rectification(villages: Sequence[Rectified]) -> Rectification:
    """What has been done in the listed villages, n/N."""
    total = {name: sum(getattr(one, name) or 0 for one in villages) for name in RECTIFIED}
    return Rectification(
        Ratio.of(total["tasks_done"], total["tasks"]),
        total["tasks_overdue"],
        Ratio.of(total["problems_closed"], total["problems"]),
        total["problems_overdue"],
        total["relapses_open"],
    )


def colour_changes(data: WeekData, recipient: Recipient, warnings: Iterable[Warned]) -> tuple[ColourChange, ...]:
    """Villages whose colour is another than last week's, the worst first."""
    cleared: dict[str | None, set[str]] = defaultdict(set)
    for warning in warnings:
        if warning.state == "cleared":
            cleared[warning.village_id].add(warning.rule_id)
    changes = []
    for village in recipient.villages:
        state = data.states[recipient.circle].get(village.village_id)
        if state and state.previous_colour and state.previous_colour != state.colour:
            drivers = reasons_for(data, state, recipient)
            gone = tuple(sorted(cleared[village.village_id]))
            changes.append(ColourChange(village, state.previous_colour, state.colour, state.colour_since, drivers, gone))
    return tuple(sorted(changes, key=lambda change: COLOURS.index(change.now)))


def warning_counts(warnings: Iterable[Warned]) -> WarningCounts:
    """Open warnings by colour, new and cleared ones of the week."""
    listed = list(warnings)
    states = Counter((w.state, w.colour) for w in listed)
    live = ("new", "continuing")
    return WarningCounts(
        red=sum(states[state, "red"] for state in live),
        yellow=sum(states[state, "yellow"] for state in live),
        new=sum(count for (state, _), count in states.items() if state == "new"),
        relapsed=sum(w.appeared == "relapsed" for w in listed),
        cleared=sum(count for (state, _), count in states.items() if state == "cleared"),
    )


def rule_counts(data: WeekData, warnings: Iterable[Warned]) -> tuple[RuleCount, ...]:
    """New and cleared warnings by rule, most new ones first."""
    villages: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"new": [], "cleared": []})
    for warning in warnings:
        if warning.state in ("new", "cleared"):
            village = data.villages.get(warning.village_id or "")
            villages[warning.rule_id][warning.state].append(village.village_name if village else "")
    rows = [
        RuleCount(
            rule_id=rule_id,
            new=len(names["new"]),
            cleared=len(names["cleared"]),
            new_villages=tuple(dict.fromkeys(filter(None, names["new"]))),
            cleared_villages=tuple(dict.fromkeys(filter(None, names["cleared"]))),
        )
        for rule_id, names in villages.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.new, -row.cleared, row.rule_id)))


def warning_groups(data: WeekData, warnings: Iterable[Warned]) -> tuple[WarningGroup, ...]:
    """Open warnings grouped by colour and rule: red first, then the rule with most, then by date to act."""
    grouped: dict[tuple[str, str], list[Warned]] = defaultdict(list)
    for warning in warnings:
        if warning.state != "cleared":
            grouped[warning.colour or "none", warning.rule_id].append(warning)
    order = sorted(grouped, key=lambda key: (COLOURS.index(key[0]), -len(grouped[key]), key[1]))
    return tuple(
        WarningGroup(colour, rule_of(data, rule_id), warning_rows(data, grouped[colour, rule_id]))
        for colour, rule_id in order
    )


def warning_rows(data: WeekData, warnings: Iterable[Warned]) -> tuple[WarningRow, ...]:
    """Rows in the order in which they have to be acted on."""
    rows = [
        WarningRow(
            warning=warning,
            rule=rule_of(data, warning.rule_id),
            village=data.villages.get(warning.village_id or ""),
            is_overdue=bool(warning.act_by and warning.act_by <= data.build.as_of),
        )
        for warning in warnings
    ]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.warning.act_by or date.max,
                row.village.managing_unit_code if row.village else "",
                row.village.village_code if row.village else "",
                row.warning.warning_id,
            ),
        )
    )


def rule_of(data: WeekData, rule_id: str) -> Rule:
    """The rule as the seed has it; a rule no longer in force keeps its id as a title rather than losing its rows."""
    return data.rules.get(rule_id) or Rule(
        rule_id, rule_id, "", "", None, None, None, None, None, None, None, False, True, date.min, 0
    )


def step_groups(data: WeekData, steps: Iterable[Step]) -> tuple[StepGroup, ...]:
    """Steps of the calendar of what is due, by day and step; villages by name while they are few."""
    grouped: dict[tuple[date, str, str], list[Step]] = defaultdict(list)
    for step in steps:
        grouped[step.due_on, step.body, step.step_code].append(step)
    groups = []
    for (due_on, body, _), members in sorted(grouped.items()):
        villages = [data.villages[step.village_id] for step in members]
        few = len(villages) <= NAMES_IN_STEP
        groups.append(
            StepGroup(
                due_on=due_on,
                body=body,
                name=members[0].name_zh,
                legal_level=members[0].legal_level,
                count=len(villages),
                villages=tuple(village.village_name for village in villages) if few else (),
                units=() if few else tuple((name, len(group)) for _, name, group in by_unit(villages)),
            )
        )
    return tuple(groups)


def petition_table(
    data: WeekData, recipient: Recipient, petitions: Sequence[Petitions], order: Sequence[str], cell: int
) -> PetitionTable:
    """Petition counts by status, without those that are hidden, and the change of the total where both totals are shown."""
    this, last = data.build.week.monday, data.build.week.monday - timedelta(days=7)
    counts: dict[date, dict[str, Counter[str]]] = {this: defaultdict(Counter), last: defaultdict(Counter)}
    for petition in petitions:
        for name in PETITION_COUNTS:
            counts[petition.week_start][petition.status][name] += getattr(petition, name) or 0
    hidden = {figure.status for week, figure in data.hidden
              if week == this and figure[1:3] == (recipient.kind, recipient.recipient_id)}  # fmt: skip
    told = {status for status, row in counts[this].items() if any(row.values())} | (hidden - {ALL})
    statuses = [status for status in order if status in told] + sorted(told - set(order))
    totals = {week: sum(by_status.values(), start=Counter()) for week, by_status in counts.items()}

    def cells(status: str | None, row: Counter[str]) -> PetitionRow:
        figures = (Figure(name, recipient.kind, recipient.recipient_id, status or ALL) for name in PETITION_COUNTS)
        shown = (hidden_word(cell) if (this, figure) in data.hidden else str(row[figure.measure]) for figure in figures)
        return PetitionRow(status, *shown)

    # a row of noughts is left out only where none of them is hidden: else its absence would tell them
    rows = tuple(cells(status, counts[this][status]) for status in statuses)
    total = Figure(PETITION_COUNTS[0], recipient.kind, recipient.recipient_id, ALL)
    now, before = (totals[week][total.measure] if counts[week] else None for week in (this, last))
    is_shown = not data.hidden & {(this, total), (last, total)}
    change = change_between(now, before, 0) if is_shown else Change("hidden")
    return PetitionTable(rows, cells(None, totals[this]) if rows else None, change)


def quality_rows(data: WeekData) -> tuple[QualityRow, ...]:
    """The departments' data quality, the lowest score first."""
    return tuple(
        QualityRow(
            department=one.department,
            on_time=Ratio.of(one.datasets_on_time, one.datasets),
            complete=Ratio.of(one.datasets_complete, one.datasets),
            rejected=Ratio.of(one.rows_returned, one.rows_read),
            days_to_mend=Ratio.of(one.mended_days, one.mended_lines),
            open_lines=one.open_lines,
            oldest_open_days=one.oldest_open_days,
            score=Ratio.of(one.points, one.points_possible),
        )
        for one in data.qualities
    )
