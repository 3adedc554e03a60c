"""The index of a week's folder: every recipient, all files of its stem, and content that a new build id does not change."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.reports import render_week
from pipelines.reports.index import read_index, write_index
from pipelines.reports.page import PageEntry, ReportIndex, WarningCounts
from pipelines.settings import Settings
from tests.unit.reports.edition import V, open_edition


def test_index_names_every_recipient_with_its_files(tmp_path: Path) -> None:
    edition = open_edition([V("青石村", "001", "D01"), V("白沙村", "002", "D02")])
    written = render_week(edition.con, tmp_path / "out", settings=Settings(small_cell=3))
    index = read_index(tmp_path / "out")
    assert (index.build_id, index.week) == (written.build_id, written.week)
    assert [one.recipient_id for one in index.recipients] == [page.recipient_id for page in written.pages]
    for one in index.recipients:
        assert [file.name for file in one.files][:1] and all(file.name.startswith(one.stem) for file in one.files)
        for file in one.files:
            content = (tmp_path / "out" / file.name).read_bytes()
            assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))


def _folder(path: Path, build_id: str, said: str) -> Path:
    path.mkdir()
    for name in ("a.html", "a.xlsx", "a~2.html", "index.html"):
        (path / name).write_text(f"{build_id} {said} {name}", encoding="utf-8")
    entries = tuple(PageEntry(f"{one}.html", one, "township", one, 1, {}, WarningCounts(0, 0, 0, 0, 0)) for one in ("a", "a~2"))
    write_index(path, ReportIndex(path, build_id, "2020-W49", entries), date(2020, 12, 6), {})
    return path


def test_all_files_of_a_stem_belong_to_one_recipient(tmp_path: Path) -> None:
    one, other = read_index(_folder(tmp_path / "x", "2020-W49.001", "all")).recipients
    assert [file.name for file in one.files] == ["a.html", "a.xlsx"]
    assert [file.name for file in other.files] == ["a~2.html"]


def test_content_is_the_same_under_another_build_id_and_changes_with_what_is_said(tmp_path: Path) -> None:
    first = read_index(_folder(tmp_path / "1", "2020-W49.001", "all")).recipients[0]
    again = read_index(_folder(tmp_path / "2", "2020-W49.002", "all")).recipients[0]
    other = read_index(_folder(tmp_path / "3", "2020-W49.003", "more")).recipients[0]
    assert first.content == again.content and first.files != again.files
    assert other.content != first.content


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CunsheError, match="no reports"):
        read_index(tmp_path)
