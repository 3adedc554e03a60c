"""How right the linking is: all that is sent, through the intake; and ours, stock Splink and exact matching on the same mentions.

Belongs here: running the sides, holding the figures against the aims, the table and the JSON. Does not belong here: the
truth (`simulation.linkage`), the sides (`identity.linking`, `baselines`), how a figure is counted (`scores`).

Of the mentions only those of the half `measure` are linked and counted; what is trained or tuned sees the half `tune` of other
seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.checks import sent_table
from pipelines.checks.baselines import link_exactly, link_with_splink
from pipelines.checks.scores import EVIDENCE, Figures, Share, Tally, judge
from pipelines.checks.sent import SentFigures, send
from pipelines.progress import progress
from pipelines.simulation.linkage import LinkageCounty, simulate_linkage
from pipelines.simulation.linkage.sent import simulate_sent

Linker = Callable[[Any], None]
AIMS = Path(__file__).with_name("linkage_aims.yml")
OURS = "ours"
# Nobody has decided anything yet: what is measured is the linking alone.
NO_DECISIONS = "create table decided (mention_id varchar, person_id varchar, verdict varchar)"
PERSONS = 4_000
# Counties below it were looked at while the rules were made; what is measured is none of those.
FIRST_SEED = 1_001
INTERVALS = "95 % score intervals of Wilson; records of one person are taken as independent"
WITH_NUMBER, WITHOUT_NUMBER = ("id_number", "id_damaged"), ("name_village_post", "name_village")


@dataclass(frozen=True)
class Aim:
    """One aim and what was reached: the worst of the figures it asks about."""

    id: str
    of: str
    figure: str
    bound: float
    reached: float | None
    met: bool


@dataclass(frozen=True)
class Result:
    """The figures of every side over all seeds, what became of all that was sent, and ours against the aims."""

    seeds: tuple[int, ...]
    persons: int
    sides: Mapping[str, Figures]
    aims: tuple[Aim, ...]
    sent: SentFigures | None = None

    @property
    def met(self) -> bool:
        """Whether ours reaches every aim."""
        return all(one.met for one in self.aims)

    def as_json(self) -> dict[str, Any]:
        """All of it; shares have their interval."""
        return {
            "seeds": list(self.seeds),
            "persons": self.persons,
            "intervals": INTERVALS,
            "sent": sent_table.as_json(self.sent) if self.sent else None,
            "sides": {name: _side_json(figures) for name, figures in self.sides.items()},
            "aims": [vars(one) for one in self.aims],
            "met": self.met,
        }


def sides() -> dict[str, Linker]:
    """The ways of linking that are compared."""
    from pipelines.identity.linking.engine import link_mentions

    return {OURS: link_mentions, "splink": link_with_splink, "exact": link_exactly}


def check_linkage(seeds: Sequence[int], persons: int = PERSONS, linkers: Mapping[str, Linker] | None = None) -> Result:
    """Send a simulated county per seed through the intake, link its mentions in every way, and count what came of it.

    `linkers` are the sides by name, ours among them; each fills `link` from the tables of `LinkageCounty` except the truth.
    Given any, nothing is sent.
    """
    found = None if linkers else _sent(seeds, persons)
    linkers = linkers or sides()
    totals: dict[str, Figures] = {}
    for done, seed in enumerate(seeds):
        county = simulate_linkage(seed, persons).half("measure")
        for turn, (name, linker) in enumerate(linkers.items()):
            progress("check linkage", done * len(linkers) + turn, len(seeds) * len(linkers), name)
            figures = measured(county, linker)
            totals[name] = totals[name] + figures if name in totals else figures
    return Result(tuple(seeds), persons, totals, judged(totals[OURS], found), found)


def _sent(seeds: Sequence[int], persons: int) -> SentFigures:
    figures = []
    for done, seed in enumerate(seeds):
        progress("check linkage, as sent", done, len(seeds))
        figures.append(send(simulate_sent(seed, persons)))
    return reduce(add, figures)


def measured(county: LinkageCounty, linker: Linker) -> Figures:
    """What one way of linking makes of one county; it never sees the truth."""
    with duckdb.connect() as connection:
        tables = county.tables()
        truth = tables.pop("truth")
        for name, table in tables.items():
            _put(connection, name, table)
        connection.execute(NO_DECISIONS)
        linker(connection)
        _put(connection, "truth", truth)
        return judge(connection)


def _put(connection: Any, name: str, table: Any) -> None:
    connection.register("incoming_table", table)
    connection.execute(f"create table {name} as select * from incoming_table")
    connection.unregister("incoming_table")


@cache
def _aims() -> list[dict[str, Any]]:
    return list(yaml.safe_load(AIMS.read_text("utf-8")))


def judged(figures: Figures, sent: SentFigures | None = None) -> tuple[Aim, ...]:
    """The figures against each aim; those of what is sent where anything was. A figure of nothing (no such mention) reaches no
    aim."""
    found = []
    for aim in _aims():
        if "sent" in aim:
            if sent is not None:
                found.append(_held(aim, ", ".join(aim["sent"]), sent_table.reached(sent, aim)))
            continue
        of = aim.get("classes") or aim["traps"]
        tallies = [(figures.classes if "classes" in aim else figures.traps)[name] for name in of]
        least = "at_least" in aim
        values = [_value(tally, aim["figure"]) for tally in tallies]
        known = [value for value in values if value is not None]
        reached = (min(known) if least else sum(known)) if len(known) == len(values) else None
        found.append(_held(aim, ", ".join(of), reached))
    return tuple(found)


def _held(aim: dict[str, Any], of: str, reached: float | None) -> Aim:
    least = "at_least" in aim
    bound = aim["at_least"] if least else aim["at_most"]
    met = reached is not None and (reached >= bound if least else reached <= bound)
    return Aim(aim["id"], of, aim["figure"], bound, reached, met)


def _value(tally: Tally, figure: str) -> float | None:
    if figure == "wrong":
        return tally.wrong if tally.mentions else None
    share: Share = getattr(tally, figure)
    return share.value


def _side_json(figures: Figures) -> dict[str, Any]:
    groups = {"with_number": figures.pooled(*WITH_NUMBER), "without_number": figures.pooled(*WITHOUT_NUMBER)}
    return {
        "classes": {name: tally.as_json() for name, tally in figures.classes.items()},
        "together": {name: tally.as_json() for name, tally in groups.items()},
        "traps": {name: tally.as_json() for name, tally in figures.traps.items()},
        "lookalikes": figures.lookalikes.as_json(),
    }


def as_text(result: Result) -> str:
    """The table for people: each class with the sides below one another, the traps, the aims."""
    seeds = f"seeds {', '.join(map(str, result.seeds))}, {result.persons:,} persons each"
    lines = [f"Records as they are sent, {seeds}.", "", *sent_table.lines(result.sent), ""] if result.sent else []
    lines += [
        f"For comparison, mentions that came through no intake: {seeds}, the half that nothing was tuned on.",
        f"In brackets: {INTERVALS}.",
        "",
        f"{'evidence':<18}{'side':<8}{'records':>8}  {'precision, %':<24}{'recall, %':<24}{'F1, %':<24}"
        f"{'wrong':>6}{'waiting, %':>12}{'right one offered, %':>22}",
    ]
    for evidence in EVIDENCE:
        for name, figures in result.sides.items():
            lines.append(_line(evidence if name == OURS else "", name, figures.classes[evidence]))
    for label, classes in (("with a number", WITH_NUMBER), ("without", WITHOUT_NUMBER)):
        for name, figures in result.sides.items():
            lines.append(_line(label if name == OURS else "", name, figures.pooled(*classes)))
    lines += ["", f"{'Wrong automatic links':<52}" + "".join(f"{name:>14}" for name in result.sides)]
    for label, key in (("officials of one name in one village", "homonym"), ("brothers and sisters", "sibling")):
        lines.append(_wrong(label, [figures.traps[key] for figures in result.sides.values()]))
    lookalikes = [figures.lookalikes for figures in result.sides.values()]
    lines.append(_wrong("reads word for word like another's record (no aim)", lookalikes))
    lines += ["", f"{'Aim':<24}{'of':<48}{'bound':>10}{'reached':>10}"]
    lines += [_aim(one) for one in result.aims]
    return "\n".join(lines)


def _line(label: str, side: str, tally: Tally) -> str:
    shares = "".join(f"{_share(share):<24}" for share in (tally.precision, tally.recall, tally.f1))
    waits, offered = (_percent(share.value) for share in (tally.waits, tally.offered))
    return f"{label:<18}{side:<8}{tally.mentions:>8,}  {shares}{tally.wrong:>6,}{waits:>12}{offered:>22}"


def _share(share: Share) -> str:
    if share.value is None:
        return "none"
    return f"{_percent(share.value)} [{_percent(share.low)}, {_percent(share.high)}]"


def _percent(value: float | None) -> str:
    """Cut to two places, not rounded: 99.898 is not 99.90."""
    return "none" if value is None else f"{int(value * 10_000 + 1e-9) / 100:.2f}"


def _wrong(label: str, tallies: Sequence[Tally]) -> str:
    return f"{label:<52}" + "".join(f"{f'{one.wrong:,} of {one.mentions:,}':>14}" for one in tallies)


def _aim(aim: Aim) -> str:
    counted = aim.figure in ("wrong", "pairs_per_1000")
    bound, reached = (
        f"{value:,.0f}" if counted and value is not None else _percent(value) for value in (aim.bound, aim.reached)
    )
    sign = "≤" if counted else "≥"
    return f"{aim.figure:<24}{aim.of:<48}{f'{sign} {bound}':>10}{reached:>10}  {'reached' if aim.met else 'MISSED'}"
