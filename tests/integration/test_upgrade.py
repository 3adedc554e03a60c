"""`cunshe upgrade`: the home of an earlier version is taken over, once and whole, and nobody else can read it then.

The stored homes: tests/fixtures/homes/README.md.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.assets.warehouse import prepare_build
from pipelines.checks.privacy.account import Account, readable_secrets
from pipelines.landing.sealed import is_sealed, read_table, stored_tables
from pipelines.settings import PROJECT_ROOT, Settings, continuous_integration
from pipelines.weeks import Week
from tests.integration.homes import SECOND, Home

STORED = PROJECT_ROOT / "tests" / "fixtures" / "homes" / "076bea4.tar.xz"
THIRD = "2020-W50"
STRANGER = Account(pwd.getpwnam("nobody").pw_uid)

# Kills itself with SIGKILL at the nth call of a function that the upgrade comes by: (function, n).
KILLED = """
import os, signal, sys
from pipelines import files
from pipelines.settings import Settings
from pipelines.upgrade import home, modes
where, left = sys.argv[1], [int(sys.argv[2])]
def dying(real):
    def call(*arguments):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return call
if where == "closing":
    modes.close_to_others = dying(modes.close_to_others)
elif where == "marking":
    home.mark = dying(home.mark)
else:
    os.fsync = dying(os.fsync)
