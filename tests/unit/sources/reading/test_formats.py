"""Formats are told by content; what is no table is refused by its name."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_html, as_text, as_xls, as_xlsx, as_zip

TABLE = [["村名", "备注"], ["东村", "无"]]
KNOWN = frozenset(TABLE[0])


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_table(content, KNOWN).whole()
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"\r\n\r\n", "FILE_EMPTY"),
        (b"%PDF-1.7\n", "FILE_FORMAT"),
        (b"Rar!\x1a\x07\x00", "FILE_FORMAT"),
        (b"7z\xbc\xaf\x27\x1c", "FILE_FORMAT"),
        (b"\x89PNG\r\n\x1a\n", "FILE_FORMAT"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "FILE_FORMAT"),
        (as_text(TABLE)[:-2] + b"\x00x\r\n", "FILE_FORMAT"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table>', "FILE_FORMAT"),
        (as_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "FILE_FORMAT"),
        (as_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "FILE_FORMAT"),
        (as_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}), "FILE_FORMAT"),
        (b"b\x14#e\x08\x00\x08\x00E-SafeNet\x00LOCK" + bytes(range(256)), "FILE_ENCRYPTED"),
        (b"%TSD-Header-###%" + bytes(range(256)), "FILE_ENCRYPTED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "FILE_UNREADABLE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "DRMContent".encode("utf-16-le"), "FILE_ENCRYPTED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    assert refusal(content).why.code == code


@pytest.mark.parametrize("write", [as_text, as_xlsx, as_xls, as_html])
def test_each_format_is_told_by_its_content(write: type) -> None:
    raw = read_table(write(TABLE), KNOWN)
    assert raw.header == ("村名", "备注")
    assert raw.whole().to_numpy().tolist() == TABLE[1:]


@pytest.mark.parametrize("write", [as_text, as_xlsx, as_xls, as_html])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_that_breaks_off_is_refused(write: type, share: float) -> None:
    content = write([TABLE[0], *[["东村", "没有备注"]] * 500])
    cut = content[: int(len(content) * share)].rstrip(b"\r\n")
    if write is as_text:  # within its last cell, but not within a character
        cut = content[: content.index("有备注".encode(), len(cut)) + 3]
        raw = read_table(cut, KNOWN)
        assert raw.whole()["备注"].unique().tolist() == ["没有备注"]
        assert [reject.code for reject in raw.rejects] == ["TEXT_CUT"]
        cut = cut[:-1]
    assert refusal(cut).why.fix_zh
