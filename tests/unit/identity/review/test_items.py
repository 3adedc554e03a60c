"""What waits: the items of a week, and what became of them since."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.review.decisions import Decision
from pipelines.identity.review.delivery import Draft, deliver
from pipelines.identity.review.items import (
    ReviewItem,
    current_items,
    find_item,
    item_id,
    items_of_week,
    link_items,
    new_item,
    table,
)
from pipelines.identity.review.sides import Lineage
from pipelines.identity.review.standing import resolve
from pipelines.settings import Settings
from pipelines.sources.dbt_sources import IDENTITY_TABLES

DAY = date(2020, 12, 3)
M1, M2, P1, P2 = ("M" + "1" * 16, "M" + "2" * 16, "P" + "a" * 16, "P" + "b" * 16)


def decision(a: str, b: str, verdict: str, by: str = "核对员甲", number: int = 1) -> Decision:
    return Decision(DAY, f"D20201203{number:04d}", "person" if a[0] == "P" else "mention", a, b, verdict, by, "档案")


def proposed(a: str, b: str, day: int = 20, **more: Any) -> ReviewItem:
    values = {"department": "d", "dataset": "s", "rule": "scored", "opened_on": date(2020, 11, day), **more}
    return new_item("person" if a[0] == "P" else "mention", a, b, **values)


def decide(home: Settings, item: ReviewItem, verdict: str, by: str = "核对员甲") -> None:
    wanted = Draft("", item.subject_kind, item.subject_a, item.subject_b, verdict, by, "档案")
    deliver(home, [wanted], on=DAY, today=DAY)


def test_an_id_names_the_pair_and_nothing_else() -> None:
    assert re.fullmatch(r"R[0-9a-f]{10}", item_id("mention", M1, P1))
    assert item_id("person", P1, P2) == item_id("person", P2, P1)
    assert item_id("mention", M1, P1) != item_id("mention", M1, P2)
    assert proposed(M1, P1).item_id == proposed(M1, P1, 25, rule="role", department="e").item_id


def test_a_pair_is_one_item_since_it_was_first_seen() -> None:
    items = items_of_week([proposed(M1, P1, 22, rule="role"), proposed(M1, P1, 20), proposed(M2, P1, 21)], resolve([]))
    assert [(one.subject_a, one.opened_on.day, one.rule, one.state) for one in items] == [
        (M1, 20, "scored", "waiting"), (M2, 21, "scored", "waiting"),
    ]  # fmt: skip


def test_what_is_decided_waits_no_more_and_what_people_disagree_on_does() -> None:
    decided = resolve([decision(M1, P1, "different"), decision(P2, P1, "same", number=2)])
    assert items_of_week([proposed(M1, P1), proposed(P1, P2)], decided) == []
    disputed = resolve([decision(M1, P1, "different"), decision(M1, P1, "same", "核对员乙", 2)])
    for rules in ([proposed(M1, P1)], []):
        (one,) = items_of_week(rules, disputed)
        assert (one.item_id, one.state) == (item_id("mention", M1, P1), "disputed")


def test_the_links_of_a_week_become_items(vault_tables: Any) -> None:
    day = date(2020, 12, 6)
    found = link_items(vault_tables, day, ["o1", "o2", "r1"], Lineage({}))
    assert [(one.subject_a, one.subject_b, one.department, one.dataset, one.weight) for one in found] == [
        (M1, P1, "public_security", "opinions", 3.5), (M1, P2, "public_security", "opinions", 2.5),
    ]  # fmt: skip
    assert {one.opened_on for one in found} == {date(2020, 11, 27)}
    assert found[0].evidence == "name=script;number=fits;village=same;post=same;date=inside"
    assert link_items(vault_tables, date(2020, 11, 26), ["o1", "o2"], Lineage({})) == []
    (late,) = {one.opened_on for one in link_items(vault_tables, day, ["o2"], Lineage({}))}
    assert late == date(2020, 12, 4)


def test_the_table_is_the_one_dbt_reads() -> None:
    written = table([proposed(M1, P1), proposed(M2, P1, weight=2.5)])
    assert written.column_names == list(IDENTITY_TABLES["review_item"])
    assert table([]).schema == written.schema
    assert written["weight"].to_pylist() == [None, 2.5]


def test_the_newest_week_says_what_waits(home: Settings, items: list[ReviewItem]) -> None:
    found = current_items(home)
    assert {one.item_id for one in items} < {one.item_id for one in found}
    assert [one.subject_kind for one in found if one not in items] == ["village"]  # the one with a candidate
    assert found[0].opened_on == date(2020, 11, 26)
    older = home.identity / "2020-11-16"
    older.mkdir()
    pq.write_table(table([]), older / "review_item.parquet")
    assert current_items(home) == found


def test_what_was_decided_since_shows_at_once(home: Settings, items: list[ReviewItem]) -> None:
    decide(home, items[0], "same")
    decide(home, items[2], "different")
    states = {one.item_id: one.state for one in current_items(home)}
    assert [states[one.item_id] for one in items] == ["sent", "waiting", "sent", "waiting"]


def test_an_item_that_is_gone_says_what_was_decided(home: Settings, items: list[ReviewItem]) -> None:
    decide(home, items[0], "same")
    (folder,) = home.identity.iterdir()
    pq.write_table(table(items[1:]), folder / "review_item.parquet")
    with pytest.raises(CunsheError, match=r"decided meanwhile: D202012030001 .*核对员甲.*同一人"):
        find_item(home, items[0].item_id)
    with pytest.raises(CunsheError, match="List what waits"):
        find_item(home, "R0000000000")


def test_a_home_without_a_week_says_what_to_do(home: Settings) -> None:
    with pytest.raises(CunsheError, match="Run a week"):
        current_items(home)
