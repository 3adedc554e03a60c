"""Secrets travel over TLS only: what a setting may say, and what a server has seen when it is refused."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import CunsheError
from pipelines.settings import Settings
from pipelines.sources.connectors import api, database, folder
from pipelines.sources.connectors.choose import deployed_contracts
from pipelines.sources.connectors.parcel import SourceUnavailable, Window
from pipelines.sources.contract import Contract, load_catalog
from tests.certificates import HOST, make_certificate

PG = "postgresql+psycopg://reader@10.0.0.8/x"
WINDOW = Window(date(2020, 11, 23), date(2020, 11, 29), date(2020, 12, 7))
TOKEN = "invented-token"
MATTERS, VILLAGES, POSTS = "petition__matters", "civil_affairs__villages", "organisation__posts"


@dataclass
class Heard:
    """What a server was told, as it came and (over TLS) decrypted."""

    port: int = 0
    raw: bytes = b""
    plain: bytes = b""
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def server(talk: Callable[[socket.socket, Heard], None]) -> Iterator[Heard]:
    """A server that takes one connection."""
    heard = Heard()
    with socket.create_server((HOST, 0)) as listening:
        heard.port = listening.getsockname()[1]

        def serve() -> None:
            try:
                connection, _ = listening.accept()
                with connection:
                    talk(connection, heard)
            except OSError:
                pass
            finally:
                heard.ended.set()

        threading.Thread(target=serve, daemon=True).start()
        yield heard


def matters(certificate: Path) -> Callable[[socket.socket, Heard], None]:
    """A petition office over TLS."""
    body = json.dumps({"items": [{"matter_key": "m1", "pushed_on": "2020-11-25"}], "total": 1}).encode()

    def talk(connection: socket.socket, heard: Heard) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as secured:
            heard.plain += secured.recv(65_536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return talk


def of_api(port: int, **more: Any) -> Contract:
    return load_catalog()[MATTERS].deployed(
        {
            "kind": "api", "url": f"https://{HOST}:{port}/matters", "token": "petition", "items": "items", "total": "total",
            "page": {"parameter": "page", "size_parameter": "size"}, "cursor": "pushed_on", "since": "since", "until": "until",
            "attempts": 1, "timeout_seconds": 5, **more,
        }
    )  # fmt: skip


def asked(contract: Contract) -> int:
    source: Any = contract.source
    return len(api.parcels(contract, source, lambda _: TOKEN, WINDOW))


def test_an_api_is_asked_under_its_own_ca(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "server.pem")
    with server(matters(certificate)) as heard:
        assert asked(of_api(heard.port, ca=str(certificate))) == 1
        assert f"Bearer {TOKEN}".encode() in heard.plain


@pytest.mark.parametrize("wrong", ["another certificate", "another host", "the public ones"])
def test_an_api_that_nobody_vouches_for_hears_no_token(tmp_path: Path, wrong: str) -> None:
    certificate = make_certificate(tmp_path / "server.pem", "127.0.0.9" if wrong == "another host" else HOST)
    trusted = make_certificate(tmp_path / "other.pem") if wrong == "another certificate" else certificate
    with server(matters(certificate)) as heard:
        with pytest.raises(SourceUnavailable) as caught:
            asked(of_api(heard.port, **({} if wrong == "the public ones" else {"ca": str(trusted)})))
        assert heard.ended.wait(10)
    assert caught.value.why.code == "SOURCE_TLS"
    assert heard.plain == b""


def without_tls(connection: socket.socket, heard: Heard) -> None:
    """A PostgreSQL that says no to TLS, and hears whatever comes all the same."""
    heard.raw += connection.recv(1024)
    connection.sendall(b"N")
    while more := connection.recv(1024):
        heard.raw += more


def mysql_without_tls(connection: socket.socket, heard: Heard) -> None:
    """A MariaDB whose greeting offers no TLS."""
    capabilities = 0x0000_0201 | 0x8000 | (0x0008 << 16)
    greeting = (
        b"\x0a10.6.0-MariaDB\x00" + (1).to_bytes(4, "little") + b"12345678\x00" + (capabilities & 0xFFFF).to_bytes(2, "little")
        + b"\x2d\x02\x00" + (capabilities >> 16).to_bytes(2, "little") + b"\x15" + bytes(10) + b"123456789012\x00"
        + b"mysql_native_password\x00"
    )  # fmt: skip
    connection.sendall(len(greeting).to_bytes(3, "little") + b"\x00" + greeting)
    while more := connection.recv(1024):
        heard.raw += more


def of_database(url: str) -> Contract:
    setting = {"kind": "database", "url": url, "password": "exchange", "table": "villages", "cursor": "day", "timeout_seconds": 5}
    return load_catalog()[VILLAGES].deployed(setting)


@pytest.mark.parametrize(
    ("scheme", "talk", "may_hear"), [("postgresql+psycopg", without_tls, 8), ("mysql+pymysql", mysql_without_tls, 0)]
)
def test_a_database_without_tls_hears_no_password(
    scheme: str, talk: Callable[[socket.socket, Heard], None], may_hear: int
) -> None:
    with server(talk) as heard:
        contract = of_database(f"{scheme}://reader@{HOST}:{heard.port}/exchange")
        source: Any = contract.source
        with pytest.raises(SourceUnavailable) as caught:
            list(database.parcels(contract, source, lambda _: TOKEN, WINDOW))
        assert heard.ended.wait(10)
    assert caught.value.why.code == "SOURCE_TLS"
    assert len(heard.raw) == may_hear  # PostgreSQL is asked whether it has TLS; that says nothing


@pytest.mark.parametrize(
    ("dataset", "setting", "said"),
    [
        (MATTERS, {"kind": "api", "url": "http://10.0.0.9/m"}, "not encrypted"),
        (VILLAGES, {"kind": "database", "url": "oracle+oracledb://reader@10.0.0.8/x", "table": "t"}, "is not known"),
        (VILLAGES, {"kind": "database", "url": "postgresql+psycopg://r@10.0.0.8/x?sslmode=disable", "table": "t"}, "use sslmode"),
        (VILLAGES, {"kind": "database", "url": PG, "table": "t", "sslmode": "require"}, "sslmode"),
        (VILLAGES, {"kind": "database", "url": PG, "table": "t", "sslmode": "verify-ca"}, "goes with a ca"),
        (POSTS, {"kind": "folder", "url": "s3://county/inbox", "endpoint": "http://10.0.0.6:9000"}, "not encrypted"),
        (POSTS, {"kind": "folder", "url": "ftp://10.0.0.6/inbox"}, "not encrypted"),
        (POSTS, {"kind": "folder", "url": "s3://county/inbox", "ca": "/nowhere.pem"}, "ca"),
    ],
)  # fmt: skip
def test_a_setting_without_tls_is_refused_before_anything_is_asked(
    dataset: str, setting: dict[str, Any], said: str, tmp_path: Path
) -> None:
    more = {"items": "i", "total": "t", "page": {"parameter": "p", "size_parameter": "s"}, "cursor": "c", "since": "a",
            "until": "b"}  # fmt: skip
    whole = {**setting, **(more if setting["kind"] == "api" else {})}
    department, name = dataset.split("__")
    with pytest.raises(CunsheError, match=f"CUNSHE_SOURCES__{dataset.upper()}.*{said}"):
        deployed_contracts(Settings(home=tmp_path, sources={department: {name: whole}}))
    if "ca" not in setting and "sslmode" not in setting:
        deployed_contracts(Settings(home=tmp_path, sources={department: {name: {**whole, "insecure": True}}}))


def test_a_store_is_asked_under_its_own_ca(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "server.pem")
    with server(matters(certificate)) as heard:
        setting = {"kind": "folder", "url": "s3://county/inbox", "endpoint": f"https://{HOST}:{heard.port}", "key": "k",
                   "password": "p", "ca": str(make_certificate(tmp_path / "other.pem")), "timeout_seconds": 5}  # fmt: skip
        contract = load_catalog()[POSTS].deployed(setting)
        source: Any = contract.source
        with pytest.raises(SourceUnavailable) as caught:
            folder.parcels(contract, source, tmp_path, lambda _: TOKEN, WINDOW)
    assert caught.value.why.code == "SOURCE_TLS"
    assert heard.plain == b""
