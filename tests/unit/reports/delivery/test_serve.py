"""The link of acknowledgement, over HTTP: opening it changes nothing, its button does, and a link that is not ours is nothing."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta

import pytest

from pipelines.keys.ring import KeyRing
from pipelines.reports.delivery.links import is_signed, link, signature
from pipelines.reports.delivery.serve import acknowledgement_service
from pipelines.reports.delivery.web import Limits, Rate, web_server
from pipelines.settings import Settings
from tests.unit.reports.delivery.week import DEPARTMENT, TOWNSHIP, WEEK, day, queue, state


@contextmanager
def served(settings: Settings, limits: Limits = Limits()) -> Iterator[str]:
    """The service on a free port of 127.0.0.1."""
    server = web_server(acknowledgement_service(settings, lambda: day(2), limits), "127.0.0.1", 0, limits)
    started = threading.Event()
    startup = server.startup

    async def signalled(*arguments: object, **more: object) -> None:
        await startup(*arguments, **more)  # type: ignore[arg-type]
        started.set()

    server.startup = signalled  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(30)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def asked(url: str, method: str = "GET") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def test_looking_changes_nothing_and_the_button_acknowledges_once(home: Settings) -> None:
    queue(home)
    with served(home) as base:
        linked = link(home.model_copy(update={"acknowledge_url": f"{base}/"}), WEEK, state(home, DEPARTMENT).queued.key)
        assert linked is not None
        status, page = asked(linked)
        assert status == 200 and "区示例局　2020年第49周" in page and "<button" in page
        assert state(home, DEPARTMENT).state == "queued"
        status, page = asked(linked, "POST")
        assert status == 200 and "已于2020-12-09 06:00确认收悉" in page and "<button" not in page
        assert state(home, DEPARTMENT).acknowledged_at == day(2) and state(home, TOWNSHIP).state == "queued"
        before = list(home.sends.rglob("*.json"))
        assert "已于" in asked(linked, "POST")[1] and list(home.sends.rglob("*.json")) == before


def test_a_link_that_is_not_ours_says_and_does_nothing(home: Settings) -> None:
    queue(home)
    key, other = (state(home, one).queued.key for one in (DEPARTMENT, TOWNSHIP))
    with served(home) as base:
        good = link(home.model_copy(update={"acknowledge_url": base}), WEEK, key)
        assert good is not None
        for bad in (good[:-1] + "0z"[good[-1] == "0"], good.replace(key, other), good.replace(WEEK, "2020-W48")):
            for method in ("GET", "POST"):
                status, page = asked(bad, method)
                assert status == 404 and "局" not in page and "镇" not in page and "链接无效" in page
    assert {state(home, one).state for one in (DEPARTMENT, TOWNSHIP)} == {"queued"}


def test_without_an_address_of_the_service_there_is_no_link(home: Settings) -> None:
    assert link(home, WEEK, "0" * 20) is None


def test_links_of_two_homes_differ(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = {"acknowledge_url": "https://reports.example.org"}
    other = Settings(home=tmp_path_factory.mktemp("other"), **base)  # type: ignore[arg-type]
    assert link(home.model_copy(update=base), WEEK, "0" * 20) != link(other, WEEK, "0" * 20)


# --- bounds -----------------------------------------------------------------------------------------------------------


def said(base: str, *parts: bytes) -> bytes:
    """What the service answers to these bytes until it hangs up; nothing where it hangs up first."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        answer = b""
        with suppress(OSError):
            for part in parts:
                connection.sendall(part)
            while more := connection.recv(65_536):
                answer += more
        return answer


def linked(home: Settings) -> str:
    """The path of a link that is ours."""
    queue(home)
    url = link(home.model_copy(update={"acknowledge_url": "http://x"}), WEEK, state(home, DEPARTMENT).queued.key)
    assert url is not None
    return url.removeprefix("http://x")


def test_every_answer_has_the_headers_and_names_no_server(home: Settings) -> None:
    path = linked(home).encode()
    with served(home) as base:
        for request in (b"GET " + path, b"GET /nothing", b"DELETE " + path, b"HEAD " + path):
            head = said(base, request + b" HTTP/1.1\r\nHost: x\r\n\r\n").split(b"\r\n\r\n")[0].lower()
            assert b"default-src 'none'" in head and b"cache-control: no-store" in head and b"nosniff" in head
            assert b"connection: close" in head
            assert b"server:" not in head and b"uvicorn" not in head
        for method in (b"DELETE", b"PUT", b"HEAD", b"OPTIONS"):
            assert b" 405 " in said(base, method + b" " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")


def test_what_is_too_big_is_refused_unread(home: Settings) -> None:
    post = b"POST " + linked(home).encode() + b" HTTP/1.1\r\nHost: x\r\n"
    with served(home) as base:
        assert b" 413 " in said(base, post + b"Content-Length: 100000000\r\n\r\n", b"x" * 1000)
        assert b" 413 " in said(base, post + b"Transfer-Encoding: chunked\r\n\r\n", b"fffffff\r\n" + b"x" * 1000)
        assert b" 200 " not in said(base, post + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n")
        assert state(home, DEPARTMENT).state == "queued"
        assert b" 200 " in said(base, post + b"Content-Length: 0\r\n\r\n")


def test_a_slow_sender_is_cut_off_and_nobody_else_waits(home: Settings) -> None:
    path = linked(home).encode()
    with served(home, Limits(seconds=0.5)) as base:
        assert said(base, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nX-") == b""  # the rest of the head never comes
        assert b" 200 " in said(base, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")


def test_so_many_connections_and_no_more(home: Settings) -> None:
    path = linked(home).encode()
    with served(home, Limits(connections=3, seconds=30)) as base:
        host, port = base.removeprefix("http://").split(":")
        with ExitStack() as held:
            taken = [held.enter_context(socket.create_connection((host, int(port)), timeout=30)) for _ in range(3)]
            for connection in taken:
                connection.sendall(b"GET ")  # and no more
            assert said(base, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n") == b""
        answers = (said(base, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(1000))
        assert any(b" 200 " in answer for answer in answers)  # as soon as the server has seen that they are gone


def test_a_link_is_answered_so_often_a_minute(home: Settings) -> None:
    get = b"GET " + linked(home).encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    with served(home, Limits(per_minute=2)) as base:
        assert [said(base, get).split(b" ")[1] for _ in range(4)] == [b"200", b"200", b"429", b"429"]


def test_after_a_minute_it_is_answered_again_and_forgotten() -> None:
    now = [day(2)]
    rate = Rate(1, lambda: now[0])
    assert [rate.is_over("a"), rate.is_over("a"), rate.is_over("b")] == [False, True, False]
    now[0] += timedelta(seconds=61)
    assert not rate.is_over("a")


def test_a_link_sent_before_a_new_key_counts_until_the_former_key_is_dropped(home: Settings) -> None:
    queue(home)
    key, ring = state(home, DEPARTMENT).queued.key, KeyRing(home.delivery_key)
    before = signature(home, WEEK, key)
    ring.renew()
    assert signature(home, WEEK, key) != before
    assert is_signed(home, WEEK, key, before) and is_signed(home, WEEK, key, signature(home, WEEK, key))
    ring.drop_former()
    assert not is_signed(home, WEEK, key, before) and is_signed(home, WEEK, key, signature(home, WEEK, key))
