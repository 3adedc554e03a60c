"""The return note (退回单): an Excel workbook that tells a department, line by line, what to mend in what it sent.

Belongs here: the workbook and where it lies. Does not belong here: which lines there are (`return_lines`), the words of a
line (`sources.reasons`), the words of the workbook (`return_notes.yml`).

No cell can run: every cell is written as a text, and one that a spreadsheet would take for a formula is led by an
apostrophe. No cell holds a value of the department's file; names it chose itself (file, sheet) have numbers masked.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.files import read_yaml, write_whole
from pipelines.landing.ledger import Delivery
from pipelines.landing.return_lines import Line, open_lines
from pipelines.sources.columns.texts import formula_safe
from pipelines.sources.contract import Contract
from pipelines.sources.masking import without_numbers
from pipelines.weeks import Week

# So many lines of one finding in one column become one, which names their rows.
ALIKE_FROM = 20
# Lines of one sheet; whoever has more to mend than this is told how many more there are.
MOST_LINES = 20_000
_LONGEST = 500


@cache
def words() -> dict[str, Any]:
    """The words of the workbook."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_suffix(".yml"))
    return found


def note_path(folder: Path, contract: Contract, week: Week) -> Path:
    """Where the note of a dataset and week lies."""
    return folder / contract.department / contract.dataset / f"{week.iso}.xlsx"


def write_note(
    folder: Path, contract: Contract, lines: list[Line], ledger: list[Delivery], week: Week, days_to_answer: int
) -> Path | None:
    """Write a dataset's note of the week, whole; None, and no file, if nothing is open and nothing was closed in the week.

    The same ledger gives the same bytes.
    """
    path = note_path(folder, contract, week)
    standing = open_lines(lines)
    mended = [line for line in lines if line.closed_on and week.monday <= line.closed_on <= week.sunday]
    if not standing and not mended:
        path.unlink(missing_ok=True)
        return None
    sent = {one.delivery_id: one for one in ledger}
    due = week.sunday + timedelta(days=days_to_answer)
    write_whole(path, workbook(_head(contract, standing or mended, sent, week, due), standing, mended, week))
    return path


def _head(
    contract: Contract, lines: list[Line], sent: dict[str, Delivery], week: Week, due: date
) -> list[tuple[str, str]]:
    deliveries = {one.delivery_id: one for one in (sent[line.delivery_id] for line in lines)}.values()
    texts = words()["head"]
    values = {
        "department": contract.owner.zh,
        "dataset": f"{contract.title.zh}（{contract.name}）",
        "delivered_at": "、".join(sorted({one.delivered_at.isoformat() for one in deliveries})),
        "files": "、".join(sorted({one.file_name for one in deliveries})),
        "contact": contract.contact,
        "as_of": week.sunday.isoformat(),
        "due": due.isoformat(),
        "how": words()["how"],
        "private": words()["private"],
    }
    return [(texts[name], values[name]) for name in texts]


def workbook(head: list[tuple[str, str]], standing: list[Line], mended: list[Line], week: Week) -> bytes:
    """The workbook's bytes: a sheet of what is still to mend, under the head, and a sheet of what the week has mended."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(content, options)
    # The date of the file is that of the week, so that a replay gives the same bytes.
    book.set_properties({"title": words()["title"], "created": datetime.combine(week.monday, datetime.min.time())})
    formats = {name: book.add_format(style) for name, style in words()["formats"].items()}
    for name, lines in (("open", standing), ("closed", mended)):
        texts = words()[name]
        sheet = book.add_worksheet(texts["sheet"])
        row = _write_head(sheet, formats, head if name == "open" else [], texts["title"].format(count=len(lines)))
        _write_lines(sheet, formats, row, texts["columns"], lines, week.sunday)
    book.close()
    return content.getvalue()


def _write_head(sheet: Any, formats: dict[str, Any], head: list[tuple[str, str]], title: str) -> int:
    sheet.write_string(0, 0, title, formats["title"])
    for row, (label, value) in enumerate(head, start=1):
        sheet.write_string(row, 0, label, formats["label"])
        sheet.write_string(row, 1, harmless(value), formats["value"])
    return len(head) + 2


def _write_lines(
    sheet: Any, formats: dict[str, Any], top: int, columns: dict[str, Any], lines: list[Line], as_of: date
) -> None:
    for place, column in enumerate(columns.values()):
        sheet.set_column(place, place, column["width"])
        sheet.write_string(top, place, column["title"], formats["header"])
    sheet.freeze_panes(top + 1, 0)
    entries = _entries(lines)
    for row, (line, rows) in enumerate(entries[:MOST_LINES], start=top + 1):
        cells = _cells(line, as_of) | ({"row": rows} if rows else {})
        for place, name in enumerate(columns):
            sheet.write_string(row, place, harmless(cells[name]), formats["cell"])
    if len(entries) > MOST_LINES:
        sheet.write_string(top + 1 + MOST_LINES, 0, words()["more"].format(count=len(entries) - MOST_LINES))


def _entries(lines: list[Line]) -> list[tuple[Line, str | None]]:
    """The lines in their order; many that differ in their row only are one, with all their rows in words."""
    alike: dict[Line, list[Line]] = {}
    for line in lines:
        alike.setdefault(_but_for_its_row(line), []).append(line)
    entries: list[tuple[Line, str | None]] = []
    for line in lines:
        group = alike[_but_for_its_row(line)]
        if len(group) < ALIKE_FROM:
            entries.append((line, None))
        elif group[0] is line:
            entries.append((line, _rows_in_words([other.row_no for other in group if other.row_no is not None])))
    return entries


def _but_for_its_row(line: Line) -> Line:
    return replace(line, row_no=None, key=None)


def _rows_in_words(rows: list[int]) -> str:
    """Rows as ranges ("2-40、42"), as many as fit a cell, and how many they are."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    text = ""
    for first, last in ranges:
        more = f"{'、' if text else ''}{first}{f'-{last}' if last > first else ''}"
        if len(text) + len(more) > _LONGEST // 2:
            break
        text += more
    return words()["rows"].format(rows=text, count=len(rows))


def _cells(line: Line, as_of: date) -> dict[str, str]:
    values = {
        "delivered_at": line.delivered_at,
        "file": without_numbers(line.file_name),
        "sheet": without_numbers(line.sheet) if line.sheet else None,
        "row": line.row_no,
        "column": line.column_name,
        "wrong": line.message_zh,
        "wanted": line.fix_zh,
        "opened_on": line.opened_on,
        "days": line.age(as_of),
        "closed_on": line.closed_on,
        "closed_by": line.closed_by_delivery_id or (words()["by_hand"] if line.closed_on else None),
        "delivery_id": line.delivery_id,
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, cut to a readable length."""
    return formula_safe(text[:_LONGEST])
