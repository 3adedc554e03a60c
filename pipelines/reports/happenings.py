"""What happened in the week besides colours: files that changed and why, answers to warnings, rules that began.

Belongs here: turning a recipient's changes and answers into rows. Does not belong here: colours and warnings (`sections`),
who may read of what (`selection`), wording.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pipelines.reports.page import AnswerRow, FileChangeRow, Recipient
from pipelines.reports.sections import NAMES_IN_STEP
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Answered, Changed, Rule


def file_changes(recipient: Recipient, changes: Iterable[Changed]) -> tuple[FileChangeRow, ...]:
    """Changes by cause, file, item and department: what somebody did comes before what came by itself."""
    causes = texts().order("cause")
    villages = {village.village_id: village for village in recipient.villages}
    grouped: dict[tuple[Any, ...], list[Changed]] = defaultdict(list)
    for change in changes:
        # what is restricted is not named here: neither item nor department
        named = (True, "", "", "") if change.restricted else (False, change.section, change.item_zh, change.department)
        grouped[causes.index(change.cause), change.file != "village", *named].append(change)
    rows = []
    for key in sorted(grouped):
        members = [(villages[one.village_id or ""], one) for one in grouped[key]]
        few = len(members) <= NAMES_IN_STEP
        units = () if few else tuple(Counter(village.managing_unit_name for village, _ in members).items())
        rows.append(FileChangeRow(members[0][1], len(members), tuple(members) if few else (), units))
    return tuple(rows)


def answer_rows(recipient: Recipient, answers: Iterable[Answered]) -> tuple[AnswerRow, ...]:
    """The week's answers by day."""
    villages = {village.village_id: village for village in recipient.villages}
    rows = [AnswerRow(answer, villages[answer.village_id or ""]) for answer in answers]
    return tuple(sorted(rows, key=lambda row: (row.answer.stepped_on, row.answer.answer_no)))


def new_rules(data: WeekData, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules, or versions of them, that began in the week."""
    return tuple(rule for rule in rules if data.build.week.monday <= rule.valid_from <= data.build.as_of)
