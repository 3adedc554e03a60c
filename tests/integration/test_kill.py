"""SIGKILL at any stage: the published build stays, readers see no error, the next run completes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from pipelines.publishing.reader import open_edition
from tests.integration.homes import FIRST, SECOND, Home

# The line of progress at which the process is killed, stage by stage.
STAGES = ["landing: organisation__candidates", "identity", "warehouse: dbt build", "publishing: write", "reports"]
MOMENTS = [*STAGES, "warehouse: loading the week", "publishing: audit", "publishing: place", "publishing: point"]


def kill_at(home: Home, moment: str) -> None:
    process = home.start("run", "--week", SECOND)
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line.strip())
        if line.strip() == moment:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert moment in seen, f"the run never came to '{moment}': {seen}"
    assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"


def readers_see_no_error(home: Home, *builds: str) -> None:
    assert home.status()["build_id"] in builds
    with open_edition(home.settings, "analyst") as connection:
        assert connection.execute("select count(*) from marts.village_file").fetchone() == (15,)


def complete(home: Home, undisturbed: Home) -> None:
    """The next run ends as if nothing had happened, and nothing half-made is left."""
    home.cunshe("run", "--week", SECOND)
    ends_undisturbed(home, undisturbed)


def ends_undisturbed(home: Home, undisturbed: Home) -> None:
    status = home.status()
    assert status["week"] == SECOND
    record, expected = (one.build_record(one.status()["build_id"]) for one in (home, undisturbed))
    assert record["content_hash"] == expected["content_hash"]
    assert record["trace_hash"] == expected["trace_hash"]
    assert (Path(status["report_folder"]) / "county.html").exists()
    assert [path for path in home.path.rglob(".tmp-*") if "inbox" not in path.parts] == []


def complete_beside_a_reader(home: Home) -> None:
    """A reader keeps its build while the next run ends, and another run is refused meanwhile."""
    with open_edition(home.settings, "analyst") as reader:
        (build_id,) = reader.execute("select build_id from marts.build").fetchone() or ("",)
        run = home.start("run", "--week", SECOND)
        assert run.stderr is not None
        assert any(line.startswith("landing") for line in run.stderr)
        second = home.cunshe("run", "--week", SECOND, check=False)
        assert second.returncode == 1
        assert "Another run is at work" in second.stderr
        assert "Traceback" not in second.stderr
        run.stderr.read()
        run.stderr.close()
        assert run.wait() == 0
        assert reader.execute("select build_id from marts.build").fetchone() == (build_id,)
    with open_edition(home.settings, "analyst") as reader:
        (newest,) = reader.execute("select build_id from marts.build").fetchone() or ("",)
    assert newest > build_id


def test_killed_at_every_stage_in_turn(first_week: Home, second_week: Home, elsewhere: Path) -> None:
    """Each run is killed one stage later than the one before, which shows that it got over the last kill; then one ends."""
    home = first_week.copy_to(elsewhere)
    published = home.path / "published" / f"{FIRST}.001" / "analyst.duckdb"
    before = published.read_bytes()
    for moment in STAGES:
        kill_at(home, moment)
        assert published.read_bytes() == before
        readers_see_no_error(home, f"{FIRST}.001", *([f"{SECOND}.001"] if moment == "reports" else []))
    complete_beside_a_reader(home)
    ends_undisturbed(home, second_week)


@pytest.mark.long
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_once(first_week: Home, second_week: Home, elsewhere: Path, moment: str) -> None:
    home = first_week.copy_to(elsewhere)
    kill_at(home, moment)
    readers_see_no_error(home, f"{FIRST}.001", *([f"{SECOND}.001"] if moment == "reports" else []))
    complete(home, second_week)
