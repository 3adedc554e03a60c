"""The link of acknowledgement, over HTTP: opening it changes nothing, its button does, and a link that is not ours is nothing."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from pipelines.identity.keys import KeyRing
from pipelines.reports.delivery.links import is_signed, link, signature
from pipelines.reports.delivery.serve import acknowledgement_service
from pipelines.settings import Settings
from tests.unit.reports.delivery.week import DEPARTMENT, TOWNSHIP, WEEK, day, queue, state


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The service on a free port of 127.0.0.1."""
    server = uvicorn.Server(uvicorn.Config(acknowledgement_service(settings, lambda: day(2)), port=0, log_level="error"))
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


def test_a_link_sent_before_a_new_key_counts_until_the_former_key_is_dropped(home: Settings) -> None:
    queue(home)
    key, ring = state(home, DEPARTMENT).queued.key, KeyRing(home.delivery_key)
    before = signature(home, WEEK, key)
    ring.renew()
    assert signature(home, WEEK, key) != before
    assert is_signed(home, WEEK, key, before) and is_signed(home, WEEK, key, signature(home, WEEK, key))
    ring.drop_former()
    assert not is_signed(home, WEEK, key, before) and is_signed(home, WEEK, key, signature(home, WEEK, key))
