"""Whatever one file does, it is held or waited for with its name and a reason, and the others land."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from pipelines.landing.failures import failure_of
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.ledger import Delivery, read_ledger
from pipelines.landing.release import release
from pipelines.sources.contract import load_catalog
from pipelines.sources.isolation.process import ReaderUnavailable
from tests.unit.landing.test_land import SUNDAY, door, drop, rows, sealed

__all__ = ["door", "sealed"]  # fixtures

DAY = "2020-11-26"
GBK_NAME = os.fsdecode("任职名册.csv".encode("gbk"))


def codes(delivery: Delivery) -> list[str]:
    return [hold["code"] for hold in delivery.holds]


def dated(door: Door) -> Path:
    return drop(door, DAY, rows(), "z好.csv").parent


def one_held_and_one_landed(door: Door) -> Delivery:
    """The delivery that is held beside the good one; nothing new comes of another run."""
    landed = land_dataset(door, SUNDAY)
    assert landed.failure is None
    by_verdict = {one.verdict: one for one in landed.new}
    assert len(landed.new) == 2 and by_verdict["accepted"].file_name == "z好.csv"
    assert land_dataset(door, SUNDAY).new == []
    assert read_ledger(door.landing, door.contract) == sorted(landed.new, key=lambda one: one.order)
    return by_verdict["held"]


def test_a_name_in_gbk_is_read_and_shown_as_what_it_is(door: Door) -> None:
    drop(door, DAY, rows(), GBK_NAME)
    (delivery,) = land_dataset(door, SUNDAY).new
    assert (delivery.verdict, delivery.file_name) == ("accepted", "任职名册.csv")
    assert land_dataset(door, SUNDAY).new == []


@pytest.mark.parametrize(
    "name", [b"\xff\xfe\x81.csv", "名\n册\t\x1b[31m.csv".encode(), "册" * 83 + ".x", "\u202evsc.册名".encode()]
)
def test_a_file_that_cannot_be_read_is_held_whatever_its_name(door: Door, name: bytes | str) -> None:
    folder = dated(door)
    (folder / os.fsdecode(name)).write_bytes(b"%PDF")
    held = one_held_and_one_landed(door)
    assert codes(held) == ["FILE_FORMAT"]
    shown = held.file_name + held.reasons_zh[0]
    assert shown.encode() and shown.isprintable(), "no half character, nothing that steers the terminal"


def test_two_names_that_look_alike_do_not_land_again_and_again(door: Door) -> None:
    drop(door, DAY, rows(), GBK_NAME)
    drop(door, DAY, rows()[:4], "任职名册.csv")
    assert len(land_dataset(door, SUNDAY).new) == 2
    assert land_dataset(door, SUNDAY).new == [] and land_dataset(door, SUNDAY).new == []


def link_to_file(folder: Path) -> None:
    (folder / "a.csv").symlink_to(folder / "z好.csv")


def dangling_link(folder: Path) -> None:
    (folder / "a.csv").symlink_to("nowhere")


def link_to_folder(folder: Path) -> None:
    (folder / "a").symlink_to(folder.parent)


def dated_link(folder: Path) -> None:
    (folder.parent / "2020-11-25").symlink_to(folder)


def shortcut(folder: Path) -> None:
    (folder / "名册.lnk").write_bytes(b"L\x00\x00\x00")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "a.csv")


def listening(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("a.csv")
    finally:
        os.chdir(here)


def folder_like_a_file(folder: Path) -> None:
    (folder / "名册.xlsx").mkdir()


def backup(folder: Path) -> None:
    (folder / "a.csv.bak").write_bytes((folder / "z好.csv").read_bytes())


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (link_to_file, "FILE_IS_LINK"), (dangling_link, "FILE_IS_LINK"), (link_to_folder, "FILE_IS_LINK"),
        (dated_link, "FILE_IS_LINK"), (shortcut, "FILE_IS_LINK"), (pipe, "FILE_IS_SPECIAL"), (listening, "FILE_IS_SPECIAL"),
        (folder_like_a_file, "FILE_IS_FOLDER"), (backup, "FILE_IS_BACKUP"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_its_own_is_refused_aloud_and_never_opened(
    door: Door, what: Callable[[Path], None], code: str
) -> None:
    what(dated(door))
    held = one_held_and_one_landed(door)
    assert codes(held) == [code] and held.rows_read == 0
    assert held.delivered_at.isoformat() == ("2020-11-25" if what is dated_link else DAY)


def test_a_file_that_becomes_a_link_before_it_is_read_is_not_followed(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.csv"
    path = drop(door, DAY, rows(), "a.csv")
    secret.write_bytes(path.read_bytes())
    info = LocalFileSystem.info

    def swapped(self: LocalFileSystem, name: object, **more: object) -> object:
        found = info(self, name, **more)
        if str(name) == str(path) and not path.is_symlink():
            path.unlink()
            path.symlink_to(secret)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "info", swapped)
        (held,) = land_dataset(door, SUNDAY).new
    assert codes(held) == ["FILE_IS_LINK"]


@pytest.mark.parametrize("part", ["organisation", "organisation/posts"])
def test_a_drop_folder_that_is_a_link_is_not_entered(door: Door, tmp_path: Path, part: str) -> None:
    drop(door, DAY, rows())
    real = door.inbox / part
    real.rename(tmp_path / "elsewhere")
    real.symlink_to(tmp_path / "elsewhere")
    landed = land_dataset(door, SUNDAY)
    assert landed.new == [] and landed.failure is not None and landed.failure.code == "SOURCE_LINK"


@pytest.mark.parametrize(
    "name", ["名册.csv.filepart", "名册.csv.tmp", "名册.csv.part", "名册.csv.crdownload", ".名册.csv.Xa12Bc", "名.csv.FILEPART"]
)
def test_a_file_in_transfer_is_waited_for_and_said(door: Door, name: str) -> None:
    folder = dated(door)
    (folder / name).write_bytes(b"half")
    landed = land_dataset(door, SUNDAY)
    assert [one.file_name for one in landed.new] == ["z好.csv"]
    assert landed.failure is not None and landed.failure.code == "FILE_ARRIVING"
    said = failure_of(door.landing, door.contract, SUNDAY)
    assert said is not None and "正在传输" in said["zh"] and name in said["zh"]
    drop(door, DAY, rows()[:4], name.lower().replace(".xa12bc", "").removesuffix(".filepart").lstrip("."))
    if not name.endswith("Bc"):
        (folder / name).unlink()
    assert land_dataset(door, SUNDAY).failure is None


@pytest.mark.parametrize("name", ["z好.csv.filepart", "z好.csv.td.cfg", ".z好.csv.Xa12Bc", "z好.csv.bak", "z好.csv~"])
def test_what_a_transfer_or_a_program_left_beside_the_whole_file_is_passed_over(door: Door, name: str) -> None:
    (dated(door) / name).write_bytes(b"half")
    landed = land_dataset(door, SUNDAY)
    assert landed.failure is None and [one.verdict for one in landed.new] == ["accepted"]


def test_what_programs_keep_for_themselves_is_passed_over(door: Door) -> None:
    folder = dated(door)
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$名册.xlsx", ".~lock.名册.xlsx#", "~WRL0001.tmp", "._名册.xlsx"):
        (folder / name).write_bytes(b"x")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._a.csv").write_bytes(b"x")
    landed = land_dataset(door, SUNDAY)
    assert landed.failure is None and [one.file_name for one in landed.new] == ["z好.csv"]


def test_of_several_files_that_cannot_be_had_each_is_named(door: Door) -> None:
    folder = dated(door)
    for number in range(7):
        (folder / f"{number}.csv.tmp").write_bytes(b"x")
    failure = land_dataset(door, SUNDAY).failure
    assert failure is not None and failure.code == "FILES_UNREAD"
    assert "7个" in failure.zh and "0.csv.tmp" in failure.zh and failure.zh.endswith("等")


@pytest.mark.parametrize("error", [PermissionError(13, "no"), FileNotFoundError(2, "gone"), OSError(5, "bad block")])
def test_a_file_that_may_not_be_read_or_is_gone_stops_no_other(
    door: Door, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    dated(door)
    drop(door, DAY, rows(), "a13812345678.csv")
    read = LocalFileSystem.cat_file

    def cat_file(self: LocalFileSystem, path: str, **more: object) -> object:
        if "a138" in path:
            raise error
        return read(self, path, **more)

    monkeypatch.setattr(LocalFileSystem, "cat_file", cat_file)
    landed = land_dataset(door, SUNDAY)
    assert [one.file_name for one in landed.new] == ["z好.csv"]
    assert landed.failure is not None and "a***.csv" in landed.failure.zh


def test_an_error_of_ours_holds_the_file_and_reading_again_lands_it(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = dated(door)
    (folder / "a.csv").write_text((folder / "z好.csv").read_text("utf-8") + "\n", "utf-8")
    from pipelines.landing import land

    interpret = land.interpret

    def broken(raw: object, *arguments: object, **more: object) -> object:
        if not broken_before:
            broken_before.append(True)
            raise LookupError("张三")
        return interpret(raw, *arguments, **more)  # type: ignore[arg-type]

    broken_before: list[bool] = []
    monkeypatch.setattr(land, "interpret", broken)
    held = one_held_and_one_landed(door)
    assert codes(held) == ["FILE_READER_FAILED"] and "LookupError" in held.reasons_zh[0]
    assert "张三" not in caplog.text + json.dumps(held.reasons_zh, ensure_ascii=False) and "test_one_file.py" in caplog.text
    release(door.landing, load_catalog(), held.delivery_id, by="李某", reason="已修复", today=SUNDAY)
    (again,) = land_dataset(door, SUNDAY).new
    assert again.verdict in ("accepted", "duplicate")


@pytest.mark.parametrize("error", [MemoryError(), ReaderUnavailable("no answer")])
def test_what_our_own_machine_lacks_is_no_verdict_on_a_file(
    door: Door, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def lacking(*_: object, **__: object) -> None:
        raise error

    drop(door, DAY, rows())
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.landing.land.interpret", lacking)
        landed = land_dataset(door, SUNDAY)
    assert landed.new == [] and landed.failure is not None
    assert landed.failure.code == ("MEMORY_FULL" if isinstance(error, MemoryError) else "READER_UNAVAILABLE")
    assert [one.verdict for one in land_dataset(door, SUNDAY).new] == ["accepted"]


def test_a_cell_at_the_end_of_the_sheet_ends_no_run(door: Door) -> None:
    far = Path(__file__).parents[3] / "pipelines" / "checks" / "intake" / "cases" / "far-cell-xfd" / "a.xlsx"
    funds = replace(door, contract=load_catalog()["organisation__village_funds"])
    folder = door.inbox / "organisation" / "village_funds" / DAY
    folder.mkdir(parents=True)
    (folder / "a.xlsx").write_bytes(far.read_bytes())
    landed = land_dataset(funds, SUNDAY)
    assert landed.failure is None and [one.verdict in ("held", "accepted") for one in landed.new] == [True]
