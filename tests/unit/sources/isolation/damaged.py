"""Files as bad luck or bad will makes them: a good file of each format, changed where its format is sensitive.

Belongs here: making such bytes from a seed. Does not belong here: what must come of them (`test_fuzz`).
"""

from __future__ import annotations

import csv
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pipelines.sources.reading.legacy import OLE
from tests.unit.sources.reading.writers import as_html, as_text, as_xls, as_xlsx

GOOD = Path(__file__).parents[3] / "fixtures" / "organisation__posts" / "good.csv"
KINDS = ("xlsx", "xls", "csv", "html", "zip")

# Values that a reader may take at their word: places beyond the sheet, counts beyond memory, numbers that are none.
_EXTREMES = (
    b"XFD1048576", b"A1048577", b"ZZZZZZ9", b"A0", b"A", b"1", b"", b"-1", b"4294967295", b"18446744073709551616", b"1e308",
    b"NaN", b"\xff\xfe", b"A1:XFD1048576", b"XFD1048576:A1", b"../../../../etc/passwd", b"&x;", b"\xe5\xbc", b"0" * 5000,
    b"R1C1", b"$A$1", b"a1", b"1048577",
)  # fmt: skip
_ATTRIBUTE = re.compile(rb'(?<==")[^"]*(?=")')
_TEXT = re.compile(rb"(?<=>)[^<]+(?=<)")
_TAG = re.compile(rb"<[^<>]+>")
_ENTITIES = b'<!DOCTYPE a [<!ENTITY x0 "xxxxxxxxxx">%s]>' % b"".join(
    b'<!ENTITY x%d "%s">' % (number, b"&x%d;" % (number - 1) * 10) for number in range(1, 9)
)


@cache
def base(kind: str) -> bytes:
    """A good delivery of posts in a format."""
    with GOOD.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if kind == "xlsx":
        return as_xlsx(rows, merges=[(2, 0, 3, 0)])
    if kind == "xls":
        return as_xls(rows, merges=[(2, 0, 3, 0)])
    if kind == "html":
        return as_html(rows, merges=[(2, 0, 3, 0)])
    if kind == "zip":
        return _archive(random.Random(0), {"名册.csv": as_text(rows)})
    return as_text([*rows, *rows[1:] * 10])


def damaged(seed: int) -> tuple[str, bytes]:
    """The file of a seed: its format and its bytes. The same seed makes the same file."""
    dice = random.Random(seed)
    kind = dice.choice(KINDS)
    content = base(kind)
    own = {"xlsx": _parts_changed, "zip": _members_changed, "xls": _records_changed, "csv": _text_changed, "html": _page_changed}
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        change = own[kind] if dice.random() < 0.75 else _bytes_changed
        content = change(dice, content)
    if dice.random() < 0.05:
        content = _archive(dice, {f"a.{kind}": content})
    return kind, content


def _bytes_changed(dice: random.Random, content: bytes) -> bytes:
    """Cut, spliced, flipped: what a bad line or disk does to any file."""
    size = max(len(content), 2)
    start, length = dice.randrange(size), dice.choice((1, 2, 8, 64, 512, 4096))
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: content[:start],
        lambda: content[start:],
        lambda: content[:start] + dice.randbytes(length) + content[start + length :],
        lambda: content[:start] + bytes(length) + content[start + length :],
        lambda: content[:start] + content[start : start + length] * dice.choice((2, 50)) + content[start + length :],
        lambda: content[:start] + base(dice.choice(KINDS))[start:],
        lambda: content[:start] + bytes([dice.randrange(256)]) + content[start + 1 :],
        lambda: content + dice.choice((b"\x1a", b"\x00" * 512, b"\r\n\r\n", content)),
        lambda: dice.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"PK\x03\x04", OLE)) + content,
    )
    return dice.choice(changes)()


def _replaced(dice: random.Random, content: bytes, pattern: re.Pattern[bytes], new: bytes) -> bytes:
    places = list(pattern.finditer(content[: 1 << 20]))
    if not places:
        return content
    place = dice.choice(places)
    return content[: place.start()] + new + content[place.end() :]


def _xml_changed(dice: random.Random, content: bytes) -> bytes:
    """One attribute, text or tag of a part is another, or many, or something that XML allows and nobody sends."""
    way = dice.randrange(8)
    if way < 3:
        return _replaced(dice, content, _ATTRIBUTE, dice.choice(_EXTREMES))
    if way == 3:
        return _replaced(dice, content, _TEXT, dice.choice(_EXTREMES))
    if way == 4:
        return _replaced(dice, content, _TAG, dice.choice((b"", b"<c>", b"</sheetData>", b"<![CDATA[", b"<!--")))
    if way == 5:
        deep = dice.choice((100, 50_000))
        return _replaced(dice, content, _TAG, b"<a>" * deep + b"</a>" * dice.choice((0, deep)))
    if way == 6:
        return _replaced(dice, content, re.compile(rb"\?>"), b"?>" + _ENTITIES).replace(b"<v>", b"<v>&x8;", 1)
    return _bytes_changed(dice, content)


