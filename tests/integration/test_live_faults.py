"""What goes wrong with a source, one test per fault, against the real servers.

Each time: nothing half-landed and nothing twice, the other datasets proceed, the reason names the place and the next step,
and the next try mends itself. How it looks in a whole weekly run is in `test_live`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from fsspec.implementations.local import LocalFileSystem

from pipelines.errors import CunsheError
from pipelines.simulation.live import LiveDepartments
from pipelines.simulation.live.petition_service import FaultKind
from pipelines.sources.connectors.database import _Patience
from tests.integration.live import (
    BALLOTS,
    MATTERS,
    POSTS,
    STEPS,
    VILLAGES,
    Intake,
    Undisturbed,
    assert_nothing_half_landed,
    mended,
)
from tests.integration.proxy import CuttingProxy, SilentServer

# Small pages, so that the few matters of a small county fill several; and no long patience.
PAGES = {"page": {"parameter": "page", "size_parameter": "size", "size": 20}, "attempts": 3, "timeout_seconds": 1}
NEXT_STEP = "下次运行自动"


def fails(intake: Intake, name: str, code: str, place: str) -> None:
    """A try that fails as it should."""
    before = intake.ledger(name)
    landed = intake.land(name)
    assert landed.failure is not None
    assert (landed.failure.code, landed.new) == (code, [])
    assert intake.ledger(name) == before
    assert_nothing_half_landed(intake.landing)
    said = intake.failure(name)
    assert said is not None
    assert place in said["zh"] and place in said["en"]
    assert NEXT_STEP in said["zh"]
    assert not any(secret in f"{said}" for secret in intake.secrets.values())


def proceeds(intake: Intake, undisturbed: Undisturbed, *names: str) -> None:
    """The other datasets land as if nothing had happened."""
    for name in names:
        assert intake.land(name).failure is None
        assert intake.rows(name) == undisturbed(name)


def test_a_refused_connection(live: LiveDepartments, intake: Intake, undisturbed: Undisturbed) -> None:
    expected = undisturbed(VILLAGES), undisturbed(MATTERS)
    intake.changes[MATTERS] = PAGES
    with live.exchange.stopped(), live.petitions.refusing():
        fails(intake, VILLAGES, "SOURCE_REFUSED", f"127.0.0.1:{live.exchange.port}")
        fails(intake, MATTERS, "SOURCE_REFUSED", live.petitions.url)
        proceeds(intake, undisturbed, POSTS)
    mended(intake, VILLAGES, expected[0])
    mended(intake, MATTERS, expected[1])


def test_a_wrong_password(live: LiveDepartments, intake: Intake, undisturbed: Undisturbed) -> None:
    right = dict(intake.secrets)
    intake.secrets |= dict.fromkeys(right, "Not-the-password-1")
    fails(intake, VILLAGES, "SOURCE_LOGIN", "civil_affairs.villages")
    fails(intake, MATTERS, "SOURCE_LOGIN", live.petitions.url)
    proceeds(intake, undisturbed, POSTS)
    intake.secrets |= right
    mended(intake, VILLAGES, undisturbed(VILLAGES))
    mended(intake, MATTERS, undisturbed(MATTERS))


def test_a_database_that_hangs_over_a_query(live: LiveDepartments, intake: Intake, undisturbed: Undisturbed) -> None:
    expected = undisturbed(BALLOTS)
    intake.changes[BALLOTS] = {"timeout_seconds": 1}
    with live.exchange.administrator() as connection, connection.transaction():
        connection.execute("lock table civil_affairs.ballots in access exclusive mode")
        fails(intake, BALLOTS, "SOURCE_TIMEOUT", "civil_affairs.ballots")
        proceeds(intake, undisturbed, VILLAGES)
    mended(intake, BALLOTS, expected)


def test_a_query_whose_time_is_up_for_the_server_and_for_us_at_one_moment(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has given up and said so when our own patience ends and shuts the socket: there is no way to roll back."""
    expected = undisturbed(BALLOTS)
    intake.changes[BALLOTS] = {"timeout_seconds": 1}
    begin, end = _Patience.__init__, _Patience._end

    def longer(self: _Patience, connection: sa.Connection, seconds: float) -> None:
        begin(self, connection, seconds * 1.5)

    def later(self: _Patience, timer: threading.Timer, place: str) -> None:
        timer.join()
        end(self, timer, place)

    with monkeypatch.context() as patched, live.exchange.administrator() as connection, connection.transaction():
        patched.setattr(_Patience, "__init__", longer)
        patched.setattr(_Patience, "_end", later)
        connection.execute("lock table civil_affairs.ballots in access exclusive mode")
        fails(intake, BALLOTS, "SOURCE_TIMEOUT", "civil_affairs.ballots")
    mended(intake, BALLOTS, expected)


