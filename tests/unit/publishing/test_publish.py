"""Publishing: whole builds only, whatever ends a run; the same hash for the same marts; rollback and pruning."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import CunsheError
from pipelines.publishing import editions, pointer
from pipelines.publishing import publish as publishing
from pipelines.publishing.publish import Published, publish
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import EDITIONS, EditionRules
from pipelines.settings import Settings
from tests.looks import TESTING

Publish = Callable[..., Published]
Rows = dict[str, list[dict[str, Any]]]
WEEK_1, WEEK_2 = date(2020, 11, 23), date(2020, 11, 30)
STEPS = ("hash", "protect", "write", "audit", "place", "point", "prune")


def seen(settings: Settings, edition: str = "analyst") -> tuple[str, int]:
    """The build a reader sees, and a figure in it."""
    with closing(open_edition(settings, edition, look=TESTING)) as connection:
        query = "select build_id, (select sum(households) from village_file) from build"
        found: tuple[str, int] = connection.execute(query).fetchone()
    return found


def gib(size: str) -> float:
    """A size as DuckDB writes it, such as 18.5 GiB."""
    number, unit = size.split()
    return float(number) / {"KiB": 2**20, "MiB": 2**10, "GiB": 1}[unit]


def content(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.published.iterdir() if not path.name.startswith(".lock"))


def households(rows: Rows, count: int) -> None:
    for row in rows["marts.village_file"]:
        row["households"] = count


def test_the_first_build_is_published_with_its_record(home: Settings, publish_week: Publish) -> None:
    steps: list[str] = []
    made = publish_week(inputs=("d2", "d1"), progress=steps.append)
    assert steps == list(STEPS)
    assert content(home) == ["2020-W48.001", "current.json"]
    assert sorted(path.name for path in made.folder.iterdir()) == ["analyst.duckdb", "authorised.duckdb", "build.json"]
    record = json.loads((made.folder / "build.json").read_text(encoding="utf-8"))
    assert record["inputs"] == ["d1", "d2"]
    assert (record["week"], record["as_of"], record["code_version"]) == ("2020-W48", "2020-11-29", "test")
    assert record["restated"] == {"is_restated": False, "since_build": None, "later_deliveries": []}
    assert record["content_hash"] == made.content_hash
    assert record["tables"]["analyst"]["warning"] == 2
    assert record["tables"]["authorised"]["warning"] == 3
    assert record["tables"]["authorised"]["person_identity"] == 2
    assert pointer.current(home) == pointer.Current("2020-W48.001", {"2020-W48": "2020-W48.001"}, (), ("2020-W48.001",))


def test_the_same_marts_give_the_same_hash_and_any_change_another(publish_week: Publish, rows: Rows) -> None:
    first = publish_week().content_hash
    for table in rows.values():
        table.reverse()
    rows["marts.delivery"][0]["landed_at"] = "2021-01-01 00:00:00"  # declared volatile
    assert publish_week().content_hash == first
    rows["marts.village_file"][0]["audit_status"] = "未公开"
    second = publish_week()
    assert second.content_hash != first
    rows["seeds.codes"] = [{"code_table": "sex", "code": "1"}]
    assert publish_week().content_hash not in (first, second.content_hash)


def test_where_a_record_came_from_is_in_the_trace_hash_only(publish_week: Publish, rows: Rows) -> None:
    def hashes() -> tuple[str, str]:
        record = json.loads((publish_week().folder / "build.json").read_text(encoding="utf-8"))
        return record["content_hash"], record["trace_hash"]

    first = hashes()
    rows["marts.delivery"][0]["file_name"] = "从数据库取得"
    content, trace = hashes()
    assert content == first[0]
    assert trace != first[1]


@pytest.mark.parametrize("step", STEPS)
def test_whatever_ends_a_run_readers_see_one_whole_build(
    home: Settings, publish_week: Publish, rows: Rows, step: str
) -> None:
    households(rows, 10)
    publish_week()
    households(rows, 20)

    def end(now: str) -> None:
        if now == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_week(progress=end)
    done = step == "prune"  # by then the pointer has moved
    for edition in ("analyst", "authorised"):
        assert seen(home, edition) == (("2020-W48.002", 40) if done else ("2020-W48.001", 20))
    households(rows, 30)
    after = publish_week()
    assert seen(home) == (after.build_id, 60)
    assert after.build_id == ("2020-W48.003" if done else "2020-W48.002")
    assert content(home) == [*sorted(pointer.current(home).published), "current.json"]  # type: ignore[union-attr]


@pytest.mark.parametrize("edition", EDITIONS)
def test_where_one_edition_fails_nothing_is_published_and_the_next_run_completes(
    home: Settings, publish_week: Publish, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    publish_week()
    write = editions.write_marts

    def failing(connection: Any, rules: EditionRules, name: str, small_cell: int) -> None:
        write(connection, rules, name, small_cell)
        if name == edition:
            raise CunsheError(f"{name} cannot be written.", "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr(editions, "write_marts", failing)
        with pytest.raises(CunsheError, match=f"{edition} cannot be written"):
            publish_week()
    assert seen(home)[0] == "2020-W48.001"
    assert publish_week().build_id == "2020-W48.002"
    assert content(home) == ["2020-W48.001", "2020-W48.002", "current.json"]


def test_editions_written_at_once_share_no_folder_to_spill_into_and_no_memory(
    publish_week: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two DuckDBs that spill into one folder write into one another's files and end the process."""
    folders, limits = list[Path](), list[str]()
    connect, audit = publishing.connect_memory, publishing.audit_edition

    def connected(*, writing: bool, scratch: Path | None = None) -> Any:
        if scratch is not None:
            folders.append(scratch)
        return connect(writing=writing, scratch=scratch)

    def audited(connection: Any, *arguments: Any) -> dict[str, int]:
        limits.append(connection.execute("select current_setting('memory_limit')").fetchone()[0])
        return audit(connection, *arguments)

    monkeypatch.setattr(publishing, "connect_memory", connected)
    monkeypatch.setattr(publishing, "audit_edition", audited)
    publish_week()
    assert len(folders) == 2 * len(EDITIONS)
    assert len(set(folders)) == len(EDITIONS)
    with closing(duckdb.connect(":memory:")) as alone:
        (whole,) = alone.execute("select current_setting('memory_limit')").fetchone()  # type: ignore[misc]
    assert len(set(limits)) == 1
    assert gib(limits[0]) < gib(whole) * 0.55


