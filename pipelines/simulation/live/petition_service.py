"""The petition office's service: JSON pages over HTTP for those who carry the token; and its bad days, on demand.

Belongs here: the server and the faults it can be told to have. Does not belong here: fetching from it
(`sources.connectors`).

    GET /api/v1/matters?since=2020-11-23&until=2020-11-29&page=1&size=500      Authorization: Bearer <token>
    {"code": 0, "message": "ok", "data": {"total": 612, "page": 1, "pages": 2, "items": [{…}, …]}}
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from pipelines.simulation.live.served import PUSHED_ON, ServedTable

HOST, PATH = "127.0.0.1", "/api/v1/matters"
LARGEST_PAGE = 1000
REQUESTS_PER_SECOND = 100

# too_many: 429 with Retry-After. error: 500. hang: no answer until released. repeat_page: the page before once more.
# cut: the connection ends in the middle of the body.
FaultKind = Literal["too_many", "error", "hang", "repeat_page", "cut"]


@dataclass
class _Planned:
    kind: FaultKind
    page: int | None
    times: int


@dataclass
class Faults:
    """What the service is told to do wrong, and how often it did."""

    happened: list[FaultKind] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)  # set while a request gets no answer
    released: threading.Event = field(default_factory=threading.Event)
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, kind: FaultKind, *, page: int | None = None, times: int = 1) -> None:
        """Have the next `times` requests (for that page, if one is given) meet this fault."""
        with self._lock:
            if kind == "hang":
                self.hanging.clear()
                self.released.clear()
            self._planned.append(_Planned(kind, page, times))

    def clear(self) -> None:
        """No more faults; requests that hang are let go."""
        with self._lock:
            self._planned.clear()
        self.released.set()

    def take(self, page: int) -> FaultKind | None:
        """The fault that befalls a request now."""
        with self._lock:
            found = next((one for one in self._planned if one.page in (None, page) and one.times > 0), None)
            if found is None:
                return None
            found.times -= 1
            self.happened.append(found.kind)
            return found.kind


class PetitionService:
    """The service, on a free port of 127.0.0.1 while the `with` block runs."""

    def __init__(
        self,
        table: ServedTable,
        *,
        requests_per_second: int = REQUESTS_PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self.faults = Faults()
        self.port = 0
        self.requests = 0
        self._table = table
        self._rate, self._clock = requests_per_second, clock
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the matters are asked for."""
        return f"http://{HOST}:{self.port}{PATH}"

    def __enter__(self) -> PetitionService:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Have nobody listen on the port while the block runs."""
        self._close()
        try:
            yield
        finally:
            self._listen()

    def _listen(self) -> None:
        self._server = ThreadingHTTPServer((HOST, self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="petition-service", daemon=True)
        self._thread.start()

    def _close(self) -> None:
        self.faults.released.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def too_fast(self) -> bool:
        """Whether this request is one too many within a second."""
        with self._lock:
            self.requests += 1
            now = self._clock()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self._rate:
                return True
            self._recent.append(now)
            return False

    def page(self, since: date, until: date, page: int, size: int) -> dict[str, Any]:
        """One page of the matters put there from `since` up to and including `until`."""
        rows = [row for row in self._table.rows if since <= row.pushed_on <= until]
        shown = rows[(page - 1) * size : page * size]
        return {
            "total": len(rows),
            "page": page,
            "pages": -(-len(rows) // size),
            "items": [{**row.cells, PUSHED_ON: row.pushed_on.isoformat()} for row in shown],
        }


def _handler(service: PetitionService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path != PATH:
                return self._refuse(HTTPStatus.NOT_FOUND)
            if not secrets.compare_digest(self.headers.get("Authorization", ""), f"Bearer {service.token}"):
                return self._refuse(HTTPStatus.UNAUTHORIZED)
            if service.too_fast():
                return self._refuse(HTTPStatus.TOO_MANY_REQUESTS, ("Retry-After", "1"))
            try:
                since, until, page, size = _arguments(parse_qs(asked.query))
            except (ValueError, KeyError):
                return self._refuse(HTTPStatus.BAD_REQUEST)
            return self._answer(service.faults.take(page), since, until, page, size)

        def _answer(self, fault: FaultKind | None, since: date, until: date, page: int, size: int) -> None:
            if fault == "too_many":
                return self._refuse(HTTPStatus.TOO_MANY_REQUESTS, ("Retry-After", "0"))
            if fault == "error":
                return self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
            if fault == "hang":
                service.faults.hanging.set()
                service.faults.released.wait()
                self.close_connection = True
                return None
            shown = max(1, page - 1) if fault == "repeat_page" else page
            data = {**service.page(since, until, shown, size), "page": page}
            body = json.dumps({"code": 0, "message": "ok", "data": data}, ensure_ascii=False).encode()
            return self._send(HTTPStatus.OK, body, whole=fault != "cut")

        def _refuse(self, status: HTTPStatus, *headers: tuple[str, str]) -> None:
            body = json.dumps({"code": int(status), "message": status.phrase, "data": None}).encode()
            self._send(status, body, *headers)

        def _send(self, status: HTTPStatus, body: bytes, *headers: tuple[str, str], whole: bool = True) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", "application/json; charset=utf-8"), *headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if whole else body[: len(body) // 2])
            self.close_connection = self.close_connection or not whole

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing: a request line is nobody's business."""

    return Handler


def _arguments(query: dict[str, list[str]]) -> tuple[date, date, int, int]:
    page, size = int(query.get("page", ["1"])[0]), int(query.get("size", ["100"])[0])
    if page < 1 or not 1 <= size <= LARGEST_PAGE:
        raise ValueError("page or size is out of range")
    return date.fromisoformat(query["since"][0]), date.fromisoformat(query["until"][0]), page, size
