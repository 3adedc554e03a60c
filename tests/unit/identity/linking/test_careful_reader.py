"""Linked or offered, as a careful reader would: numbers beside other names, names as they are said, posts in words, any
Unicode."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.identity.linking.county import BROTHER, EAST, FAR, WANG, ZHANG, links, mention, person

DAY, SINCE = date(2018, 5, 1), date(2017, 3, 1)
SURE, REVIEW = "sure", "review"
CHAIR, SON, NEIGHBOUR = person("P1", "王建国", WANG), person("P2", "王建军", BROTHER), person("P3", "张三丰", ZHANG)


def held(person_id: str, village: str = EAST, position: str = "C1", until: date | None = None) -> tuple[Any, ...]:
    return (person_id, village, position, SINCE, until)


TENURE = [held("P1"), held("P2", position="C3"), held("P3", position="P1")]


def bands(asked: tuple[Any, ...], *people: Any, tenure: Any = TENURE) -> dict[str, str]:
    return {
        person_id: band
        for (_, person_id), (_, band) in links([asked], *(people or (CHAIR, SON, NEIGHBOUR)), tenure=tenure).items()
    }


@pytest.mark.parametrize("name", ["王建军", "張三丰", "张三丰书记"])
@pytest.mark.parametrize("post", [None, "C1", "C3", "P1"])
@pytest.mark.parametrize("village", [None, EAST])
def test_a_number_beside_another_officials_name_waits_and_offers_both(
    name: str, post: str | None, village: str | None
) -> None:
    named = "P2" if name == "王建军" else "P3"
    assert bands(mention(name, WANG, village, post, DAY)) == {"P1": REVIEW, named: REVIEW}


def test_the_other_one_may_be_named_far_away() -> None:
    tenure = [held("P1"), held("P3", FAR, "P1")]
    assert bands(mention("张三丰", WANG, EAST, "C1", DAY), CHAIR, NEIGHBOUR, tenure=tenure) == {
        "P1": REVIEW,
        "P3": REVIEW,
    }


def test_of_two_of_one_name_the_one_whose_post_and_village_it_is_speaks_against_the_number() -> None:
    namesake = person("P4", "王建国", ZHANG)
    tenure = [held("P1", FAR), held("P4", EAST)]
    assert bands(mention("王建国", WANG, EAST, "C1", DAY), CHAIR, namesake, tenure=tenure) == {
        "P1": REVIEW,
        "P4": REVIEW,
    }
    # where both have posts in the village the number tells
    both = [held("P1"), held("P4", position="C3")]
    assert bands(mention("王建国", WANG, EAST, "C3", DAY), CHAIR, namesake, tenure=both) == {"P1": SURE}


@pytest.mark.parametrize(
    "name",
    [
        "王建国书记", "村主任王建国", "王建国（已故）", "王建国（曾用名王小国）", "王*国", "王某某", "王**", "王建",
        "老王", "小王", "阿建国", "阿国",
        "王老三", "王主任", "王建国(大)",
    ],
)  # fmt: skip
def test_names_as_they_are_said_beside_a_whole_number(name: str) -> None:
    assert bands(mention(name, WANG, EAST), CHAIR, NEIGHBOUR) == {"P1": SURE}


def test_a_short_name_that_is_somebodys_whole_name_offers_both() -> None:
    tenure = [held("P1"), held("P4", position="C3")]
    found = bands(mention("王建", WANG, EAST), CHAIR, person("P4", "王建", ZHANG), tenure=tenure)
    assert found == {"P1": REVIEW, "P4": REVIEW}


@pytest.mark.parametrize("name", ["王建*", "王建"])
def test_a_part_of_a_name_that_fits_two_of_the_village_is_the_numbers_where_the_post_is_too(name: str) -> None:
    assert bands(mention(name, WANG, EAST, "C1", DAY), CHAIR, SON) == {"P1": SURE}
    for post in (None, "C3", "P2"):  # nobody's in particular, the other one's, and one that neither held
        assert bands(mention(name, WANG, EAST, post, DAY), CHAIR, SON) == {"P1": REVIEW, "P2": REVIEW}
    # one who lives elsewhere is not meant
    assert bands(mention(name, WANG, EAST, None, DAY), CHAIR, SON, tenure=[held("P1"), held("P2", FAR)]) == {"P1": SURE}


def test_a_star_behind_a_name_may_hide_a_character() -> None:
    people = CHAIR, person("P4", "王建", ZHANG)
    tenure = [held("P1"), held("P4", position="C3")]
    assert bands(mention("王建*", None, EAST, "C1", DAY), *people, tenure=tenure).get("P4") != SURE
    assert bands(mention("王建国*", WANG, EAST), CHAIR) == {"P1": SURE}


@pytest.mark.parametrize("name", ["王建国之妻", "王建国（妻）"])
def test_a_relative_is_never_linked(name: str) -> None:
    assert bands(mention(name, WANG, EAST, "C1", DAY), CHAIR) == {"P1": REVIEW}
    assert bands(mention(name, None, EAST, "C1", DAY), CHAIR) == {}


@pytest.mark.parametrize("name", ["老张", "张*丰", "张某某", "阿三丰", "张老三", "张书记"])
def test_what_somebody_is_called_beside_village_and_post_leaves_one_or_is_offered(name: str) -> None:
    assert bands(mention(name, None, EAST, "P1", DAY)) == {"P3": SURE}
    assert bands(mention(name, None, EAST)) == {"P3": REVIEW}
    # two of the village may be called so
    another = person("P4", "张小丰", "999902199912310176")
    tenure = [*TENURE, held("P4", position="S1")]
    assert set(bands(mention("老张", None, EAST), CHAIR, NEIGHBOUR, another, tenure=tenure)) == {"P3", "P4"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("支书", SURE), ("党支部书记", SURE), ("书记主任", SURE), ("一肩挑", SURE), ("原书记", SURE), ("文书", REVIEW),
        ("妇女主任", REVIEW),
        ("敲钟人", REVIEW),
    ],
)  # fmt: skip
def test_posts_in_words_beside_name_and_village(words: str, expected: str) -> None:
    assert bands(mention("张三丰", None, EAST, words, DAY)) == {"P3": expected}


def test_words_that_may_mean_several_posts_tell_nobody_by_themselves() -> None:
    assert bands(mention(None, None, EAST, "支书", DAY)) == {"P3": SURE}
    assert bands(mention(None, None, EAST, "村长", DAY)) == {"P1": REVIEW}
    assert bands(mention("王建国", None, EAST, "村长", DAY)) == {"P1": SURE}
    assert bands(mention("王建军", None, EAST, "委员", DAY)) == {"P2": SURE}


@pytest.mark.parametrize(
    "text",
    [
        "999901600101005",  # 15 digits, the last one wrong
        "999901196001010000",  # the last four as 0000
        "999901196101010041", "999901197001010041", "999901206001010041",  # the year off by 1, 10, 100
        "9999O1196OO1O1OO41", "999901196001010041（已注销）", "9.9990119600101E+17",
        "999901196021010041",  # no such month
    ],
)  # fmt: skip
def test_numbers_that_are_not_whole_link_beside_name_and_village(text: str) -> None:
    assert bands(mention("王建国", None, EAST, text=text)) == {"P1": SURE}
    assert bands(mention("张三丰", None, EAST, "P1", DAY, text=text)).get("P1") in (REVIEW, None)


def test_four_known_digits_and_another_name_are_not_borne_out_by_a_post() -> None:
    assert bands(mention("李大明", None, EAST, "C1", DAY, text="**************0041"), CHAIR) == {"P1": REVIEW}
    assert bands(mention("王建国", None, EAST, "C1", DAY, text="**************0041"), CHAIR) == {"P1": SURE}


def test_a_wrong_village_beside_name_and_post_is_offered() -> None:
    assert bands(mention("王建国", None, FAR, "C1", DAY), CHAIR) == {"P1": REVIEW}
    assert bands(mention("王建国", None, FAR, "P1", DAY), CHAIR) == {}
    assert bands(mention("王建国", None, FAR, "C1", date(2016, 1, 1)), CHAIR) == {}


CELL = st.one_of(
    st.none(),
    st.text(max_size=24),
    st.sampled_from([WANG, WANG[:-1] + "ｘ", "99990119600101004🎌", "王建国", "王𠮷国", "é́", "\x00"]),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=6), st.permutations(TENURE))
def test_no_unicode_ends_the_linking_and_no_order_changes_it(cells: list[tuple[Any, ...]], tenure: list[Any]) -> None:
    asked = [
        mention(name, None, EAST, position, DAY, text=text, mention_id=f"M{place}")
        for place, (name, text, position, _) in enumerate(cells)
    ] + [
        mention(name, number, village, None, DAY, mention_id=f"N{place}")
        for place, (name, number, _, village) in enumerate(cells)
    ]
    found = links(asked, CHAIR, SON, NEIGHBOUR, tenure=tenure)
    assert links(asked[::-1], NEIGHBOUR, CHAIR, SON, tenure=TENURE) == found
