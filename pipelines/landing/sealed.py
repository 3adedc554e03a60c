"""Tables of rows on disk: Parquet, and encrypted where what they hold is a work secret or says who is who.

Belongs here: sealing a table's bytes and opening them, the one place that asks for the key. Does not belong here: which tables
those are (the contract's grade; `identity.export`), making keys (`keys`).

A sealed file is `CUNSHE` and the version of this header (1 byte: 1), the name of its key (8 bytes), a nonce (12 bytes), and the
Parquet file under AES-256-GCM, with the header and the file's place under the home as associated data: a file that is changed,
or put in another's place, does not open. Files of before that lie open are read as well; `cunshe upgrade` seals them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipelines.errors import CunsheError
from pipelines.files import write_new, write_whole
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings

_MAGIC = b"CUNSHE\x01"
_NAME, _NONCE = 8, 12
_HEADER = len(_MAGIC) + _NAME + _NONCE


def write_table(path: Path, table: pa.Table, *, home: Path, place: Path, sealed: bool) -> None:
    """Write a table as the new file `path` of a draft, which will lie at `place` in the home `home`; `sealed`: encrypted."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    write_new(path, seal(content, home, place) if sealed else content)


def read_table(path: Path, home: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of the home `home`, sealed or not (`columns`, or all). Raises CunsheError where it cannot be opened."""
    content = path.read_bytes()
    if content.startswith(_MAGIC):
        content = _opened(content, home, path)
    return pq.read_table(pa.BufferReader(content), columns=list(columns) if columns is not None else None)


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def seal(content: bytes, home: Path, place: Path) -> bytes:
    """The bytes of a Parquet file, encrypted for its `place` in the home."""
    key = _current_key(home)
    header = _MAGIC + _key_name(key) + secrets.token_bytes(_NONCE)
    return header + AESGCM(key).encrypt(header[-_NONCE:], content, _bound(header, home, place))


def _opened(content: bytes, home: Path, path: Path) -> bytes:
    header, name = content[:_HEADER], content[len(_MAGIC) : len(_MAGIC) + _NAME]
    for key in _keys(home):
        if _key_name(key) == name:
            try:
                return AESGCM(key).decrypt(header[-_NONCE:], content[_HEADER:], _bound(header, home, path))
            except InvalidTag:
                raise CunsheError(
                    f"{path} is not as it was written, or not where.", "Restore it from a backup; nothing of it is used."
                ) from None
    raise CunsheError(f"No key in {_key_file(home).parent} opens {path}.", "Put the key file back that it was made with.")


def _bound(header: bytes, home: Path, place: Path) -> bytes:
    return header + place.relative_to(home).as_posix().encode()


# --- the key ---


def fits(home: Path, path: Path, key: bytes) -> bool:
    """Whether a file is sealed under a key, or not sealed at all."""
    content = path.read_bytes()
    return not content.startswith(_MAGIC) or content[len(_MAGIC) : len(_MAGIC) + _NAME] == _key_name(key)


def seal_anew(home: Path, path: Path) -> None:
    """Seal a file under the current key; it is replaced whole."""
    write_whole(path, seal(_opened(path.read_bytes(), home, path), home, path))


def _current_key(home: Path) -> bytes:
    """The key that new files are made with; made itself only while nothing is sealed under another."""
    file = _key_file(home)
    return KeyRing(file).current(may_create=file.exists() or not _anything_sealed(home))


def _keys(home: Path) -> list[bytes]:
    """Every key that a file may have been made with."""
    return KeyRing(_key_file(home)).keys()


def _key_name(key: bytes) -> bytes:
    """What a file says of its key: nothing that helps to find it."""
    return hashlib.sha256(b"cunshe landing key name" + key).digest()[:_NAME]


@lru_cache
def _key_file(home: Path) -> Path:
    """Where the key of a home lies, as its own settings say."""
    return Settings(home=home).landing_key


def _anything_sealed(home: Path) -> bool:
    return any(is_sealed(path) for path in stored_tables(home))


def stored_tables(home: Path) -> list[Path]:
    """Every table of rows that a home keeps: of deliveries and of who is who."""
    at: dict[str, str] = {"landing": "*/*/*/*.parquet", "identity": "*/*.parquet"}
    return [path for folder, pattern in at.items() for path in sorted((home / folder).glob(pattern))]

