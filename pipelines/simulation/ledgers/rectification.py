"""The rectification of weak villages: how they were chosen, and problems, tasks, teams, records and score cards of the listed.

Belongs here: rows of these ledgers, for the weekly county and for 滨城区. Does not belong here: who is weak (`standings`), any
district's totals (`scenarios`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from pipelines.simulation.departments import Life
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers import seasons
from pipelines.simulation.standings import score_of
from pipelines.simulation.timeline import Window, days

AREAS = ("team", "harmony", "economy", "party_life", "governance", "service")
# A unit is sent where problems are of its kind.
SYMPTOMS = {
    "party": ("W03", "W01", "W04", "W02"),
    "political_legal": ("W07", "W08", "W06", "W05"),
    "economic": ("W09",),
    "professional": ("W10",),
}
WHY_LISTED = ("班子不团结", "集体经济空壳", "党务村务财务公开和民主管理混乱", "党组织服务能力弱")
_COMMON_ITEMS = 8

_ROUND = 2
# Days before the first simulated week.
_EARLIER_FINAL, _ASSESSED, _SHORTLISTED, _VISITED, _SETTLED, _BEGUN, _CARD = 830, 150, 138, 115, 105, 98, 20
_CONSULTED = (("discipline", 128, "区纪委区监委"), ("political_legal", 126, "区委政法委"), ("petition", 126, "区信访局"))
_TWO_YEARS, _HALF_YEAR = 730, 182
_TASKS, _TASKS_APART = 10, 35
# Kind of record: days between two of them, least and most of it, and thousands of yuan where there is money.
_WORK: dict[str, tuple[int, int, int, int]] = {
    "quarterly_visit": (88, 0, 3, 0),
    "leader_research": (60, 1, 1, 0),
    "unit_research": (40, 1, 2, 0),
    "committee_meeting": (20, 1, 2, 0),
    "members_visited": (15, 2, 8, 0),
    "households_visited": (10, 3, 15, 0),
    "conflicts_found": (50, 0, 3, 0),
    "disputes_settled": (60, 0, 2, 0),
    "reserve_trained": (90, 1, 2, 0),
    "project": (70, 1, 1, 260),
    "loss_recovered": (120, 1, 1, 400),
    "yearly_income": (150, 1, 1, 180),
}


@dataclass(frozen=True)
class Listing:
    """A village on the final list of a round, and the unit that was sent there."""

    village: Village
    level: str
    unit_no: int
    unit_type: str
    round_no: int

    def row(self, **more: object) -> Row:
        """A line about the village in this round."""
        return {"round_no": self.round_no, "village_code": self.village.code, **more}

    def record(self, kind: str, on: date, quantity: int, **more: object) -> Row:
        """A line of the records."""
        return self.row(record_kind=kind, recorded_on=on, quantity=quantity, **more)

    def sent(self, role: str, tier: str, persons: int) -> Row:
        """A line of the team."""
        return self.row(
            unit_code=f"Q{self.unit_no:02d}", unit_name=f"示例单位{self.unit_no}", unit_type=self.unit_type,
            team_role=role, age_tier=tier, persons=persons,
        )  # fmt: skip


def stage_row(village: Village, stage: str, on: date, by: str, round_no: int, **more: object) -> Row:
    """What one stage of the selection made of a village."""
    return {
        "round_no": round_no,
        "village_code": village.code,
        "stage": stage,
        "stage_on": on,
        "decided_by": by,
        **more,
    }


def score_card(rng: Random, one: Listing, on: date) -> list[Row]:
    """A half-yearly score card: eight common items, two of the village's own, and what is added or taken off."""
    items = [
        *(("common", number, f"示例共性指标{number}", 10) for number in range(1, _COMMON_ITEMS + 1)),
        *(("specific", number, f"示例差异化指标{number}", 10) for number in (1, 2)),
    ]
    return [
        one.row(assessed_on=on, item_kind=kind, item_no=number, item_name=name, full_marks=full,
            score=rng.randint(-2, 2) if full is None else full - rng.randint(0, 40) / 10, assessed_by="联合考核组")
        for kind, number, name, full in (*items, ("bonus", 1, "加减分", None))
    ]  # fmt: skip


def _listing(life: Life) -> Listing | None:
    standing = life.standing
    if standing is None or standing.level is None:
        return None
    return Listing(life.village, standing.level, standing.unit_no, standing.unit_type, _ROUND)


