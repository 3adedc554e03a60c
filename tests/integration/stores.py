"""Drop folders far away: an SFTP server and an S3-compatible store on 127.0.0.1.

Belongs here: the servers, and putting files there. Does not belong here: fetching from them.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
import paramiko
from moto.server import ThreadedMotoServer

from tests.integration.proxy import HOST, Listener

USER, BUCKET = "cunshe", "county"


class SftpStore(Listener):
    """An SFTP server over a folder of its own. `on_read` is called with (path, transport) after every read of a file."""

    kind = "sftp"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = {"drop_password": secrets.token_urlsafe(24)}
        self.on_read: Callable[[Path, paramiko.Transport], None] = lambda path, transport: None
        self._key = paramiko.ECDSAKey.generate()
        self._transports: list[paramiko.Transport] = []

    def source(self, **more: Any) -> dict[str, Any]:
        """The source as a setting says it."""
        return {
            "kind": "folder", "url": f"sftp://{USER}@{HOST}:{self.port}/inbox", "password": "drop_password",
            "host_key": f"{self._key.get_name()} {self._key.get_base64()}", **more,
        }  # fmt: skip

    def put(self, path: str, content: bytes) -> None:
        target = self.folder / "inbox" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, value, trace)
        for one in self._transports:
            one.close()

    def _serve(self, client: socket.socket) -> None:
        transport = paramiko.Transport(client)
        self._transports.append(transport)
        transport.add_server_key(self._key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, store=self, transport=transport)
        transport.start_server(server=_Door(self.secrets["drop_password"]), event=None)


class _Door(paramiko.ServerInterface):
    def __init__(self, password: str) -> None:
        self._password = password

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (USER, self._password)
        return paramiko.common.AUTH_SUCCESSFUL if known else paramiko.common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: paramiko.ServerInterface, *, store: SftpStore, transport: paramiko.Transport) -> None:
        super().__init__(server)
        self._store, self._transport = store, transport

    def _path(self, path: str) -> Path:
        return self._store.folder / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            return [_attributes(one) for one in self._path(path).iterdir()]
        except OSError as problem:
            return paramiko.SFTPServer.convert_errno(problem.errno or 0)

    def stat(self, path: str) -> Any:
        try:
            return _attributes(self._path(path))
        except OSError as problem:
            return paramiko.SFTPServer.convert_errno(problem.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        return _Handle(self._path(path), self._store, self._transport)


class _Handle(paramiko.SFTPHandle):
    def __init__(self, path: Path, store: SftpStore, transport: paramiko.Transport) -> None:
        super().__init__(os.O_RDONLY)
        self._file, self._store, self._transport = path, store, transport
        self.readfile = path.open("rb")

    def stat(self) -> Any:
        return _attributes(self._file)

    def read(self, offset: int, length: int) -> Any:
        content = super().read(offset, length)
        self._store.on_read(self._file, self._transport)
        return content


def _attributes(path: Path) -> paramiko.SFTPAttributes:
    return paramiko.SFTPAttributes.from_stat(path.stat(), path.name)


class S3Store:
    """An S3-compatible store with one bucket."""

    kind = "s3"

    def __init__(self) -> None:
        self.secrets = {"drop_key": "key", "drop_password": secrets.token_urlsafe(24)}
        self._server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
        self.port = 0

    def __enter__(self) -> S3Store:
        self._server.start()
        _, self.port = self._server.get_host_and_port()
        self._client = boto3.client(
            "s3", endpoint_url=f"http://{HOST}:{self.port}", region_name="us-east-1",
            aws_access_key_id=self.secrets["drop_key"], aws_secret_access_key=self.secrets["drop_password"],
        )  # fmt: skip
        self._client.create_bucket(Bucket=BUCKET)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def source(self, **more: Any) -> dict[str, Any]:
        """The source as a setting says it."""
        return {
            "kind": "folder", "url": f"s3://{BUCKET}/inbox", "key": "drop_key", "password": "drop_password",
            "endpoint": f"http://{HOST}:{self.port}", "insecure": True, **more,
        }  # fmt: skip

    def put(self, path: str, content: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=f"inbox/{path}", Body=content)
