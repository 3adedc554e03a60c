"""Key files: private, whole, and never replaced in silence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.keys.ring import KeyRing, key_id, load_or_create_key, write_key
from pipelines.settings import Settings


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
        patched.setattr("pipelines.keys.ring.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            load_or_create_key(path)
    assert not path.exists()
    assert len(load_or_create_key(path)) == 32


def test_each_key_lies_in_a_folder_of_its_use_and_a_setting_moves_one(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home", key_folders={"delivery": tmp_path / "own"})
    paths = [home.vault_key, home.pseudonym_key, home.audit_key, home.authorised_key]
    assert len({path.parent for path in paths}) == 4 and {path.parent.parent for path in paths} == {home.keys}
    assert home.delivery_key == tmp_path / "own" / "delivery.key"
    load_or_create_key(home.vault_key)
    for folder in (home.keys, home.vault_key.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_ring_keeps_former_keys_until_they_are_dropped(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys" / "house" / "house.key")
    with pytest.raises(CunsheError, match="missing"):
        ring.current()
    first = ring.current(may_create=True)
    second = ring.renew()
    third = ring.renew()
    assert ring.current() == third and len({first, second, third}) == 3
    assert ring.keys()[0] == third and set(ring.keys()) == {first, second, third}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in ring.files())
    assert set(ring.drop_former()) == {key_id(first), key_id(second)}
    assert ring.keys() == [third] and ring.files() == [ring.path]


def test_an_id_names_a_key_and_does_not_hold_it() -> None:
    assert key_id(b"a" * 32) != key_id(b"b" * 32)
    assert key_id(b"a" * 32) not in (b"a" * 32).hex() and len(key_id(b"a" * 32)) == 16


@pytest.mark.parametrize("place", ["link", "replace"])
def test_a_ring_killed_while_it_is_renewed_has_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    ring = KeyRing(tmp_path / "keys" / "house" / "house.key")
    before = ring.current(may_create=True)

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.keys.ring.os.link" if place == "link" else "pathlib.Path.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            ring.renew()
    assert ring.keys() == [before]  # a former key that is the current one is no former key
    new = ring.renew()
    assert ring.keys() == [new, before] and set(ring.path.parent.iterdir()) == set(ring.files())


def test_a_known_key_is_written_where_none_is_and_over_no_other(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "house" / "house.key"
    write_key(path, b"a" * 32)
    write_key(path, b"a" * 32)
    with pytest.raises(CunsheError, match="Another key lies"):
        write_key(path, b"b" * 32)
    assert load_or_create_key(path) == b"a" * 32
