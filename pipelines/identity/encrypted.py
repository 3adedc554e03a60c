"""DuckDB connections without network, and encrypted DuckDB files.

Belongs here: how an encrypted file is attached and what DuckDB needs for it. Does not belong here: what is in such a
file (`vault`, `publishing`).

Found out on DuckDB 1.5.5: writing an encrypted file needs the `httpfs` extension (its OpenSSL), reading needs none,
even with a write-ahead log left by a killed process; ATTACH takes the key as a parameter, so no SQL text holds it; the
write-ahead log is encrypted too, files spilled to disk only with `temp_file_encryption`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CunsheError
from pipelines.files import fsync_path

_WRONG_KEY = "Wrong encryption key"
NO_NETWORK = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def httpfs_path() -> Path:
    """The extension file that the wheel `duckdb-extension-httpfs` ships for exactly this DuckDB."""
    file = (
        resources.files("duckdb_extension_httpfs") / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    )
    path = Path(str(file))
    if not path.is_file():
        raise CunsheError(
            f"The package duckdb-extension-httpfs has no extension for DuckDB {duckdb.__version__}.",
            "Install the versions of requirements.lock.",
        )
    return path


def connect_memory(*, writing: bool, scratch: Path | None = None) -> Any:
    """A connection to an empty database in memory, able to write encrypted files if `writing`.

    Whatever is too large for memory is spilled to `scratch`, encrypted.
    """
    connection = duckdb.connect(":memory:", config=dict(NO_NETWORK))
    if writing:
        connection.execute(f"load '{sql_text(str(httpfs_path()))}'")
        connection.execute("set temp_file_encryption = true")
    if scratch is not None:
        connection.execute("set temp_directory = ?", [str(scratch)])
    return connection


def attach_encrypted(connection: Any, path: Path, keys: Sequence[bytes], alias: str, *, read_only: bool) -> None:
    """Attach the encrypted file `path` as `alias` under the first of `keys` that fits: the current one, then former ones.

    A file that is not there is made under the first. Raises CunsheError without the cause, which might show the key.
    """
    options = "encryption_key ?, read_only" if read_only else "encryption_key ?"
    for last, key in ((place == len(keys), key) for place, key in enumerate(keys, 1)):
        try:
            connection.execute(f"attach '{sql_text(str(path))}' as {alias} ({options})", [key.hex()])
            return
        except duckdb.Error as problem:
            if last or _WRONG_KEY not in str(problem):
                raise _explain(path, str(problem)) from None


def fits(path: Path, key: bytes) -> bool:
    """Whether this key opens the encrypted file."""
    with closing(connect_memory(writing=False)) as connection:
        try:
            connection.execute(f"attach '{sql_text(str(path))}' as tried (encryption_key ?, read_only)", [key.hex()])
        except duckdb.Error as problem:
            if _WRONG_KEY in str(problem):
                return False
            raise _explain(path, str(problem)) from None
    return True


def encrypt_anew(path: Path, keys: Sequence[bytes]) -> None:
    """Encrypt a file under the first of `keys`, which one of the others opens; replaced in one step, content and owner kept.

    Raises CunsheError while another process writes to it. Killed at any point, it is whole, under its former key or the new.
    """
    for left in path.parent.glob(f"{path.name}.anew-*"):  # of a process that was killed
        left.unlink()
    draft = path.with_name(f"{path.name}.anew-{os.getpid()}")
    with closing(connect_memory(writing=True, scratch=path.parent / "spill")) as connection:
        _fold_in_log(connection, path, keys)
        # Held open until its successor lies there: what somebody wrote in between would be lost.
        attach_encrypted(connection, path, keys, "former", read_only=True)
        try:
            attach_encrypted(connection, draft, keys[:1], "anew", read_only=False)
            draft.chmod(0o600)
            _copy(connection, path)
            connection.execute("detach anew")
            _take_place(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    shutil.rmtree(path.parent / "spill", ignore_errors=True)


def _fold_in_log(connection: Any, path: Path, keys: Sequence[bytes]) -> None:
    """Put what a killed writer left in the write-ahead log into the file itself."""
    if path.with_name(f"{path.name}.wal").exists():
        attach_encrypted(connection, path, keys, "former", read_only=False)
        connection.execute("checkpoint former")
        connection.execute("detach former")


def _copy(connection: Any, path: Path) -> None:
    try:
        connection.execute("copy from database former to anew")
    except duckdb.Error:
        raise CunsheError(f"{path} could not be encrypted anew.", "Check the free space; nothing has changed.") from None
    if _contents(connection, "former") != _contents(connection, "anew"):
        raise CunsheError(f"{path} would hold something else, encrypted anew.", "Nothing has changed; report this.")


def _take_place(draft: Path, path: Path) -> None:
    was = path.stat()
    if os.geteuid() == 0:
        os.chown(draft, was.st_uid, was.st_gid)
    draft.chmod(was.st_mode & 0o777)
    fsync_path(draft)
    draft.replace(path)
    fsync_path(path.parent)


def _contents(connection: Any, database: str) -> dict[tuple[str, str], Any]:
    """Of each table its rows' number and fingerprint, of each view its text."""
    ask = connection.execute
    views = ask(
        "select schema_name, view_name, sql from duckdb_views() where database_name = ? and not internal", [database]
    ).fetchall()
    tables = ask("select schema_name, table_name from duckdb_tables() where database_name = ?", [database]).fetchall()
    found: dict[tuple[str, str], Any] = {(schema, name): sql for schema, name, sql in views}
    for schema, name in tables:
        rows = f'select count(*), sum(hash(t)) from {database}."{schema}"."{name}" as t'
        found[schema, name] = ask(rows).fetchone()
    return found


def _explain(path: Path, problem: str) -> CunsheError:
    if _WRONG_KEY in problem:
        return CunsheError(
            f"The key does not fit the encrypted file {path}.", "Put the key file back that the file was made with."
        )
    if "Could not set lock" in problem:
        return CunsheError(f"The encrypted file {path} is in use by another process.", "Wait until it has ended.")
    return CunsheError(f"The encrypted file {path} cannot be opened.", "Restore it, and its key, from a backup.")


def sql_text(text: str) -> str:
    """`text` for use between single quotes in SQL, where DuckDB takes no parameter."""
    return text.replace("'", "''")
