"""What the reading process does before it gives up its file handles: everything once that is looked up at first use.

Belongs here: small invented files of each kind, and the codecs. Does not belong here: reading (`reading`).
"""

from __future__ import annotations

import codecs
import encodings.aliases
import io
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module

import xlrd

from pipelines.sources.reading import RawTable
from pipelines.sources.reasons import Unreadable, reason_texts

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"/>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="甲" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>村</t></is></c></row><row r="2">'
    '<c r="A2"><v>1.5</v></c><c r="B2" t="e"><v>#REF!</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells></worksheet>',
}  # fmt: skip


def warm_up(read: Callable[[bytes, frozenset[str]], RawTable]) -> None:
    """Read a file of each kind, and load what a stranger one may need."""
    reason_texts()
    for name in {*encodings.aliases.aliases.values(), "cp437", "utf_8_sig"}:
        with suppress(LookupError, ImportError):
            codecs.lookup(name)
    for module in pkgutil.iter_modules(xlrd.__path__, "xlrd."):
        with suppress(ImportError):
            import_module(module.name)
    for content in _files():
        with suppress(Unreadable):
            read(content, frozenset({"姓名", "村"})).whole()


def _files() -> Iterator[bytes]:
    rows = "姓名,村\n" + "张三,甲\n" * 50
    yield rows.encode()
    yield rows.replace("甲", '"甲"').encode("utf-16")
    yield rows.encode("gb18030") + b"\xff\n"
    yield rows.encode().decode("latin-1").encode()
    yield "<html><table><tr><td>姓名</td><td rowspan=2>村</td></tr><tr><td>张三</td></tr></table></html>".encode()
    yield xlrd.compdoc.SIGNATURE + bytes(1024)
    workbook = _zip(_PARTS)
    yield workbook
    yield _zip({"a.xlsx": workbook})
    yield workbook[:300]


def _zip(parts: dict[str, str] | dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return packed.getvalue()
