"""Key files: private, whole, and never replaced in silence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.identity.keys import load_or_create_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["vault.key"]


def test_two_keys_differ(tmp_path: Path) -> None:
    assert load_or_create_key(tmp_path / "a" / "x.key") != load_or_create_key(tmp_path / "b" / "x.key")


@pytest.mark.parametrize("content", ["", "ab" * 31, "zz" * 32, "ab" * 32 + "\n\n"])
def test_a_malformed_key_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys" / "vault.key"
    load_or_create_key(path)
    path.write_text(content)
    with pytest.raises(CunsheError, match="64 hexadecimal digits") as problem:
        load_or_create_key(path)
    assert content == "" or content.strip() not in str(problem.value)
    assert path.read_text() == content


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o640, 0o700), (0o604, 0o700), (0o600, 0o750)])
def test_a_key_open_to_others_is_refused(tmp_path: Path, file_mode: int, folder_mode: int) -> None:
    path = tmp_path / "keys" / "vault.key"
    load_or_create_key(path)
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    with pytest.raises(CunsheError, match="open to other users"):
        load_or_create_key(path)


def test_a_missing_key_is_not_made_where_one_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    with pytest.raises(CunsheError, match="missing"):
        load_or_create_key(path, may_create=False)
    assert not path.exists()


def test_half_a_key_of_a_killed_process_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys" / "vault.key"

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.identity.keys.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            load_or_create_key(path)
    assert not path.exists()
    assert len(load_or_create_key(path)) == 32
