"""Values as they are dressed on their way: in guards, unseen signs, controls, quotation marks, and "same as above". What comes
back is what was meant, or the row is set aside; never another value, and never somebody else's."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.columns import read_column
from pipelines.sources.contract import IDENTITY_TYPES, Column
from pipelines.sources.interpret import interpret
from pipelines.sources.resident_id import check_digit
from tests.unit.sources.cases.deliveries import contract, table

DISPOSITIONS = "discipline_inspection__dispositions"
GUARDS = ["{}", '="{}"', "'{}", "`{}", "‘{}", "\t{}", "{}\t", '"{}"', "“{}”", "＝“{}”", "{}\x00", "\ufeff{}",
    "{}\x00\x00", "\u200e{}\u200e"]
UNSEEN = ["", "", "\u200b", "\ufeff", "\u00ad", "\u200d", "\u2060"]
STEERING = ["\x07", "\x00", "\x1b", "\u202e", "\u2067", "\x85", "\u2028"]


def column(kind: str, **more: Any) -> Column:
    return Column(
        name="c", headers=("列",), type=kind, required=False, zh="列", en="c", identity=kind in IDENTITY_TYPES, **more
    )  # type: ignore[arg-type]


def number_of(born: date, serial: int) -> str:
    first = f"999901{born:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
# What is meant, how it is written, and the column it stands in.
MEANT = st.one_of(
    DAYS.map(lambda day: (pd.Timestamp(day), f"{day:%Y-%m-%d}", column("date"))),
    DAYS.map(lambda day: (pd.Timestamp(day.replace(day=1)), f"{day:%Y年%m月}", column("month"))),
    st.integers(0, 10**14).map(lambda number: (number, str(number), column("integer"))),
    st.integers(1950, 2098).map(lambda year: (year, f"{year}年度", column("integer", minimum=1949, maximum=2099))),
    st.integers(0, 10**9).map(lambda cents: (cents / 100, f"￥{cents / 100:,.2f}元", column("decimal", unit="元"))),
    st.integers(0, 100).map(lambda percent: (percent, f"{percent}%", column("decimal", unit="%"))),
    st.integers(10**11, 10**12 - 1).map(lambda code: (str(code), str(code), column("village_code"))),
    st.integers(0, 10**5).map(lambda key: (f"0{key}", f"0{key}", column("text", identifier=True))),
    st.tuples(DAYS, st.integers(0, 999)).map(lambda who: (number_of(*who), number_of(*who), column("id_number"))),
    st.sampled_from([("02", "中共党员（预备）"), ("01", "党员"), ("13", "群众")]).map(
        lambda word: (*word, column("code", codes="political_status"))
    ),
)


def read(cell: Column, text: str) -> tuple[Any, str | None]:
    typed = read_column(cell, pd.Series([text], dtype="str"), allow_unassigned_area=True)
    value, problem = typed.values[0], typed.problems[0]
    return (None if pd.isna(value) else value), (None if pd.isna(problem) else str(problem))


@given(MEANT, st.sampled_from(GUARDS), st.sampled_from(UNSEEN), st.floats(0, 1))
def test_a_guarded_value_is_what_it_guards(meant: tuple[Any, str, Column], guard: str, sign: str, where: float) -> None:
    value, text, cell = meant
    place = int(len(text) * where)
    assert read(cell, guard.format(text[:place] + sign + text[place:])) == (value, None)


@given(MEANT, st.sampled_from(GUARDS), st.sampled_from(STEERING), st.floats(0, 1))
def test_what_steers_how_a_value_is_shown_comes_off_at_its_ends_or_sets_it_aside(
    meant: tuple[Any, str, Column], guard: str, sign: str, where: float
) -> None:
    value, text, cell = meant
    place = int(len(text) * where)
    shown, problem = read(cell, guard.format(text[:place] + sign + text[place:]))
    assert (shown, problem) == (value, None) if problem is None else shown is None
    if 0 < place < len(text):
        assert problem is not None


@pytest.mark.parametrize("kind", ["text", "person_name", "email", "phone", "own_id"])
@given(st.text(st.sampled_from("甲乙ab@.1\x07\x00\u202e\u2028\x9b\u200b"), min_size=1, max_size=8))
def test_no_control_character_lands(kind: str, text: str) -> None:
    value, _ = read(column(kind), text)
    assert value is None or not any(sign in str(value) for sign in STEERING)


NAMES = ["张三", "李四", "王五"]
MARKS = ["同上", "〃", '"', "同前", "〃〃", "″", " 〃 ", "”"]
CELLS = st.tuples(
    st.sampled_from(NAMES), st.integers(1, 3), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(MARKS)
)


@given(st.lists(CELLS, min_size=1, max_size=8), st.integers(1, 4), st.randoms(use_true_random=False))
def test_same_as_above_never_gives_a_number_to_another_name(rows: list[Any], piece: int,
    shuffle: random.Random) -> None:
    """Whoever lands with a number or name that was not written in the row is a pair that was written above it."""
    numbers = {place: number_of(date(1970, 1, place), 10) for place in (1, 2, 3)}
    names = [one.name for one in contract(DISPOSITIONS).columns]
    right = dict.fromkeys(names, "") | {
        "village_code": "999901001201", "position": "委员", "disposition": "党内警告", "decided_on": "2020-03-01",
    }  # fmt: skip
    sent = [
        {
            **right, "disposition_no": f"C{place}", "person_name": mark if same_name else name,
            "id_number": mark if same_number else numbers[number],
            "village_code": mark if same_village else "999901001201",
        }
        for place, (name, number, same_name, same_number, same_village, mark) in enumerate(rows)
    ]  # fmt: skip
    raw = table(names, [[*row.values()] for row in sent], piece=piece)
    landed = interpret(raw, contract(DISPOSITIONS), allow_unassigned_area=True).identities
    written = {(row["person_name"], row["id_number"]) for row in sent} - {
        (row["person_name"], row["id_number"]) for row in sent if {row["person_name"], row["id_number"]} & set(MARKS)
    }
    for row, who in landed.iterrows():
        cells = sent[int(str(row)) - 2]
        pair = (who["person_name"], who["id_number"])
        assert pair in written
        assert cells["person_name"] in (pair[0], *MARKS) and cells["id_number"] in (pair[1], *MARKS)


