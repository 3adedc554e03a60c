"""A department whose data lie in MariaDB: the same landing, from a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.simulation.formats import spellings
from pipelines.simulation.live import LiveDepartments
from pipelines.simulation.live.served import PUSHED_ON, ServedTable, served_table
from pipelines.sources.contract import load_catalog
from tests.certificates import make_certificate
from tests.conftest import require
from tests.integration.live import BALLOTS, VILLAGES, Intake, Undisturbed, mended
from tests.integration.mariadb import MariaDb
from tests.integration.proxy import CuttingProxy

PASSWORD = "exchange_password"
KINDS = {int: "bigint", bool: "boolean", datetime: "date", str: "varchar(200)"}


@pytest.fixture(scope="session")
def server() -> Iterator[MariaDb]:
    require(("mariadbd",), needed_for="reading from MariaDB")
    with MariaDb() as running:
        yield running


@pytest.fixture
def maria(server: MariaDb, live: LiveDepartments, tmp_path: Path) -> Intake:
    """A home that has the village list and the ballots from MariaDB."""
    intake = Intake.of(live, tmp_path / "landing")
    intake.secrets[PASSWORD] = server.password
    for name in (VILLAGES, BALLOTS):
        intake.changes[name] = {"url": server.url, "table": name.split("__")[1], "timeout_seconds": 2, "insecure": False,
                                "ca": str(server.certificate)}  # fmt: skip
    return intake


@pytest.fixture
def ballots(server: MariaDb, live: LiveDepartments) -> ServedTable:
    """The ballots as texts, word for word as the files have them."""
    table = served_table(live.deliveries, BALLOTS)
    columns = {**dict.fromkeys(table.columns, "text"), PUSHED_ON: "date"}
    rows = [(*(row.cells.get(column) for column in table.columns), row.pushed_on) for row in table.rows]
    server.fill("ballots", columns, rows)
    return table


def test_texts_land_as_from_files(maria: Intake, ballots: ServedTable, undisturbed: Undisturbed) -> None:
    mended(maria, BALLOTS, undisturbed(BALLOTS))


def test_typed_columns_land_as_from_files(maria: Intake, server: MariaDb, undisturbed: Undisturbed) -> None:
    """Dates as dates, counts as numbers, yes and no as 1 and 0: as a database has them."""
    contract, expected = load_catalog()[VILLAGES], undisturbed(VILLAGES)
    names = [column.name for column in contract.landed_columns]
    samples = {name: next((row[name] for row in expected if row[name] is not None), "") for name in names}
    columns = {**{name: KINDS[type(samples[name])] for name in names}, PUSHED_ON: "timestamp"}
    tables = {column.name: column.codes for column in contract.columns if column.codes}
    rows = [
        (*(spellings(tables[name])[row[name]][0] if name in tables else row[name] for name in names), row["_delivered_at"])
        for row in expected
    ]
    server.fill("villages", columns, rows)
    mended(maria, VILLAGES, expected)


def test_a_row_entered_late_gives_its_day_a_new_version(
    maria: Intake, server: MariaDb, ballots: ServedTable, undisturbed: Undisturbed
) -> None:
    maria.land(BALLOTS)
    before = {one.delivery_id for one in maria.ledger(BALLOTS)}
    good = undisturbed(BALLOTS)[-1]
    late: dict[str, Any] = {**good, "round_no": good["round_no"] + 1, "ballot_kind": "重新选举", PUSHED_ON: "2020-12-05"}
    late["body"] = spellings("body")[good["body"]][0]
    names = [column.name for column in load_catalog()[BALLOTS].columns]
    with server.administrator("exchange") as connection, connection.cursor() as cursor:
        cursor.execute(
            f"insert into ballots ({', '.join([*names, PUSHED_ON])}) values ({', '.join(['%s'] * (len(names) + 1))})",
            [late[name] for name in [*names, PUSHED_ON]],
        )
    (new,) = maria.land(BALLOTS).new
    assert new.delivery_id not in before
    assert (new.delivered_at, new.verdict) == (date(2020, 12, 5), "accepted")
    assert maria.land(BALLOTS).new == []


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"url": "mysql+pymysql://cunshe_reader@127.0.0.1:1/exchange"}, "SOURCE_REFUSED", "127.0.0.1:1"),
        ({"table": "votes"}, "SOURCE_TABLE", "votes"),
        ({"cursor": "changed_on"}, "SOURCE_TABLE", "changed_on"),
        ({"cursor": "body"}, "SOURCE_CURSOR", "ballots"),
    ],
)
def test_what_is_wrong_is_said(
    maria: Intake, ballots: ServedTable, undisturbed: Undisturbed, change: dict[str, str], code: str, place: str
) -> None:
    right = maria.changes[BALLOTS]
    maria.changes[BALLOTS] = {**right, **change}
    fails(maria, code, place)
    maria.changes[BALLOTS] = right
    mended(maria, BALLOTS, undisturbed(BALLOTS))


def test_a_wrong_password(maria: Intake, ballots: ServedTable, undisturbed: Undisturbed) -> None:
    right = maria.secrets[PASSWORD]
    maria.secrets[PASSWORD] = "Not-the-password-1"
    fails(maria, "SOURCE_LOGIN", "ballots")
    maria.secrets[PASSWORD] = right
    mended(maria, BALLOTS, undisturbed(BALLOTS))


def test_a_server_that_nobody_vouches_for(maria: Intake, ballots: ServedTable, tmp_path: Path) -> None:
    for change in ({"ca": str(make_certificate(tmp_path / "other.pem"))}, {"ca": None}):
        maria.changes[BALLOTS] = {**maria.changes[BALLOTS], **change}
        fails(maria, "SOURCE_TLS", "ballots")


def test_a_locked_table(maria: Intake, server: MariaDb, ballots: ServedTable, undisturbed: Undisturbed) -> None:
    with server.administrator("exchange") as connection, connection.cursor() as cursor:
        cursor.execute("lock tables ballots write")
        fails(maria, "SOURCE_TIMEOUT", "ballots")
    mended(maria, BALLOTS, undisturbed(BALLOTS))


def test_a_cut_connection(maria: Intake, server: MariaDb, ballots: ServedTable, undisturbed: Undisturbed) -> None:
    right = maria.changes[BALLOTS]
    with CuttingProxy(server.port, after_bytes=6_000) as proxy:
        maria.changes[BALLOTS] = {**right, "url": server.url.replace(f":{server.port}/", f":{proxy.port}/")}
        fails(maria, "SOURCE_CUT", f"127.0.0.1:{proxy.port}")
        assert proxy.has_cut
    maria.changes[BALLOTS] = right
    mended(maria, BALLOTS, undisturbed(BALLOTS))


def fails(intake: Intake, code: str, place: str) -> None:
    landed = intake.land(BALLOTS)
    assert landed.failure is not None
    assert (landed.failure.code, landed.new) == (code, [])
    assert place in landed.failure.zh
    assert intake.ledger(BALLOTS) == []