files.close_process()
home.upgrade(Settings())
"""
SENTENCES = (
    "inbox (216)", "build/warehouse.duckdb is removed", "32 tables of work secrets", "18 tables of who is who", "home.json"
)  # fmt: skip
MOMENTS = [("closing", 1), ("closing", 400), ("writing", 1), ("writing", 40), ("marking", 1)]


def unpacked(path: Path) -> Home:
    """The stored home as that version left it, at `path`."""
    with tarfile.open(STORED) as archive:
        archive.extractall(path, filter="fully_trusted")
    return Home(path)


@pytest.fixture
def old(tmp_path: Path) -> Home:
    home = unpacked(tmp_path / "var")
    # What a run of that version left, and the archive does without.
    home.settings.build_db.write_bytes(b"every landed row")
    return home


@pytest.fixture(scope="module")
def finished() -> Iterator[Home]:
    """The stored home, upgraded, with the week after run; where every account may come by."""
    folder = Path(tempfile.mkdtemp(prefix="cunshe-upgrade-"))
    folder.chmod(0o755)
    home = unpacked(folder / "var")
    home.cunshe("upgrade")
    home.cunshe("run", "--week", THIRD)
    yield home
    shutil.rmtree(folder)


def everything(home: Home) -> dict[str, tuple[int, int, bytes]]:
    """Each file and folder: mode, time, content."""
    found = {}
    for path in [home.path, *home.path.rglob("*")]:
        now = path.stat()
        found[str(path)] = (now.st_mode, now.st_mtime_ns, path.read_bytes() if path.is_file() else b"")
    return found


def rows(home: Home) -> dict[str, list[dict[str, object]]]:
    root = home.path
    return {path.relative_to(root).as_posix(): read_table(path, root).to_pylist() for path in stored_tables(root)}


def open_paths(home: Home) -> list[Path]:
    return [path for path in [home.path, *home.path.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_an_older_home_is_refused_with_what_to_do(old: Home) -> None:
    for arguments in (["status"], ["run", "--week", THIRD], ["report", "status"], ["audit", "verify"]):
        done = old.cunshe(*arguments, check=False)
        assert done.returncode == 1 and "Run: cunshe upgrade" in done.stderr, arguments
    assert "Usage" in old.cunshe("status", "--help").stdout


def test_check_says_what_would_change_and_changes_nothing(old: Home) -> None:
    before = everything(old)
    said = old.cunshe("upgrade", "--check").stdout
    for words in SENTENCES:
        assert words in said
    assert everything(old) == before


def test_the_second_run_changes_nothing(old: Home) -> None:
    before = rows(old)
    old.cunshe("upgrade")
    after = everything(old)
    assert not old.settings.build_db.exists()
    assert open_paths(old) == []
    assert rows(old) == before
    assert "Nothing to change." in old.cunshe("upgrade").stdout
    assert "Nothing would change." in old.cunshe("upgrade", "--check").stdout
    assert everything(old) == after


def test_killed_half_way_it_completes(old: Home) -> None:
    before = rows(old)
    for where, number in MOMENTS:
        killed = subprocess.run([sys.executable, "-c", KILLED, where, str(number)], env=old.environment, check=False)
        assert killed.returncode == -signal.SIGKILL, (where, number)
        assert rows(old) == before
        assert old.cunshe("status", check=False).returncode == 1
    old.cunshe("upgrade")
    assert rows(old) == before
    assert open_paths(old) == [] and list(old.path.rglob(".tmp-*")) == []
    assert old.status()["week"] == SECOND


def test_dbt_is_given_the_same_as_before(old: Home, tmp_path: Path) -> None:
    """What is published is computed from this alone."""
    def given() -> dict[str, Any]:
        prepare_build(old.settings, Week.parse(SECOND))
        with duckdb.connect(str(old.settings.build_db), read_only=True) as build:
            tables = build.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
            ask = 'select count(*), sum(hash(t)) from "{}"."{}" as t'
            return {".".join(table): build.execute(ask.format(*table)).fetchone() for table in tables}

    before = given()
    old.cunshe("upgrade")
    assert sum(is_sealed(path) for path in stored_tables(old.path)) == 50
    after = given()
    # Which township a delivery is of was not recorded then; the rows say it.
    assert before.pop("landing.delivery_part")[0] == 0 < after.pop("landing.delivery_part")[0]
    assert after == before
    assert len(before) > 50


def test_a_newer_home_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "home.json").write_text('{"format": 99}')
    for arguments in (["status"], ["upgrade"], ["upgrade", "--check"]):
        done = home.cunshe(*arguments, check=False)
        assert done.returncode == 1 and "newer version of Cunshe" in done.stderr


def test_afterwards_everything_works(finished: Home) -> None:
    assert finished.status()["week"] == THIRD
    assert "The audit log is whole" in finished.cunshe("audit", "verify").stdout
    for week in (SECOND, THIRD):
        assert "county" in finished.cunshe("report", "status", "--week", week, "--json").stdout
    assert "Nothing would change." in finished.cunshe("upgrade", "--check").stdout
    assert "closed, nobody but its owner reads it." in finished.cunshe("status").stdout


def test_a_finished_home_is_closed_and_holds_no_build(finished: Home) -> None:
    assert open_paths(finished) == []
    assert not list((finished.path / "build").iterdir())
    assert readable_secrets(finished.settings, STRANGER) == []


def test_another_account_reads_nothing_and_the_hole_is_found(finished: Home) -> None:
    """As that account, not by arithmetic; and the scan says what the account finds when somebody opens a file."""
    if os.geteuid() != 0:
        assert not continuous_integration(), "run as root on a CI machine"
        pytest.skip("only root can become another account")

    def read_as_another() -> list[str]:
        done = subprocess.run(
            ["find", str(finished.path), "-type", "f", "-readable"], user="nobody", group=65534, extra_groups=[], cwd="/",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return sorted(done.stdout.split())

    assert read_as_another() == []
    opinion = max((finished.path / "landing" / "public_security" / "opinions").glob("*/rows.parquet"))
    way = [opinion, *[*opinion.parents][: opinion.parents.index(finished.path) + 1]]
    modes = {path: path.stat().st_mode for path in way}
    for path in way:
        path.chmod(0o755)
    try:
        assert read_as_another() == [str(opinion)]
        assert readable_secrets(Settings(home=finished.path), STRANGER) == [opinion]
        assert "every account: landing. Close it: cunshe upgrade" in finished.cunshe("status").stdout
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
