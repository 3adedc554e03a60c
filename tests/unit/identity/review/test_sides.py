"""The two sides of a pair beside each other: what is the same, what only sounds or looks so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.identity.review.sides import (
    Lineage,
    Side,
    Term,
    compare,
    mention_sides,
    name_agreement,
    number_agreement,
    person_sides,
)
from pipelines.identity.review.words import words

M1, P1, P2 = "M" + "1" * 16, "P" + "a" * 16, "P" + "b" * 16
EAST, WEST, NORTH = "999901001201", "999901001202", "999901001203"
WHOLE = "99990119780312001X"
LINEAGE = Lineage({EAST: frozenset({"V1"}), WEST: frozenset({"V2"}), NORTH: frozenset({"V3"})}, frozenset({("V1", "V2")}))


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("王剑国", "王 剑国", "same"),
        ("王剑國", "王剑国", "script"),
        ("张伟", "章伟", "homophone"),
        ("王剑国", "王剑军", "sibling"),
        ("王剑国", "王建军", "different"),
        ("王剑国", "王立国", "one_off"),
        ("张伟", "张强", "one_off"),
        ("张伟", "李伟", "different"),
        ("王剑国", "王国", "part"),
        ("王剑国", "老王", "part"),
        ("王剑国", "赵国", "different"),
    ],
)
def test_names(one: str, other: str, agreement: str) -> None:
    assert name_agreement(one, other) == name_agreement(other, one) == agreement


@pytest.mark.parametrize(
    ("number", "text", "agreement"),
    [
        (WHOLE, None, "same"),
        ("999901198103120011", None, "different"),
        (None, WHOLE[:8] + WHOLE[9:], "fits"),
        (None, "999901********001X", "fits"),
        (None, "999901********0011", "different"),
        (None, None, "missing"),
        (None, "见附件", "missing"),
    ],
)
def test_numbers(number: str | None, text: str | None, agreement: str) -> None:
    left, right = Side(id_number=number, id_text=text), Side(id_number=WHOLE)
    assert number_agreement(left, right) == number_agreement(right, left) == agreement


def term(village: str | None = EAST, post: str | None = "P1", since: str | None = "2017-04-01", until: str | None = None) -> Term:
    days = [date.fromisoformat(day) if day else None for day in (since, until)]
    return Term(village, post, *days)


@pytest.mark.parametrize(
    ("record", "village", "post", "day"),
    [
        (term(since="2020-11-26", until="2020-11-26"), "same", "same", "inside"),
        (term(since="2016-11-26", until="2016-11-26"), "same", "same", "outside"),
        (term(post="C1", since="2020-11-26", until="2020-11-26"), "same", "different", "inside"),
        (term(village=WEST, since=None), "lineage", "same", "missing"),
        (term(village=NORTH, post=None), "different", "missing", "inside"),
        (term(village=None), "missing", "same", "inside"),
    ],
)
def test_villages_posts_and_days(record: Term, village: str, post: str, day: str) -> None:
    found = compare(Side(terms=(record,)), Side(terms=(term(),)), LINEAGE).agreements
    assert (found["village"], found["post"], found["date"]) == (village, post, day)


def test_of_several_terms_the_nearest_speaks() -> None:
    terms = (term(NORTH), term(EAST, "C3", "2016-01-01", "2017-03-31"), term(WEST), term(EAST, "P1"))
    found = compare(Side(terms=(term(since="2020-11-26", until="2020-11-26"),)), Side(terms=terms), LINEAGE)
    assert found.right == terms[3]
    assert found.codes == "name=missing;number=missing;village=same;post=same;date=inside"


def test_every_agreement_has_words() -> None:
    known = words()["evidence"]
    assert {field: set(texts) - {"title"} for field, texts in known.items()} == {
        "name": {"same", "script", "homophone", "part", "sibling", "one_off", "different", "missing"},
        "number": {"same", "fits", "different", "missing"},
        "village": {"same", "lineage", "different", "missing"},
        "post": {"same", "different", "missing"},
        "date": {"inside", "outside", "missing"},
    }


def test_the_vault_gives_both_sides(vault_tables: Any) -> None:
    mention = mention_sides(vault_tables, [M1, "M" + "9" * 16])
    assert list(mention) == [M1]
    assert mention[M1].names == ("王剑國",)
    assert mention[M1].terms == (Term(EAST, "P1", date(2020, 11, 26), date(2020, 11, 26)),)
    persons = person_sides(vault_tables, [P1, P2])
    assert persons[P1].terms == (Term(EAST, "P1", date(2017, 4, 1), None),)
    assert compare(mention[M1], persons[P2], LINEAGE).codes.startswith("name=sibling;number=different;village=same")


def test_a_side_shows_no_identifier_by_accident() -> None:
    side = Side(("王剑国",), WHOLE, None, (term(),))
    assert "王剑国" not in repr(side) and WHOLE not in repr(side)
    assert side.masked == "999901***********X"
    assert Side(id_text="1201X").masked == "*****"
    assert Side().masked == ""


def test_the_lineage_of_a_week_is_read_from_its_folder(tmp_path: Any) -> None:
    registry = [{"village_code": EAST, "village_id": "V1"}, {"village_code": WEST, "village_id": "V2"}]
    pq.write_table(pa.Table.from_pylist(registry), tmp_path / "village_registry.parquet")
    assert Lineage.of_week(tmp_path).agreement(EAST, WEST) == "different"
    pq.write_table(pa.Table.from_pylist([{"from_id": "V1", "to_id": "V2"}]), tmp_path / "village_lineage.parquet")
    assert Lineage.of_week(tmp_path).agreement(WEST, EAST) == "lineage"
