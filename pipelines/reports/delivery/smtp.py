"""One mail server, spoken to so that it is always known whether a message can have been delivered.

Belongs here: connecting with TLS, handing over one message, what the answer means. Does not belong here: which messages, the
ledger (`send`).

A server delivers a message only when it has been told that it is complete (the dot on a line of its own, RFC 5321 §4.1.1.4).
So the dot is sent apart, after `before_end` has written down that it is about to be: whatever breaks before is surely not
delivered and is tried again; whatever breaks after, before the answer, may be (RFC 1047), and is never sent again by itself.
There is no mail without TLS, and no certificate is taken on trust.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipelines.settings import Settings

Result = Literal["sent", "refused", "deferred", "uncertain"]
# RFC 5321 §4.5.3.2.6: a server may take ten minutes to answer the dot; who hangs up sooner makes duplicates.
_END_TIMEOUT = 600.0
_ENHANCED = re.compile(rb"\b([245]\.\d{1,3}\.\d{1,3})\b")
_LINE_START_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Outcome:
    """What became of one message; `code` holds the server's codes or what broke, never what it said."""

    result: Result
    code: str
    is_broken: bool = False  # the connection is of no more use


class NoServer(Exception):
    """The server cannot be used at all now; `code` says why. Nothing was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    """An open, encrypted connection, logged in where the settings say so. Raises NoServer where there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = _connected(settings)
        try:
            self._server.ehlo_or_helo_if_needed()
            if settings.smtp_user is not None:
                self._server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        except smtplib.SMTPAuthenticationError as problem:
            self.close()
            raise NoServer(f"login {problem.smtp_code}") from None
        except (smtplib.SMTPException, OSError):
            self.close()
            raise NoServer("login") from None

    def send(self, to: str, message: bytes, before_end: Callable[[], None]) -> Outcome:
        """Hand over one message. Raises NoServer where the server will take none from us."""
        server = self._server
        try:
            if refusal := self._envelope(to):
                return refusal
            server.putcmd("data")
            code, said = server.getreply()
            if code != 354:
                return self._refused(code, said)
            server.send(_LINE_START_DOT.sub(b"..", message))
            if _hung_up(server):
                raise smtplib.SMTPServerDisconnected
        except (smtplib.SMTPException, OSError):
            self.close()
            return Outcome("deferred", "dropped", is_broken=True)
        before_end()
        return self._end(b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")

    def _envelope(self, to: str) -> Outcome | None:
        server = self._server
        code, said = server.mail(self._settings.smtp_from)
        if code >= 400:
            self.close()
            if code >= 500:
                raise NoServer(f"sender {_codes(code, said)}")
            return Outcome("deferred", _codes(code, said), is_broken=True)  # often: enough over one connection
        code, said = server.rcpt(to)
        return None if code in (250, 251) else self._refused(code, said)

    def _refused(self, code: int, said: bytes) -> Outcome:
        """A refusal of this message; the connection is kept for the next one where the server allows."""
        is_broken = code == 421 or not self._is_reset()
        if is_broken:
            self.close()
        return Outcome("refused" if 500 <= code < 600 else "deferred", _codes(code, said), is_broken)

    def _is_reset(self) -> bool:
        try:
            return bool(self._server.rset()[0] == 250)
        except (smtplib.SMTPException, OSError):
            return False

    def _end(self, dot: bytes) -> Outcome:
        server = self._server
        try:
            if server.sock is not None:
                server.sock.settimeout(max(_END_TIMEOUT, self._settings.smtp_timeout))
            server.send(dot)
            code, said = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(self._settings.smtp_timeout)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Outcome("uncertain", "no answer", is_broken=True)
        return Outcome("sent", _codes(code, said)) if code == 250 else self._refused(code, said)

    def close(self) -> None:
        """Hang up; a server that does not say goodbye changes nothing."""
        self._server.close()

    def quit(self) -> None:
        """Say goodbye and hang up."""
        try:
            self._server.quit()
        except (smtplib.SMTPException, OSError):
            self.close()


def _connected(settings: Settings) -> smtplib.SMTP:
    host, port, timeout = settings.smtp_host or "", settings.smtp_port, settings.smtp_timeout
    server: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context(cafile=settings.smtp_ca)
        if settings.smtp_tls == "implicit":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        server = smtplib.SMTP(host, port, timeout=timeout)
        server.starttls(context=context)
        return server
    except ssl.SSLError:
        code = "tls certificate"
    except smtplib.SMTPNotSupportedError:
        code = "tls not offered"
    except smtplib.SMTPResponseException as problem:
        code = f"connect {problem.smtp_code}"
    except (smtplib.SMTPException, OSError):
        code = "connect"
    if server is not None:
        server.close()
    raise NoServer(code)


def _hung_up(server: smtplib.SMTP) -> bool:
    """Whether the server has gone, or said something, while it should be waiting for the rest."""
    sock = server.sock
    if sock is None:
        return True
    waits = sock.gettimeout()
    sock.settimeout(0)
    try:
        sock.recv(1)
        return True
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    finally:
        sock.settimeout(waits)


def _codes(code: int, said: bytes) -> str:
    enhanced = _ENHANCED.search(said)
    return f"{code} {enhanced[1].decode()}" if enhanced else str(code)
