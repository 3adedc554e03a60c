"""What happened in the week besides colours: files that changed and why, answers to warnings, rules that began.

Belongs here: turning a recipient's changes and answers into rows. Does not belong here: colours and warnings (`sections`),
who may read of what (`selection`), wording.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pipelines.reports.page import AnswerRow, FileChangeRow, Recipient, RuleChange
from pipelines.reports.sections import NAMES_IN_STEP
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Answered, Changed, Rule


def file_changes(recipient: Recipient, changes: Iterable[Changed]) -> tuple[FileChangeRow, ...]:
    """Changes by cause, file, items and department: what somebody did comes before what came by itself."""
    causes = texts().order("cause")
    villages = {village.village_id: village for village in recipient.villages}
    grouped: dict[tuple[Any, ...], list[list[Changed]]] = defaultdict(list)
    for together in _together(changes):
        first = together[0]
        # what is restricted is not named here: neither item nor department
        named = ("", ()) if first.restricted else (first.department, tuple((one.section, one.item_zh) for one in together))
        grouped[causes.index(first.cause), first.file != "village", first.restricted, *named].append(together)
    rows = []
    for key in sorted(grouped):
        groups = grouped[key]
        members = [(villages[together[0].village_id or ""], together[0]) for together in groups]
        few = len(members) <= NAMES_IN_STEP
        units = () if few else tuple(Counter(village.managing_unit_name for village, _ in members).items())
        first, items = groups[0][0], () if groups[0][0].restricted else tuple(groups[0])
        rows.append(FileChangeRow(first, items, sum(map(len, groups)), tuple(members) if few else (), units))
    return tuple(rows)


def _together(changes: Iterable[Changed]) -> list[list[Changed]]:
    """What changed as one: of a person what has one cause and department, since only that it did is told; of a village the
    items of a part of its file that came or went with a record. A value that became another stands by itself, with both."""
    found: dict[tuple[Any, ...], list[Changed]] = defaultdict(list)
    for number, change in enumerate(changes):
        own: tuple[Any, ...] = ()
        if change.file == "village":
            is_value = change.old_value is not None and change.new_value is not None
            own = (number,) if is_value else (change.section, change.old_value is None)
        found[change.subject_id, change.village_id, change.cause, change.department, change.restricted, *own].append(change)
    return list(found.values())


def answer_rows(recipient: Recipient, answers: Iterable[Answered]) -> tuple[AnswerRow, ...]:
    """The week's answers by day."""
    villages = {village.village_id: village for village in recipient.villages}
    rows = [AnswerRow(answer, villages[answer.village_id or ""]) for answer in answers]
    return tuple(sorted(rows, key=lambda row: (row.answer.stepped_on, row.answer.answer_no)))


def new_rules(data: WeekData, rules: Iterable[Rule]) -> tuple[RuleChange, ...]:
    """Rules, or versions of them, that began in the week."""
    began = (rule for rule in rules if data.build.week.monday <= rule.valid_from <= data.build.as_of)
    return tuple(RuleChange(rule, data.former_rules.get(rule.rule_id)) for rule in began)