def _selections(life: Life, window: Window) -> list[Row]:
    """The selection is over when the simulation begins: it comes once."""
    if not seasons.once(window):
        return []
    village, standing, start = life.village, life.standing, life.start
    score = score_of(life.seed, village.code)
    rows = [stage_row(village, "assessment", start - days(_ASSESSED), "区委组织部", _ROUND, score=score)]
    listed = standing is not None and standing.level is not None
    was_listed = standing.was_listed if standing and listed else life.random("earlier").random() < 0.04
    if was_listed:
        rows.append(
            stage_row(
                village, "final", start - days(_EARLIER_FINAL), "区委常委会", _ROUND - 1, outcome="kept", level="county",
                due_on=start - days(_EARLIER_FINAL - _TWO_YEARS), reason=WHY_LISTED[village.index % len(WHY_LISTED)],
            )
        )  # fmt: skip
    return rows + (_funnel(life, listed) if standing else [])


def _funnel(life: Life, listed: bool) -> list[Row]:
    """Shortlist, consultations, visit and final list of a village, with a reason at each."""
    village, start = life.village, life.start
    outcome = "kept" if listed else "left_out"
    why = WHY_LISTED[village.index % len(WHY_LISTED)] if listed else "实地查看认为问题较轻，由镇街自行整改"
    stages: list[tuple[str, int, str, str, str]] = [
        ("shortlist", _SHORTLISTED, "区委组织部", "kept", "综合评估得分在本镇街靠后"),
        *((stage, before, by, "kept", "未提出不同意见") for stage, before, by in _CONSULTED),
        ("field_visit", _VISITED, "区委组织部", outcome, "与评估情况一致" if listed else "问题较轻，可由镇街自行整改"),
        ("final", _SETTLED, "区委常委会", outcome, why),
    ]
    rows = [
        stage_row(village, stage, start - days(before), by, _ROUND, outcome=result, reason=reason)
        for stage, before, by, result, reason in stages
    ]
    if listed and life.standing:
        rows[-1] |= {"level": life.standing.level, "due_on": start - days(_SETTLED - _TWO_YEARS)}
    return rows


def _problems(life: Life, window: Window) -> list[Row]:
    listing = _listing(life)
    if listing is None:
        return []
    rng = life.random("problems")
    found: list[Row] = []
    for number in range(1, rng.randint(3, 6) + 1):
        begun = life.start - days(_BEGUN - rng.randint(0, 20))
        plan = _Problem(rng, listing, f"W{_ROUND}-{life.village.index + 1:05d}-{number:02d}", begun)
        found += plan.versions(window)
    return found


