"""The bounds of the small web service: how much, how long and how often anybody may ask.

Belongs here: limits of connections and requests, the headers of every answer. Does not belong here: the page (`serve`).

A request here is a line and a few headers, and is answered from files in milliseconds. So a connection serves one request
and is cut when it has lasted `seconds`, whatever it does, which bounds slow senders and slow readers alike.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_HEADERS = {
    b"cache-control": b"no-store",
    b"connection": b"close",
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"x-robots-tag": b"noindex",
}
_METHODS = frozenset({"GET", "POST"})


@dataclass(frozen=True)
class Limits:
    """Bounds: bytes of a request's head and body, seconds and number of connections, requests of one link a minute."""

    head_bytes: int = 8_192
    body_bytes: int = 1_024
    seconds: float = 15
    connections: int = 100
    per_minute: int = 20


class Guarded:
    """An application behind its bounds: what is too big or of another method does not reach it; every answer has the headers."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _HEADERS]
                message = {**message, "headers": [*own, *_HEADERS.items()]}
            await send(message)

        if scope["type"] != "http":
            return
        if refusal := self._refusal(scope):
            await with_headers({"type": "http.response.start", "status": refusal, "headers": [(b"content-length", b"0")]})
            await with_headers({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> int | None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if scope["method"] not in _METHODS:
            return 405
        if b"transfer-encoding" in headers or not length.isdigit() or int(length) > self._limits.body_bytes:
            return 413
        return None


class Rate:
    """How often something was asked for within a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._asked: dict[str, deque[datetime]] = {}

    def is_over(self, what: str) -> bool:
        """Whether this is one time too many. Only what is asked for within the minute is remembered."""
        now = self._clock()
        for known, times in list(self._asked.items()):
            while times and times[0] <= now - timedelta(minutes=1):
                times.popleft()
            if not times:
                del self._asked[known]
        times = self._asked.setdefault(what, deque())
        if len(times) >= self._per_minute:
            return True
        times.append(now)
        return False


def web_server(app: ASGIApp, host: str, port: int, limits: Limits) -> uvicorn.Server:
    """The service within its bounds. It keeps no access log: the links are as good as a signature."""
    config = uvicorn.Config(
        app, host=host, port=port, http=_bounded(limits), ws="none", lifespan="off", access_log=False, log_level="warning",
        server_header=False, h11_max_incomplete_event_size=limits.head_bytes, timeout_keep_alive=1, backlog=limits.connections,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    return uvicorn.Server(config)


def _bounded(limits: Limits) -> type[H11Protocol]:
    """uvicorn's protocol with a number of connections and an end to each."""
    open_ones: set[object] = set()

    class Bounded(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            if len(open_ones) >= limits.connections:
                transport.abort()
            open_ones.add(self)
            self._end = asyncio.get_running_loop().call_later(limits.seconds, transport.abort)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            self._end.cancel()
            open_ones.discard(self)
            super().connection_lost(exc)

    return Bounded
