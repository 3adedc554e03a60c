"""Real databases over TLS: under their own certificate a table is read, under another one nothing is."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.simulation.live.exchange_database import ExchangeDatabase
from pipelines.simulation.live.served import ServedRow, ServedTable
from pipelines.sources.connectors import database
from pipelines.sources.connectors.parcel import SourceUnavailable, Window
from pipelines.sources.contract import load_catalog
from tests.certificates import HOST, make_certificate

DAY = date(2020, 11, 25)
WINDOW = Window(date(2020, 11, 23), date(2020, 11, 29), date(2020, 12, 7))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem")


@pytest.fixture(scope="module")
def exchange(certificate: Path) -> Iterator[Exchange]:
    """A PostgreSQL behind TLS: the wheel's own server has none, so a front of ours ends it, as pgbouncer does."""
    table = ServedTable(("village_code",), (ServedRow(DAY, {"village_code": "x"}),))
    with ExchangeDatabase({"villages": table}) as running, tls_front(running.port, certificate) as port:
        yield Exchange(running.url.replace(f":{running.port}/", f":{port}/"), running.password)


@dataclass(frozen=True)
class Exchange:
    """Where the database is reached over TLS, and its reader's password."""

    url: str
    password: str


@contextmanager
def tls_front(behind: int, certificate: Path) -> Iterator[int]:
    """Answer PostgreSQL's question for TLS with yes, and pass on what is then said."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection, socket.create_connection((HOST, behind)) as inner:
            connection.recv(8)
            connection.sendall(b"S")
            with context.wrap_socket(connection, server_side=True) as secured:
                threading.Thread(target=_pass_on, args=(inner, secured), daemon=True).start()
                _pass_on(secured, inner)

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server((HOST, 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65_536):
            target.sendall(said)
        target.shutdown(socket.SHUT_WR)


def pulled(exchange: Exchange, **more: Any) -> list[date | None]:
    setting = {"kind": "database", "url": exchange.url, "password": "p", "table": "civil_affairs.villages",
               "cursor": "pushed_on", "timeout_seconds": 10, **more}  # fmt: skip
    contract = load_catalog()["civil_affairs__villages"].deployed(setting)
    source: Any = contract.source
    return [parcel.delivered_at for parcel in database.parcels(contract, source, lambda _: exchange.password, WINDOW)]


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
def test_a_postgresql_is_read_under_its_own_ca(exchange: Exchange, certificate: Path, mode: str) -> None:
    assert pulled(exchange, ca=str(certificate), sslmode=mode) == [DAY]


def test_a_postgresql_that_nobody_vouches_for_is_not_read(exchange: Exchange, tmp_path: Path) -> None:
    for more in ({"ca": str(make_certificate(tmp_path / "other.pem"))}, {}):
        with pytest.raises(SourceUnavailable) as caught:
            pulled(exchange, **more)
        assert caught.value.why.code == "SOURCE_TLS"


def test_the_name_in_the_certificate_counts_unless_the_ca_alone_is_asked_for(
    exchange: Exchange, certificate: Path
) -> None:
    by_name = exchange.url.replace("127.0.0.1", "localhost")
    with pytest.raises(SourceUnavailable) as caught:
        pulled(exchange, url=by_name, ca=str(certificate))
    assert caught.value.why.code == "SOURCE_TLS"
    assert pulled(exchange, url=by_name, ca=str(certificate), sslmode="verify-ca") == [DAY]
