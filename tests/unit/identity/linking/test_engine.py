"""Who is meant: by number, by damaged number, by name and post, by post alone; and who is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.resident_id import check_digit
from tests.unit.identity.linking.county import (
    BROTHER,
    EAST,
    FAR,
    MERGED_ON,
    NEW,
    WANG,
    WEST,
    ZHANG,
    links,
    mention,
    person,
)

DAY = date(2018, 5, 1)
SINCE = date(2017, 3, 1)
CHAIR = person("P1", "王建国", WANG)
SURE, REVIEW = "sure", "review"


def held(person_id: str, village: str = EAST, position: str = "C1", since: date = SINCE, until: date | None = None) -> tuple:
    return (person_id, village, position, since, until)


def number(birth: str, serial: str) -> str:
    first = f"999901{birth}{serial}"
    return first + check_digit(first)


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("王建国", SURE), ("王建國", SURE), (None, SURE), ("王健国", SURE), ("王小国", SURE), ("李大明", REVIEW),
        ("王建军", REVIEW),  # a slip of the pen, or a brother of whom no roster knows
    ],
)  # fmt: skip
def test_a_number_links_unless_the_name_is_a_wholly_different_one(name: str | None, band: str) -> None:
    assert links([mention(name, WANG)], CHAIR) == {("M", "P1"): ("id_number", band)}


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("阿国", SURE), ("小国", SURE), ("王老三", SURE), ("王老大", SURE),  # what 王建国 may be called
        ("阿军", REVIEW), ("老国", REVIEW), ("李老三", REVIEW), ("王老师", REVIEW), ("大国", REVIEW),
    ],
)  # fmt: skip
def test_what_somebody_is_called_is_no_other_name(name: str, band: str) -> None:
    assert links([mention(name, WANG)], CHAIR) == {("M", "P1"): ("id_number", band)}
    # without a number it tells nobody; beside the post it may leave one
    assert links([mention(name, None, EAST)], CHAIR, tenure=[held("P1")]) in ({}, {("M", "P1"): ("part_of_name", REVIEW)})
    beside = links([mention(name, None, EAST, "C1", DAY)], CHAIR, tenure=[held("P1")])
    assert beside == ({("M", "P1"): ("part_of_name", SURE)} if band == SURE else {})


@pytest.mark.parametrize("number_as_sent", [{"number": WANG}, {"text": WANG[:6] + "********" + WANG[14:]}])
def test_a_number_borne_out_by_the_post_needs_no_name_of_the_rosters(number_as_sent: dict[str, str]) -> None:
    def band(position: str | None, day: date | None, village: str = EAST, name: str | None = "李大明", **others: Any) -> set[str]:
        asked = mention(name, number_as_sent.get("number"), village, position, day, text=number_as_sent.get("text"))
        tenure = [held("P1"), held("P1", position="C3"), *others.get("tenure", ())]
        found = links([asked], CHAIR, *others.get("people", ()), tenure=tenure)
        return {band for (_, person_id), (_, band) in found.items() if person_id == "P1"}

    assert band("C1", DAY) == {SURE}
    # several hold such a post; on another day, or nowhere known, it was somebody else's
    for position, day in (("C3", DAY), ("P1", DAY), ("C1", date(2016, 1, 1)), ("C1", None), (None, DAY)):
        assert band(position, day) == {REVIEW}
    # the name is that of another official of the village: a row has slipped, in the name or in the number
    neighbour = {"people": [person("P2", "李大明", ZHANG)], "tenure": [held("P2", position="C2")]}
    assert band("C1", DAY, **neighbour) == {REVIEW}


def test_a_number_that_lost_a_digit_beside_a_name_alone() -> None:
    lost = WANG[:9] + WANG[10:]
    for name, expected in (("王建国", SURE), ("王健国", SURE), ("王建军", REVIEW), (None, REVIEW)):
        found = links([mention(name, None, None, text=lost)], CHAIR, tenure=[held("P1")])
        assert found == {("M", "P1"): ("id_damaged", expected)}
    # few digits and a name that only sounds the same say too little; so does another village
    assert set(links([mention("王健国", None, None, text=WANG[-4:])], CHAIR, tenure=[held("P1")]).values()) <= {
        ("id_damaged", REVIEW)
    }
    assert set(links([mention("王健国", None, FAR, text=lost)], CHAIR, tenure=[held("P1")]).values()) == {("id_damaged", REVIEW)}


def test_a_name_of_two_characters_of_which_one_differs_beside_nearly_a_whole_number() -> None:
    """It may be a brother's; the post on the day tells."""
    for text, position, expected in (
        (WANG[:9] + WANG[10:], None, REVIEW), (WANG[:9] + WANG[10:], "C1", SURE), (WANG[-4:], None, REVIEW),
    ):  # fmt: skip
        asked = mention("王键", None, EAST, position, DAY, text=text)
        assert links([asked], person("P1", "王国", WANG), tenure=[held("P1")]) == {("M", "P1"): ("id_damaged", expected)}


