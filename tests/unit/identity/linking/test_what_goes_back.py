"""What the linking sends back: blocks of rows whose numbers slipped, numbers of two on the rosters; through the intake."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.identity.linking.week import NUMBER_OF_TWO, ROWS_SLIPPED, LinkResult
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table
from pipelines.sources.resident_id import check_digit
from tests.looks import TESTING

WEEK = date(2020, 11, 29)
VILLAGE = "999901001201"
NAMES = ["王建国", "张三丰", "李大明", "赵志强", "陈秀英", "刘德华", "周文斌", "吴桂兰"]
DISPOSITIONS = load_catalog()["discipline_inspection__dispositions"]
POSTS = load_catalog()["organisation__posts"]


def number(place: int) -> str:
    first = f"9999011970010{place + 1}{place:03d}"
    return first + check_digit(first)


NUMBERS = [number(place) for place in range(len(NAMES))]


def roster(vault: Vault, delivery_id: str, people: list[tuple[str, str]], day: date = WEEK) -> None:
    frame = pd.DataFrame({
        "_row": range(2, len(people) + 2), "person_name": [name for name, _ in people], "id_number": [one for _, one in people],
        "village_code": VILLAGE, "position": "C3", "started_on": pd.Timestamp("2017-04-01"), "ended_on": None,
    })  # fmt: skip
    vault.store_identities(delivery_id, "organisation", "posts", day, True, frame, POSTS.evidence)


def sent(vault: Vault, delivery_id: str, rows: list[dict[str, str]]) -> list[tuple[int, str]]:
    """Through the contract's reading into the vault; returns what was set aside."""
    headers = {column.name: column.headers[0] for column in DISPOSITIONS.columns}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers.values())
    for place, row in enumerate(rows):
        right = {
            "disposition_no": f"CF-{place}",
            "disposition": "党内警告",
            "decided_on": "2018-05-01",
            "village_code": VILLAGE,
        }
        writer.writerow([{**right, **row}.get(name, "") for name in headers])
    read = interpret(
        read_table(text.getvalue().encode(), DISPOSITIONS.known_headers), DISPOSITIONS, allow_unassigned_area=True
    )
    frame = read.identities.rename_axis("_row").reset_index()
    vault.store_identities(
        delivery_id, "discipline_inspection", "dispositions", WEEK, False, frame, DISPOSITIONS.evidence
    )
    return [(int(one.row or 0), one.code) for one in read.rejects]


def linked(result: LinkResult, delivery_id: str = "o1") -> list[int]:
    return [row["_row"] for row in result.person_link.to_pylist() if row["_delivery_id"] == delivery_id]


def findings(result: LinkResult) -> list[tuple[str, str, int, int]]:
    return [(row["delivery_id"], row["code"], row["row_no"], row["found"]) for row in result.finding.to_pylist()]


def as_rows(numbers: list[str]) -> list[dict[str, str]]:
    return [{"person_name": name, "id_number": one} for name, one in zip(NAMES, numbers, strict=True)]


@pytest.mark.parametrize("by", [1, -1, 2])
def test_a_column_that_slipped_goes_back_as_one(home: Settings, by: int) -> None:
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", list(zip(NAMES, NUMBERS, strict=True)))
        sent(vault, "o1", as_rows(NUMBERS[by:] + NUMBERS[:by]))
        result = vault.link_week(WEEK, ["r1", "o1"])
    assert linked(result) == []
    assert findings(result) == [("o1", ROWS_SLIPPED, 2, len(NAMES))]


def test_a_block_goes_back_and_the_rest_links(home: Settings) -> None:
    slipped = [*NUMBERS[:2], *NUMBERS[3:6], NUMBERS[2], *NUMBERS[6:]]
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", list(zip(NAMES, NUMBERS, strict=True)))
        sent(vault, "o1", as_rows(slipped))
        result = vault.link_week(WEEK, ["r1", "o1"])
        waiting = vault.connection.execute("select count(*) from link where band = 'review'").fetchone()
    assert linked(result) == [2, 3, 8, 9]
    assert findings(result) == [("o1", ROWS_SLIPPED, 4, 4)]
    assert waiting == (0,)


