"""`cunshe check privacy` on a finished home: it holds, and each part finds its hole when the hole is put back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.homes import Home


@pytest.fixture(scope="module")
def holed(second_week: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the finished home that tests put holes into, each of its own and mended after."""
    return second_week.copy_to(tmp_path_factory.mktemp("holed") / "var")


def checked(home: Home) -> dict[str, dict[str, Any]]:
    """What the command prints, by part."""
    done = home.cunshe("check", "privacy", "--json", check=False)
    parts = {part["part"]: part for part in json.loads(done.stdout)}
    assert done.returncode == (1 if any(part["violations"] for part in parts.values()) else 0), done.stderr
    return parts


def violations(home: Home) -> dict[str, list[str]]:
    return {name: [f"{one['where']}: {one['what']}" for one in part["findings"]] for name, part in checked(home).items()}


def test_a_finished_home_keeps_its_promises(second_week: Home) -> None:
    parts = checked(second_week)
    assert {name: part["findings"] for name, part in parts.items() if part["findings"]} == {}
    assert all(part["looked_at"] > 0 for part in parts.values()), parts
    assert parts["reports"]["looked_at"] > 100
    assert parts["identities"]["looked_at"] > 500
