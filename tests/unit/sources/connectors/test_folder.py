"""Drop folders: which files count, which dates are believed, and files that change while they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from pipelines.sources.connectors import folder
from pipelines.sources.connectors.parcel import FileContent, Parcel, SourceUnavailable, Window
from pipelines.sources.contract import load_catalog
from pipelines.sources.source import FolderSource

WINDOW = Window(date(2020, 1, 6), date(2020, 11, 29), date(2020, 12, 7))


def found(inbox: Path, window: Window = WINDOW, **source: str) -> list[Parcel]:
    contract = load_catalog()["petition__matters"]
    return folder.parcels(contract, FolderSource(kind="folder", **source), inbox, str, window)  # type: ignore[arg-type]


def drop(inbox: Path, day: str, name: str, content: bytes = b"x") -> Path:
    path = inbox / "petition" / "matters" / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_no_folder_no_delivery(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_files_in_the_order_of_their_days(tmp_path: Path) -> None:
    for day, name in [("2020-11-26", "b.csv"), ("2020-11-25", "c.csv"), ("2020-11-26", "a.csv"), ("2020-12-03", "d.csv")]:
        drop(tmp_path, day, name, name.encode())
    for name in (".hidden", "~$a.xlsx", "a.csv.part"):
        drop(tmp_path, "2020-11-26", name)
    assert [(one.place, one.file_name) for one in found(tmp_path)] == [
        ("2020-11-25", "c.csv"), ("2020-11-26", "a.csv"), ("2020-11-26", "b.csv"),
    ]
    content = found(tmp_path)[0].fetch()
    assert isinstance(content, FileContent) and content.content == b"c.csv"


@pytest.mark.parametrize("day", ["11月26日", "2019-11-26", "2021-11-26"])
def test_a_date_that_cannot_be_believed_comes_last_and_undated(tmp_path: Path, day: str) -> None:
    drop(tmp_path, day, "a.csv")
    drop(tmp_path, "2020-11-26", "b.csv")
    assert [one.delivered_at for one in found(tmp_path)] == [date(2020, 11, 26), None]


def test_another_root_by_its_address(tmp_path: Path) -> None:
    drop(tmp_path / "shared", "2020-11-26", "a.csv")
    assert len(found(tmp_path / "inbox", url=f"file://{tmp_path}/shared")) == 1


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(tmp_path, "2020-11-26", "a.csv", b"first,")
    read = LocalFileSystem.cat_file

    def while_growing(self: LocalFileSystem, name: str, *args: object) -> bytes:
        content: bytes = read(self, name, *args)
        with path.open("ab") as file:
            file.write(b"second")
        return content

    (parcel,) = found(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(SourceUnavailable) as caught:
        patch.setattr(LocalFileSystem, "cat_file", while_growing)
        parcel.fetch()
    assert caught.value.why.code == "FILE_GROWING"
    assert "petition/matters/2020-11-26/a.csv" in caught.value.why.zh
    content = parcel.fetch()
    assert isinstance(content, FileContent) and content.content == b"first,second"


def test_a_mark_changes_with_the_file(tmp_path: Path) -> None:
    path = drop(tmp_path, "2020-11-26", "a.csv")
    before = found(tmp_path)[0].mark
    path.write_bytes(b"longer")
    assert found(tmp_path)[0].mark != before


def test_a_file_in_no_dated_folder_or_deeper_is_reported(tmp_path: Path) -> None:
    drop(tmp_path, "2020-11-26", "a.csv")
    drop(tmp_path, "2020-11-26/更正", "b.csv")
    drop(tmp_path, "", "c.csv")
    assert [(one.place, one.file_name, one.delivered_at) for one in found(tmp_path)] == [
        ("2020-11-26", "a.csv", date(2020, 11, 26)), (".", "c.csv", None), ("2020-11-26/更正", "b.csv", None),
    ]  # fmt: skip
