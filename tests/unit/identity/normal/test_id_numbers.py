"""Damaged ID numbers: which kind, and which whole number they may have been. All numbers are of the unassigned area."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.identity.normal.id_numbers import Damage, DamageKind, damage_of, fits
from pipelines.sources.resident_id import check_digit

MAN, WOMAN, OTHER = "99990119780312001X", "999901196001010041", "999901196307152288"


def damaged(text: str) -> Damage:
    found = damage_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "99990119780312001X", "99990119780312001x", "９９９９０１１９７８０３１２００１Ｘ", "999901780312001",
        "999901196001010041", "999902199912310176", "999901196307152288", "'99990119780312001x", "999901-19780312-001X",
    ],
)  # fmt: skip
def test_a_valid_number_is_not_damaged(text: str) -> None:
    assert damage_of(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "known", "whole"),
    [
        ("999901196307152289", DamageKind.CHECK_DIGIT, 17, OTHER),
        ("999901196370152288", DamageKind.IMPOSSIBLE_DATE, 17, OTHER),
        ("999901196307125288", DamageKind.CHECK_DIGIT, 17, OTHER),
        ("99990119630715228X", DamageKind.CHECK_DIGIT, 17, OTHER),
        ("9999O1196307152288", DamageKind.CHECK_DIGIT, 17, OTHER),
        ("99990119630715228", DamageKind.ONE_LOST, 17, OTHER),
        ("9990119780312001X", DamageKind.ONE_LOST, 17, MAN),
        ("9999011963307152288", DamageKind.ONE_EXTRA, 18, OTHER),
        ("999901196001010000", DamageKind.TRUNCATED, 15, WOMAN),
        ("999901196001010048", DamageKind.FLOAT, 15, WOMAN),
        ("999901196001010048.0", DamageKind.FLOAT, 15, WOMAN),
        ("9.99901E+17", DamageKind.SCIENTIFIC, 6, WOMAN),
        ("9.9990119600101e+17", DamageKind.SCIENTIFIC, 14, WOMAN),
        ("9999011978****001X", DamageKind.MASKED, 14, MAN),
        ("9999011978XXXX001X", DamageKind.MASKED, 14, MAN),
        ("999901********001X", DamageKind.MASKED, 10, MAN),
        ("999901***001X", DamageKind.MASKED, 10, MAN),
        ("999901******001", DamageKind.MASKED, 9, MAN),
        ("**************001X", DamageKind.MASKED, 4, MAN),
        ("9999011978********", DamageKind.MASKED, 10, MAN),
        ("001X", DamageKind.TAIL, 4, MAN),
        ("12001X", DamageKind.TAIL, 6, MAN),
    ],
)
def test_damage_fits_what_it_was(text: str, kind: DamageKind, known: int, whole: str) -> None:
    found = damaged(text)
    assert (found.kind, found.digits_known) == (kind, known)
    assert fits(found, whole)


@pytest.mark.parametrize(
    "text",
    [
        "", "无", "王建国", "1", "99990119", "9999011960010100", "99990119630715228899", "9.99E+14", "***",
        "999901198613012",  # 15 digits have no check digit: a wrong date among them says nothing about another number
        "9999O1I96307152288",
        "99990119780312001XX",
        "00000019630715228" + check_digit("00000019630715228"),
    ],
)  # fmt: skip
def test_what_says_nothing_usable_is_no_damage(text: str) -> None:
    assert damage_of(text) is None


def test_an_impossible_date_with_a_right_check_digit_fits_no_number() -> None:
    found = damaged("999901198502290124")
    assert found.kind is DamageKind.IMPOSSIBLE_DATE
    first_17 = "99990119850228012"
    assert not fits(found, first_17 + check_digit(first_17))


def test_a_spreadsheet_cuts_no_number_that_ends_in_x() -> None:
    assert not fits(damaged("999901197803120000"), MAN)
    assert not fits(damaged("9.99901E+17"), MAN)


def test_the_digits_of_a_power_of_ten_are_rounded() -> None:
    assert fits(damaged("9.999012E+17"), WOMAN)
    assert not fits(damaged("9.999011E+17"), WOMAN)


def test_a_mistyped_number_may_look_like_a_cut_one() -> None:
    days = (f"9999011978{month:02d}{day:02d}100" for month in range(1, 13) for day in range(1, 29))
    number = next(one + "0" for one in days if check_digit(one) == "0")
    found = damaged(number.replace("1978", "1979"))
    assert found.kind is DamageKind.TRUNCATED
    assert fits(found, number)


def test_no_text_of_a_number_is_printed() -> None:
    assert "9999" not in repr(damaged("9999011978****001X"))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born_on = draw(st.dates(date(1920, 1, 1), date(2010, 12, 31)))
    first_17 = f"9999{draw(st.integers(1, 99)):02d}{born_on:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return first_17 + check_digit(first_17)


digits = st.sampled_from("0123456789")


@given(numbers(), st.integers(0, 17))
def test_any_character_lost_fits(number: str, at: int) -> None:
    found = damaged(number[:at] + number[at + 1 :])
    assert found.kind is DamageKind.ONE_LOST
    assert fits(found, number)


@given(numbers(), st.integers(0, 17), digits)
def test_any_digit_too_many_fits(number: str, at: int, digit: str) -> None:
    found = damaged(number[:at] + digit + number[at:])
    assert found.kind is DamageKind.ONE_EXTRA
    assert fits(found, number)


@given(numbers(), st.integers(0, 17), digits)
def test_any_digit_mistyped_fits(number: str, at: int, digit: str) -> None:
    text = number[:at] + digit + number[at + 1 :]
    assert text == number or fits(damaged(text), number)


@given(numbers(), st.integers(0, 16))
def test_any_neighbours_swapped_fit(number: str, at: int) -> None:
    text = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert text == number or fits(damaged(text), number)


@given(numbers().filter(str.isdigit), st.integers(1, 14))
def test_what_a_spreadsheet_makes_of_a_number_fits(number: str, places: int) -> None:
    cut, rounded = number[:15] + "000", str(int(float(number)))
    # One cut number in eleven has a right check digit by chance: then it is a valid number, and nobody can tell.
    assert damage_of(cut) is None or fits(damaged(cut), number)
    assert damage_of(rounded) is None or fits(damaged(rounded), number)
    assert fits(damaged(f"{float(number)}"), number)
    assert fits(damaged(f"{number[0]}.{number[1:]}"[: places + 2] + "E+17"), number) or number[places + 1] >= "5"


@given(numbers(), st.integers(0, 14), st.integers(0, 6), st.integers(2, 9))
def test_any_mask_fits(number: str, head: int, tail: int, stars: int) -> None:
    text = number[:head] + "*" * stars + number[18 - tail :]
    assert damage_of(text) is None if not head + tail else fits(damaged(text), number)


@given(numbers(), st.data())
def test_what_is_two_errors_away_fits_only_by_the_rule(number: str, data: st.DataObject) -> None:
    text = number
    for _ in range(2):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.one_of(digits, st.just(""))) + text[at + data.draw(st.integers(0, 1)) :]
    found = damage_of(text)
    assume(found is not None and found.kind in (DamageKind.ONE_LOST, DamageKind.ONE_EXTRA, DamageKind.CHECK_DIGIT))
    assert found is not None
    lost = {number[:at] + number[at + 1 :] for at in range(18)}
    extra = {number[:at] + digit + number[at:] for at in range(19) for digit in "0123456789X"}
    wrong = {number[:at] + digit + number[at + 1 :] for at in range(18) for digit in "0123456789X"}
    swapped = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(17)}
    assert fits(found, number) == (text in lost | extra | wrong | swapped)
