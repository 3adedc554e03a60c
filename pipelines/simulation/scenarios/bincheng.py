"""滨城区 (S2): the third round of putting weak villages right, four months after its list was settled.

Belongs here: the funnel of the selection, and the ledgers whose true totals are those the district printed. Does not belong
here: what is done in a listed village (`rectifying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers.rectification import WHY_LISTED, stage_row
from pipelines.simulation.scenarios.ground import chosen, dealt, invented_villages, shares, village_row
from pipelines.simulation.scenarios.rectifying import ROUND, assessments, listings_of, problems, records, tasks, teams
from pipelines.simulation.scenarios.scenario import Deliveries, Scenario
from pipelines.simulation.standings import lowest
from pipelines.weeks import Week

_WEEK = Week(date(2021, 8, 30))
_CODE = "371602"
# Fifteen statistical townships, ten that run villages: the first five run those of the last five too.
_TOWNSHIPS, _RUN_BY_OTHERS = 15, 5
_VILLAGES, _SHORTLISTED, _LISTED, _COUNTY_LEVEL = 602, 90, 45, 25
# Villages that earlier rounds had listed, with the day and the end of their rectification; some are listed again.
_EARLIER = {1: (20, date(2019, 4, 10), date(2020, 4, 9)), 2: (16, date(2020, 4, 15), date(2021, 4, 14))}
_LISTED_AGAIN = 4
_ASSESSED_ON, _SHORTLISTED_ON = date(2021, 3, 1), date(2021, 3, 12)
_CONSULTED = (
    ("discipline", date(2021, 3, 22), "区纪委区监委"),
    ("political_legal", date(2021, 3, 24), "区委政法委"),
    ("petition", date(2021, 3, 24), "区信访局"),
)
_VISITED_ON = date(2021, 4, 8)
_SETTLED_ON, _ENDS_ON = date(2021, 4, 20), date(2023, 4, 19)


def build(rng: Random) -> Deliveries:
    """The deliveries of the county in the week that ends four months of work."""
    villages = _villages()
    scores = {one.code: 40 + rng.randint(0, 5900) / 100 for one in villages}
    shortlist = _lowest(villages, scores)
    listed = [one for one, kept in zip(shortlist, chosen(rng, _LISTED, _SHORTLISTED), strict=True) if kept]
    levels = dealt(rng, {"county": _COUNTY_LEVEL, "township": _LISTED - _COUNTY_LEVEL})
    listings = listings_of(rng, listed, levels)
    return {
        "civil_affairs__villages": [village_row(one, established_on=date(1998, 1, 1)) for one in villages],
        "organisation__rectification_selections": [
            *_earlier_rounds(rng, villages, listed),
            *(_stage(one, "assessment", _ASSESSED_ON, "区委组织部", score=scores[one.code]) for one in villages),
            *_funnel(shortlist, {one.village.code: one.level for one in listings}),
        ],
        "organisation__rectification_problems": problems(rng, listings),
        "organisation__rectification_tasks": tasks(rng, listings),
        "organisation__rectification_teams": teams(rng, listings),
        "organisation__rectification_records": records(rng, listings),
        "organisation__rectification_assessments": assessments(rng, listings),
    }


SCENARIO = Scenario("bincheng", _CODE, "滨城区", _WEEK, build)


def _villages() -> list[Village]:
    sizes = shares(_VILLAGES, _TOWNSHIPS)
    found = invented_villages(_CODE, [(f"示例{place}镇", 0, size) for place, size in enumerate(sizes, start=1)])
    units = list(dict.fromkeys((one.township_code, one.township_name) for one in found))
    run_by = dict(zip([code for code, _ in units[-_RUN_BY_OTHERS:]], units, strict=False))
    return [
        replace(one, managing_code=unit[0], managing_name=unit[1]) if (unit := run_by.get(one.township_code)) else one
        for one in found
    ]


def _lowest(villages: Sequence[Village], scores: dict[str, float]) -> list[Village]:
    """The shortlist: of each managing unit its part of the county's number, those with the lowest scores."""
    by_code = {one.code: one for one in villages}
    scored = [(one.managing_code, one.code, scores[one.code]) for one in villages]
    return [by_code[code] for code in lowest(scored, _SHORTLISTED, _VILLAGES)]


def _stage(village: Village, stage: str, on: date, by: str, round_no: int = ROUND, **more: object) -> Row:
    return stage_row(village, stage, on, by, round_no, **more)


def _earlier_rounds(rng: Random, villages: Sequence[Village], listed: Sequence[Village]) -> list[Row]:
    """The final lists of the earlier rounds: each village in one of them at most, a few listed again today."""
    again = rng.sample(list(listed), _LISTED_AGAIN)
    others = [one for one in villages if one not in listed]
    count = sum(size for size, _, _ in _EARLIER.values())
    pool = iter([*again, *rng.sample(others, count - len(again))])
    return [
        _stage(
            next(pool), "final", on, "区委常委会", number,
            outcome="kept", level="county", due_on=ends, reason=WHY_LISTED[place % len(WHY_LISTED)],
        )
        for number, (size, on, ends) in _EARLIER.items()
        for place in range(size)
    ]  # fmt: skip


def _funnel(shortlist: Sequence[Village], levels: dict[str, str]) -> list[Row]:
    """What became of each village of the shortlist at every later stage, with a reason."""
    rows: list[Row] = []
    for place, village in enumerate(shortlist):
        level = levels.get(village.code)
        outcome = "kept" if level else "left_out"
        rows.append(
            _stage(
                village, "shortlist", _SHORTLISTED_ON, "区委组织部", outcome="kept", reason="综合评估得分在本镇街靠后"
            )
        )
        rows += [
            _stage(village, stage, on, by, outcome="kept", reason="未提出不同意见") for stage, on, by in _CONSULTED
        ]
        seen = "与评估情况一致" if level else "问题较轻，可由镇街自行整改"
        rows.append(_stage(village, "field_visit", _VISITED_ON, "区委组织部", outcome=outcome, reason=seen))
        reason = WHY_LISTED[place % len(WHY_LISTED)] if level else "实地查看认为问题较轻，由镇街自行整改"
        ends = _ENDS_ON if level else None
        rows.append(
            _stage(
                village, "final", _SETTLED_ON, "区委常委会", outcome=outcome, level=level, due_on=ends, reason=reason
            )
        )
    return rows
