"""Every figure five districts printed, beside what comes out of the warehouse for a county simulated like theirs.

Belongs here: running the scenarios through the whole pipeline, comparing, the table and the page. Does not belong here: what
was printed (`figures.yml`), the counties (`simulation.scenarios`), how a figure is computed: it is read from the published
`indicator_week` and `indicator_term`, as any analyst would.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipelines.errors import CunsheError
from pipelines.files import read_yaml, write_whole
from pipelines.progress import progress
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import ANALYST
from pipelines.reports.figures import plain, round_half_up
from pipelines.settings import SETTINGS_FILE, Settings, environment_of
from pipelines.simulation.scenarios import SCENARIOS, simulate_scenario

PRINTED = Path(__file__).with_name("figures.yml")
_AT_ONCE = 2  # scenarios that run side by side
_TABLES = {
    "value": ("indicator_week", "numerator", "denominator"),
    "this_term": ("indicator_term", "numerator", "denominator"),
    "last_term": ("indicator_term", "last_numerator", "last_denominator"),
}


class Bilingual(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid")
    zh: str
    en: str


class Printed(BaseModel):
    """One printed figure, and which indicator it is.

    `part`: the value; the numerator or the denominator alone; or the change since the last term. `scope` is a township's
    code, else the county.
    `reason` says why the text cannot be met; with an indicator, what comes out is shown beside it.
    """

    model_config = ConfigDict(extra="forbid")
    id: str
    scenario: str
    text: str
    indicator: str | None = None
    part: str = "value"
    scope: str | None = None
    printed: Decimal | None = None
    decimals: int = 0
    at_least: bool = False
    reason: Bilingual | None = None


@dataclass(frozen=True)
class Computed:
    """What came out: exact terms, and the value in the indicator's unit (per cent for a ratio)."""

    numerator: Fraction
    denominator: Fraction | None
    value: Fraction

    @property
    def terms(self) -> str:
        """n/N; of a count only n."""
        return (
            plain(self.numerator) if self.denominator is None else f"{plain(self.numerator)}/{plain(self.denominator)}"
        )


@dataclass(frozen=True)
class Compared:
    """A printed figure and what came out for it. `agrees` is None for what cannot be computed at all."""

    figure: Printed
    terms: str
    value: str
    agrees: bool | None

    @property
    def as_expected(self) -> bool:
        """It agrees, or it does not and the page says why it cannot."""
        return self.agrees is True if self.figure.reason is None else self.agrees is not True

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            **self.figure.model_dump(mode="json"),
            **{name: value for name, value in asdict(self).items() if name != "figure"},
            "as_expected": self.as_expected,
        }


@cache
def printed_figures() -> tuple[Printed, ...]:
    """What the districts printed, in the order of their texts."""
    found = tuple(Printed(**one) for one in read_yaml(PRINTED))
    for one in found:
        if (one.indicator is None or one.printed is None) and one.reason is None:
            raise CunsheError(
                f"{PRINTED.name}: {one.id} has neither an indicator with a value nor a reason.", "Add one."
            )
    return found


def check_figures(names: Sequence[str] = tuple(SCENARIOS), keep: Path | None = None) -> list[Compared]:
    """Run scenarios, files in, marts out, and compare; `keep` is where their homes stay, else they are removed."""
    with TemporaryDirectory(prefix="cunshe-figures-") as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        homes = [(keep or Path(folder)) / name for name in names]
        done = 0
        found: list[Compared] = []
        progress("check figures", done, len(names))
        for name, home in zip(names, pool.map(run_scenario, names, homes), strict=True):
            found += compare(name, home)
            progress("check figures", done := done + 1, len(names), name)
    return found


