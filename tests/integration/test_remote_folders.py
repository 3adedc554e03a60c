"""Drop folders on an SFTP server and in an S3-compatible store: the same landing as from the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from pipelines.simulation.live import LiveDepartments
from tests.integration.live import POSTS, VILLAGES, Intake, Undisturbed, assert_nothing_half_landed, mended
from tests.integration.proxy import HOST, CuttingProxy, SilentServer
from tests.integration.stores import S3Store, SftpStore

PLACE = POSTS.replace("__", "/")
SECOND_DAY = f"{PLACE}/2020-12-03"


@pytest.fixture(params=["sftp", "s3"])
def store(request: pytest.FixtureRequest, live: LiveDepartments, tmp_path: Path) -> Iterator[SftpStore | S3Store]:
    """The posts of both weeks lie there, as in the inbox."""
    with SftpStore(tmp_path / "far") if request.param == "sftp" else S3Store() as running:
        for path in sorted(live.inbox.glob(f"{PLACE}/*/*")):
            running.put(str(path.relative_to(live.inbox)), path.read_bytes())
        yield running


@pytest.fixture
def far(intake: Intake, store: SftpStore | S3Store) -> Intake:
    """A home that has the posts from there."""
    intake.changes[POSTS] = store.source(timeout_seconds=10)
    intake.secrets |= store.secrets
    return intake


def newest(live: LiveDepartments) -> Path:
    (path,) = live.inbox.glob(f"{SECOND_DAY}/*")
    return path


def fails(intake: Intake, code: str, place: str) -> None:
    landed = intake.land(POSTS)
    assert landed.failure is not None
    assert landed.failure.code == code
    said = intake.failure(POSTS)
    assert said is not None and place in said["zh"] and "下次运行" in said["zh"]
    assert not any(secret in f"{said}" for secret in intake.secrets.values())
    assert_nothing_half_landed(intake.landing)


def test_files_land_as_from_the_inbox(far: Intake, undisturbed: Undisturbed) -> None:
    mended(far, POSTS, undisturbed(POSTS))


def test_new_is_what_has_new_content(far: Intake, store: SftpStore | S3Store, live: LiveDepartments) -> None:
    path = newest(live)
    assert len(far.land(POSTS).new) == 2
    store.put(f"{SECOND_DAY}/{path.name}", path.read_bytes())  # a new time, nothing else
    assert far.land(POSTS).new == []
    store.put(f"{PLACE}/2020-12-04/名册（重报）.xlsx", path.read_bytes())
    (again,) = far.land(POSTS).new
    assert again.verdict == "duplicate"
    (first,) = live.inbox.glob(f"{PLACE}/2020-11-26/*")
    store.put(f"{SECOND_DAY}/{path.name}", first.read_bytes())
    (other,) = far.land(POSTS).new
    assert other.file_name == path.name
    assert other.verdict != "duplicate"  # it is judged: the bytes of the week before may well be held


def test_a_server_that_is_not_there(far: Intake, store: SftpStore | S3Store, undisturbed: Undisturbed) -> None:
    right = far.changes[POSTS]
    address = {"url": f"sftp://cunshe@{HOST}:1/inbox"} if store.kind == "sftp" else {"endpoint": f"http://{HOST}:1"}
    far.changes[POSTS] = {**right, **address, "timeout_seconds": 1}
    fails(far, "SOURCE_REFUSED", PLACE)
    assert far.land(VILLAGES).failure is None
    far.changes[POSTS] = right
    mended(far, POSTS, undisturbed(POSTS))


def test_a_slip_in_the_address_is_no_empty_folder(far: Intake, store: SftpStore | S3Store, undisturbed: Undisturbed) -> None:
    right = far.changes[POSTS]
    slip = ("county", "elsewhere") if store.kind == "s3" else ("inbox", "elsewhere")
    far.changes[POSTS] = {**right, "url": str(right["url"]).replace(*slip)}
    fails(far, "SOURCE_FOLDER", "elsewhere")
    far.changes[POSTS] = right
    mended(far, POSTS, undisturbed(POSTS))


def test_a_server_that_says_nothing(far: Intake, store: SftpStore | S3Store, undisturbed: Undisturbed) -> None:
    right = far.changes[POSTS]
    with SilentServer() as silent:
        there = f"{HOST}:{silent.port}"
        address = {"url": f"sftp://cunshe@{there}/inbox"} if store.kind == "sftp" else {"endpoint": f"http://{there}"}
        far.changes[POSTS] = {**right, **address, "timeout_seconds": 1}
        fails(far, "SOURCE_TIMEOUT", PLACE)
    far.changes[POSTS] = right
    mended(far, POSTS, undisturbed(POSTS))


def test_a_connection_cut_in_a_file(far: Intake, store: SftpStore | S3Store, undisturbed: Undisturbed) -> None:
    right = far.changes[POSTS]
    with CuttingProxy(store.port, after_bytes=15_000) as proxy:
        there = f"{HOST}:{proxy.port}"
        address = {"url": f"sftp://cunshe@{there}/inbox"} if store.kind == "sftp" else {"endpoint": f"http://{there}"}
        far.changes[POSTS] = {**right, **address}
        fails(far, "SOURCE_CUT", PLACE)
        assert proxy.has_cut
    far.changes[POSTS] = right
    mended(far, POSTS, undisturbed(POSTS))


@pytest.mark.parametrize("store", ["sftp"], indirect=True)
@pytest.mark.parametrize("wrong", ["password", "host key"])
def test_who_may_in_and_who_it_is(far: Intake, undisturbed: Undisturbed, wrong: str) -> None:
    right, password = far.changes[POSTS], far.secrets["drop_password"]
    if wrong == "password":
        far.secrets["drop_password"] = "Not-the-password-1"
    else:
        key = paramiko.ECDSAKey.generate()
        far.changes[POSTS] = {**right, "host_key": f"{key.get_name()} {key.get_base64()}"}
    fails(far, "SOURCE_LOGIN", PLACE)
    far.changes[POSTS], far.secrets["drop_password"] = right, password
    mended(far, POSTS, undisturbed(POSTS))


@pytest.mark.parametrize("store", ["sftp"], indirect=True)
def test_a_file_that_grows_while_it_is_read(
    far: Intake, store: SftpStore, live: LiveDepartments, undisturbed: Undisturbed
) -> None:
    path = newest(live)
    whole = path.read_bytes()
    store.put(f"{SECOND_DAY}/{path.name}", whole[: len(whole) // 2])

    def grow(read: Path, transport: paramiko.Transport) -> None:
        if read.parent.name == "2020-12-03":
            store.put(f"{SECOND_DAY}/{path.name}", whole)

    store.on_read = grow
    fails(far, "FILE_GROWING", path.name)
    assert [f"{one.delivered_at}" for one in far.ledger(POSTS)] == ["2020-11-26"]
    store.on_read = lambda read, transport: None
    mended(far, POSTS, undisturbed(POSTS))