class _Problem:
    """A problem of a listed village: when it is handled, closed by a second person, looked back on; a few come back."""

    def __init__(self, rng: Random, listing: Listing, number: str, found_on: date, relapse_of: str | None = None) -> None:
        kinds = list(SYMPTOMS)
        kind = rng.choice(kinds) if rng.random() < 0.03 else listing.unit_type
        self._number, self._found_on, self._relapse_of = number, found_on, relapse_of
        term = rng.choice((60, 90, 120, 180, 240))
        self._due_on = found_on + days(term)
        late = rng.random() < 0.05
        self._closed_on = self._due_on + days(rng.randint(3, 20) if late else -rng.randint(2, term // 2))
        handler = rng.randint(1, 17)
        alone = rng.random() < 0.04
        self._row = listing.row(
            problem_no=number,
            symptom=rng.choice(SYMPTOMS[kind]),
            evidence="排查和走访所见",
            found_on=found_on,
            owner_unit=listing.village.managing_name,
            due_on=self._due_on,
            handler_code=f"Z{handler:02d}",
            relapse_of=relapse_of,
        )
        self._closer = f"Z{handler:02d}" if alone else f"H{rng.randint(1, 5):02d}"
        self._looked_on = self._closed_on + days(rng.randint(22, 30) if rng.random() < 0.95 else rng.randint(33, 50))
        came_back = relapse_of is None and rng.random() < 0.15
        again_on = self._looked_on + days(2)
        self._again = _Problem(rng, listing, f"{number}R", again_on, number) if came_back else None

    def versions(self, window: Window) -> list[Row]:
        """The line as it is on the day of the delivery, if there is news; and that of the problem it became again."""
        day = window.delivered_on
        states = (
            (self._found_on, "new"),
            (self._found_on + days(3), "assigned"),
            (self._found_on + days(8), "handling"),
            (self._closed_on - days(2), "closing_asked"),
            (self._closed_on, "closed"),
            (self._looked_on, "closed"),
        )
        rows = self._again.versions(window) if self._again else []
        if not any(window.is_new(on) for on, _ in states):
            return rows
        row = self._row | {"status": [status for on, status in states if on <= day][-1]}
        if self._closed_on <= day:
            row |= {"closed_on": self._closed_on, "closer_code": self._closer, "closing_document": "核查表、会议记录"}
        if self._looked_on <= day:
            result = "relapsed" if self._again else "stable"
            row |= {"looked_back_on": self._looked_on, "lookback_result": result}
        return [row, *rows]


def _tasks(life: Life, window: Window) -> list[Row]:
    """Tasks over a year, most done before they are due, some late."""
    listing = _listing(life)
    if listing is None:
        return []
    rng, begun = life.random("tasks"), life.start - days(_BEGUN)
    rows: list[Row] = []
    for number in range(_TASKS):
        due_on = begun + days(45 + _TASKS_APART * number + rng.randint(0, 14))
        done_on = due_on + days(rng.randint(4, 30) if rng.random() < 0.2 else -rng.randint(0, 25))
        if window.is_new(begun) or window.is_new(done_on):
            rows.append(
                listing.row(
                    task_no=f"R{_ROUND}-{life.village.index + 1:05d}-{number + 1:02d}",
                    area=AREAS[number % len(AREAS)],
                    item=f"示例目标事项{number + 1}",
                    owner_unit=listing.village.managing_name,
                    planned_on=begun,
                    due_on=due_on,
                    done_on=done_on if done_on <= window.delivered_on else None,
                )
            )
    return rows


def _teams(life: Life, window: Window) -> list[Row]:
    listing = _listing(life)
    if listing is None or not seasons.once(window):
        return []
    rows = [listing.sent("county_cadre", "middle", 1), listing.sent("county_cadre", "young", 1)]
    rows.append(listing.sent("township_cadre", "middle", 2))
    if listing.level == "county":
        rows.append(listing.sent("county_leader", "senior", 1))
    return rows


def _records(life: Life, window: Window) -> list[Row]:
    listing = _listing(life)
    if listing is None:
        return []
    return [
        {"record_no": f"J{_ROUND}-{life.village.index + 1:05d}-{name}{number:03d}", **row}
        for name, rows in _all_records(life, listing, window.delivered_on)
        for number, row in enumerate(rows, start=1)
        if window.is_new(row["recorded_on"])
    ]


def _all_records(life: Life, listing: Listing, day: date) -> Iterator[tuple[str, list[Row]]]:
    """Every kind of record up to a day. Each kind has chance of its own: a longer simulation begins with a shorter one."""
    begun = life.start - days(_BEGUN)
    rng = life.random("presence")
    weeks = (day - begun).days // 7
    presence = [(begun + days(6 + 7 * week), rng.randint(8, 10), rng.random()) for week in range(weeks + 1)]
    yield "P", [listing.record("presence", on, amount, planned=10) for on, amount, luck in presence if luck > 0.04]
    rng = life.random("progress")
    months = [date(begun.year + place // 12, place % 12 + 1, 28) for place in range(begun.month - 1, begun.month + 11 + weeks)]
    progress = [(on, rng.randint(0, 2), rng.random()) for on in months if begun <= on <= day]
    yield "M", [listing.record("monthly_progress", on, amount) for on, amount, luck in progress if luck > 0.04]
    for place, (kind, (apart, low, high, money)) in enumerate(_WORK.items()):
        rng = life.random(kind)
        rows: list[Row] = []
        on = begun + days(rng.randint(5, apart))
        while on <= day:
            amount = {"amount": rng.randint(money // 4, money) * 1000} if money else {}
            rows.append(listing.record(kind, on, rng.randint(low, high), **amount))
            on += days(rng.randint(apart // 2, apart))
        yield f"W{place:02d}N", rows


def _assessments(life: Life, window: Window) -> list[Row]:
    """Every half year; each score card has chance of its own."""
    listing = _listing(life)
    if listing is None:
        return []
    rows: list[Row] = []
    on = life.start - days(_CARD)
    while on <= window.delivered_on:
        if window.is_new(on):
            rows += score_card(life.random(f"card:{on}"), listing, on)
        on += days(_HALF_YEAR)
    return rows


DATASETS = {
    "organisation__rectification_selections": _selections,
    "organisation__rectification_problems": _problems,
    "organisation__rectification_tasks": _tasks,
    "organisation__rectification_teams": _teams,
    "organisation__rectification_records": _records,
    "organisation__rectification_assessments": _assessments,
}
