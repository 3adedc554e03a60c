"""Persons in the analyst edition: ids of the round, attributes that k share, no way to a record; and the audit that holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import CunsheError
from pipelines.keys.ring import load_or_create_key
from pipelines.publishing import publish as publishing
from pipelines.publishing.persons import person_datasets, pseudonym_of, suppressed
from pipelines.publishing.pointer import build_record, current
from pipelines.publishing.publish import Published
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import EditionRules, load_rules
from pipelines.settings import Settings
from tests.looks import TESTING
from tests.unit.publishing.conftest import MONDAY

Publish = Callable[..., Published]
ATTRIBUTES = ("sex", "political_status", "is_college", "age_band")


def ask(home: Settings, query: str, edition: str = "analyst") -> list[Any]:
    with closing(open_edition(home, edition, look=TESTING)) as connection:
        found: list[Any] = connection.execute(query).fetchall()
    return found


@pytest.fixture
def county(rows: dict[str, Any]) -> dict[str, Any]:
    """Forty persons of two villages, no two alike, two with something rare; and one whom only the reserve list names."""
    (person, *_) = rows["marts.person_table"]
    marked = product(("1", "2"), ("01", "13"), (True, False), (1960, 1970, 1980, 1990, 1999))
    rows["marts.person_table"] = [
        person | {
            "person_id": f"P{number:016x}", "village_id": f"V{number % 2 + 1}", "sex": sex, "political_status": status,
            "political_status_zh": status, "is_college": college, "education": "31", "birth_month": date(year, 3, 1), "age": 1,
        }
        for number, (sex, status, college, year) in enumerate(marked)
    ]  # fmt: skip
    rows["marts.person_table"][0] |= {"sex": "0"}
    rows["marts.person_table"][1] |= {"political_status": "03", "political_status_zh": "03"}
    reserve = person | {"person_id": "P" + "f" * 16}
    rows["marts.person_table"].append(reserve)
    listed = {"village_id": "V1", "dataset": "reserve_cadres", "delivery_id": "d9", "row_no": 9}
    rows["marts.person_item"] += [
        {"person_id": one["person_id"], "village_id": one["village_id"], "dataset": "posts", "section": "post", "item": "P1",
         "delivery_id": "d1", "row_no": 2, "restricted": False}
        for one in rows["marts.person_table"][:-1]
    ]  # fmt: skip
    rows["marts.person_item"] += [
        {**listed, "person_id": reserve["person_id"], "section": section, "item": section, "restricted": True}
        for section in ("profile", "reserve")
    ] + [
        {**listed, "dataset": "posts", "person_id": "P" + "0" * 16, "section": "profile", "item": "education", "value": "31",
         "restricted": False}
    ]  # fmt: skip
    rows["marts.file_change"] = [
        {"file": "person", "subject_id": "P" + "0" * 16, "section": section, "item": section, "dataset": dataset,
         "department": "organisation", "delivery_id": "d1", "row_no": 2, "restricted": False}
        for section, dataset in (("post", "posts"), ("profile", "posts"), ("reserve", "reserve_cadres"))
    ]  # fmt: skip
    rows["marts.village_item"] += [
        {"village_id": "V1", "department": "organisation", "dataset": "posts", "delivery_id": "d1", "row_no": 2},
        {"village_id": "V1", "department": "civil_affairs", "dataset": "villages", "delivery_id": "d2", "row_no": 3},
    ]
    rows["marts.warning_evidence"] += [
        {"warning_id": "W1", "department": "organisation", "dataset": "posts", "delivery_id": "d1", "row_no": 2},
        {"warning_id": "W1", "department": "civil_affairs", "dataset": "villages", "delivery_id": "d2", "row_no": 3},
    ]
    rows["seeds.indicators"].append(
        {"indicator_id": "reserve_cadres", "audience": "posts", "restricted": True, "valid_from": date(2019, 1, 1)}
    )
    rows["marts.indicator_week"] += [
        {"week_start": MONDAY, "indicator_id": name, "scope_type": scope, "scope_id": "S", "numerator": 97, "value": 48.4567}
        for name in ("secretary_average_age", "reserve_cadres", "female_share") for scope in ("village", "township", "county")
    ]  # fmt: skip
    return rows


@pytest.fixture
def published(home: Settings, county: dict[str, Any], publish_week: Publish, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose newest build has the county; its persons have no names, which the authorised edition would miss."""
    monkeypatch.setattr("pipelines.publishing.audit._nameless", lambda _: ())
    publish_week()
    return home


