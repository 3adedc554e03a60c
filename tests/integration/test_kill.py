"""SIGKILL at any stage: the published build stays, readers see no error, the next run completes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from pipelines.publishing.reader import open_edition
from tests.integration.homes import FIRST, SECOND, Home

# The line of progress at which the process is killed, stage by stage.
MOMENTS = [
    "landing: organisation__candidates",
    "identity",
    "warehouse: loading the week",
    "warehouse: dbt build",
    "publishing: write authorised",
    "publishing: place",
    "publishing: point",
    "reports",
]


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


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_anywhere(first_week: Home, second_week: Home, elsewhere: Path, moment: str) -> None:
    home = first_week.copy_to(elsewhere)
    published = home.path / "published" / f"{FIRST}.001" / "analyst.duckdb"
    before = published.read_bytes()

    kill_at(home, moment)

    assert published.read_bytes() == before
    standing = home.status()["build_id"]
    assert standing == f"{FIRST}.001" or (moment == "reports" and standing == f"{SECOND}.001")
    with open_edition(home.settings, "analyst") as connection:
        assert connection.execute("select count(*) from marts.village_file").fetchone() == (15,)

    home.cunshe("run", "--week", SECOND)
    status = home.status()
    assert status["week"] == SECOND
    assert status["content_hash"] == second_week.status()["content_hash"]
    assert (Path(status["report_folder"]) / "county.html").exists()
    left = [path for path in home.path.rglob(".tmp-*") if "inbox" not in path.parts]
    assert left == []


def test_a_reader_keeps_its_build_while_the_next_is_published(first_week: Home, elsewhere: Path) -> None:
    home = first_week.copy_to(elsewhere)
    with open_edition(home.settings, "analyst") as reader:
        home.cunshe("run", "--week", SECOND)
        assert reader.execute("select build_id from marts.build").fetchone() == (f"{FIRST}.001",)
    with open_edition(home.settings, "analyst") as reader:
        assert reader.execute("select build_id from marts.build").fetchone() == (f"{SECOND}.001",)


def test_two_runs_at_once_are_refused_in_words(first_week: Home, elsewhere: Path) -> None:
    home = first_week.copy_to(elsewhere)
    first = home.start("run", "--week", SECOND)
    assert first.stderr is not None
    assert any(line.startswith("landing") for line in first.stderr)
    second = home.cunshe("run", "--week", SECOND, check=False)
    assert second.returncode == 1
    assert "Another run is at work" in second.stderr
    assert "Traceback" not in second.stderr
    first.stderr.read()
    assert first.wait() == 0
