"""The team of a county's villages: where members come from, reserve, pay and cover, funds, promotions, appraisals, programme.

Belongs here: rows of these ledgers. Does not belong here: who holds which post (`elections`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from pipelines.simulation.departments import Life, person_cells, person_facts, posts_on
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers import seasons
from pipelines.simulation.people import RESERVE_SERIAL, SERIALS_PER_VILLAGE, Person, make_clan, make_person
from pipelines.simulation.timeline import Window, days

_SOURCES = (
    ("village", 60), ("returned", 8), ("veteran", 8), ("entrepreneur", 8), ("returned_graduate", 6), ("social_worker", 4),
    ("local_talent", 2), ("graduate_official", 2), ("sent", 2),
)  # fmt: skip
_PAY_FLOOR_SECRETARY, _PAY_FLOOR = 47_000, 42_000
# Item of the programme: days after the first of them, and in what share of cases it has come to that.
_PROGRAMME = (
    ("training", 0, 1.0), ("mentor", 5, 0.9), ("pledge_made", 15, 0.97), ("pledge_fixed", 25, 0.96),
    ("pledge_kept", 110, 0.85), ("pledge_judged", 150, 0.75),
)  # fmt: skip


def appraisal_row(village: Village, person: Person, kind: str, period: str, held_on: date, result: str, left_off: bool) -> Row:
    """The appraisal of an official; being left off the nominee list after it excludes nobody."""
    return {
        **person_cells(person),
        "village_code": village.code,
        "appraisal_kind": kind,
        "period": period,
        "held_on": held_on,
        "result": result,
        "is_not_listed": left_off,
    }


def _who(life: Life, person: Person) -> Row:
    return {**person_cells(person), "village_code": life.village.code}


def _officials(life: Life, day: date, what: str) -> Iterator[tuple[Person, set[str], Random]]:
    """Who holds posts on a day, which, and chance that is the person's own in this matter."""
    held: dict[Person, set[str]] = {}
    for one in posts_on(life, day):
        held.setdefault(one.person, set()).add(one.position)
    for person, positions in held.items():
        yield person, positions, Random(f"{life.seed}:{what}:{person.id_number}")


def _sources(life: Life, window: Window) -> list[Row]:
    """Where each official comes from; some come from two sides."""
    if not seasons.monthly(window):
        return []
    kinds, weights = zip(*_SOURCES, strict=True)
    rows: list[Row] = []
    for person, _, rng in _officials(life, window.delivered_on, "source"):
        found = dict.fromkeys(rng.choices(kinds, weights, k=2 if rng.random() < 0.06 else 1))
        rows += [{**_who(life, person), "member_source": one} for one in found]
    return rows


def _reserve(life: Life, window: Window) -> list[Row]:
    """One to three young people of each village, entered over more than a year."""
    if not seasons.monthly(window):
        return []
    rng, rows = life.random("reserve"), []
    clan, first = make_clan(rng), life.village.index * SERIALS_PER_VILLAGE + RESERVE_SERIAL
    for place in range(rng.randint(1, 3)):
        person = make_person(rng, first + place, team="reserve", clan=clan)
        listed_on = life.start - days(rng.randint(-40, 400))
        if listed_on <= window.delivered_on:
            rows.append({**_who(life, person), **person_facts(person), "listed_on": listed_on})
    return rows


def _support(life: Life, window: Window) -> list[Row]:
    """Pay and cover of the year; a few are below the floor, or not covered."""
    if not seasons.monthly(window):
        return []
    rows: list[Row] = []
    for person, positions, rng in _officials(life, window.delivered_on, f"support:{window.delivered_on.year}"):
        floor = _PAY_FLOOR_SECRETARY if "P1" in positions else _PAY_FLOOR
        pay = floor + 100 * (rng.randrange(0, 80) if rng.random() < 0.996 else -rng.randrange(1, 30))
        row = {"support_year": window.delivered_on.year, "pay": Decimal(pay)}
        covers = {name: rng.random() < 0.998 for name in ("has_accident_cover", "has_illness_cover", "had_health_check")}
        rows.append({**_who(life, person), **row, **covers})
    return rows


def _funds(life: Life, window: Window) -> list[Row]:
    if not seasons.yearly(window):
        return []
    year = window.delivered_on.year
    amount = 200_000 + life.profile.population * 40 + 1000 * life.random(f"funds:{year}").randrange(60)
    return [{"village_code": life.village.code, "fund_year": year, "operating_funds": Decimal(amount)}]


def _promotions(life: Life, window: Window) -> list[Row]:
    """A few secretaries were taken into public service and stayed where they are."""
    rng = life.random("promotion")
    promoted_on = life.start - days(rng.randint(60, 700))
    known = [one for one in life.election.old_posts if one.position == "P1" and one.started_on < promoted_on]
    if not (seasons.once(window) and known) or rng.random() > 0.06:
        return []
    kind = rng.choice(("public_institution", "public_institution", "township_team"))
    return [{**_who(life, known[0].person), "promotion_kind": kind, "promoted_on": promoted_on}]


def _appraisals(life: Life, window: Window) -> list[Row]:
    """Before the election the duties of every official; and the half-yearly review of everybody who answers for a village."""
    if not seasons.once(window):
        return []
    rows: list[Row] = []
    half = life.start - days(130)
    period = f"{half.year}上半年" if half.month > 6 else f"{half.year - 1}下半年"
    for person, positions, rng in _officials(life, life.start - days(30), "appraisal"):
        left_off = rng.random() < 0.004
        result = "basic" if left_off else rng.choice(("excellent", "competent", "competent"))
        held_on = life.start - days(rng.randint(25, 45))
        rows.append(appraisal_row(life.village, person, "duty", str(held_on.year), held_on, result, left_off))
        if rng.random() < 0.97:
            kind = "half_year_secretary" if "P1" in positions else "half_year_staff"
            mark = rng.choice(("excellent", "competent", "competent", "basic"))
            rows.append(appraisal_row(life.village, person, kind, period, half + days(rng.randrange(10)), mark, False))
    return rows


def _programme(life: Life, window: Window) -> list[Row]:
    """Training, mentor and pledge of today's secretary, from a year before the election or from the takeover on."""
    if not seasons.monthly(window):
        return []
    rows: list[Row] = []
    for person, positions, rng in _officials(life, window.delivered_on, "programme"):
        if "P1" not in positions:
            continue
        was = any(one.person is person for one in life.election.old_posts)
        first = (life.start - days(200) if was else life.timeline.party_takeover) + days(rng.randint(5, 20))
        for item, after, share in _PROGRAMME:
            luck, done_on = rng.random(), first + days(after)
            if luck < share and done_on <= window.delivered_on:
                rows.append({**_who(life, person), "programme_item": item, "done_on": done_on})
    return rows


DATASETS = {
    "organisation__member_sources": _sources,
    "organisation__reserve_cadres": _reserve,
    "organisation__staff_support": _support,
    "organisation__village_funds": _funds,
    "organisation__promotions": _promotions,
    "organisation__appraisals": _appraisals,
    "organisation__secretary_programme": _programme,
}
