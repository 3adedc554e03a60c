"""The ID number: vectors of the standard with invented people, and what a spreadsheet does to it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.resident_id import (
    IdProblem,
    ParsedId,
    check_digit,
    mask_id_number,
    parse_id_number,
    surely_valid,
)

NORMAL = "99990119780312001X"


@pytest.mark.parametrize(
    "text",
    [NORMAL, "99990119780312001x", "９９９９０１１９７８０３１２００１Ｘ", "999901780312001", "'99990119780312001x",
     "999901-19780312-001X", " 999901 19780312 001X "],
)  # fmt: skip
def test_ways_of_writing_the_same_number(text: str) -> None:
    assert parse_id_number(text, True) == ParsedId(NORMAL, date(1978, 3, 12), "1")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("999901198502290124", IdProblem.DATE),
        ("999901196307152289", IdProblem.CHECK_DIGIT),
        ("999901196001010000", IdProblem.TRUNCATED),
        ("999901196001010048", IdProblem.TRUNCATED),
        ("9.99901E+17", IdProblem.SCIENTIFIC),
        ("99990119600101004", IdProblem.LENGTH),
        ("9999011978****001X", IdProblem.MASKED),
        ("001X", IdProblem.MASKED),
        ("99990119780312O01X", IdProblem.CHARACTERS),
        ("999901780312997", IdProblem.CENTURY),
        ("", IdProblem.LENGTH),
    ],
)
def test_problems_have_distinct_names(text: str, problem: IdProblem) -> None:
    assert parse_id_number(text, True) is problem


def test_the_unassigned_area_passes_only_where_allowed() -> None:
    assert parse_id_number(NORMAL) is IdProblem.AREA


def test_sex_is_read_from_the_sequence() -> None:
    woman = parse_id_number("999901196001010041", True)
    assert isinstance(woman, ParsedId)
    assert woman.sex == "2"


def test_mask_shows_area_and_last_character_only() -> None:
    assert mask_id_number(NORMAL) == "999901***********X"
    assert mask_id_number("1234567") == "*******"


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 12, 31))


@given(born=DAYS, sequence=st.integers(0, 999))
def test_every_well_formed_number_is_read_and_one_changed_digit_is_noticed(born: date, sequence: int) -> None:
    first_17 = f"999901{born:%Y%m%d}{sequence:03d}"
    number = first_17 + check_digit(first_17)
    parsed = parse_id_number(number, True)
    assert isinstance(parsed, ParsedId)
    assert (parsed.number, parsed.born_on) == (number, born)
    assert surely_valid(pd.Series([number, number.lower()]), True).all()
    for place in range(14, 17):
        changed = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert not isinstance(parse_id_number(changed, True), ParsedId)
        assert not surely_valid(pd.Series([changed]), True).any()


@given(st.lists(st.from_regex(r"(9999|3303)[0-9]{13}[0-9Xx]", fullmatch=True), max_size=8), st.booleans())
def test_a_whole_column_is_judged_as_its_numbers_are(texts: list[str], allowed: bool) -> None:
    one_by_one = [isinstance(parse_id_number(text, allowed), ParsedId) for text in texts]
    assert surely_valid(pd.Series(texts, dtype="str"), allowed).tolist() == one_by_one
