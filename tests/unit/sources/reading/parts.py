"""Workbooks made part by part, as programs other than Excel write them, and as nobody should.

Belongs here: putting parts together. Does not belong here: ordinary workbooks (`writers`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text(words: str) -> str:
    """The inside of a cell that holds a text."""
    return f't="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def number(value: object, style: int = 0) -> str:
    """The inside of a cell that holds a number."""
    return f's="{style}"><v>{value}</v></c>'


def sheet(rows: Sequence[Sequence[str | None]], after: str = "", first: int = 1) -> str:
    """A sheet's XML of rows of cells' insides (`text`, `number`, or any from the attributes on)."""
    lines = []
    for row, cells in enumerate(rows, start=first):
        inside = "".join(
            f'<c r="{chr(65 + place)}{row}" {cell}' for place, cell in enumerate(cells) if cell is not None
        )
        lines.append(f'<row r="{row}">{inside}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


def styles(codes: Sequence[str | int] = (), struck: bool = False) -> str:
    """A styles part: style n+1 has the n-th format (a code, or the number of a built-in one); with `struck` one more strikes."""
    formats = "".join(
        f'<numFmt numFmtId="{176 + place}" formatCode={quoteattr(code)}/>'
        for place, code in enumerate(codes)
        if isinstance(code, str)
    )
    xfs = ['<xf numFmtId="0" fontId="0"/>']
    xfs += [
        f'<xf numFmtId="{code if isinstance(code, int) else 176 + place}" fontId="0"/>'
        for place, code in enumerate(codes)
    ]
    xfs += ['<xf numFmtId="0" fontId="1"/>'] if struck else []
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/><font><strike/></font></fonts>'
        f"<cellXfs>{''.join(xfs)}</cellXfs></styleSheet>"
    )


def workbook(
    sheets: Mapping[str, str] | str,
    styles_part: str = "",
    shared: str = "",
    *,
    properties: str = "",
    hidden: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    targets: Mapping[str, str] | None = None,
    changes: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A workbook of sheets' XML by name. `renamed` parts lie under other names, `targets` are what relationships say instead,
    `changes` are made in every part.
    """
    pages = {"名册": sheets} if isinstance(sheets, str) else sheets
    state = {True: ' state="hidden"', False: ""}
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{place}" r:id="rId{place}"{state[name in hidden]}/>'
        for place, name in enumerate(pages, start=1)
    )
    relations = [(f"rId{place}", "worksheet", f"worksheets/sheet{place}.xml") for place in range(1, len(pages) + 1)]
    parts = {f"xl/worksheets/sheet{place}.xml": xml for place, xml in enumerate(pages.values(), start=1)}
    for kind, part in (("styles", styles_part), ("sharedStrings", shared)):
        if part:
            relations.append((kind, kind, f"{kind}.xml"))
            parts[f"xl/{kind}.xml"] = part
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{named}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = _relations(relations, targets or {})
    parts["_rels/.rels"] = _relations([("rId1", "officeDocument", "xl/workbook.xml")], targets or {})
    parts["[Content_Types].xml"] = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        for name, xml in parts.items():
            for old, new in changes:
                xml = xml.replace(old, new)
            # Set afterwards: the class would turn a backslash into a slash on some systems.
            info = zipfile.ZipInfo("x")
            info.filename = (renamed or {}).get(name, name)
            info.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(info, xml)
    return target.getvalue()


def _relations(relations: Sequence[tuple[str, str, str]], targets: Mapping[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{targets.get(target, target)}"/>'
        for name, kind, target in relations
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def table(*rows: Sequence[Any], headers: Sequence[str] = ("代码", "日期", "数")) -> str:
    """A sheet with a header and rows whose cells are texts, or insides of cells as a 1-tuple."""
    return sheet([[text(header) for header in headers], *([_cell(cell) for cell in row] for row in rows)])


def _cell(cell: Any) -> str | None:
    return cell[0] if isinstance(cell, tuple) else None if cell == "" else text(cell)
