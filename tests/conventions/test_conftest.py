"""What the root conftest promises: no socket to the outside, no home of the developer's, no silent skip on CI."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.conftest import require

OUTSIDE = "203.0.113.7"  # an address for documentation, RFC 5737: nobody's


def test_the_outside_cannot_be_reached() -> None:
    with socket.socket() as one, pytest.raises(RuntimeError, match=OUTSIDE):
        one.connect((OUTSIDE, 80))
    with pytest.raises(RuntimeError, match=OUTSIDE):
        socket.create_connection((OUTSIDE, 80), timeout=1)
    with pytest.raises(RuntimeError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        caller.connect(listener.getsockname())
        assert caller.getpeername() == listener.getsockname()


def test_tests_have_a_home_of_their_own(own_home: Path) -> None:
    assert Settings().root == own_home


def test_a_missing_program_is_skipped_at_home_and_fails_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="no-such-browser"):
        require(("no-such-browser",), needed_for="looking")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-browser"):
        require(("no-such-browser",), needed_for="looking")
    assert require(("no-such-browser", "git"), needed_for="looking").name == "git"
