"""A home whose week has left pairs to a person, without any identifier in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.identity.review.items import ReviewItem, new_item, table
from pipelines.identity.vault import Vault
from pipelines.identity.villages.registry import village_id
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY, OPENED = date(2020, 11, 23), date(2020, 11, 27)
M1, M2, P1, P2 = ("M" + "1" * 16, "M" + "2" * 16, "P" + "a" * 16, "P" + "b" * 16)
V1, V2 = village_id("999901001201"), village_id("999901001202")


def item(a: str, b: str, **more: Any) -> ReviewItem:
    """A pair out of an opinion of the public security office."""
    kind = "person" if a.startswith("P") else "mention"
    values = {"department": "public_security", "dataset": "opinions", "opened_on": OPENED, **more}
    return new_item(kind, a, b, **values)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def items(home: Settings) -> list[ReviewItem]:
    """Two records, one with two candidates, two persons, and two villages."""
    found = [
        item(M1, P1, rule="scored", weight=6.5, evidence="name=homophone;village=same"),
        item(M1, P2, rule="scored", weight=1.0, evidence="name=one_off;village=same"),
        item(M2, P1, rule="role", opened_on=date(2020, 11, 26), evidence="post=same"),
        item(P1, P2, rule="same_person", weight=12.0),
    ]
    folder = home.identity / MONDAY.isoformat()
    folder.mkdir(parents=True)
    pq.write_table(table(found), folder / "review_item.parquet")
    proposal = {"old_id": V1, "new_id": V2, "opened_on": OPENED, "state": "open", "evidence": "同属甲镇；只差一字"}
    alone = {**proposal, "new_id": None}
    pq.write_table(pa.Table.from_pylist([proposal, alone]), folder / "village_proposal.parquet")
    return found


# A record 王剑國 of 东村's secretary with a number that lost a digit: 王剑国 of the roster, or his brother 王剑军.
RECORDS = [
    ("r1", 2, "R1", "王剑国", "99990119780312001X", None, "999901001201", "P1", "2017-04-01", None, True),
    ("r1", 3, "R2", "王剑军", "999901198103120011", None, "999901001201", "C3", "2017-05-01", "2020-11-20", True),
    ("o1", 2, M1, "王剑國", None, "9999011978031201X", "999901001201", "P1", "2020-11-26", None, False),
    ("o2", 7, M1, "王剑國", None, "9999011978031201X", "999901001201", "P1", "2020-11-26", None, False),
    ("o1", 3, M2, None, None, None, "999901001202", "P1", "2020-11-26", None, False),
]
DELIVERIES = [
    ("r1", "organisation", "posts", "2020-11-26", True),
    ("o1", "public_security", "opinions", "2020-11-27", False),
    ("o2", "public_security", "opinions", "2020-12-04", False),
]
LINKS = [(M1, P1, "scored", "review", 3.5), (M1, P2, "scored", "review", 2.5), (M2, P1, "role", "sure", None)]
VAULT_TABLES = """
create or replace table delivery(delivery_id text, department text, dataset text, delivered_at date, is_spine boolean);
create or replace table record(delivery_id text, row_no bigint, mention_id text, person_name text, id_number text,
    id_text text, village_code text, position text, on_date date, ended_on date, holds_post boolean);
create or replace table person(person_id text, id_number text);
create or replace table link(mention_id text, person_id text, rule text, band text, weight double);
"""


def fill_vault(connection: Any) -> None:
    """Two brothers on the roster and the records that speak of them, as the linking leaves them in the vault."""
    connection.execute(VAULT_TABLES)
    persons = [(P1, RECORDS[0][4]), (P2, RECORDS[1][4])]
    filled: dict[str, list[Any]] = {"delivery": DELIVERIES, "record": RECORDS, "person": persons, "link": LINKS}
    for name, rows in filled.items():
        connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)


@pytest.fixture
def filled_home(home: Settings, items: list[ReviewItem]) -> Settings:
    """The home with its vault, a register and two villages with names."""
    with Vault.open(home, TESTING) as vault:
        fill_vault(vault.connection)
    registry = [
        {"village_code": code, "village_id": village_id(code), "valid_from": OPENED, "valid_to": None}
        for code in ("999901001201", "999901001202")
    ]
    pq.write_table(pa.Table.from_pylist(registry), home.identity / MONDAY.isoformat() / "village_registry.parquet")
    return home


@pytest.fixture
def vault_tables() -> Iterator[Any]:
    with duckdb.connect() as connection:
        fill_vault(connection)
        yield connection
