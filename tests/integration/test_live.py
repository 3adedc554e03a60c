"""The weekly run from running departments: PostgreSQL, HTTP and drop folders give the marts that files give.

The second week runs twice: once while two sources are out of order and another run tries to begin, and once mended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.settings import SETTINGS_FILE
from pipelines.simulation.live import LiveDepartments, point_home_at
from tests.integration.homes import FIRST, SECOND, Home
from tests.integration.live import BALLOTS as BALLOTS_SOURCE
from tests.integration.live import MATTERS as MATTERS_SOURCE
from tests.integration.test_no_identity_outside import contents

BALLOTS, MATTERS = (name.replace("__", "/") for name in (BALLOTS_SOURCE, MATTERS_SOURCE))


@dataclass(frozen=True)
class LiveHome:
    """A home that reads from the running departments, and what was seen on the way."""

    home: Home
    printed: list[str]
    disturbed: dict[str, Any]  # the feeds, as the status of the disturbed run had them
    refused: str  # what the run said that began while another one was at work


@pytest.fixture(scope="module")
def live_home(
    departments: LiveDepartments, second_week: Home, tmp_path_factory: pytest.TempPathFactory
) -> LiveHome:
    """Both weeks through the servers, with the keys of the home that reads files."""
    home = Home(tmp_path_factory.mktemp("live") / "var")
    own = {
        "CUNSHE_ALLOW_UNASSIGNED_AREA": "true",
        "CUNSHE_KEYS_PATH": str(second_week.settings.keys),
        "CUNSHE_INBOX_PATH": str(departments.inbox),
    }
    point_home_at(home.path / SETTINGS_FILE, {**own, **departments.settings()})
    first = home.cunshe("run", "--week", FIRST)
    said, refused = run_disturbed(departments, home)
    disturbed = home.status()["datasets"]
    point_home_at(home.path / SETTINGS_FILE, departments.settings())
    mended = home.cunshe("run", "--week", SECOND)
    printed = [one.stdout + one.stderr for one in (first, mended, home.cunshe("status"))]
    return LiveHome(home, [*printed, said, refused], disturbed, refused)


def run_disturbed(departments: LiveDepartments, home: Home) -> tuple[str, str]:
    """Run the second week while a table is locked and the petition service first hangs, then fails.

    While it hangs, another run begins. Returns what both said.
    """
    faults, sources = departments.petitions.faults, departments.sources()
    impatient = {
        f"CUNSHE_SOURCES__{BALLOTS_SOURCE.upper()}": {**sources[BALLOTS_SOURCE], "timeout_seconds": 1},
        f"CUNSHE_SOURCES__{MATTERS_SOURCE.upper()}": {**sources[MATTERS_SOURCE], "timeout_seconds": 600, "attempts": 2},
    }
    point_home_at(home.path / SETTINGS_FILE, {name: json.dumps(source) for name, source in impatient.items()})
    faults.plan("hang")
    faults.plan("error", times=2)
    with departments.exchange.administrator() as connection, connection.transaction():
        connection.execute("lock table civil_affairs.ballots in access exclusive mode")
        run = home.start("run", "--week", SECOND)
        assert run.stderr is not None
        try:
            assert faults.hanging.wait(timeout=600), "the run never asked for petition matters"
            second = home.cunshe("run", "--week", SECOND, check=False)
        finally:
            faults.released.set()
            said = run.stderr.read()
            run.stderr.close()
    assert run.wait() == 0, said
    faults.clear()
    assert second.returncode == 1
    return said, second.stdout + second.stderr


def test_the_marts_are_those_of_the_files(live_home: LiveHome, second_week: Home) -> None:
    for week, again in ((FIRST, "001"), (SECOND, "002")):
        live, files = live_home.home.build_record(f"{week}.{again}"), second_week.build_record(f"{week}.001")
        tables = live["table_hashes"]["content"]
        assert {name for name, value in files["table_hashes"]["content"].items() if tables[name] != value} == set()
        assert live["content_hash"] == files["content_hash"]
        assert live["trace_hash"] != files["trace_hash"]  # it came another way, and says so


def test_the_other_feeds_proceed(live_home: LiveHome) -> None:
    states = {name: feed["state"] for name, feed in live_home.disturbed.items()}
    assert {name for name, state in states.items() if state != "fresh"} == {BALLOTS, MATTERS}
    assert {feed["state"] for feed in live_home.home.status()["datasets"].values()} == {"fresh"}


@pytest.mark.parametrize(
    ("feed", "since", "words"),
    [
        (BALLOTS, "2020-11-28", ["没有应答", "civil_affairs.ballots", "请联系该部门检查服务，下次运行自动重试"]),
        (MATTERS, "2020-11-26", ["应答异常", "/api/v1/matters", "状态500", "请联系该部门检查接口，下次运行自动重试"]),
    ],
)
def test_status_and_report_name_department_place_and_next_step(
    live_home: LiveHome, feed: str, since: str, words: list[str]
) -> None:
    found = live_home.disturbed[feed]
    assert found["delivered_at"] == since
    page = (live_home.home.path / "reports" / SECOND / f"{SECOND}.001" / "county.html").read_text("utf-8")
    for word in words:
        assert word in found["reason"]
        assert word in page


def test_a_second_run_is_refused(live_home: LiveHome) -> None:
    assert "Another run is at work" in live_home.refused
    assert "Traceback" not in live_home.refused


def test_nothing_lands_twice(live_home: LiveHome, second_week: Home) -> None:
    """One delivery per dataset and day, on the days of the files, though the second week ran twice."""
    from_files = days_landed(second_week)
    assert days_landed(live_home.home) == {dataset: sorted(set(days)) for dataset, days in from_files.items()}


def days_landed(home: Home) -> dict[str, list[str]]:
    """Dataset → the day of each of its deliveries."""
    return {
        str(dataset.relative_to(home.path)): sorted(
            path.parent.name.split("-")[0] for path in dataset.glob("*/delivery.json")
        )
        for dataset in (home.path / "landing").glob("*/*")
    }


def test_secrets_are_in_the_settings_and_nowhere_else(live_home: LiveHome, departments: LiveDepartments) -> None:
    secrets = [departments.exchange.password.encode(), departments.petitions.token.encode()]
    root = live_home.home.path
    # The vault is encrypted: there is nothing to unpack in it.
    searched = {
        path: [path.read_bytes()] if "vault" in path.parts else contents(path)
        for path in root.rglob("*")
        if path.is_file()
    }
    holders = {
        str(path.relative_to(root))
        for path, pieces in searched.items()
        if any(secret in piece for piece in pieces for secret in secrets)
    }
    assert holders == {SETTINGS_FILE}
    assert (root / SETTINGS_FILE).stat().st_mode & 0o077 == 0
    assert list((root / "dagster").rglob("*.db"))
    for said in live_home.printed:
        assert not any(secret.decode() in said for secret in secrets)
