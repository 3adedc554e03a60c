"""Linking: stable ids, persons in scope only, discarded identities gone, replays the same."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import CunsheError
from pipelines.identity.drift import SUMMARY, Summary
from pipelines.identity.export import read_week_table, write_week
from pipelines.identity.linking.week import LinkResult
from pipelines.identity.vault import Vault
from pipelines.keys.ring import load_or_create_key, write_key
from pipelines.landing.sealed import is_sealed
from pipelines.settings import Settings
from pipelines.sources.dbt_sources import IDENTITY_TABLES
from tests.looks import TESTING

WEEK_1, WEEK_2 = date(2020, 11, 29), date(2020, 12, 6)
Roster = Callable[..., pd.DataFrame]


def spine(vault: Vault, delivery_id: str, frame: pd.DataFrame, day: date = WEEK_1) -> None:
    vault.store_identities(delivery_id, "organisation", "posts", day, True, frame)


def opinions(vault: Vault, delivery_id: str, frame: pd.DataFrame, day: date = WEEK_1) -> None:
    vault.store_identities(delivery_id, "public_security", "opinions", day, False, frame)


def unlinked(links: LinkResult) -> dict[str, int]:
    return {row["_delivery_id"]: row["records"] for row in links.unlinked.to_pylist()}


def same(one: LinkResult, other: LinkResult) -> bool:
    pairs = ((one.person_link, other.person_link), (one.person, other.person), (one.unlinked, other.unlinked))
    return all(left.equals(right) for left, right in pairs)


def test_the_person_id_is_an_hmac_of_the_number(home: Settings, roster: Roster, number: Callable[[int], str]) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        person = vault.link_week(WEEK_1, ["d1"]).person.to_pylist()[0]["person_id"]
    key = load_or_create_key(home.pseudonym_key)
    assert person == "P" + hmac.new(key, f"person:{number(1)}".encode(), hashlib.sha256).hexdigest()[:16]


def test_links_carry_delivery_row_and_rule_and_no_identifier(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1, 2))
        opinions(vault, "o1", roster(2, 1))
        links = vault.link_week(WEEK_1, ["d1", "o1"])
    rows = links.person_link.to_pylist()
    assert [(row["_delivery_id"], row["_row"]) for row in rows] == [("d1", 2), ("d1", 3), ("o1", 2), ("o1", 3)]
    assert [rows[0]["person_id"], rows[1]["person_id"]] == [rows[3]["person_id"], rows[2]["person_id"]]
    assert {row["rule"] for row in rows} == {"id_number"}
    assert links.person_link.column_names == [
        "_delivery_id", "_row", "department", "dataset", "person_id", "rule", "decision_no"
    ]
    assert links.person.column_names == ["person_id", "first_delivered_at"]
    assert (rows[2]["department"], rows[2]["dataset"]) == ("public_security", "opinions")


@settings(max_examples=4)
@given(order=st.permutations(list(range(6))))
def test_ids_do_not_depend_on_who_arrives_first(order: list[int]) -> None:
    people = [roster_row(person) for person in range(6)]
    with TemporaryDirectory() as folder:
        home = Settings(home=Path(folder) / "home")
        write_key(home.pseudonym_key, b"\xab" * 32)
        with Vault.open(home, TESTING) as vault:
            for place, person in enumerate(order):
                spine(vault, f"d{place}", people[person])
                links = vault.link_week(WEEK_1, [f"d{one}" for one in range(place + 1)])
        by_delivery = {row["_delivery_id"]: row["person_id"] for row in links.person_link.to_pylist()}
    expected = [
        "P"
        + hmac.new(b"\xab" * 32, f"person:{people[person]['id_number'][0]}".encode(), hashlib.sha256).hexdigest()[:16]
        for person in order
    ]
    assert [by_delivery[f"d{place}"] for place in range(6)] == expected


def roster_row(person: int) -> pd.DataFrame:
    return pd.DataFrame({"_row": [2], "person_name": ["测试"], "id_number": [NUMBERS[person]]})


NUMBERS = [
    "99990119780312001X",
    "999901196001010041",
    "999902199912310176",
    "999901196307152288",
    "999901198001010016",
    "999901198001010024",
]


def test_whoever_is_not_on_a_roster_is_discarded_and_counted_for_ever(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        opinions(vault, "o1", roster(1, 8, 9))
        first = vault.link_week(WEEK_1, ["d1", "o1"])
        assert first.discarded_now == 2
        assert unlinked(first) == {"o1": 2}
        kept = vault.connection.execute("select person_name from record where delivery_id = 'o1'").fetchall()
        assert kept == [("测试1",)]
        opinions(vault, "o1", roster(1, 8, 9))  # stored again after a killed run: the discarded do not come back
        assert vault.connection.execute("select count(*) from record where delivery_id = 'o1'").fetchone() == (1,)
        again = vault.link_week(WEEK_1, ["d1", "o1"])
    assert again.discarded_now == 0
    assert same(first, again)


def test_an_older_week_run_again_gives_what_it_gave(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1, 2))
        opinions(vault, "o1", roster(1, 3))
        first = vault.link_week(WEEK_1, ["d1", "o1"])
        spine(vault, "d2", roster(1, 2, 3, 4), WEEK_2)
        opinions(vault, "o2", roster(3, 4), WEEK_2)
        second = vault.link_week(WEEK_2, ["d1", "o1", "d2", "o2"])
        assert same(first, vault.link_week(WEEK_1, ["d1", "o1", "d2", "o2"]))
        assert same(second, vault.link_week(WEEK_2, ["d1", "o1", "d2", "o2"]))
    assert first.person.num_rows == 2
    assert second.person.num_rows == 4
    assert {row["first_delivered_at"] for row in first.person.to_pylist()} == {WEEK_1}


def test_an_older_week_run_later_takes_nothing_from_a_newer_one(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        opinions(vault, "o1", roster(1))
        spine(vault, "d2", roster(1), WEEK_2)
        newer = vault.link_week(WEEK_2, ["o1", "d2"])
        older = vault.link_week(WEEK_1, ["o1", "d2"])
        assert unlinked(older) == {"o1": 1}
        assert older.person_link.num_rows == 0
        assert same(newer, vault.link_week(WEEK_2, ["o1", "d2"]))
    assert newer.person_link.num_rows == 2


def test_while_a_roster_is_held_nobody_is_discarded(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        opinions(vault, "o1", roster(1))
        assert unlinked(vault.link_week(WEEK_1, ["o1"], discard=False)) == {"o1": 1}
        spine(vault, "d2", roster(1), WEEK_2)
        links = vault.link_week(WEEK_2, ["o1", "d2"])
    assert unlinked(links) == {}
    assert links.person_link.num_rows == 2


def test_only_accepted_deliveries_of_the_list_count(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        spine(vault, "d2", roster(2))
        links = vault.link_week(WEEK_1, ["d1", "never stored"])
    assert links.person.num_rows == 1
    assert links.person_link.column("_delivery_id").to_pylist() == ["d1"]


def test_nothing_accepted_gives_empty_tables_of_the_right_types(home: Settings) -> None:
    with Vault.open(home, TESTING) as vault:
        links = vault.link_week(WEEK_1, [])
    assert (links.person_link.num_rows, links.person.num_rows, links.unlinked.num_rows) == (0, 0, 0)
    assert str(links.person_link.schema.field("_row").type) == "int64"
    assert str(links.person.schema.field("first_delivered_at").type) == "date32[day]"


def test_a_collision_stops_the_run(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        taken = vault.link_week(WEEK_1, ["d1"]).person.to_pylist()[0]["person_id"]
        vault.connection.execute("update person set id_number = '99990119780312001X' where person_id = ?", [taken])
        with pytest.raises(CunsheError, match="of another person"):
            vault.link_week(WEEK_1, ["d1"])


def test_a_pair_whose_decisions_contradict_each_other_waits(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        opinions(vault, "o1", roster(1))
        before = vault.link_week(WEEK_1, ["d1", "o1"])
        mention, person = vault.connection.execute(
            "select link.mention_id, link.person_id from link inner join record using (mention_id) where delivery_id = 'o1'"
        ).fetchone()
        disputed = pa.table({"subject_kind": ["mention"], "subject_a": [mention], "subject_b": [person]})
        after = vault.link_week(WEEK_1, ["d1", "o1"], beside={"disputed": disputed})
        waiting = vault.connection.execute("select mention_id from link where band = 'review'").fetchall()
    assert (unlinked(before), waiting) == ({}, [(mention,)])
    assert "o1" in unlinked(after)


def test_a_week_is_written_whole_and_replaced(home: Settings, roster: Roster) -> None:
    with Vault.open(home, TESTING) as vault:
        spine(vault, "d1", roster(1))
        for accepted in ([], ["d1"]):
            tables = dict.fromkeys(IDENTITY_TABLES, vault.link_week(WEEK_1, accepted).person)
            folder = write_week(home, date(2020, 11, 23), tables, Summary())
    assert folder == home.identity / "2020-11-23"
    assert {path.name for path in folder.iterdir()} == {SUMMARY, *(f"{name}.parquet" for name in IDENTITY_TABLES)}
    assert is_sealed(folder / "person.parquet")
    assert read_week_table(home, "2020-11-23", "person").num_rows == 1
    assert [path.name for path in home.identity.iterdir()] == ["2020-11-23"]


def test_a_week_that_lacks_a_table_is_not_written(home: Settings) -> None:
    with pytest.raises(ValueError, match="person_link"):
        write_week(home, date(2020, 11, 23), {"person": None}, Summary())
    assert not home.identity.exists()
