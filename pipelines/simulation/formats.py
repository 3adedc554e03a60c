"""How each department writes its file: format, encoding, date style, weekday, columns.

Belongs here: one `Format` per dataset and the rendering of typed values into cells. Does not belong here: which rows
there are (`departments`), bytes on disk (`writers`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pipelines.simulation.timeline import Window, days
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import Column, Contract, load_catalog

# A row is a dict: contract column → typed value; `_…` keys are for the sender's own columns; RAW overrides cells.
Row = dict[str, Any]
Cell = str | int | float | date | None
RAW = "_raw"

_DATES: dict[str, Callable[[date], Cell]] = {
    "iso": lambda day: day.isoformat(),
    "slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "cell": lambda day: day,
}
IMPOSSIBLE_DATES = {"iso": "2020-02-30", "slash": "2020/2/30", "chinese": "2020年2月30日", "cell": "2020-02-30"}


@dataclass(frozen=True)
class Format:
    """The habits of the clerk who sends a dataset."""

    encoding: str  # 'xlsx' for a workbook
    dates: str
    weekday: int  # 0 = Monday
    sheet: str = ""
    month_mark: str = "-"
    ignored: tuple[str, ...] = ()

    @property
    def is_workbook(self) -> bool:
        return self.encoding == "xlsx"


FORMATS: dict[str, Format] = {
    "civil_affairs__villages": Format("gb18030", "iso", 2, ignored=("序号", "填报单位")),
    "civil_affairs__village_changes": Format("utf-8", "iso", 1, ignored=("序号", "填报单位")),
    "civil_affairs__election_steps": Format("utf-8", "slash", 4, ignored=("步骤名称", "环节")),
    "civil_affairs__ballots": Format("xlsx", "iso", 5, sheet="选举结果", ignored=("序号", "填报单位")),
    "organisation__posts": Format("xlsx", "cell", 3, sheet="任职名册", ignored=("序号", "村社名称", "所属镇街")),
    "organisation__candidates": Format(
        "gb18030", "chinese", 3, month_mark=".", ignored=("序号", "村社名称", "所属镇街", "备注")
    ),
    "organisation__pairings": Format("utf-8-sig", "iso", 2, ignored=("序号", "村社名称", "管理单位")),
    "discipline_inspection__opinions": Format("utf-8", "chinese", 4, ignored=("序号", "备注")),
    "public_security__opinions": Format("gb18030", "slash", 5, ignored=("序号", "承办人代号")),
    "petition__matters": Format("xlsx", "cell", 3, sheet="Sheet1", ignored=("序号", "登记单位")),
    "questionnaire__village_profile": Format("utf-8", "iso", 4, ignored=("序号", "村社名称", "填报人代号")),
    # Ledgers; those that are not here are written plainly.
    "civil_affairs__voter_registration": Format("gb18030", "iso", 4),
    "discipline_inspection__dispositions": Format("utf-8", "chinese", 4),
    "organisation__party_rolls": Format("gb18030", "slash", 3),
    "organisation__rectification_tasks": Format("xlsx", "cell", 3, sheet="整顿任务"),
    "organisation__rectification_problems": Format("xlsx", "cell", 3, sheet="问题台账"),
    "organisation__review_requests": Format("utf-8-sig", "iso", 3),
    "organisation__collected_opinions": Format("utf-8", "iso", 4),
    "organisation__review_decisions": Format("utf-8", "iso", 4),
    "organisation__reserve_cadres": Format("gb18030", "iso", 3, month_mark="."),
    "organisation__appraisals": Format("utf-8-sig", "slash", 3),
}


_PLAIN = Format("utf-8", "iso", 3)


def format_of(name: str) -> Format:
    """The habits of a dataset's clerk; plain ones where none are known."""
    return FORMATS.get(name, _PLAIN)


def contract_of(name: str) -> Contract:
    """The contract of `<department>__<dataset>`."""
    return load_catalog()[name]


def windows(name: str, start: date, weeks: int) -> list[Window]:
    """All deliveries of a dataset."""
    first = start + days(format_of(name).weekday)
    return [Window(week, first + days(7 * week), first + days(7 * week - 7) if week else None) for week in range(weeks)]


def file_name(name: str, day: date) -> str:
    """For instance `村社名录20201125.csv`."""
    suffix = "xlsx" if format_of(name).is_workbook else "csv"
    return f"{contract_of(name).title.zh.split('（')[0]}{day:%Y%m%d}.{suffix}"


@cache
def spellings(table: str) -> dict[str, tuple[str, ...]]:
    """Code → the ways departments write it."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, code in code_tables()[table].by_spelling.items():
        found[code].append(word)
    return {code: tuple(words) for code, words in found.items()}


class Renderer:
    """Turns rows into cells of one file: the contract's columns, then the sender's own, then the forbidden ones."""

    def __init__(self, name: str, forbidden: tuple[str, ...] = (), renamed: str = "") -> None:
        self.format = format_of(name)
        contract = contract_of(name)
        self.forbidden = forbidden
        first = [header for header in self.format.ignored if header == "序号"]
        rest = [header for header in self.format.ignored if header != "序号"]
        self.headers: list[str] = [
            *first,
            *("字段" if column.name == renamed else column.headers[0] for column in contract.columns),
            *rest,
            *forbidden,
        ]
        self._numbered = bool(first)
        self._own = (*rest, *forbidden)
        self._columns = [(column.name, self._converter(column)) for column in contract.columns]
        self.header_of = {column.name: column.headers[0] for column in contract.columns}

    def cells(self, row: Row, place: int) -> list[Cell]:
        """The cells of one row; `place` is its ordinal in the file."""
        raw = row.get(RAW)
        cells: list[Cell] = [place] if self._numbered else []
        for name, convert in self._columns:
            if raw and name in raw:
                cells.append(raw[name])
            else:
                value = row.get(name)
                cells.append(None if value is None else convert(value, place))
        own = row.get("_own", {})
        cells.extend(own.get(header) for header in self._own)
        return cells

    def _converter(self, column: Column) -> Callable[[Any, int], Cell]:
        if column.type == "date":
            style = _DATES[self.format.dates]
            return lambda value, place: style(value)
        if column.type == "month":
            mark = self.format.month_mark
            return lambda value, place: f"{value.year}{mark}{value.month:02d}"
        if column.type == "boolean":
            return lambda value, place: "是" if value else "否"
        if column.type == "code" and column.codes is not None:
            words = spellings(column.codes)
            return lambda value, place: words[value][place % len(words[value])]
        if column.type == "decimal":
            return lambda value, place: f"{value:.2f}"
        return lambda value, place: value
