"""The Excel form of a report: the ledger of its warnings, to be filled in and sent back, and its villages and dates.

Belongs here: sheets and cells from the page as it was assembled. Does not belong here: choosing what a recipient sees
(`selection`), columns, titles and looks (`ledger.yml`). Every cell is written as what it is, a text, a number or a date, and none
can run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.files import read_yaml
from pipelines.landing.return_notes import harmless
from pipelines.reports.audiences import OPEN
from pipelines.reports.page import Page, WarningRow
from pipelines.reports.texts import texts
from pipelines.reports.withheld import WithheldCount
from pipelines.reports.wording import Wording
from pipelines.sources.codes import code_tables

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_SPARE_ROWS = 200  # below the last warning, for answers that take several steps

Cell = str | int | date | None
# Makes the check code of a ledger: recipient, build, and the pairs of warning and village that it may answer.
Mark = Callable[[str, str, Sequence[tuple[str, str]]], str]


@cache
def layout() -> dict[str, Any]:
    """Sheets, columns and looks."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_name("ledger.yml"))
    return found


def ledger(page: Page, wording: Wording, issue: str, mark: Mark | None = None) -> bytes:
    """The workbook of one recipient, with its check code by `mark`. The same page gives the same bytes."""
    build = wording.data.build
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    created = datetime.combine(build.as_of, datetime.min.time())
    book.set_properties({"title": f"{layout()['title']} {issue} {page.recipient.name}", "created": created})
    formats = {name: book.add_format(style) for name, style in layout()["formats"].items()}
    rows = {
        "warnings": [_warning(row, page, wording) for group in page.groups for row in group.rows],
        "villages": [_village(page, village_id, wording) for village_id in page.tiles],
        "due": [_due(step, wording) for step in page.due],
        "data": [*map(_feed_warning, page.feed_warnings), *(_withheld(row, wording) for row in page.withheld)],
        "about": [
            {"what": layout()["about"][name], "told": told} for name, told in _about(page, wording, issue).items()
        ],
    }
    if mark is not None:
        pairs = [(str(row["warning_id"]), str(row["village_code"])) for row in rows["warnings"]]
        code = mark(page.recipient.recipient_id, build.build_id, pairs)
        rows["about"].append({"what": layout()["about"]["mark"], "told": code})
    for name, sheet in layout()["sheets"].items():
        if page.recipient.kind in sheet.get("not_for", ()):
            continue
        columns = {
            key: column
            for key, column in sheet["columns"].items()
            if page.recipient.may_know(column.get("audience", OPEN))
        }
        _write_sheet(book.add_worksheet(sheet["name"]), formats, columns, rows[name])
    book.close()
    return content.getvalue()


def _write_sheet(
    sheet: Any, formats: Mapping[str, Any], columns: Mapping[str, Any], rows: list[dict[str, Cell]]
) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns.values()):
        sheet.set_column(place, place, column["width"])
        sheet.write_string(0, place, column["title"], formats["header_fill" if "fill" in column else "header"])
        _offer(sheet, place, column, len(rows))
    for number, row in enumerate(rows, start=1):
        for place, (name, column) in enumerate(columns.items()):
            _write(sheet, formats, number, place, row.get(name), column, row)
    if not rows:
        sheet.write_string(1, 0, layout()["no_data"])
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def _write(
    sheet: Any,
    formats: Mapping[str, Any],
    number: int,
    place: int,
    cell: Cell,
    column: Mapping[str, Any],
    row: dict[str, Cell],
) -> None:
    look = formats["fill_date" if column.get("fill") == "date" else "fill" if "fill" in column else "cell"]
    if column.get("coloured"):
        look = formats[str(row["_colour"])]
    if cell is None or cell == "":
        sheet.write_blank(number, place, None, look)
    elif isinstance(cell, date):
        sheet.write_datetime(number, place, datetime.combine(cell, datetime.min.time()), formats["date"])
    elif isinstance(cell, int):
        sheet.write_number(number, place, cell, look)
    else:
        sheet.write_string(number, place, harmless(cell), look)


