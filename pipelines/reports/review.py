"""The joint review in a report: progress by department, how far persons have come, and the cases that people examine.

Belongs here: counting. Does not belong here: who may see persons (`selection`), words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipelines.reports.audiences import REVIEW
from pipelines.reports.figures import Ratio
from pipelines.reports.page import CaseRow, FunnelStep, Recipient, ReviewRow
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import Review, ReviewCase

# Each stage is reached through the one before it; `decided` is the last.
STAGES = ("named", "reviewed", "for_examination", "examined", "decided")
BEFORE_PEOPLE = frozenset({"for_examination", "examined", "decided"})


def review_rows(recipient: Recipient, reviews: Iterable[Review]) -> tuple[ReviewRow, ...]:
    """Joint review by round and department: counts only, and what came of the answers only where the copy may know it."""
    grouped: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in reviews:
        grouped[str(review.review_round), review.department].append(review)
    knows_outcomes = recipient.may_know(REVIEW)
    rows = []
    for (review_round, department), members in sorted(grouped.items()):
        asked, answered = (sum(getattr(m, name) or 0 for m in members) for name in ("asked", "answered"))
        on_hold, examine = (sum(getattr(m, name) or 0 for m in members) for name in ("on_hold", "for_examination"))
        rows.append(
            ReviewRow(
                department=department,
                review_round=review_round,
                asked=asked,
                answered=answered,
                share=Ratio.of(answered, asked),
                pending=asked - answered,
                overdue=sum(m.overdue or 0 for m in members),
                on_hold=str(on_hold) if knows_outcomes else "",
                for_examination=str(examine) if knows_outcomes else "",
            )
        )
    return tuple(rows)


def funnel(cases: Sequence[ReviewCase]) -> tuple[FunnelStep, ...]:
    """Persons who were named, fully answered on, marked for people, examined and decided on; exact counts.

    A person whose answers are all in without a mark has come to `reviewed` and needs no more.
    """
    stages = Counter(case.stage for case in cases)
    marked = stages["for_examination"] + stages["examined"] + stages["decided"]
    counts = {
        "named": len(cases),
        "reviewed": stages["reviewed"] + marked,
        "for_examination": marked,
        "examined": stages["examined"] + stages["decided"],
        "decided": stages["decided"],
    }
    return tuple(FunnelStep(stage, counts[stage], len(cases)) for stage in STAGES) if cases else ()


def case_rows(data: WeekData, cases: Iterable[ReviewCase]) -> tuple[CaseRow, ...]:
    """The persons whose case is or was before people; the others need nobody's eye."""
    rows = [CaseRow(case, data.villages.get(case.village_id)) for case in cases if case.stage in BEFORE_PEOPLE]
    return tuple(sorted(rows, key=lambda row: STAGES.index(row.case.stage)))
