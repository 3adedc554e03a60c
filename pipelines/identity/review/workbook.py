"""The review as an Excel workbook: a pair a row, side by side; it comes back with the last three columns filled in.

Belongs here: writing it, and reading it back strictly. Does not belong here: its words (`workbook.yml`), taking the decisions
(`delivery`). As in the return note, every cell is written as a text and none can run. What comes back is taken whole or not
at all: whatever is filled in badly is named row by row.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.identity.review.delivery import Draft, NotTaken
from pipelines.identity.review.items import ReviewItem
from pipelines.identity.review.shown import Shown
from pipelines.identity.review.words import (
    code_label,
    field_title,
    rule_words,
    score_words,
    verdict_of,
    words,
)
from pipelines.landing.return_notes import harmless
from pipelines.sources.contract import load_catalog
from pipelines.sources.isolation.reader import read_apart
from pipelines.sources.reasons import Unreadable

_FILLED = ("verdict", "decided_by", "reason")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Filled:
    """A row that came back with a decision, as `row` of the workbook."""

    row: int
    item_id: str
    verdict: str
    decided_by: str
    reason: str


@cache
def texts() -> dict[str, Any]:
    """The words of the workbook."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_suffix(".yml"))
    return found


# --- writing ---


def workbook(pairs: Sequence[Shown], *, by: str, on: date) -> bytes:
    """The workbook's bytes: head, a row per pair, a drop-down where the verdict goes, all other cells locked."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties({"title": texts()["title"], "created": datetime.combine(on, datetime.min.time())})
    formats = {name: book.add_format(style) for name, style in texts()["formats"].items()}
    sheet = book.add_worksheet(texts()["sheet"])
    # Sorting some columns and not others would put a verdict beside another pair.
    sheet.protect(options={"format_columns": True, "format_rows": True})
    sheet.write_string(0, 0, texts()["title"], formats["title"])
    notes = (texts()["exported"].format(by=by, on=on.isoformat(), count=len(pairs)), texts()["how"], texts()["private"])
    for row, note in enumerate(notes, start=1):
        sheet.write_string(row, 0, harmless(note), formats["note"])
    _write_pairs(sheet, formats, len(notes) + 2, pairs)
    book.close()
    return content.getvalue()


def _write_pairs(sheet: Any, formats: dict[str, Any], top: int, pairs: Sequence[Shown]) -> None:
    columns = list(_columns())
    for place, (_, column) in enumerate(columns):
        sheet.set_column(place, place, column["width"])
        sheet.write_string(top, place, column["title"], formats["header"])
    sheet.freeze_panes(top + 1, 1)
    for row, pair in enumerate(pairs, start=top + 1):
        cells = _cells(pair)
        for place, (name, column) in enumerate(columns):
            sheet.write_string(row, place, harmless(cells.get(name, "")), formats["fill" if column.get("fill") else "cell"])
            if name == "verdict":
                choices = _choices(pair.item.subject_kind)
                sheet.data_validation(row, place, row, place, {"validate": "list", "source": choices})


def _columns() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and look of every column; each kind of evidence has three: record, roster, what it says."""
    for name, column in texts()["columns"].items():
        if name != "fields":
            yield name, column
            continue
        for field in words()["evidence"]:
            for side in ("record", "roster", "says"):
                yield f"{field}.{side}", {**column, "title": f"{field_title(field)}{texts()[side]}"}


def _cells(pair: Shown) -> dict[str, str]:
    item, contract = pair.item, load_catalog().get(f"{pair.item.department}__{pair.item.dataset}")
    cells = {
        "item_id": item.item_id,
        "kind": code_label("link_subject", item.subject_kind),
        "source": contract.title.zh if contract else item.dataset,
        "opened_on": item.opened_on.isoformat(),
        "rule": rule_words(item.rule),
        "score": score_words(item.weight),
        "check": item.item_id,
    }
    for row in pair.rows:
        cells |= {f"{row.field}.record": row.left, f"{row.field}.roster": row.right, f"{row.field}.says": row.in_words}
    return cells


def _choices(kind: str) -> list[str]:
    verdicts = words()["verdicts"][kind]
    return [verdicts["same"], verdicts["different"]]


# --- reading it back ---


def filled(content: bytes, items: Mapping[str, ReviewItem]) -> list[Filled]:
    """The rows that were filled in, of a workbook that comes back. Raises NotTaken with every row that is filled in badly.

    `items` are the pairs the workbook may speak of, by id.
    """
    titles = {name: column["title"] for name, column in _columns()}
    try:
        raw = read_apart(content, frozenset(titles.values()))
        table = raw.whole()
    except Unreadable as problem:
        raise CunsheError(f"The workbook cannot be read: {problem.why.zh}", problem.why.fix_zh) from None
    if raw.rejects:
        raise NotTaken([f"第{one.row}行：{one.zh}" for one in raw.rejects])
    needed = ("item_id", "check", *_FILLED)
    missing = [titles[name] for name in needed if titles[name] not in table.columns]
    if missing:
        raise NotTaken([texts()["faults"]["missing"].format(column=title) for title in missing])
    given = table[[titles[name] for name in needed]].fillna("").apply(lambda column: column.str.strip())
    return _judged(given.set_axis(needed, axis="columns"), items)


def _judged(given: pd.DataFrame, items: Mapping[str, ReviewItem]) -> list[Filled]:
    found: list[Filled] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, row in zip(given.index, given.to_dict("records"), strict=True):
        if not any(row[name] for name in _FILLED):
            continue
        item = items.get(row["item_id"])
        fault = _fault(row, item, seen)
        seen.setdefault(row["item_id"], number)
        if fault or item is None:
            faults.append(f"第{number}行：{fault}")
            continue
        verdict = verdict_of(item.subject_kind, row["verdict"]) or ""
        found.append(Filled(number, item.item_id, verdict, row["decided_by"], row["reason"]))
    if faults:
        raise NotTaken(faults)
    return found


def _fault(row: Mapping[Any, str], item: ReviewItem | None, seen: Mapping[str, int]) -> str | None:
    """What is wrong with a filled row, in words; None if nothing is."""
    says = texts()["faults"]
    if row["item_id"] != row["check"]:
        return str(says["moved"])
    if item is None:
        return str(says["unknown"])
    if row["item_id"] in seen:
        return str(says["twice"]).format(row=seen[row["item_id"]])
    if not row["verdict"]:
        return str(says["no_verdict"])
    choices = _choices(item.subject_kind)
    if "".join(row["verdict"].split()) not in choices:
        return str(says["verdict"]).format(choices="”或“".join(choices))
    return next((str(says[name]) for name in ("decided_by", "reason") if not row[name]), None)


def drafts(rows: Iterable[Filled], items: Mapping[str, ReviewItem]) -> list[Draft]:
    """The filled rows as decisions to take."""
    found = []
    for row in rows:
        item = items[row.item_id]
        found.append(
            Draft(f"第{row.row}行：", item.subject_kind, item.subject_a, item.subject_b, row.verdict, row.decided_by, row.reason)
        )
    return found
