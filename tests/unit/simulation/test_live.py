"""The departments as servers: what they hold is what the files hold, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from pipelines.errors import CunsheError
from pipelines.simulation import Fault, simulate
from pipelines.simulation.live import LiveDepartments, PetitionService, departments_live, point_home_at
from pipelines.simulation.live.departments import DROPPED, FROM_DATABASE, FROM_SERVICE
from pipelines.simulation.live.petition_service import FaultKind
from pipelines.simulation.live.served import ServedRow, ServedTable, served_table
from tests.unit.simulation.conftest import Sent, read

WEEK = {"since": "2020-11-23", "until": "2020-11-29"}
DAY = date(2020, 11, 26)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("departments")
    simulate(folder, weeks=2, villages=3, seed=3)
    return folder


@pytest.fixture(scope="module")
def live(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDepartments]:
    with departments_live(files, tmp_path_factory.mktemp("inbox")) as running:
        yield running


@pytest.fixture
def service() -> Iterator[PetitionService]:
    """Seven matters of one day."""
    rows = tuple(ServedRow(DAY, {"matter_key": f"M{number}"}) for number in range(1, 8))
    with PetitionService(ServedTable(("matter_key",), rows)) as running:
        yield running


def ask(service: PetitionService, *, token: str | None = None, **more: Any) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": f"Bearer {service.token if token is None else token}"}
    return session.get(service.url, params={**WEEK, **more}, headers=headers, timeout=30)


def sent(files: Path, name: str) -> list[Sent]:
    return [read(path) for path in sorted(files.glob(f"{name.replace('__', '/')}/*/*"))]


def connection_as(live: LiveDepartments, password: str) -> psycopg.Connection[Any]:
    url = live.exchange.url.replace("+psycopg", "")
    return psycopg.connect(url, password=password, autocommit=True)


@pytest.mark.parametrize("name", FROM_DATABASE)
def test_a_table_holds_the_cells_of_the_files(live: LiveDepartments, files: Path, name: str) -> None:
    with connection_as(live, live.exchange.password) as connection, connection.cursor() as cursor:
        cursor.execute(f"select * from civil_affairs.{name.split('__')[1]}")  # type: ignore[call-overload]
        assert cursor.description is not None
        columns = [one.name for one in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    expected = [(one.day, tuple(row.values())) for one in sent(files, name) for row in one.rows]
    assert columns[-1] == "pushed_on"
    assert [(f"{row.pop('pushed_on')}", tuple(cell or "" for cell in row.values())) for row in found] == expected


def test_the_service_gives_the_cells_of_the_files_page_by_page(live: LiveDepartments, files: Path) -> None:
    def page(number: int) -> dict[str, Any]:
        answer: dict[str, Any] = ask(live.petitions, until="2020-12-06", page=number, size=4).json()["data"]
        return answer

    pages = [page(number) for number in range(1, page(1)["pages"] + 1)]
    assert {len(one["items"]) for one in pages[:-1]} == {4}
    everything = [row for one in pages for row in one["items"]]
    assert {one["total"] for one in pages} == {len(everything)}
    expected = [(one.day, tuple(row.values())) for one in sent(files, FROM_SERVICE) for row in one.rows]
    assert [(row.pop("pushed_on"), tuple(cell or "" for cell in row.values())) for row in everything] == expected


def test_only_the_days_asked_for(live: LiveDepartments) -> None:
    days = {row["pushed_on"] for row in ask(live.petitions, size=1000).json()["data"]["items"]}
    assert days == {"2020-11-26"}
    assert ask(live.petitions, since="2020-11-27").json()["data"]["total"] == 0


def test_the_other_departments_drop_their_files(live: LiveDepartments, files: Path) -> None:
    dropped = {path.relative_to(live.inbox): path.read_bytes() for path in live.inbox.rglob("*") if path.is_file()}
    of_these = [path for name in DROPPED for path in files.glob(f"{name.replace('__', '/')}/*/*")]
    assert dropped == {path.relative_to(files): path.read_bytes() for path in of_these} != {}


def test_the_reader_may_read_and_nothing_else(live: LiveDepartments) -> None:
    with connection_as(live, live.exchange.password) as connection:
        for statement in ("delete from civil_affairs.villages", "create table civil_affairs.own (a int)"):
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute(statement)
        connection.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from civil_affairs.villages")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connection_as(live, "another")


def test_the_administrator_has_no_way_in_over_the_network(live: LiveDepartments) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=live.exchange.port, user="postgres", dbname="exchange", password="postgres")


def test_a_stopped_database_refuses_and_comes_back_on_its_port(live: LiveDepartments) -> None:
    with live.exchange.stopped(), pytest.raises(psycopg.OperationalError, match="refused"):
        connection_as(live, live.exchange.password)
    with connection_as(live, live.exchange.password) as connection:
        assert connection.execute("select count(*) > 0 from civil_affairs.villages").fetchone() == (True,)


@pytest.mark.parametrize(
    ("token", "more", "status"),
    [
        ("another", {}, 401),
        ("", {}, 401),
        (None, {"page": 0}, 400),
        (None, {"size": 100_000}, 400),
        (None, {"since": "yesterday"}, 400),
        (None, {}, 200),
    ],
)
def test_who_may_ask_and_what(service: PetitionService, token: str | None, more: dict[str, Any], status: int) -> None:
    assert ask(service, token=token, **more).status_code == status


def test_too_many_requests_within_a_second() -> None:
    now = [100.0]
    with PetitionService(ServedTable((), ()), requests_per_second=2, clock=lambda: now[0]) as service:
        assert [ask(service).status_code for _ in range(3)] == [200, 200, 429]
        assert ask(service).headers["Retry-After"] == "1"
        now[0] += 1
        assert ask(service).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("too_many", 429), ("error", 500)])
def test_a_fault_befalls_the_page_it_is_planned_for_so_many_times(
    service: PetitionService, kind: FaultKind, status: int
) -> None:
    service.faults.plan(kind, page=2, times=2)
    assert [ask(service, page=page, size=3).status_code for page in (1, 2, 2, 2)] == [200, status, status, 200]
    assert service.faults.happened == [kind, kind]


def test_a_repeated_page_says_it_is_the_next(service: PetitionService) -> None:
    service.faults.plan("repeat_page", page=2)
    first, second = (ask(service, page=page, size=3).json()["data"] for page in (1, 2))
    assert second["items"] == first["items"]
    assert second["page"] == 2


def test_a_cut_body_and_a_hanging_request(service: PetitionService) -> None:
    service.faults.plan("cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(service)
    service.faults.plan("hang")
    session = requests.Session()
    session.trust_env = False
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.get(
            service.url, params=WEEK, headers={"Authorization": f"Bearer {service.token}"}, timeout=(30, 0.2)
        )
    assert service.faults.hanging.is_set()
    service.faults.clear()
    assert ask(service).status_code == 200


def test_a_refusing_service_comes_back_on_its_port(service: PetitionService) -> None:
    with service.refusing(), pytest.raises(requests.exceptions.ConnectionError, match="refused"):
        ask(service)
    assert ask(service).json()["data"]["total"] == 7


def test_pointing_a_home_at_them_keeps_its_other_lines(tmp_path: Path) -> None:
    file = tmp_path / "home" / "settings.env"
    file.parent.mkdir()
    file.write_text("CUNSHE_SMALL_CELL=5\nCUNSHE_SECRETS__TOKEN='old'\n", encoding="utf-8")
    point_home_at(file, {"CUNSHE_SECRETS__TOKEN": "new"})
    assert file.read_text("utf-8") == "CUNSHE_SMALL_CELL=5\nCUNSHE_SECRETS__TOKEN='new'\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_not_served(tmp_path: Path) -> None:
    fault = Fault("truncated", "civil_affairs", "ballots", 0)
    simulate(tmp_path, weeks=1, villages=2, faults=[fault])
    with pytest.raises(CunsheError, match="cannot be served"):
        served_table(tmp_path, "civil_affairs__ballots")
