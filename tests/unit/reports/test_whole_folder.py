"""A folder appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.reports.whole_folder import whole_folder


def test_files_appear_together(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with whole_folder(out) as write:
        write("one.html", "一")
        assert not out.exists()
        write("two.html", "二")
    assert {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()} == {
        "one.html": "一",
        "two.html": "二",
    }
    assert [path.name for path in out.parent.iterdir()] == ["b"]


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out") as write:
        write("one.html", "一")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "out") as write:
        write("one.html", "一")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out") as write:
        write("one.html", "二")
        raise RuntimeError
    assert (tmp_path / "out" / "one.html").read_text(encoding="utf-8") == "一"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_writing_again_replaces_the_whole_folder(tmp_path: Path) -> None:
    for name in ("old.html", "new.html"):
        with whole_folder(tmp_path / "out") as write:
            write(name, name)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_cleared_and_the_old_folder_comes_back(tmp_path: Path) -> None:
    (tmp_path / ".out.draft-x").mkdir()
    (tmp_path / ".out.old").mkdir()
    (tmp_path / ".out.old" / "kept.html").write_text("旧", encoding="utf-8")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out"):
        raise RuntimeError
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