def _offer(sheet: Any, place: int, column: Mapping[str, Any], rows: int) -> None:
    """The choices of a column that is filled in."""
    last = rows + _SPARE_ROWS
    if column.get("fill") == "choice":
        labels = list(code_tables()[column["codes"]].labels.values())
        sheet.data_validation(1, place, last, place, {"validate": "list", "source": labels})
    elif column.get("fill") == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
        sheet.data_validation(1, place, last, place, rule)


def _warning(row: WarningRow, page: Page, wording: Wording) -> dict[str, Cell]:
    warning, village = row.warning, row.village
    colour = warning.colour or "none"
    words = texts()
    return {
        "warning_id": warning.warning_id,
        "village_code": village.village_code if village else "",
        "recipient_id": page.recipient.recipient_id,
        "_colour": colour,
        "colour": f"{words.word('glyph', colour)} {words.word('colour', colour)}",
        "state": words.word("warning_state", warning.state),
        "unit": village.managing_unit_name if village else "",
        "village": village.village_name if village else "",
        "person": warning.person,
        "matter": wording.matter(warning, row.rule),
        "rule": row.rule.title_zh,
        "action": row.rule.action_zh,
        "first_week": warning.first_week,
        "weeks_open": warning.weeks_open or 1,
        "owner": warning.owner_zh,
        "act_by": warning.act_by,
        "handling": wording.handling(warning),
        "overdue": wording.overdue(warning, row.is_overdue),
    }


def _village(page: Page, village_id: str, wording: Wording) -> dict[str, Cell]:
    row, words = page.tiles[village_id], texts()
    village = row.village
    return {
        "village_code": village.village_code,
        "unit": village.managing_unit_name,
        "village": village.village_name,
        "_colour": row.colour,
        "colour": f"{words.word('glyph', row.colour)} {words.word('colour', row.colour)}",
        "since": row.since,
        "reasons": wording.reasons(row.reasons),
        "warnings": row.open_warnings,
        **{name: getattr(village, name) for name in ("steps_done", "steps_total", "steps_overdue")},
        **{name: getattr(village, name) for name in ("review_answered", "review_asked")},
    }


def _due(step: Any, wording: Wording) -> dict[str, Cell]:
    village = wording.data.villages[step.village_id]
    return {
        "due_on": step.due_on,
        "village_code": village.village_code,
        "unit": village.managing_unit_name,
        "village": village.village_name,
        "body": wording.label(step.body, "body"),
        "step": step.name_zh,
        "level": texts().word("legal_level", step.legal_level or ""),
    }


def _feed_warning(row: WarningRow) -> dict[str, Cell]:
    warning = row.warning
    return {
        "kind": layout()["data_kind"]["feed"],
        "warning_id": warning.warning_id,
        "rule": row.rule.title_zh,
        "matter": warning.detail_zh,
        "owner": warning.owner_zh,
        "act_by": warning.act_by,
    }


def _withheld(row: WithheldCount, wording: Wording) -> dict[str, Cell]:
    rule = wording.data.rules.get(row.rule_id)
    return {
        "kind": layout()["data_kind"]["withheld"],
        "rule": rule.title_zh if rule else row.rule_id,
        "village": "、".join(f"{name}（{count}）" if count > 1 else name for name, count in row.villages),
        "matter": f"{row.reason_zh}（{row.count}条）",
    }


def _about(page: Page, wording: Wording, issue: str) -> dict[str, str]:
    build, recipient = wording.data.build, page.recipient
    return {
        "report": f"{layout()['title']} {issue}",
        "issuer": wording.settings.issuer,
        "recipient": recipient.name,
        "as_of": build.as_of.isoformat(),
        "build": build.build_id,
        "scope": layout()["scope"].format(villages=len(recipient.villages)),
        "how": layout()["how"],
    }
