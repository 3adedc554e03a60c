"""The template environment: autoescape, filters, and what every page of a week shares.

Belongs here: formatting of dates and numbers by the words of `texts.yml`. Does not belong here: what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from pipelines.disclosure.config import hidden_word
from pipelines.reports.charts import LONGEST_AGE, share_of
from pipelines.reports.figures import plain, round_half_up
from pipelines.reports.page import Figure
from pipelines.reports.pictures import fit
from pipelines.reports.texts import texts
from pipelines.reports.week_data import WeekData
from pipelines.reports.wording import Wording

TEMPLATES = Path(__file__).with_name("templates")


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, however many weeks it renders."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def base_environment() -> Environment:
    """Templates and the words that need no week. Everything is escaped; nothing in data is ever markup."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    words = texts()
    env.filters.update(
        word=lambda key, section: words.word(section, key),
        day=day,
        weekday=lambda when: words.word("weekday", when.isoweekday()),
        figure=shown_value,
        number=lambda number: plain(Fraction(number)),
        percent=lambda ratio: "" if ratio.value is None else f"{round_half_up(ratio.value * 100, 1)}%",
        points=lambda ratio: "—" if ratio.value is None else str(round_half_up(ratio.value * 100, 0)),
        mean=lambda ratio: "" if ratio.value is None else str(round_half_up(ratio.value, 1)),
        length_of=share_of,
        age_length=lambda ratio: share_of(ratio, LONGEST_AGE),
        value=lambda ratio, decimals: str(round_half_up(ratio.value, decimals)),
        week_number=lambda when: when.isocalendar()[1],
        sections=lambda kind: words.listed("sections", kind),
        numeral=words.numeral,
        css_text=css_text,
        whole_day=whole_day,
    )
    return env


def environment(wording: Wording, restated: Mapping[str, Any]) -> Environment:
    """Templates for the pages of one week."""
    env = base_environment()
    env.filters.update(
        rule_title=wording.rule_title,
        label=wording.label,
        matter=lambda row: wording.matter(row.warning, row.rule),
        handling=lambda row: wording.handling(row.warning),
        reasons=wording.reasons,
        answered=wording.answered,
        outcome=wording.outcome,
        changed=wording.changed,
        changed_items=wording.changed_items,
        overdue=lambda row: wording.overdue(row.warning, row.is_overdue),
    )
    env.globals.update(
        build=wording.data.build,
        issue=issue(wording.data),
        settings=wording.settings,
        restated=restated,
        short=short_name,
        hidden_word=hidden_word(wording.settings.small_cell),
    )
    return env


def day(when: date | None) -> str:
    """Month and day."""
    return "" if when is None else texts().say("day", month=when.month, day=when.day)


def whole_day(when: date | None) -> str:
    """Year, month and day."""
    return "" if when is None else texts().say("day_of_year", year=when.year, month=when.month, day=when.day)


def issue(data: WeekData) -> str:
    """The issue as readers count it: ISO year and week, with its first and last day."""
    week = data.build.week
    year, number, _ = week.monday.isocalendar()
    first, last = (
        texts().say("day" if when.year == year else "day_of_year", year=when.year, month=when.month, day=when.day)
        for when in (week.monday, week.sunday)
    )
    return texts().say("issue", year=year, week=number, first=first, last=last)


def shown_value(figure: Figure) -> str:
    """An indicator's value without its unit."""
    return "" if figure.value is None else str(round_half_up(figure.value, figure.indicator.decimals))


def short_name(name: str, width: float, size: float) -> str:
    """A name that fits a tile; the whole name stands in the tile's title."""
    text, was_cut = fit(name, width, size)
    return texts().say("more", name=text) if was_cut else text


def css_text(text: str) -> str:
    """Text that may stand in a CSS string: whatever could end the string or the style element is left out."""
    return re.sub(r"[^\w ．.·—:（）()-]", "", text)