def test_every_combination_that_is_shown_is_that_of_k_persons_of_the_village(published: Settings) -> None:
    shown = ask(published, f"select village_id, {', '.join(ATTRIBUTES)} from person_table")
    assert len(shown) == 40
    counts = Counter(row for row in shown if any(cell is not None for cell in row[1:]))
    assert min(counts.values()) >= published.person_k
    kept = sum(cell is not None for row in shown for cell in row[1:])
    assert kept > len(shown)  # it is no trick to show nothing
    assert {band for *_, band in shown} <= {None, "35岁及以下", "36至45岁", "46至55岁", "56岁及以上"}


def test_whom_only_the_reserve_list_names_is_nowhere(published: Settings) -> None:
    key = load_or_create_key(published.round_key("2020"), may_create=False)
    reserve = pseudonym_of("P" + "f" * 16, key)
    for table, column in (("person_table", "person_id"), ("person_item", "person_id"), ("file_change", "subject_id")):
        assert (reserve,) not in ask(published, f"select {column} from {table}")
    assert ask(published, "select count(*) from person_table", "authorised") == [(41,)]
    assert ask(published, "select scope_type from indicator_week where indicator_id = 'reserve_cadres'") == []


def test_nothing_leads_from_a_person_to_a_row(published: Settings) -> None:
    columns = {name for (name,) in ask(published, "select column_name from (describe person_item)")}
    assert columns.isdisjoint({"delivery_id", "row_no"})
    assert ask(published, "select section, delivery_id, row_no from file_change where file = 'person'") == [("post", None, None)]
    items = "select dataset, delivery_id, row_no from village_item where dataset is not null order by 1"
    assert ask(published, items) == [("posts", None, None), ("villages", "d2", 3)]
    evidence = "select dataset, delivery_id, row_no from warning_evidence where dataset is not null order by 1"
    assert ask(published, evidence) == [("posts", None, None), ("villages", "d2", 3)]
    assert ("posts", "d1", 2) in ask(published, evidence, "authorised")


def test_means_of_ages_are_the_countys_and_rounded(published: Settings) -> None:
    query = "select scope_type, numerator, value from indicator_week where indicator_id = '{}' order by 1"
    assert ask(published, query.format("secretary_average_age")) == [("county", None, 48.5)]
    assert [scope for scope, *_ in ask(published, query.format("female_share"))] == ["county", "township"]


def test_ids_stay_within_a_round_and_have_nothing_in_common_with_another(
    published: Settings, publish_week: Publish, county: dict[str, Any]
) -> None:
    inside = {row for (row,) in ask(published, "select person_id from person_table", "authorised")}
    first = ask(published, "select person_id from person_table")
    assert first == sorted(first) and not {row for (row,) in first} & inside
    publish_week()
    assert ask(published, "select person_id from person_table") == first
    next_round = published.model_copy(update={"rounds": [date(2015, 1, 1), date(2020, 11, 1)]})
    publishing.publish(next_round, _build_of(published), MONDAY, "test", ["d1"])
    assert ask(published, "select person_id from person_table") == first  # the same year is the same round
    other = published.model_copy(update={"rounds": [date(2019, 11, 1), date(2025, 1, 1)]})
    publishing.publish(other, _build_of(published), MONDAY, "test", ["d1"])
    assert not set(ask(published, "select person_id from person_table")) & set(first)
    assert build_record(published, "2020-W48.004")["round"] == "2019"


def _build_of(home: Settings) -> Path:
    return home.root.parent / "warehouse.duckdb"


def test_ages_are_those_of_one_day_of_the_round(published: Settings, publish_week: Publish, county: dict[str, Any]) -> None:
    """Somebody turns 36 between two weeks: no cell of the edition moves."""
    for person in county["marts.person_table"]:
        person["birth_month"] = date(1984, 12, 1)
    publish_week()
    before = ask(published, "select person_id, age_band from person_table")
    assert {band for _, band in before} == {"35岁及以下"}  # 35 on 1 January 2020, 36 from December on
    publish_week(date(2020, 11, 30))
    assert ask(published, "select person_id, age_band from person_table") == before


def test_without_the_key_of_a_round_no_new_one_is_made(published: Settings, publish_week: Publish) -> None:
    published.round_key("2020").unlink()
    with pytest.raises(CunsheError, match=r"2020\.key is missing"):
        publish_week()


def without(part: str, name: str) -> EditionRules:
    """The rules without what makes persons fewer to know: a column's replacement, a condition, a dropped column."""
    rules = load_rules()
    mart = rules.marts[part]
    changes = {
        "where": {"where": "true"},
        "order": {"order_by": None},
    }.get(name) or (
        {"drop": tuple(column for column in mart.drop if column != name)}
        if name in mart.drop else {"replace": {key: sql for key, sql in mart.replace.items() if key != name}}
    )  # fmt: skip
    return rules.model_copy(update={"marts": {**rules.marts, part: mart.model_copy(update=changes)}})


