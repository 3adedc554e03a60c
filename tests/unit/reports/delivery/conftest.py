"""Homes and mail servers for the tests of delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.certificates import HOST, make_certificate
from tests.unit.reports.delivery.servers import Mailbox, mail_server

AsMailing = Callable[..., Settings]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home without a mail server."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate") / "server.pem")


@pytest.fixture
def mailbox(certificate: Path) -> Iterator[Mailbox]:
    """A server with STARTTLS that lets everybody in."""
    with mail_server(certificate) as running:
        yield running


@pytest.fixture
def mailing(tmp_path: Path, certificate: Path) -> AsMailing:
    """The home with a mail server; more settings by name."""

    def made(mailbox: Mailbox, **more: object) -> Settings:
        given = {"smtp_ca": certificate, "smtp_from": "cunshe@example.org", "smtp_timeout": 20, **more}
        return Settings(home=tmp_path / "home", smtp_host=HOST, smtp_port=mailbox.port, **given)  # type: ignore[arg-type]

    return made