@pytest.mark.parametrize("name", [VILLAGES, MATTERS])
def test_a_server_that_takes_the_connection_and_says_nothing(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed, name: str
) -> None:
    expected = undisturbed(name)
    source = live.sources()[name]
    with SilentServer() as silent:
        port = live.exchange.port if name == VILLAGES else live.petitions.port
        url = str(source["url"]).replace(f":{port}/", f":{silent.port}/")
        intake.changes[name] = {"url": url, "timeout_seconds": 1, **({"attempts": 1} if name == MATTERS else {})}
        fails(intake, name, "SOURCE_TIMEOUT", f"127.0.0.1:{silent.port}")
    proceeds(intake, undisturbed, POSTS)
    del intake.changes[name]
    mended(intake, name, expected)


def test_a_service_that_hangs_over_a_page(live: LiveDepartments, intake: Intake, undisturbed: Undisturbed) -> None:
    expected = undisturbed(MATTERS)
    intake.changes[MATTERS] = {**PAGES, "attempts": 1}
    live.petitions.faults.plan("hang", page=2)
    fails(intake, MATTERS, "SOURCE_TIMEOUT", live.petitions.url)
    assert live.petitions.faults.happened[-1] == "hang"
    proceeds(intake, undisturbed, POSTS)
    mended(intake, MATTERS, expected)


@pytest.mark.parametrize("kind", ["too_many", "error"])
def test_429_and_500_in_the_middle_of_paging(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed, kind: FaultKind
) -> None:
    expected = undisturbed(MATTERS)
    intake.changes[MATTERS] = PAGES
    before = len(live.petitions.faults.happened)
    live.petitions.faults.plan(kind, page=3, times=PAGES["attempts"])
    fails(intake, MATTERS, "SOURCE_ANSWER", live.petitions.url)
    proceeds(intake, undisturbed, POSTS)
    # A bad moment that passes while the pull is patient is not even noticed.
    live.petitions.faults.plan(kind, page=2, times=1)
    mended(intake, MATTERS, expected)
    assert live.petitions.faults.happened[before:] == [kind] * (PAGES["attempts"] + 1)


def test_a_page_repeated(live: LiveDepartments, intake: Intake, undisturbed: Undisturbed) -> None:
    expected = undisturbed(MATTERS)
    intake.changes[MATTERS] = PAGES
    live.petitions.faults.plan("repeat_page", page=2)
    fails(intake, MATTERS, "SOURCE_PAGES", live.petitions.url)
    proceeds(intake, undisturbed, POSTS)
    mended(intake, MATTERS, expected)


def test_a_connection_cut_in_the_body_of_a_page(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed
) -> None:
    expected = undisturbed(MATTERS)
    intake.changes[MATTERS] = PAGES
    live.petitions.faults.plan("cut", page=2, times=PAGES["attempts"])
    fails(intake, MATTERS, "SOURCE_CUT", live.petitions.url)
    proceeds(intake, undisturbed, POSTS)
    live.petitions.faults.clear()
    mended(intake, MATTERS, expected)


def test_a_connection_cut_in_the_rows_of_a_table(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed
) -> None:
    expected = undisturbed(STEPS)
    with CuttingProxy(live.exchange.port, after_bytes=40_000) as proxy:
        url = live.exchange.url.replace(f":{live.exchange.port}/", f":{proxy.port}/")
        intake.changes[STEPS] = {"url": url}
        fails(intake, STEPS, "SOURCE_CUT", f"127.0.0.1:{proxy.port}")
        assert proxy.has_cut
    proceeds(intake, undisturbed, VILLAGES)
    del intake.changes[STEPS]
    mended(intake, STEPS, expected)


