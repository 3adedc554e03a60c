"""What a page is made of: plain structures that the templates print.

Belongs here: the shape of a page and of the index. Does not belong here: how it is filled (`selection`, `headline`,
`sections`), how it looks (`templates/`), any Chinese word (`texts.yml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from pipelines.reports.charts import ColourWeek, Progress, TermRow
from pipelines.reports.figures import Change, Ratio
from pipelines.reports.tiles import Picture
from pipelines.reports.week_rows import (
    Answered,
    Changed,
    Feed,
    HeldDelivery,
    Indicator,
    Order,
    Rectified,
    ReviewCase,
    ReviewQueue,
    Rule,
    Step,
    Village,
    VillageState,
    Warned,
)


def has_reminder(kind: str) -> bool:
    """Whether this kind of recipient is reminded of what falls due; the review group answers for no village's dates."""
    return kind != "review_group"


@dataclass(frozen=True)
class Recipient:
    """An office that answers for villages. It is named as an office, never as a person."""

    recipient_id: str
    kind: str
    name: str
    code: str
    stem: str
    villages: tuple[Village, ...]

    @property
    def file(self) -> str:
        """The page's file; document and ledger lie beside it under the same stem."""
        return f"{self.stem}.html"

    @property
    def reminder(self) -> str:
        """The stem of the reminder of what falls due: with the point it is one more file of the same recipient."""
        return f"{self.stem}.reminder"

    @property
    def has_reminder(self) -> bool:
        return has_reminder(self.kind)

    @property
    def sees_persons(self) -> bool:
        """Whether rows about persons (masked) may stand in this copy; paired departments get counts only."""
        return self.kind in ("county", "review_group", "township")


@dataclass(frozen=True)
class Figure:
    """One indicator for one recipient. `value` is exact; None where there is nothing to divide by, or hidden."""

    indicator: Indicator
    ratio: Ratio | None
    value: Fraction | None
    change: Change
    hidden: bool = False


@dataclass(frozen=True)
class ColourCount:
    colour: str
    count: int
    total: int
    change: Change


@dataclass(frozen=True)
class UnitRow:
    """A managing unit in the county's overview."""

    code: str
    name: str
    total: int
    colours: dict[str, int]
    new_warnings: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class VillageRow:
    village: Village
    colour: str
    since: date | None
    reasons: tuple[str, ...]
    open_warnings: int
    hides_reasons: bool
    state: VillageState | None


@dataclass(frozen=True)
class ColourChange:
    village: Village
    before: str
    now: str
    since: date | None
    drivers: tuple[str, ...]
    cleared: tuple[str, ...]
    hides_reasons: bool


@dataclass(frozen=True)
class RuleCount:
    """New and cleared warnings of one rule, and the villages whose warnings were cleared."""

    rule_id: str
    new: int
    cleared: int
    new_villages: tuple[str, ...]
    cleared_villages: tuple[str, ...]


@dataclass(frozen=True)
class AnswerRow:
    answer: Answered
    village: Village


@dataclass(frozen=True)
class FileChangeRow:
    """Changes of the same items for one cause: one by one where they are few, else how many by managing unit.

    `items` has one change per item, of a person as many as changed together; none where they may not be named.
    """

    first: Changed
    items: tuple[Changed, ...]
    count: int
    told: tuple[tuple[Village, Changed], ...]
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RuleChange:
    """A rule, or a version of it, that began in the week, and what was in force before."""

    rule: Rule
    former: Rule | None


@dataclass(frozen=True)
class WarningRow:
    warning: Warned
    rule: Rule
    village: Village | None
    is_overdue: bool


@dataclass(frozen=True)
class WarningGroup:
    """The warnings of one rule in one colour, so that the measure to take is said once."""

    colour: str
    rule: Rule
    rows: tuple[WarningRow, ...]


@dataclass(frozen=True)
class StepGroup:
    """A step that falls due on one day, by village or, where they are many, by managing unit."""

    due_on: date
    body: str
    name: str
    legal_level: str | None
    count: int
    villages: tuple[str, ...]
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ReviewRow:
    department: str
    review_round: str
    asked: int
    answered: int
    share: Ratio
    pending: int
    overdue: int
    on_hold: str
    for_examination: str

    @property
    def is_settled(self) -> bool:
        """Whether everything was answered and nothing waits for a person."""
        return not self.pending and self.on_hold == self.for_examination == "0"


