"""Real mail servers on 127.0.0.1, with TLS and with faults.

Belongs here: servers and the certificate they show. Does not belong here: weeks and addresses (`week`), expectations (the tests).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.certificates import HOST

USER, PASSWORD = "reports", "invented-password"


@dataclass
class Faults:
    """What a server does wrong. Answers by address; counts say how often a fault still happens."""

    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    drop_in_message: int = 0
    drop_after_message: int = 0


@dataclass
class Mailbox:
    """What a server has taken and been asked."""

    port: int = 0
    faults: Faults = field(default_factory=Faults)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def of(self, address: str) -> list[EmailMessage]:
        """The messages an address has got."""
        return [message for to, message in self.taken if to == address]

    @property
    def counts(self) -> dict[str, int]:
        """How many messages each address has got."""
        return dict(Counter(to for to, _ in self.taken))

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked[address] += 1
        if answer := self.faults.rcpt.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if answer := self.faults.data.get(address):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append((address, message))
        if self.faults.drop_after_message:
            self.faults.drop_after_message -= 1
            server.transport.abort()
        return "250 2.0.0 taken"


class _Server(SMTP):
    """The server, which can hang up in the middle of a message."""

    async def smtp_DATA(self, arg: str) -> None:
        faults = self.event_handler.faults
        if not faults.drop_in_message:
            await super().smtp_DATA(arg)
            return
        faults.drop_in_message -= 1
        await self.push("354 go on")
        await self._reader.read(1)
        self.transport.abort()


@contextmanager
def mail_server(certificate: Path | None, implicit: bool = False, login: bool = False) -> Iterator[Mailbox]:
    """A running server; without a certificate one that offers no TLS."""
    mailbox, context = Mailbox(), _context(certificate)
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        offered: dict[str, Any] = {} if implicit or context is None else {"tls_context": context, "require_starttls": True}
        if login:
            offered |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": not implicit}
        return _Server(mailbox, hostname="localhost", loop=loop, data_size_limit=64_000_000, **offered)

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, sock=_listening(), ssl=context if implicit else None)

    server = loop.run_until_complete(start())
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mailbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def _listening() -> socket.socket:
    """A socket that takes little before it is read, so that a sender of much meets a drop while it still sends."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    listening.bind((HOST, 0))
    return listening


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