def _parts_changed(dice: random.Random, content: bytes) -> bytes:
    """A workbook with a part changed, gone, doubled, renamed, or kept in another way than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            parts = {one.filename: container.read(one) for one in container.infolist()}
    except Exception:  # an earlier change has made it no archive
        return _bytes_changed(dice, content)
    sheet = [name for name in parts if "sheet1" in name or "workbook" in name]
    name = dice.choice(sheet if sheet and dice.random() < 0.6 else sorted(parts) or [""])
    way = dice.randrange(10)
    if way < 6 and name in parts:
        parts[name] = _xml_changed(dice, parts[name])
    elif way == 6:
        parts.pop(name, None)
    elif way == 7:
        parts[name.replace("/", "\\") if dice.random() < 0.5 else name.upper()] = parts.pop(name, b"")
    elif way == 8:
        parts[dice.choice((name, "xl/worksheets/sheet2.xml", "xl/styles.xml"))] = dice.choice(
            (b"", b" " * 30_000_000, content, parts.get("xl/worksheets/sheet1.xml", b""))
        )
    packed = _archive(dice, parts)
    return _headers_changed(dice, packed) if way == 9 else packed


def _archive(dice: random.Random, parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    kinds = (zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(target, "w", dice.choice(kinds)) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return target.getvalue()


def _headers_changed(dice: random.Random, content: bytes) -> bytes:
    """One number in the directory of an archive: a method, a size, a checksum, an offset, a flag."""
    changed = bytearray(content)
    places = [found.start() for found in re.finditer(b"PK(\x01\x02|\x03\x04|\x05\x06)", content)]
    if not places:
        return content
    place = dice.choice(places) + dice.randrange(4, 44)
    number = struct.pack("<I", dice.choice((0, 1, 9, 99, 2**31, 2**32 - 1, dice.getrandbits(32))))
    width = dice.choice((1, 2, 4))
    changed[place : place + width] = number[:width]
    return bytes(changed[: len(content)])


def _members_changed(dice: random.Random, content: bytes) -> bytes:
    """An archive with other things in it than one table."""
    table, way = base(dice.choice(("csv", "xls", "xlsx", "html"))), dice.randrange(8)
    if way == 0:
        return _headers_changed(dice, content)
    if way == 1:
        return _archive(dice, {"a.zip": _archive(dice, {"b.zip": content})})
    if way == 2:
        return _archive(dice, {"a.csv": b"\xe5\x90\x8d," * dice.choice((20_000, 20_000, 4_000_000))})
    if way == 3:
        return _archive(dice, {f"{number}.csv": table for number in range(dice.choice((0, 2, 3000)))})
    names = ("a.csv", "../a.csv", "/a.csv", "a\\b.csv", "a" * 300, "名册.csv.filepart", "~$a.xlsx", " ", "a.csv/")
    parts = {dice.choice(names): table, dice.choice(("__MACOSX/._a", "Thumbs.db", "x/.DS_Store", "b.csv")): b"x"}
    return _archive(dice, parts)


def _records_changed(dice: random.Random, content: bytes) -> bytes:
    """An Excel 97 workbook with a number of its container, or the length, kind or content of a record, being another."""
    changed = bytearray(content)
    if len(content) < 1024:
        return content
    numbers = (0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, dice.getrandbits(32), dice.randrange(64))
    if dice.random() < 0.4:
        # The container: its header, its table of sectors (anywhere), its directory.
        place = dice.randrange(24, 512) if dice.random() < 0.5 else dice.randrange(512, len(content) - 4)
        struct.pack_into("<I", changed, place & ~3, dice.choice(numbers))
        return bytes(changed)
    records, place = [], 512
    while place + 4 < len(content) and len(records) < 4000:
        records.append(place)
        place += 4 + struct.unpack_from("<H", content, place + 2)[0]
    for _ in range(dice.choice((1, 1, 3))):
        start = dice.choice(records)
        offset = dice.choice((0, 2, 4, 6, 8, 10, 12))
        if start + offset + 2 <= len(changed):
            struct.pack_into("<H", changed, start + offset, dice.choice(numbers) & 0xFFFF)
    return bytes(changed)


def _text_changed(dice: random.Random, content: bytes) -> bytes:
    """A text in another encoding, with other separators, quotes and line ends, or with far too much in one place."""
    text = content.decode("utf-8", "replace")
    way = dice.randrange(10)
    if way < 3:
        codec = dice.choice(("gb18030", "utf-16", "utf-16-be", "utf-32", "big5", "latin-1", "utf-7", "cp037", "shift_jis"))
        return text.encode(codec, "replace")
    place = dice.randrange(max(len(text), 1))
    odd = (
        '"', "\x00", "\r", "\u2028", "\ufeff", "\u202e", "sep=;\r\n", ",", "\t" * 2000, '"' * 9999, "锟斤拷", "\x1a", "\n" * 5000,
        "\U0010ffff", "万" * 300_000, "," * 20_000, "=cmd|' /C calc'!A0", "合计,", "同上",
    )  # fmt: skip
    if way < 8:
        return (text[:place] + dice.choice(odd) + text[place:]).encode("utf-8", "replace")
    if way == 8:
        return text.replace(",", dice.choice((";", "\t", "|", "，", "\x00"))).encode()
    return text.replace("\r\n", dice.choice(("\r", "\n\n", "\u0085", "\n\r", ""))).encode()


def _page_changed(dice: random.Random, content: bytes) -> bytes:
    """A page with spans, nesting or declarations that no table has."""
    way = dice.randrange(6)
    tags = (
        b'<td colspan="999999999">', b'<td rowspan="999999999">', b"<table>" * 2000, b"<div>" * 50_000, b"</table>", b"<![CDATA[",
        b"<!ELEMENT", b"<script>", b"&#x110000;", b"&#0;", b"<td colspan=-1 rowspan=x>", b"<tr>" * 20_000, b"<!--",
        b"<td a=" + b'"' * 999,
    )  # fmt: skip
    if way < 4:
        return _replaced(dice, content, _TAG, dice.choice(tags))
    return _replaced(dice, content, _TEXT, dice.choice(_EXTREMES)) if way == 4 else _bytes_changed(dice, content)