def test_a_file_that_grows_while_it_is_read(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = undisturbed(POSTS)
    intake.inbox = Path(shutil.copytree(live.inbox, tmp_path / "inbox"))
    (newest,) = (intake.inbox / "organisation" / "posts" / "2020-12-03").iterdir()
    whole = newest.read_bytes()
    newest.write_bytes(whole[: len(whole) // 2])
    read = LocalFileSystem.cat_file

    def read_while_it_grows(self: LocalFileSystem, path: str, *arguments: object, **more: object) -> bytes:
        content: bytes = read(self, path, *arguments, **more)
        if path == str(newest):
            newest.write_bytes(whole)
        return content

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "cat_file", read_while_it_grows)
        landed = intake.land(POSTS)
    assert [one.delivered_at.isoformat() for one in landed.new] == ["2020-11-26"]
    assert landed.failure is not None and landed.failure.code == "FILE_GROWING"
    said = intake.failure(POSTS)
    assert said is not None and newest.name in said["zh"] and "下次运行" in said["zh"]
    proceeds(intake, undisturbed, VILLAGES)
    mended(intake, POSTS, expected)


@contextmanager
def somebody_without_rights(folder: Path) -> Iterator[None]:
    """To root nothing is forbidden: be nobody for a while, and `folder` theirs. Any other account stays what it is."""
    if os.geteuid() != 0:
        yield
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.setegid(nobody.pw_gid)
    os.seteuid(nobody.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder that other accounts may enter, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="cunshe-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_folder_that_may_not_be_read(
    live: LiveDepartments, intake: Intake, undisturbed: Undisturbed, outside: Path
) -> None:
    expected, _ = undisturbed(POSTS), undisturbed(VILLAGES)
    intake.inbox = Path(shutil.copytree(live.inbox, outside / "inbox"))
    intake.landing = outside / "landing"
    for folder in (intake.inbox, *(path for path in intake.inbox.rglob("*") if path.is_dir())):
        folder.chmod(0o755)  # as a department's own account would have it
    for file in (path for path in intake.inbox.rglob("*") if path.is_file()):
        file.chmod(0o644)
    closed = intake.inbox / "organisation" / "posts" / "2020-12-03"
    closed.chmod(0)
    with somebody_without_rights(outside):
        landed = intake.land(POSTS)
        assert landed.failure is not None and landed.failure.code == "SOURCE_DENIED"
        said = intake.failure(POSTS)
        assert said is not None and "organisation/posts" in said["zh"] and NEXT_STEP in said["zh"]
        proceeds(intake, undisturbed, VILLAGES)
    closed.chmod(0o755)
    mended(intake, POSTS, expected)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that holds next to nothing."""
    place = tmp_path / "small"
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk cannot be mounted by this account")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk(intake: Intake, undisturbed: Undisturbed, small_disk: Path) -> None:
    intake.landing = small_disk
    proceeds(intake, undisturbed, VILLAGES)
    with filled(small_disk, pages_left=2):
        landed = intake.land(POSTS)
        assert landed.failure is not None and (landed.failure.code, landed.new) == ("DISK_FULL", [])
        assert intake.ledger(POSTS) == []
        assert_nothing_half_landed(small_disk)
        said = intake.failure(POSTS)
        assert said is not None and str(small_disk) in said["zh"] and "重新运行" in said["zh"]
        proceeds(intake, undisturbed, VILLAGES)
    with filled(small_disk, pages_left=0), pytest.raises(CunsheError) as raised:
        intake.land(BALLOTS)  # not even the note of it fits
    assert "civil_affairs/ballots" in raised.value.message and str(small_disk) in raised.value.message
    assert "run again" in raised.value.hint
    assert_nothing_half_landed(small_disk)
    mended(intake, POSTS, undisturbed(POSTS))
    mended(intake, BALLOTS, undisturbed(BALLOTS))


@contextmanager
def filled(disk: Path, pages_left: int) -> Iterator[None]:
    """Fill a disk but for so many pages."""
    ballast, room = disk / "ballast", os.statvfs(disk)
    ballast.write_bytes(bytes((room.f_bavail - pages_left) * room.f_bsize))
    try:
        yield
    finally:
        ballast.unlink()
