"""A week again: nothing new lands, the marts are the same; an older week gives what it gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.publishing import pointer
from pipelines.publishing.reader import open_edition
from tests.integration.homes import FIRST, SECOND, Home
from tests.looks import TESTING


def landed(home: Home) -> set[str]:
    return {str(path.relative_to(home.path)) for path in (home.path / "landing").rglob("*")}


@pytest.fixture(scope="module")
def repeated(second_week: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The second week once more, then the first once more."""
    home = second_week.copy_to(tmp_path_factory.mktemp("repeated") / "var")
    for week in (SECOND, FIRST):
        home.cunshe("run", "--week", week)
    return home


def test_nothing_new_lands(second_week: Home, repeated: Home) -> None:
    assert landed(repeated) == landed(second_week) != set()


@pytest.mark.parametrize("week", [FIRST, SECOND])
def test_the_same_week_gives_the_same_marts(repeated: Home, week: str) -> None:
    once, again = (repeated.build_record(f"{week}.{number}") for number in ("001", "002"))
    assert once["content_hash"] == again["content_hash"]
    assert once["trace_hash"] == again["trace_hash"]
    assert not again["restated"]["is_restated"]


def test_weeks_differ(repeated: Home) -> None:
    first, second = (repeated.build_record(f"{week}.001")["content_hash"] for week in (FIRST, SECOND))
    assert first != second


def test_an_older_week_does_not_become_the_current_one(repeated: Home) -> None:
    now = pointer.current(repeated.settings)
    assert now is not None
    assert now.build_id == f"{SECOND}.002"
    assert now.weeks == {FIRST: f"{FIRST}.002", SECOND: f"{SECOND}.002"}


def test_rollback_shows_the_build_before(repeated: Home, elsewhere: Path) -> None:
    home = repeated.copy_to(elsewhere)
    home.cunshe("rollback")
    assert home.status()["build_id"] == f"{SECOND}.001"
    home.cunshe("rollback", "--to", f"{FIRST}.001")
    assert home.status()["week"] == FIRST


def test_a_late_delivery_restates_the_week(second_week: Home, elsewhere: Path) -> None:
    """A file dated into the first week that arrives after its run: the week again is marked, and says what came."""
    home = second_week.copy_to(elsewhere)
    (sent,) = (home.path / "inbox" / "discipline_inspection" / "opinions" / "2020-11-27").iterdir()
    late = home.path / "inbox" / "discipline_inspection" / "opinions" / "2020-11-28" / f"补报{sent.name}"
    late.parent.mkdir()
    late.write_bytes(b"".join(sent.read_bytes().splitlines(keepends=True)[:20]))
    home.cunshe("run", "--week", FIRST)
    restated = home.build_record(f"{FIRST}.002")["restated"]
    assert restated["is_restated"]
    assert restated["since_build"] == f"{FIRST}.001"
    with open_edition(home.settings, "authorised", f"{FIRST}.002", TESTING) as connection:
        (delivery_id,) = connection.execute(
            "select delivery_id from marts.delivery where dataset = 'opinions' and file_name like '补报%'"
        ).fetchone()
    assert delivery_id in str(restated["later_deliveries"])
    page = (home.path / "reports" / FIRST / f"{FIRST}.002" / "county.html").read_text("utf-8")
    assert "重编" in page