@pytest.mark.parametrize("step", ["audit", "point"])
def test_a_kill_leaves_the_build_before_and_the_next_run_completes(
    home: Settings, publish_week: Publish, step: str
) -> None:
    publish_week()
    child = os.fork()
    if child == 0:  # pragma: no cover - dies at the step
        publish_week(progress=lambda now: os.kill(os.getpid(), signal.SIGKILL) if now == step else None)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert seen(home)[0] == "2020-W48.001"
    assert len(content(home)) == 3  # what the killed run left
    assert publish_week().build_id == "2020-W48.002"
    assert content(home) == ["2020-W48.001", "2020-W48.002", "current.json"]


def test_a_pointer_that_cannot_be_written_stays_as_it_was(
    home: Settings, publish_week: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_week()
    before = (home.published / "current.json").read_bytes()

    def full(*arguments: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.files.os.fsync", full)
        with pytest.raises(OSError, match="no space"):
            pointer.move_to(home, "2020-W48.002")
    assert (home.published / "current.json").read_bytes() == before
    assert content(home) == ["2020-W48.001", "current.json"]


def test_a_reader_keeps_its_build_while_the_pointer_moves(home: Settings, publish_week: Publish, rows: Rows) -> None:
    households(rows, 10)
    publish_week()
    with closing(open_edition(home, "analyst")) as reader:
        households(rows, 20)
        publish_week()
        assert reader.execute("select build_id from build").fetchone() == ("2020-W48.001",)
        assert seen(home) == ("2020-W48.002", 40)
        assert reader.execute("select sum(households) from village_file").fetchone() == (20,)


def test_an_older_week_run_again_is_published_but_never_current(home: Settings, publish_week: Publish) -> None:
    publish_week(WEEK_1)
    publish_week(WEEK_2)
    again = publish_week(WEEK_1)
    assert not again.is_current
    now = pointer.current(home)
    assert now is not None
    assert now.build_id == "2020-W49.001"
    assert now.weeks == {"2020-W48": "2020-W48.002", "2020-W49": "2020-W49.001"}
    assert now.previous == ("2020-W48.001",)


def test_a_week_with_more_deliveries_than_at_first_is_restated(home: Settings, publish_week: Publish) -> None:
    publish_week(inputs=("d1",))
    assert not publish_week(inputs=("d1",)).is_restated
    assert publish_week(inputs=("d1", "d3", "d2")).is_restated
    record = pointer.build_record(home, "2020-W48.003")
    expected = {"is_restated": True, "since_build": "2020-W48.001", "later_deliveries": ["d2", "d3"]}
    assert record["restated"] == expected
    assert publish_week(inputs=("d1", "d3", "d2")).is_restated  # measured against the first, though it is pruned now
    assert not pointer.is_whole(home, "2020-W48.001")
    assert not publish_week(WEEK_2, inputs=("d1", "d4")).is_restated


def test_rollback_goes_back_one_build_at_a_time(home: Settings, publish_week: Publish) -> None:
    publish_week(WEEK_1)
    publish_week(WEEK_2)
    publish_week(WEEK_2)
    assert pointer.rollback(home).build_id == "2020-W49.001"
    assert pointer.current(home).weeks["2020-W49"] == "2020-W49.001"  # type: ignore[union-attr]
    assert seen(home)[0] == "2020-W49.001"
    back = pointer.rollback(home)
    assert (back.build_id, back.weeks) == ("2020-W48.001", {"2020-W48": "2020-W48.001"})
    with pytest.raises(CunsheError, match="no earlier build"):
        pointer.rollback(home)
    forward = pointer.rollback(home, "2020-W49.002")
    assert (forward.build_id, forward.previous) == ("2020-W49.002", ("2020-W48.001",))
    assert publish_week(WEEK_2).build_id == "2020-W49.003"  # a number is never given twice


@pytest.mark.parametrize(
    ("to", "message"),
    [("2020-W48.009", "no published build"), ("../secret", "not a build id"), ("2020-W48.001", "is the current build")],
)
def test_rollback_refuses_what_was_never_published(
    home: Settings, publish_week: Publish, to: str, message: str
) -> None:
    publish_week()
    with pytest.raises(CunsheError, match=message):
        pointer.rollback(home, to)
    assert seen(home)[0] == "2020-W48.001"


def test_old_builds_are_pruned_and_the_current_one_never(home: Settings, publish_week: Publish) -> None:
    publish_week(WEEK_1)
    made = [publish_week(WEEK_2) for _ in range(3)]
    assert made[1].pruned == []
    assert made[2].pruned == ["2020-W49.001"]  # keeps 3: the current, the one before, and the older week's
    now = pointer.current(home)
    assert now is not None
    kept = [build_id for build_id in now.published if pointer.is_whole(home, build_id)]
    assert kept == ["2020-W48.001", "2020-W49.002", "2020-W49.003"]
    assert now.previous == ("2020-W49.002", "2020-W48.001")
    assert (home.published / "2020-W49.001" / "build.json").is_file()
    with pytest.raises(CunsheError, match="no published build"):
        open_edition(home, "analyst", "2020-W49.001")


def test_one_publisher_at_a_time(home: Settings, publish_week: Publish) -> None:
    with pointer.publishing_lock(home), pytest.raises(CunsheError, match="Another process is publishing"):
        publish_week()


def test_readers_before_the_first_build_get_a_clear_error(home: Settings) -> None:
    with pytest.raises(CunsheError, match="Nothing has been published"):
        open_edition(home, "analyst")
    with pytest.raises(CunsheError, match="no edition 'everything'"):
        open_edition(home, "everything")
    with pytest.raises(CunsheError, match="Nothing has been published"):
        pointer.rollback(home)


@pytest.mark.parametrize("edition", ["analyst", "authorised"])
def test_an_edition_cannot_be_written_by_its_readers(home: Settings, publish_week: Publish, edition: str) -> None:
    publish_week()
    with closing(open_edition(home, edition, look=TESTING)) as connection:
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from marts.village_file")
        assert connection.execute("select count(*) from marts.village_file").fetchone() == (2,)


def test_without_its_key_the_authorised_edition_stays_shut_and_no_new_key_is_made(
    home: Settings, publish_week: Publish
) -> None:
    folder = publish_week().folder
    home.authorised_key.unlink()
    with pytest.raises(CunsheError, match=r"authorised\.key is missing"):
        open_edition(home, "authorised", look=TESTING)
    with pytest.raises(CunsheError, match=r"authorised\.key is missing"):
        publish_week()
    assert not home.authorised_key.exists()
    assert seen(home) == ("2020-W48.001", None)
    home.authorised_key.write_text("ab" * 32)
    home.authorised_key.chmod(0o600)
    with pytest.raises(CunsheError, match="key does not fit"):
        open_edition(home, "authorised", look=TESTING)
    assert (folder / "authorised.duckdb").exists()


def test_a_pointer_that_cannot_be_read_is_a_clear_error(home: Settings) -> None:
    home.published.mkdir(parents=True)
    (home.published / "current.json").write_text('{"build_id"')
    with pytest.raises(CunsheError, match="pointer"):
        pointer.current(home)


def test_a_missing_build_is_a_clear_error(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(CunsheError, match="cannot be opened"):
        publish(home, tmp_path / "none.duckdb", WEEK_1, "test", [])
    assert pointer.current(home) is None