def run_scenario(name: str, home: Path) -> Path:
    """Simulate a scenario into a home and run its week there, in a process of its own; a home that has it stays as it is."""
    scenario = SCENARIOS[name]
    if (home / "published" / "current.json").exists():
        return home
    write_whole(
        home / SETTINGS_FILE, "".join(f"{key}={value}\n" for key, value in scenario.settings().items()).encode()
    )
    if not (home / "inbox").exists():
        simulate_scenario(home / "inbox", scenario)
    command = [sys.executable, "-m", "pipelines.cli", "run", "--week", scenario.week.iso]
    ran = subprocess.run(
        command, env=environment_of(home), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ran.returncode:
        raise CunsheError(
            f"The scenario {name} did not run: {ran.stderr.strip()}", "Run it by itself with --keep and look."
        )
    return home


def compare(name: str, home: Path) -> list[Compared]:
    """The printed figures of a scenario beside those of its published build."""
    settings = Settings(home=home)
    with open_edition(settings, ANALYST) as edition:
        return [_compared(edition, settings.county_code, one) for one in printed_figures() if one.scenario == name]


def _compared(edition: Any, county: str, figure: Printed) -> Compared:
    found = _computed(edition, county, figure) if figure.indicator else None
    if found is None or figure.printed is None:
        return Compared(figure, found.terms if found else "", _shown(found.value, figure) if found else "", None)
    shown = round_half_up(found.value, figure.decimals)
    agrees = found.value >= Fraction(figure.printed) if figure.at_least else shown == figure.printed
    return Compared(figure, found.terms, _shown(found.value, figure), agrees)


def _shown(value: Fraction, figure: Printed) -> str:
    return str(round_half_up(value, figure.decimals))


def _computed(edition: Any, county: str, figure: Printed) -> Computed | None:
    if figure.part == "change":
        this, last = (_read(edition, county, figure, part) for part in ("this_term", "last_term"))
        return Computed(this.numerator, this.denominator, this.value - last.value) if this and last else None
    found = _read(edition, county, figure, "value")
    if found and figure.part == "numerator":
        return Computed(found.numerator, found.denominator, found.numerator)
    if found and found.denominator is not None and figure.part == "denominator":
        return Computed(found.numerator, found.denominator, found.denominator)
    return found


def _read(edition: Any, county: str, figure: Printed, part: str) -> Computed | None:
    table, numerator, denominator = _TABLES[part]
    scope = ("township", figure.scope) if figure.scope else ("county", county)
    rows = edition.execute(
        f"select {numerator}, {denominator}, i.kind from {table} as t "
        "inner join (select distinct indicator_id, kind from indicator) as i using (indicator_id) "
        "where t.indicator_id = ? and t.scope_type = ? and t.scope_id = ? order by t.week_start desc limit 1",
        [figure.indicator, *scope],
    ).fetchall()
    for above, below, kind in rows:
        if above is None or (kind != "count" and not below):
            return None
        if kind == "count":
            return Computed(Fraction(above), None, Fraction(above))
        scale = 100 if kind == "ratio" else 1
        return Computed(Fraction(above), Fraction(below), Fraction(above) * scale / Fraction(below))
    return None


def as_text(found: Sequence[Compared]) -> str:
    """The table for people."""
    lines = [f"{'figure':<9}{'printed':>10}{'computed':>12}  {'n/N':<16}{'':<10}text"]
    lines += [
        f"{one.figure.id:<9}{_printed(one.figure):>10}{one.value:>12}  {one.terms:<16}{_verdict(one):<10}{one.figure.text}"
        for one in found
    ]
    agreeing = sum(one.agrees is True for one in found)
    wrong = [one.figure.id for one in found if not one.as_expected]
    lines.append(
        f"{len(found)} printed figures: {agreeing} agree, {len(found) - agreeing - len(wrong)} cannot (the reason is on the "
        f"page), {len(wrong)} wrong{': ' + ', '.join(wrong) if wrong else ''}."
    )
    return "\n".join(lines)


def _printed(figure: Printed) -> str:
    return "" if figure.printed is None else f"{'>=' if figure.at_least else ''}{figure.printed}"


def _verdict(one: Compared) -> str:
    if not one.as_expected:
        return "WRONG"
    return "agrees" if one.agrees else "cannot"


def as_page(found: Sequence[Compared]) -> str:
    """`docs/published-figures.md`."""
    return "\n".join(_page_lines(found)) + "\n"


def _page_lines(found: Sequence[Compared]) -> Iterator[str]:
    yield "<!-- Generated by `cunshe check figures --page`; do not edit. -->"
    yield ""
    yield "# 已公布数字的核对 Published figures, checked"
    yield ""
    yield "五个区公开材料中的数字，与按其情况模拟的区跑完整个流程后、从已发布的"
    yield "`indicator_week`、`indicator_term` 读出的数字并列。人员、选票和台账均为虚构，总数与公布数一致；流程读不到公布数。"
    yield ""
    yield "What five districts printed, beside what the whole pipeline makes of a county simulated like theirs. People,"
    yield "ballots and ledgers are invented so that their totals are those printed; the printed figures are nowhere the"
    yield "pipeline can read."
    for name, scenario in SCENARIOS.items():
        rows = [one for one in found if one.figure.scenario == name]
        if rows:
            yield ""
            yield f"## {scenario.county_name} `{name}` ({scenario.week.iso})"
            yield ""
            yield "| 编号 | 原文 As printed | 指标 Indicator | 分子/分母 n/N | 计算值 Computed | 一致 Agrees | 说明 Why not |"
            yield "| --- | --- | --- | --- | --- | --- | --- |"
            yield from map(_page_row, rows)


def _page_row(one: Compared) -> str:
    figure = one.figure
    indicator = f"[`{figure.indicator}`](indicators.md#{figure.indicator})" if figure.indicator else ""
    if figure.part == "change":
        indicator += " 较上届 since the last term"
    verdict = {True: "是 yes", False: "否 no", None: "—"}[one.agrees]
    why = f"{figure.reason.zh} {figure.reason.en}" if figure.reason else ""
    cells = (figure.id, figure.text, indicator, one.terms, one.value, verdict, why)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
