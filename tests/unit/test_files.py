"""Written whole, or not at all; and one run at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.files import clear_temporaries, folder_whole, sole_run, write_whole


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
