"""Tables as bytes, in every format, encoding and dressing a department sends them in.

Belongs here: writing. Does not belong here: what a test expects of reading it.
"""

from __future__ import annotations

import html
import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]


def as_text(
    rows: Rows, encoding: str = "utf-8", separator: str = ",", end: str = "\r\n", first: str = "", trailing: str = ""
) -> bytes:
    """CSV and its kin; `first` is a line before all, `trailing` is put at the end of every row."""
    lines = [separator.join(_quoted(str(cell), separator) for cell in cells) + trailing + end for cells in rows]
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    return (mark + first + "".join(lines)).encode(encoding)


def _quoted(cell: str, separator: str) -> str:
    special = any(mark in cell for mark in (separator, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if special else cell


def as_xlsx(
    rows: Rows, sheet: str = "名册", merges: Sequence[tuple[int, int, int, int]] = (), epoch_1904: bool = False,
    others: Sequence[tuple[str, Rows, bool]] = (), hidden_rows: Sequence[int] = (),
) -> bytes:  # fmt: skip
    """A workbook; `merges` as (top, left, bottom, right) from 0; `others` are further sheets (name, rows, hidden)."""
    target = io.BytesIO()
    options = {"date_1904": epoch_1904, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(target, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table, hidden in [(sheet, rows, False), *others]:
            page = book.add_worksheet(name)
            if hidden:
                page.hide()
            for number, cells in enumerate(table):
                for place, cell in enumerate(cells):
                    _write_xlsx(page, number, place, cell, day)
            if name == sheet:
                for number in hidden_rows:
                    page.set_row(number, None, None, {"hidden": True})
                for top, left, bottom, right in merges:
                    page.merge_range(top, left, bottom, right, table[top][left])
    return target.getvalue()


def _write_xlsx(page: Any, row: int, place: int, cell: Any, day: Any) -> None:
    if isinstance(cell, str):
        if cell.startswith("#") and cell.endswith(("!", "?", "/A")):
            page.write_formula(row, place, "=1", None, cell)
        elif cell:
            page.write_string(row, place, cell)
    elif isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, date | datetime):
        page.write_datetime(row, place, cell, day)
    elif cell is not None:
        page.write_number(row, place, cell)


def as_xls(
    rows: Rows, sheet: str = "名册", merges: Sequence[tuple[int, int, int, int]] = (), epoch_1904: bool = False,
    others: Sequence[tuple[str, Rows, bool]] = (),
) -> bytes:  # fmt: skip
    """An Excel 97 workbook. Error values are written as formulas are that have one."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = 1 if epoch_1904 else 0
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, table, hidden in [(sheet, rows, False), *others]:
        page = book.add_sheet(name)
        page.visibility = 1 if hidden else 0
        covered = {(row, place) for top, left, bottom, right in merges for row in range(top, bottom + 1)
                   for place in range(left, right + 1)}  # fmt: skip
        for number, cells in enumerate(table):
            for place, cell in enumerate(cells):
                if cell not in ("", None) and not (name == sheet and (number, place) in covered):
                    _write_xls(page, number, place, cell, day)
        if name == sheet:
            for top, left, bottom, right in merges:
                page.write_merge(top, bottom, left, right, table[top][left])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_xls(page: Any, row: int, place: int, cell: Any, day: Any) -> None:
    if isinstance(cell, str) and cell.startswith("#") and cell.endswith(("!", "?", "/A")):
        page.row(row).set_cell_error(place, {"#N/A": "#N/A!"}.get(cell, cell))
    elif isinstance(cell, date):
        page.write(row, place, cell, day)
    else:
        page.write(row, place, cell)


def as_html(
    rows: Rows, encoding: str = "utf-8", merges: Sequence[tuple[int, int, int, int]] = (), closed: bool = True,
    before: str = "<html><head><style>td {color: red}</style></head><body>", between: str = "",
) -> bytes:  # fmt: skip
    """A page with one table, its cells escaped; line breaks are <br>."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    covered = {(row, place) for top, left, bottom, right in merges for row in range(top, bottom + 1)
               for place in range(left, right + 1)} - set(spans)  # fmt: skip
    lines = []
    for number, cells in enumerate(rows):
        tags = []
        for place, cell in enumerate(cells):
            if (number, place) in covered:
                continue
            high, wide = spans.get((number, place), (1, 1))
            attributes = (f' rowspan="{high}"' if high > 1 else "") + (f" colspan={wide}" if wide > 1 else "")
            text = "<br>".join(html.escape(str(cell), quote=False).split("\n"))
            tags.append(f"<td{attributes}>{text}" + ("</td>" if closed else ""))
        lines.append("<tr>" + "".join(tags) + ("</tr>" if closed else ""))
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    page = f"{mark}{before}<table border=1>\r\n" + "\r\n".join(lines) + f"{between}</table></body></html>"
    return page.encode(encoding)


def as_zip(members: dict[str, bytes], name_encoding: str = "utf-8") -> bytes:
    """An archive; member names in GBK, as Windows writes them, carry no mark of their encoding."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.encode("gbk").decode("cp437") if name_encoding == "gbk" else name, content)
    content = target.getvalue()
    return _without_utf8_flags(content) if name_encoding == "gbk" else content


def _without_utf8_flags(content: bytes) -> bytes:
    """The archive with its names as GBK bytes and no flag that they are UTF-8."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_STORED) as new:
        for one in old.infolist():
            raw = one.filename.encode("cp437")
            info = zipfile.ZipInfo("x" * len(raw))
            new.writestr(info, old.read(one))
    plain = changed.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        for one in old.infolist():
            raw = one.filename.encode("cp437")
            plain = plain.replace(b"x" * len(raw), raw, 2)
    assert struct.unpack("<H", plain[6:8])[0] & 0x800 == 0
    return plain
