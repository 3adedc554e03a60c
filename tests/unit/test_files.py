"""Written whole, or not at all; and one run at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.files import (
    clear_temporaries,
    close_process,
    close_to_others,
    copy_new,
    folder_whole,
    make_folder,
    sole_run,
    write_new,
    write_whole,
)


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.json"
    write_whole(target, b"1")
    write_whole(target, b"2")
    assert target.read_bytes() == b"2"
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_appears_with_all_its_files_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for text in ("old", "new"):
        with folder_whole(target) as draft:
            (draft / f"{text}.txt").write_text(text)
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    with folder_whole(target) as draft:
        (draft / "good.txt").touch()
    with pytest.raises(RuntimeError), folder_whole(target) as draft:
        (draft / "half.txt").touch()
        raise RuntimeError
    assert [path.name for path in target.iterdir()] == ["good.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "x" / ".tmp-1").mkdir(parents=True)
    (tmp_path / "x" / ".tmp-1" / "half").touch()
    (tmp_path / ".tmp-2").touch()
    (tmp_path / "x" / "kept").touch()
    clear_temporaries(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "x"]


def test_the_second_run_is_refused_and_the_lock_is_given_back(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with sole_run(lock), pytest.raises(CunsheError, match="Another run"), sole_run(lock):
        pass
    with sole_run(lock):
        pass


@pytest.fixture
def umask() -> Iterator[None]:
    """A process that would leave everything open."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_whatever_is_made_is_its_owners_only(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    write_whole(tmp_path / "c" / "whole", b"")
    write_new(tmp_path / "c" / "new", b"")
    copy_new(tmp_path / "c" / "new", tmp_path / "c" / "copy")
    with folder_whole(tmp_path / "d") as draft:
        write_new(draft / "file", b"")
    with sole_run(tmp_path / "e" / "run.lock"):
        pass
    made = [path for path in tmp_path.rglob("*")]
    assert len(made) == 10
    assert {mode(path) for path in made} == {0o700, 0o600}


@pytest.mark.usefixtures("umask")
def test_a_front_door_closes_what_libraries_make(tmp_path: Path) -> None:
    close_process()
    (tmp_path / "theirs").touch()
    assert mode(tmp_path / "theirs") == 0o600


def test_closing_takes_from_others_only(tmp_path: Path) -> None:
    for before, after in ((0o755, 0o700), (0o440, 0o400), (0o4711, 0o700)):
        (tmp_path / "x").touch()
        (tmp_path / "x").chmod(before)
        close_to_others(tmp_path / "x")
        assert mode(tmp_path / "x") == after
        (tmp_path / "x").unlink()


def test_holding_the_lock_changes_no_time(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with sole_run(lock):
        pass
    os.utime(lock, (1, 1))
    with sole_run(lock):
        pass
    assert lock.stat().st_mtime == 1
