"""Rows on disk, encrypted: only their key opens them, unchanged and in their own place."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.errors import CunsheError
from pipelines.landing.sealed import is_sealed, read_table, write_table

TABLE = pa.table({"village_code": ["999901001201"], "opinion": ["暂缓"]})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "landing" / "a" / "b" / "c" / "rows.parquet"
    path.parent.mkdir(parents=True)
    write_table(path, TABLE, home=tmp_path, place=path, sealed=True)
    return path


def test_a_sealed_table_says_nothing_and_opens_with_its_key(file: Path, tmp_path: Path) -> None:
    assert is_sealed(file)
    assert "暂缓".encode() not in file.read_bytes() and b"PAR1" not in file.read_bytes()
    assert read_table(file, tmp_path).equals(TABLE)
    assert read_table(file, tmp_path, ["opinion"]).column_names == ["opinion"]


def test_the_same_table_never_looks_the_same(file: Path, tmp_path: Path) -> None:
    other = file.with_name("other.parquet")
    write_table(other, TABLE, home=tmp_path, place=file, sealed=True)
    assert other.read_bytes()[:15] == file.read_bytes()[:15]  # header and name of the key
    assert other.read_bytes()[15:] != file.read_bytes()[15:]


def test_a_table_that_lies_open_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    write_table(path, TABLE, home=tmp_path, place=path, sealed=False)
    assert not is_sealed(path)
    assert read_table(path, tmp_path).equals(TABLE)


@pytest.mark.parametrize("at", [30, -1])
def test_a_changed_file_does_not_open(file: Path, tmp_path: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(CunsheError, match="not as it was written"):
        read_table(file, tmp_path)


def test_a_file_in_anothers_place_does_not_open(file: Path, tmp_path: Path) -> None:
    with pytest.raises(CunsheError, match="not as it was written"):
        read_table(file.rename(file.with_name("quarantine.parquet")), tmp_path)


def test_no_new_key_is_made_while_something_is_under_the_old(file: Path, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "landing" / "landing.key"
    key.unlink()
    with pytest.raises(CunsheError, match="missing"):
        read_table(file, tmp_path)
    with pytest.raises(CunsheError, match="missing"):
        write_table(file.with_name("new.parquet"), TABLE, home=tmp_path, place=file, sealed=True)
    assert not key.exists()


def test_another_key_is_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "keys" / "landing" / "landing.key").write_text("ab" * 32)
    with pytest.raises(CunsheError, match="No key in"):
        read_table(file, tmp_path)
