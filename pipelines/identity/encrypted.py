"""DuckDB connections without network, and encrypted DuckDB files.

Belongs here: how an encrypted file is attached and what DuckDB needs for it. Does not belong here: what is in such a
file (`vault`, `publishing`).

Found out on DuckDB 1.5.5: writing an encrypted file needs the `httpfs` extension (its OpenSSL), reading needs none,
even with a write-ahead log left by a killed process; ATTACH takes the key as a parameter, so no SQL text holds it; the
write-ahead log is encrypted too, files spilled to disk only with `temp_file_encryption`.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CunsheError

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


def attach_encrypted(connection: Any, path: Path, key: bytes, alias: str, *, read_only: bool) -> None:
    """Attach the encrypted file `path` as `alias`; a clear error without the cause, which might show the key."""
    options = "encryption_key ?, read_only" if read_only else "encryption_key ?"
    try:
        connection.execute(f"attach '{sql_text(str(path))}' as {alias} ({options})", [key.hex()])
    except duckdb.Error as problem:
        raise _explain(path, str(problem)) from None


def _explain(path: Path, problem: str) -> CunsheError:
    if "Wrong encryption key" in problem:
        return CunsheError(
            f"The key does not fit the encrypted file {path}.", "Put the key file back that the file was made with."
        )
    if "Could not set lock" in problem:
        return CunsheError(f"The encrypted file {path} is in use by another process.", "Wait until it has ended.")
    return CunsheError(f"The encrypted file {path} cannot be opened.", "Restore it, and its key, from a backup.")


def sql_text(text: str) -> str:
    """`text` for use between single quotes in SQL, where DuckDB takes no parameter."""
    return text.replace("'", "''")
