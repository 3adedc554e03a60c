"""A real MariaDB on a free port of 127.0.0.1, as a department may have one.

Belongs here: starting, filling and stopping it. Does not belong here: reading from it.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pymysql

from tests.certificates import HOST, make_certificate

READER = "cunshe_reader"
ACCOUNT = "mysql"  # the server refuses to run as root


class MariaDb:
    """The server runs inside the `with` block, in a temporary folder."""

    def __init__(self) -> None:
        self.password = secrets.token_urlsafe(24)
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"mysql+pymysql://{READER}@{HOST}:{self.port}/exchange?charset=utf8mb4"

    def __enter__(self) -> MariaDb:
        self._folder = Path(tempfile.mkdtemp(prefix="cunshe-mariadb-"))
        self._socket = self._folder / "socket"
        self.certificate = make_certificate(self._folder / "server.pem")
        data = f"--datadir={self._folder / 'data'}"
        account: list[str] = []
        if os.geteuid() == 0:
            for path in (self._folder, self.certificate):
                os.chown(path, pwd.getpwnam(ACCOUNT).pw_uid, -1)
            account = [f"--user={ACCOUNT}"]
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db",
             *account],
            check=True, capture_output=True,
        )  # fmt: skip
        self._server = subprocess.Popen(
            ["mariadbd", "--no-defaults", data, "--require-secure-transport=on", f"--ssl-cert={self.certificate}",
             f"--ssl-key={self.certificate}", f"--port={self.port}", f"--bind-address={HOST}",
             f"--socket={self._socket}", f"--pid-file={self._folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0",
             *account],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._administer("--wait=60", "ping")
            with self.administrator() as connection, connection.cursor() as cursor:
                cursor.execute("create database exchange character set utf8mb4")
                cursor.execute(f"create user {READER} identified by '{self.password}'")
                cursor.execute(f"grant select on exchange.* to {READER}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _administer(self, *arguments: str) -> None:
        subprocess.run(
            ["mariadb-admin", "--no-defaults", f"--socket={self._socket}", "--user=root", *arguments],
            check=True, capture_output=True,
        )  # fmt: skip

    def administrator(self, database: str | None = None) -> Any:
        """A connection of the department's own administrator."""
        return pymysql.connect(unix_socket=str(self._socket), user="root", database=database, autocommit=True)

    def fill(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make a table of `columns` (name → type) with these rows; one of that name is replaced."""
        declared = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
        with self.administrator("exchange") as connection, connection.cursor() as cursor:
            cursor.execute(f"drop table if exists `{table}`")
            cursor.execute(f"create table `{table}` ({declared})")
            cursor.executemany(f"insert into `{table}` values ({', '.join(['%s'] * len(columns))})", list(rows))
