"""Archives: one file, within bounds, whole."""

from __future__ import annotations

import zipfile

import pytest

from pipelines.sources.reading import archive
from pipelines.sources.reading.archive import is_archive, only_member
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_text, as_xlsx, as_zip

CSV = as_text([["村名"], ["东村"]])


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        only_member(content)
    return caught.value


@pytest.mark.parametrize("name", ["名册.csv", "报送/2020/名册.csv", "a.exe"])
def test_the_one_file_is_taken_whatever_its_name(name: str) -> None:
    assert only_member(as_zip({name: CSV}, "gbk")) == CSV


def test_what_a_system_adds_does_not_count() -> None:
    assert only_member(as_zip({"a.csv": CSV, "__MACOSX/._a.csv": b"x", "x/.DS_Store": b"x"})) == CSV
    assert only_member(as_zip({"./a.csv": CSV, "~$a.xlsx": b"x", "x\\Thumbs.db": b"x", ".~lock.a.csv#": b"x"})) == CSV


@pytest.mark.parametrize("name", ["名册.csv.filepart", "a/名册.csv.bak", "名册.xlsx.tmp"])
def test_half_a_file_and_an_older_copy_are_refused(name: str) -> None:
    assert refusal(as_zip({name: CSV})).why.code == "FILE_IS_BACKUP"


@pytest.mark.parametrize(("members", "found"), [({}, "0"), ({"a.csv": CSV, "b.csv": CSV}, "2")])
def test_none_or_several_are_refused_by_number(members: dict[str, bytes], found: str) -> None:
    why = refusal(as_zip(members)).why
    assert why.code == "ARCHIVE_CONTENTS"
    assert f"{found}个" in why.zh


def test_an_archive_in_an_archive_is_refused() -> None:
    assert refusal(as_zip({"a.zip": as_zip({"a.csv": CSV})})).why.code == "ARCHIVE_NESTED"


def test_a_workbook_is_no_archive() -> None:
    workbook = as_xlsx([["村名"]])
    assert not is_archive(workbook)
    assert only_member(as_zip({"a.xlsx": workbook})) == workbook


def test_what_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    assert refusal(as_zip({"a.csv": bytes(1_000_001)})).why.code == "ARCHIVE_TOO_LARGE"


def test_a_changed_byte_is_noticed() -> None:
    content = bytearray(as_zip({"a.csv": CSV * 100}))
    content[60] ^= 0xFF
    assert refusal(bytes(content)).why.code == "FILE_UNREADABLE"


def test_a_password_is_named() -> None:
    content = bytearray(as_zip({"a.csv": CSV}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    assert refusal(bytes(content)).why.code == "FILE_ENCRYPTED"
