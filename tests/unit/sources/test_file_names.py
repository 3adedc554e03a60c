"""What a name says before anybody opens the file."""

from __future__ import annotations

import os

import pytest

from pipelines.sources.file_names import is_passed_over, is_table_name, kind_of, own_name, shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("名册.xlsx", None), ("名册.part1.rar", None), ("tmp.csv", None), ("备份.xlsx", None), ("~名册.xlsx", None),
        ("名册.csv.filepart", "arriving"), ("A.XLSX.TMP", "arriving"), ("a.td.cfg", "arriving"), (".a.csv.Xa12Bc", "arriving"),
        (".in.a.csv", "arriving"), ("~$名册.xlsx", "passed"), (".~lock.a.ods#", "passed"), ("~WRL0001.tmp", "passed"),
        ("THUMBS.DB", "passed"), ("._a.csv", "passed"), (".gitignore", "passed"), ("__MACOSX", "passed"),
        ("a.csv.bak", "backups"), ("a.xlsx~", "backups"), ("a.lnk", "links"), ("A.URL", "links"),
    ],
)  # fmt: skip
def test_the_kind_of_a_name(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("a.csv.filepart", "a.csv"), ("a.csv.td.cfg", "a.csv"), ("a.csv.td", "a.csv"), ("a.csv~", "a.csv"),
        ("a.csv.baiduyun.p.downloading", "a.csv"), ("A.CSV.TMP", "A.CSV"), (".a.csv.Xa12Bc", "a.csv"),
    ],
)  # fmt: skip
def test_the_name_that_the_file_itself_has(name: str, own: str) -> None:
    assert own_name(name) == own


@pytest.mark.parametrize(
    ("path", "passed"),
    [
        ("__MACOSX/._a.csv", True), ("a/.DS_Store", True), ("a\\Thumbs.db", True), ("~$a.xlsx", True), ("./a.csv", False),
        ("../a.csv", False), ("a.b/c.csv", False), (".hidden/c.csv", True),
    ],
)  # fmt: skip
def test_what_lies_in_an_archive_for_a_system_alone(path: str, passed: bool) -> None:
    assert is_passed_over(path) is passed


def test_names_are_shown_as_what_they_are() -> None:
    gbk = os.fsdecode("任职名册.csv".encode("gbk"))
    assert shown(f"村/{gbk}") == "村/任职名册.csv"
    assert shown("村/名册.csv") == "村/名册.csv"
    assert shown(os.fsdecode(b"\xff\xfe.csv")) == "\ufffd\ufffd.csv"
    assert shown("\ud800") == "\ufffd"
    assert is_table_name("名册.XLSX") and not is_table_name("2020-11-26")