def test_a_number_on_no_roster_is_somebody_elses_whatever_the_name() -> None:
    other = number("19720202", "003")
    assert links([mention("王建国", other, EAST)], CHAIR, tenure=[held("P1")]) == {}
    # the post too: perhaps a second number of the same person, which only a person can tell
    found = links([mention("王建国", other, EAST, "C1", DAY)], CHAIR, tenure=[held("P1")])
    assert found == {("M", "P1"): ("name_village_post", REVIEW)}


@pytest.mark.parametrize(
    "text",
    [
        WANG[:9] + WANG[10:],  # one lost
        WANG[:12] + "9" + WANG[13:],  # one mistyped
        WANG[:8] + WANG[9] + WANG[8] + WANG[10:],  # two swapped
        WANG[:15] + "000",  # cut by a spreadsheet
        str(int(float(WANG))),  # rounded to a float64
        WANG[:6] + "********" + WANG[14:],
        WANG[-4:],
    ],
)
def test_a_damaged_number_links_beside_name_and_village(text: str) -> None:
    assert links([mention("王建国", None, EAST, text=text)], CHAIR, tenure=[held("P1")]) == {("M", "P1"): ("id_damaged", SURE)}
    # beside another village somebody is to look
    assert set(links([mention("王建国", None, FAR, text=text)], CHAIR, tenure=[held("P1")]).values()) == {("id_damaged", REVIEW)}


def test_a_cut_number_that_passes_its_check_is_no_other_persons() -> None:
    cut = next(
        f"{whole[:15]}000"
        for serial in range(100, 1000)
        if (whole := number("19600101", f"{serial:03d}")).isdigit() and check_digit(f"{whole[:15]}00") == "0"
        and whole[15:] != "000"
    )
    carrier = next(
        whole for serial in range(100) if (whole := number("19600101", f"{cut[14]}{serial:02d}")).isdigit() and whole != cut
    )
    found = links([mention("王建国", cut, EAST)], person("P1", "王建国", carrier), tenure=[held("P1")])
    assert found == {("M", "P1"): ("id_damaged", SURE)}


def test_two_whom_a_damaged_number_fits_wait_for_a_person() -> None:
    first, second = number("19600101", "001"), number("19600101", "002")
    found = links(
        [mention("王建国", None, EAST, text=first[:15] + "000")],
        person("P1", "王建国", first), person("P2", "王建国", second), tenure=[held("P1"), held("P2", position="C2")],
    )  # fmt: skip
    assert found == {("M", "P1"): ("id_damaged", REVIEW), ("M", "P2"): ("id_damaged", REVIEW)}


def test_a_damaged_number_that_fits_nobody_speaks_against_the_name() -> None:
    found = links([mention("王建国", None, EAST, "C1", DAY, text=ZHANG[:-1])], CHAIR, tenure=[held("P1")])
    assert found == {("M", "P1"): ("name_village_post", REVIEW)}


def test_name_village_and_post_on_the_day_link() -> None:
    found = links([mention("王建国", None, EAST, "C1", DAY)], CHAIR, tenure=[held("P1")])
    assert found == {("M", "P1"): ("name_village_post", SURE)}


@pytest.mark.parametrize(("position", "day"), [(None, None), (None, DAY), ("C1", None), ("C1", date(2012, 1, 1))])
def test_name_and_village_without_the_post_on_its_day_wait(position: str | None, day: date | None) -> None:
    """Somebody on no roster may bear the name, and may have held the post before any roster began."""
    found = links([mention("王建国", None, EAST, position, day)], CHAIR, tenure=[held("P1")])
    assert found == {("M", "P1"): ("scored", REVIEW)}


def test_two_of_one_name_in_a_village_wait_for_a_person() -> None:
    found = links(
        [mention("王建国", None, EAST, "C1", DAY)], CHAIR, person("P2", "王建國", ZHANG),
        tenure=[held("P1"), held("P2", position="C3")],
    )  # fmt: skip
    assert found == {("M", "P1"): ("name_village_post", REVIEW), ("M", "P2"): ("name_village_post", REVIEW)}


def test_a_brothers_name_never_links() -> None:
    found = links([mention("王建军", None, EAST, "C1", DAY)], CHAIR, tenure=[held("P1")])
    assert {band for _, band in found.values()} <= {REVIEW}


def test_a_name_that_sounds_the_same_waits_and_the_likelier_one_weighs_more() -> None:
    asked = [mention("王健国", None, EAST, "C1", DAY)]
    assert links(asked, CHAIR, tenure=[held("P1")]) == {("M", "P1"): ("scored", REVIEW)}
    found = links(
        asked, CHAIR, person("P2", "王建军", BROTHER),
        tenure=[held("P1"), held("P2", position="C3", since=date(2010, 1, 1), until=SINCE)],
    )  # fmt: skip
    assert found == {("M", "P1"): ("scored", REVIEW)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2016, 1, 1), {("M", "P2"): ("role", SURE)}),
        (SINCE, {("M", "P1"): ("role", REVIEW), ("M", "P2"): ("role", REVIEW)}),  # the day of the change
        (DAY, {("M", "P1"): ("role", SURE)}),
        (date(2013, 1, 1), {}),  # before anybody that is known
    ],
)
def test_a_post_alone_means_who_held_it_that_day(day: date, expected: dict) -> None:
    tenure = [held("P2", since=date(2014, 3, 1), until=SINCE), held("P1")]
    assert links([mention(None, None, EAST, "C1", day)], CHAIR, person("P2", "张三丰", ZHANG), tenure=tenure) == expected


