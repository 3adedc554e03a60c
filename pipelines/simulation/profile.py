"""What the figures of a village are: people, households, party members, interviews, income, audit.

Belongs here: facts of a village as the register and the questionnaire state them. Does not belong here: elections.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from pipelines.simulation.geography import Village
from pipelines.simulation.timeline import Timeline, days

_DIFFICULTIES = (
    None,
    None,
    None,
    "集体经济薄弱，缺少稳定收入",
    "外出党员较多，到会率低",
    "村集体资产处置意见不一",
    "拆迁安置遗留问题较多",
    "后备力量不足，年轻人外流",
    "村社合并后融合不够",
    "新居民多，选民登记工作量大",
)
_AUDIT_ORDER = ("not_started", "in_progress", "done", "published")


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of one village, from which those of any day follow."""

    households: int
    population: int
    drift: int
    established_on: date | None
    residents: int
    party_members: int
    voters: int
    representatives: int
    interviews_from: date
    interviews_days: int
    interview_shares: tuple[float, float]
    income: Decimal
    audit_days: tuple[date | None, ...]
    difficulties: str | None
    filled_weekday: int

    @property
    def key_persons(self) -> int:
        """One in ten of the representatives is somebody to be talked to in any case."""
        return self.representatives // 10

    def population_in(self, week: int) -> int:
        """Registered population as the register has it in a week."""
        return self.population + week * self.drift // 7

    def interviewed(self, day: date) -> tuple[int, int]:
        """Party members and representatives talked to by a day."""
        passed = max(0.0, min(1.0, (day - self.interviews_from).days / self.interviews_days))
        members, representatives = self.interview_shares
        return int(self.party_members * members * passed), int(self.representatives * representatives * passed)

    def audit(self, day: date) -> tuple[str, date | None]:
        """State of the audit on a day, and when it was published."""
        reached = [on is not None and on <= day for on in self.audit_days]
        state = _AUDIT_ORDER[sum(reached)]
        return state, self.audit_days[-1] if state == "published" else None


def make_profile(rng: Random, village: Village, timeline: Timeline) -> Profile:
    """Invent the figures of a village."""
    is_community = village.village_type == "community"
    population = int(rng.lognormvariate(8.1 if is_community else 7.35, 0.45)) + 200
    residents = int(population * rng.uniform(1.1, 3.2 if is_community else 1.8))
    complete = rng.random() < 0.6
    return Profile(
        households=int(population / rng.uniform(2.9, 3.9)),
        population=population,
        drift=rng.randint(-6, 9),
        established_on=date(rng.randint(1983, 2019), rng.randint(1, 12), 1) if rng.random() < 0.8 else None,
        residents=residents,
        party_members=max(12, int(population * rng.uniform(0.018, 0.04))),
        voters=int(population * rng.uniform(0.7, 0.82)),
        representatives=rng.randint(30, 65),
        # the step of the talks is planned for the 25th day before the vote
        interviews_from=timeline.party_day - days(26 + rng.randint(24, 30)),
        interviews_days=rng.randint(18, 34),
        interview_shares=(1.0 if complete or rng.random() < 0.8 else 0.93, rng.uniform(0.58, 1.0)),
        income=Decimal(round(rng.lognormvariate(13.6, 0.9) * 100)) / 100,
        audit_days=_audit_days(rng, timeline),
        difficulties=rng.choice(_DIFFICULTIES),
        filled_weekday=rng.randint(0, 3),
    )


def _audit_days(rng: Random, timeline: Timeline) -> tuple[date | None, ...]:
    """Started, done, published: published before the vote as the law asks in nearly all villages."""
    started = timeline.party_day - days(rng.randint(40, 70))
    done = next(step.done_on for step in timeline.steps if step.code == "P03")
    if done is None or rng.random() < 0.02:
        return started, None, None
    done = max(done, started)
    roll = rng.random()
    if roll < 0.02:
        return started, done, None
    return started, done, done + days(rng.randint(20, 45) if roll < 0.06 else rng.randint(0, 6))
