"""永川区 (S1): the joint review of those named for 263 villages, over three rounds and seventeen departments.

Belongs here: how many were named, reviewed, examined and excluded. Does not belong here: how a review's rows look (`reviewing`),
the elections (`yongchuan_elections`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.scenarios.ground import People
from pipelines.simulation.scenarios.reviewing import Plan, Round, nominees_of, review_rows
from pipelines.simulation.scenarios.teams import Member

# 4,789 were reviewed, some of them twice; 30 more went before anybody had answered. 70 were excluded, two of them taken back on
# appeal: 68.
_REVIEWED, _GONE = 4789, 30
_PLAN = Plan(
    (
        "discipline_inspection", "organisation", "publicity", "united_front", "political_legal", "public_security",
        "procuratorate", "court", "justice", "petition", "civil_affairs", "health", "agriculture", "natural_resources", "audit",
        "ecology", "market_regulation",
    ),
    (
        Round(1, date(2021, 2, 22), date(2021, 3, 5), date(2021, 2, 22)),
        Round(2, date(2021, 3, 15), date(2021, 3, 26), date(2021, 2, 22)),
        Round(3, date(2021, 4, 5), date(2021, 4, 12), date(2021, 4, 5)),
    ),
    first=(1, 1, 1, 1, 2, 2, 3), again=60, excluded=68, revoked=2, kept=140, pending=3,
)  # fmt: skip


def review(
    rng: Random, team: Sequence[Member], last_team: Sequence[Member], people: People, villages: Sequence[Village]
) -> dict[str, list[Row]]:
    """The rows of the review, the roster of candidates among them: all of today's team were reviewed, and others."""
    others = _REVIEWED - len({one.person for one in team})
    return review_rows(rng, _PLAN, nominees_of(team, last_team, people, villages, others, _GONE))