def test_a_post_without_a_day_or_with_several_seats_waits() -> None:
    tenure = [held("P1"), held("P2", position="C3")]
    people = CHAIR, person("P2", "张三丰", ZHANG)
    assert links([mention(None, None, EAST, "C1")], *people, tenure=tenure) == {("M", "P1"): ("role", REVIEW)}
    assert links([mention(None, None, EAST, "C3", DAY)], *people, tenure=tenure) == {("M", "P2"): ("role", REVIEW)}


def test_a_merged_village_is_the_one_of_the_day() -> None:
    """东村 and 西村 became one in 2019: the chair of 东村 of 2018 is the one of 2018; named 东村 in 2020 nobody is sure."""
    people = CHAIR, person("P2", "张三丰", ZHANG)
    tenure = [held("P1", EAST, until=MERGED_ON), held("P2", NEW, since=MERGED_ON)]
    assert links([mention(None, None, EAST, "C1", DAY)], *people, tenure=tenure) == {("M", "P1"): ("role", SURE)}
    assert links([mention(None, None, NEW, "C1", date(2020, 1, 1))], *people, tenure=tenure) == {("M", "P2"): ("role", SURE)}
    late = links([mention(None, None, EAST, "C1", MERGED_ON + timedelta(days=200))], *people, tenure=tenure)
    assert late == {("M", "P2"): ("role", REVIEW)}
    # by name the line of villages is followed, in both directions, and not across to the other village that merged
    assert links([mention("王建国", None, NEW, "C1", DAY)], *people, tenure=tenure) == {("M", "P1"): ("name_village_post", SURE)}
    assert links([mention("王建国", None, WEST, "C1", DAY)], *people, tenure=tenure) == {("M", "P1"): ("scored", REVIEW)}


def test_a_role_before_another_village_joined_under_the_same_code_waits() -> None:
    """A matter of 2018 may have been written down in 2020, under the code that the village kept when another one joined it."""
    joined = {"village_successor": [("VF", "VE", MERGED_ON)]}
    asked = [mention(None, None, EAST, "C1", DAY)]
    assert links(asked, CHAIR, tenure=[held("P1")]) == {("M", "P1"): ("role", SURE)}
    assert links(asked, CHAIR, joined, tenure=[held("P1")]) == {("M", "P1"): ("role", REVIEW)}
    # one that had joined before the day changes nothing
    before = {"village_successor": [("VF", "VE", date(2012, 1, 1))]}
    assert links(asked, CHAIR, before, tenure=[held("P1")]) == {("M", "P1"): ("role", SURE)}


def test_what_a_person_has_decided_stands() -> None:
    tenure = [held("P1")]
    asked = [mention("王建国", None, EAST, "C1", DAY)]
    assert links(asked, CHAIR, tenure=tenure, decided=[("M", "P1", "different")]) == {}
    assert links([mention("李大明", WANG)], CHAIR, decided=[("M", "P1", "same")]) == {("M", "P1"): ("decided", SURE)}
    people = CHAIR, person("P2", "王建国", ZHANG)
    twins = [held("P1"), held("P2", position="C2")]
    assert links(asked, *people, tenure=twins, decided=[("M", "P2", "same")]) == {("M", "P2"): ("decided", SURE)}
    # that it is not the one does not make it the other
    assert links(asked, *people, tenure=twins, decided=[("M", "P1", "different")]) == {("M", "P2"): ("name_village_post", REVIEW)}


MANY = [
    mention("王建国", WANG, mention_id="M1"), mention("王建国", None, EAST, text=WANG[:15] + "000", mention_id="M2"),
    mention("张三丰", None, EAST, "P1", DAY, mention_id="M3"), mention(None, None, EAST, "C1", DAY, mention_id="M4"),
    mention("王健国", None, EAST, "C1", DAY, mention_id="M5"), mention("王建国", None, EAST, mention_id="M6"),
]  # fmt: skip
TENURE = [held("P1"), held("P2", position="P1"), held("P3", position="C3"), held("P1", since=date(2014, 1, 1), until=SINCE)]
PEOPLE = [CHAIR, person("P2", "张三丰", ZHANG), person("P3", "王建军", BROTHER)]


@settings(max_examples=15)
@given(st.permutations(MANY), st.permutations(TENURE), st.permutations(PEOPLE))
def test_the_order_of_rows_does_not_matter(mentions: list, tenure: list, people: list) -> None:
    assert links(mentions, *people, tenure=tenure) == links(MANY, *PEOPLE, tenure=TENURE)