@pytest.mark.parametrize("nameless", [0, len(NAMES) - 1])
def test_a_row_that_names_nobody_at_the_end_of_a_block_goes_back_with_it(home: Settings, nameless: int) -> None:
    rows = as_rows([*NUMBERS[1:], NUMBERS[0]])
    rows[nameless]["person_name"] = ""
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", list(zip(NAMES, NUMBERS, strict=True)))
        sent(vault, "o1", rows)
        result = vault.link_week(WEEK, ["r1", "o1"])
    assert linked(result) == []
    assert findings(result) == [("o1", ROWS_SLIPPED, 2, len(NAMES))]


def test_two_numbers_in_wrong_rows_are_no_block_and_wait(home: Settings) -> None:
    swapped = [NUMBERS[1], NUMBERS[0], *NUMBERS[2:]]
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", list(zip(NAMES, NUMBERS, strict=True)))
        sent(vault, "o1", as_rows(swapped))
        result = vault.link_week(WEEK, ["r1", "o1"])
        offered = vault.connection.execute("select count(*) from link where band = 'review'").fetchone()
    assert linked(result) == [4, 5, 6, 7, 8, 9]
    assert (findings(result), offered) == ([], (4,))


def test_one_number_of_two_people_is_nobodys_and_the_roster_goes_back(home: Settings) -> None:
    people = [*zip(NAMES[:3], NUMBERS[:3], strict=True), ("赵志强", NUMBERS[0])]
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", people)
        sent(vault, "o1", as_rows(NUMBERS)[:4])
        result = vault.link_week(WEEK, ["r1", "o1"])
    assert linked(result) == [3, 4]
    assert linked(result, "r1") == [3, 4]
    assert findings(result) == [("r1", NUMBER_OF_TWO, 2, 1), ("r1", NUMBER_OF_TWO, 5, 1)]


def test_another_name_from_one_roster_to_the_next_is_believed_when_it_is_said_again(home: Settings) -> None:
    asked = [{"person_name": "王建国", "id_number": NUMBERS[0]}, {"person_name": "李大明", "id_number": NUMBERS[0]}]
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", [("王建国", NUMBERS[0])], date(2020, 11, 8))
        roster(vault, "r2", [("李大明", NUMBERS[0])], date(2020, 11, 15))
        sent(vault, "o1", asked)
        assert linked(vault.link_week(WEEK, ["r1", "r2", "o1"])) == []
        roster(vault, "r3", [("李大明", NUMBERS[0])], date(2020, 11, 22))
        result = vault.link_week(WEEK, ["r1", "r2", "r3", "o1"])
    # the older name was somebody else's
    assert (linked(result), findings(result)) == ([3], [])


def test_a_name_that_changed_by_a_character_is_the_same_persons(home: Settings) -> None:
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", [("王建国", NUMBERS[0])], date(2020, 11, 8))
        roster(vault, "r2", [("王建军", NUMBERS[0])], date(2020, 11, 15))
        sent(vault, "o1", [{"person_name": name, "id_number": NUMBERS[0]} for name in ("王建国", "王建军")])
        assert linked(vault.link_week(WEEK, ["r1", "r2", "o1"])) == [2, 3]


CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*NUMBERS, *NAMES, "支书", "村长🏠", NUMBERS[0][:-1] + "Ⅹ", "９９９９01", "王𠮷国", VILLAGE]),
).filter(lambda text: "\x00" not in text)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12))
def test_any_unicode_in_any_identity_cell_is_read_and_linked_or_goes_back(
    tmp_path_factory: Any, cells: list[tuple[str, str, str]]
) -> None:
    home = Settings(home=tmp_path_factory.mktemp("home") / "home")
    rows = [{"person_name": name, "id_number": text, "position": post} for name, text, post in cells]
    with Vault.open(home, TESTING) as vault:
        roster(vault, "r1", list(zip(NAMES, NUMBERS, strict=True)))
        aside = {row for row, _ in sent(vault, "o1", rows)}
        result = vault.link_week(WEEK, ["r1", "o1"], discard=False)
        kept = vault.connection.execute("select count(*) from record where delivery_id = 'o1'").fetchone()
    assert kept is not None and kept[0] + len(aside) <= len(rows)
    assert not aside & set(linked(result))