@dataclass(frozen=True)
class FunnelStep:
    """How many persons have come at least to a stage of the joint review."""

    stage: str
    count: int
    total: int


@dataclass(frozen=True)
class CaseRow:
    """A person whose case is or was before people; in the joint review group's copy only."""

    case: ReviewCase
    village: Village | None


@dataclass(frozen=True)
class Rectification:
    """Tasks and problems of the listed villages of a recipient, added up."""

    tasks: Ratio
    tasks_overdue: int
    problems: Ratio
    problems_overdue: int
    relapses_open: int


@dataclass(frozen=True)
class PetitionRow:
    """Petition counts of one status, already suppressed; `status` is None in the total."""

    status: str | None
    matters: str
    repeats: str
    group_matters: str
    overdue: str


@dataclass(frozen=True)
class PetitionTable:
    rows: tuple[PetitionRow, ...]
    total: PetitionRow | None
    change: Change


@dataclass(frozen=True)
class WarningCounts:
    red: int
    yellow: int
    new: int
    relapsed: int  # of the new ones
    cleared: int

    @property
    def open(self) -> int:
        return self.red + self.yellow


@dataclass(frozen=True)
class QualityRow:
    """How well one department supplies its data; shown to the county only."""

    department: str
    on_time: Ratio
    complete: Ratio
    rejected: Ratio
    days_to_mend: Ratio
    open_lines: int
    oldest_open_days: int
    score: Ratio


@dataclass(frozen=True)
class Page:
    recipient: Recipient
    figures: tuple[Figure, ...]
    colours: tuple[ColourCount, ...]
    counts: WarningCounts
    units: tuple[UnitRow, ...]
    villages: tuple[VillageRow, ...]
    tiles: dict[str, VillageRow]
    wide: Picture
    narrow: Picture
    progress: tuple[Progress, ...]
    colour_weeks: tuple[ColourWeek, ...]
    terms: tuple[TermRow, ...]
    changes: tuple[ColourChange, ...]
    rule_counts: tuple[RuleCount, ...]
    new_rules: tuple[RuleChange, ...]
    file_changes: tuple[FileChangeRow, ...]
    is_compared: bool
    groups: tuple[WarningGroup, ...]
    answers: tuple[AnswerRow, ...]
    persons_by_village: tuple[tuple[Village, str], ...]
    routed: tuple[tuple[str, int], ...]
    funnel: tuple[FunnelStep, ...]
    cases: tuple[CaseRow, ...]
    steps: tuple[StepGroup, ...]
    due: tuple[Step, ...]
    orders: tuple[Order, ...]
    rectified: tuple[Rectified, ...]
    rectification: Rectification
    reviews: tuple[ReviewRow, ...]
    petitions: PetitionTable
    feeds: tuple[Feed, ...]
    held: tuple[HeldDelivery, ...]
    qualities: tuple[QualityRow, ...]
    queues: tuple[ReviewQueue, ...]
    feed_warnings: tuple[WarningRow, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]

    @property
    def revised(self) -> set[str]:
        """Rules with another version than last week's: what is new or cleared by them may be their doing alone."""
        return {change.rule.rule_id for change in self.new_rules if change.former}

    @property
    def unusual_feeds(self) -> tuple[Feed, ...]:
        """Feeds that did not come as they should, or came with rows that were returned."""
        return tuple(feed for feed in self.feeds if feed.state != "fresh" or feed.quarantined)

    @property
    def held_colours(self) -> int:
        """Villages that show a colour worse than their warnings, until enough weeks have been better."""
        return sum(bool(row.state and row.state.is_held) for row in self.tiles.values())

    @property
    def has_last_colours(self) -> bool:
        """Whether the villages had colours last week: else nothing can have kept or changed its own."""
        return any(row.state and row.state.previous_colour for row in self.tiles.values())


@dataclass(frozen=True)
class PageEntry:
    """One recipient in the index: its page is `file`, and `stem` names all its forms."""

    file: str
    recipient_id: str
    kind: str
    name: str
    villages: int
    colours: dict[str, int]
    counts: WarningCounts

    @property
    def stem(self) -> str:
        return self.file.removesuffix(".html")

    @property
    def reminder(self) -> str:
        return f"{self.stem}.reminder"

    @property
    def has_reminder(self) -> bool:
        return has_reminder(self.kind)


@dataclass(frozen=True)
class ReportIndex:
    """What `render_week` wrote."""

    folder: Path
    build_id: str
    week: str
    pages: tuple[PageEntry, ...]
