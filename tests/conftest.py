"""What every test stands on: no sockets to the outside, a home of its own, hypothesis profiles, and helpers by name.

Belongs here: fixtures any test may ask for. Does not belong here: fixtures of one room (its own conftest).
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipelines.settings import Settings, apply_process_environment, continuous_integration

settings.register_profile("default", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost", "", None})
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OFFICES = ("soffice", "libreoffice")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test writes into the developer's home: CUNSHE_HOME is a temporary folder, telemetry is off."""
    home = tmp_path_factory.mktemp("home")
    apply_process_environment(Settings(home=home))
    return home


@pytest.fixture(autouse=True)
def only_local_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that needs the network fails at once, naming the address."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def local_look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        _refuse_foreign(host)
        return look_up(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local_look_up)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_foreign(address[0])
        return method(self, address)

    return connect


def _refuse_foreign(host: Any) -> None:
    if host not in LOCAL_HOSTS:
        raise RuntimeError(f"a test tried to reach {host}; tests run without a network")


def require(programs: tuple[str, ...], *, needed_for: str) -> Path:
    """The first of `programs` on the PATH. Without one the test is skipped with a reason; on a CI machine it fails."""
    for program in programs:
        found = shutil.which(program)
        if found:
            return Path(found)
    message = f"none of {', '.join(programs)} is installed; needed for {needed_for}"
    if continuous_integration():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that draws the report pages."""
    return require(BROWSERS, needed_for="looking at the report pages")


@pytest.fixture(scope="session")
def libreoffice() -> Path:
    """The office suite that opens what a department would open."""
    return require(OFFICES, needed_for="opening documents and workbooks as a department would")
