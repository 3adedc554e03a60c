"""What offices do with last week's reports: ledgers filled in, supervision orders, a colour set by hand; all of it invented.

Belongs here: the bytes of returned ledgers, rows of the supervision group's two lists. It knows what its offices know: the
ledgers. Does not belong here: taking a ledger back, writing into the inbox (`demo`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import openpyxl

from pipelines.sources.codes import code_tables
from pipelines.sources.contract import load_catalog

Row = dict[str, Any]
_WEIGHTS = {  # of the steps that an office takes, by the colour's word; the rest of the warnings stays unanswered
    "红": {"take_in_hand": 0.5, "confirmed": 0.1, "unfounded": 0.05},
    "黄": {"take_in_hand": 0.2, "unfounded": 0.03},
}
_EXTENDED, _EXTENSION_DAYS = 0.15, 7  # of what is taken in hand: more time is asked for at once
_MEASURES = {
    "take_in_hand": ("已明确包联领导牵头，三日内补办", "镇街例会已研究，交驻村指导组督促", "已向村社发出整改通知"),
    "confirmed": ("经实地核实，情况属实，正在研究措施",),
    "unfounded": ("经实地核实，已按期办理，系台账漏填，下期更正",),
    "extend": ("材料正在会审，需延长办理时限",),
}
_STAFF = {"handler": "Z{:02}", "closer": "H{:02}", "decider": "J01"}
# Days after an order was issued, by what becomes of it; `closed_alone`: by whom it was given to, which counts for nothing.
_COURSES: tuple[dict[str, int], ...] = (
    {"due_on": 3, "fed_back_on": 1, "closed_on": 3},
    {"due_on": 2},
    {"due_on": 3, "fed_back_on": 2, "extension_approved_on": 2, "extended_to": 9},
    {"due_on": 7, "fed_back_on": 1, "returned_on": 3},
    {"due_on": 7, "fed_back_on": 2},
    {"due_on": 3, "fed_back_on": 2, "closed_alone": 3},
)
_ORDERS, _FEEDBACK_DAYS = 12, 2
_OVERRIDE_DAYS = 13


@dataclass(frozen=True)
class _Line:
    """A warning of a ledger: its row in the sheet and its cells by title."""

    number: int
    cells: Row

    @property
    def colour(self) -> str:
        """The colour's word, which stands behind its sign."""
        return str(self.cells["预警颜色"]).split()[-1][:1]

    def draws(self, seed: int) -> Random:
        """Chance that hangs on what the warning says and not on its number, which hangs on the home's keys."""
        return Random(f"{seed}/{self.cells['村社代码']}/{self.cells['预警事项']}")


def filled_ledger(content: bytes, day: date, seed: int) -> bytes | None:
    """The ledger that came with a report as its office returns it on `day`; None where it answers nothing."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    answers = list(_answers(list(_lines(sheet)), day, seed))
    last = sheet.max_row
    for line, answer, is_copy in answers:
        last += is_copy
        for title, value in {**line.cells, **answer}.items() if is_copy else answer.items():
            sheet.cell(last if is_copy else line.number, titles.index(title) + 1, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue() if answers else None


def _lines(sheet: Any) -> Iterator[_Line]:
    titles, *rows = sheet.iter_rows(values_only=True)
    for number, row in enumerate(rows, 2):
        cells = dict(zip(titles, row, strict=True))
        if cells.get("村社代码") and cells.get("预警颜色"):
            yield _Line(number, cells)


def _answers(lines: list[_Line], day: date, seed: int) -> Iterator[tuple[_Line, Row, bool]]:
    """Which line is answered with what, and whether on a copy of it, as a second step of the week is."""
    for line in lines:
        draws, weights = line.draws(seed), _WEIGHTS.get(line.colour, {})
        (step,) = draws.choices([*weights, ""], [*weights.values(), 1 - sum(weights.values())])
        if not step:
            continue
        by_whom = {"经办人代号": _STAFF["handler"].format(draws.randint(1, 20)), "日期": day}
        yield line, by_whom | _step(step, draws), False
        if step == "take_in_hand" and draws.random() < _EXTENDED:
            yield line, by_whom | _step("extend", draws) | {"承诺时限": day + timedelta(days=_EXTENSION_DAYS)}, True


def _step(step: str, draws: Random) -> Row:
    return {"环节": code_tables()["answer_step"].labels[step], "办理措施": draws.choice(_MEASURES[step])}


def supervision_orders(county_ledger: bytes, day: date) -> list[Row]:
    """Orders issued on `day` for red warnings about villages, one per village, as they stand at the week's end."""
    lines: dict[str, _Line] = {}
    for line in _red(county_ledger):
        lines.setdefault(line.cells["村社代码"], line)
    return [_order(number, line, day) for number, line in enumerate(list(lines.values())[:_ORDERS])]


def _order(number: int, line: _Line, day: date) -> Row:
    course = {name: day + timedelta(days=days) for name, days in _COURSES[number % len(_COURSES)].items()}
    handler = _STAFF["handler"].format(number + 1)
    alone = course.pop("closed_alone", None)
    closed_on = course.get("closed_on", alone)
    closer = handler if alone else _STAFF["closer"].format(number + 1)
    blank = {column.name: None for column in load_catalog()["organisation__supervision_orders"].columns}
    return blank | {
        "order_no": f"督{day:%Y}-{number + 1:03}",
        "warning_id": line.cells["预警编号"],
        "village_code": line.cells["村社代码"],
        "matter": line.cells["预警事项"],
        "issued_on": day,
        "order_level": "red",
        "responsible_unit": line.cells["所属镇街"],
        "feedback_due_on": day + timedelta(days=_FEEDBACK_DAYS),
        "handler_code": handler,
        **course,
        "closed_on": closed_on,
        "closer_code": closer if closed_on else None,
    }


def colour_overrides(county_ledger: bytes, day: date) -> list[Row]:
    """One village whose colour is set by hand, for a reason and until a day; none where no village is red."""
    found = list(_red(county_ledger))[-1:]
    return [
        {
            "override_no": f"调{day:%Y}-001",
            "village_code": line.cells["村社代码"],
            "colour": "yellow",
            "decider_body": "换届工作领导小组办公室",
            "decider_code": _STAFF["decider"],
            "decided_on": day,
            "reason": "已现场核实，主要事项本周补办完毕，待下期数据确认",
            "valid_until": day + timedelta(days=_OVERRIDE_DAYS),
        }
        for line in found
    ]


def _red(county_ledger: bytes) -> Iterator[_Line]:
    """Red warnings about villages, not about persons, in an order that does not hang on their numbers."""
    sheet = openpyxl.load_workbook(io.BytesIO(county_ledger), read_only=True).worksheets[0]
    lines = [line for line in _lines(sheet) if line.colour == "红" and not line.cells.get("人员")]
    return iter(sorted(lines, key=lambda line: (line.cells["村社代码"], line.cells["预警事项"])))