@pytest.mark.parametrize(
    ("mart", "taken_out", "told"),
    [
        ("person_table", "sex", "person_table.sex, .* fewer than 3 persons"),
        ("person_table", "political_status", "person_table.*political_status.* fewer than 3"),
        ("person_table", "is_college", "person_table.*is_college.* fewer than 3"),
        ("person_table", "political_status_zh", "person_table.*political_status_zh are those of fewer than 3"),
        ("person_table", "age", "person_table has a column age"),
        ("person_table", "education", "person_table has a column education"),
        ("person_table", "birth_month", "person_table has a column birth_month"),
        ("person_table", "first_delivered_at", "person_table has a column first_delivered_at"),
        ("person_table", "person_id", "person_table.person_id look like a person_id"),
        ("person_item", "person_id", "person_item.person_id look like a person_id"),
        ("file_change", "subject_id", "file_change.subject_id look like a person_id"),
        ("person_item", "row_no", "person_item has a column row_no"),
        ("person_item", "where", r"row\(s\) of person_item are not for analysts"),
        ("file_change", "where", r"row\(s\) of file_change are not"),
        ("file_change", "row_no", r"row\(s\) of file_change are not"),
        ("warning_evidence", "row_no", r"row\(s\) of warning_evidence are not"),
        ("village_item", "row_no", r"row\(s\) of village_item are not"),
        ("indicator_week", "where", r"row\(s\) of indicator_week are not"),
        ("indicator_week", "numerator", r"row\(s\) of indicator_week are not"),
    ],
)
def test_the_audit_stops_an_edition_that_lost_a_protection(
    home: Settings, county: dict[str, Any], publish_week: Publish, monkeypatch: pytest.MonkeyPatch,
    mart: str, taken_out: str, told: str,
) -> None:  # fmt: skip
    broken = without(mart, taken_out)
    monkeypatch.setattr(publishing, "load_rules", lambda: broken)
    with pytest.raises(CunsheError, match=f"did not pass its audit: .*{told}"):
        publish_week()
    assert current(home) is None


def test_an_attribute_below_k_stops_the_edition_by_table_and_columns(
    home: Settings, county: dict[str, Any], publish_week: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.publishing.persons.suppressed", lambda rows, *_: [dict(row) for row in rows])
    with pytest.raises(CunsheError, match=r"combination.* of person_table.sex, age_band, is_college.* fewer than 3") as problem:
        publish_week()
    assert "岁" not in str(problem.value)


people = st.lists(
    st.fixed_dictionaries({
        "area": st.sampled_from(["V1", "V2", None]), "a": st.sampled_from("xyz"),
        "b": st.sampled_from([True, False, None]), "c": st.integers(0, 3),
    }),
    max_size=40,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=people, k=st.integers(2, 6))
def test_suppression_leaves_no_class_below_k_whatever_the_people(rows: list[dict[str, Any]], k: int) -> None:
    shown = suppressed(rows, "area", ("a", "b", "c"), k)
    classes = Counter((row["area"], *cells.values()) for row, cells in zip(rows, shown, strict=True))
    for (area, *cells), count in classes.items():
        assert all(cell is None for cell in cells) or (count >= k and area is not None)
    for row, cells in zip(rows, shown, strict=True):
        assert all(cell is None or cell == row[name] for name, cell in cells.items())
    assert suppressed(rows[::-1], "area", ("a", "b", "c"), k) == shown[::-1]
    uniform = [{**row, "area": "V", "a": "x", "b": True, "c": 1} for row in rows]
    if len(rows) >= k:
        assert all(None not in cells.values() for cells in suppressed(uniform, "area", ("a", "b", "c"), k))


def test_the_pseudonym_in_sql_is_the_hmac(published: Settings) -> None:
    key = load_or_create_key(published.round_key("2020"), may_create=False)
    ids = [person for (person,) in ask(published, "select person_id from person_table", "authorised")]
    shown = {person for (person,) in ask(published, "select person_id from person_table")}
    assert shown == {pseudonym_of(person, key) for person in ids if person != "P" + "f" * 16}
    assert published.round_key("2020").stat().st_mode & 0o077 == 0


def test_datasets_that_speak_of_a_person_are_those_with_a_number() -> None:
    named = person_datasets()
    assert {"organisation__posts", "organisation__candidates", "public_security__opinions"} <= set(named)
    assert not {"organisation__pairings", "civil_affairs__villages"} & set(named)
