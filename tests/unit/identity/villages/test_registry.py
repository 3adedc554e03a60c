"""Ids that stay, codes and names as history, and facts placed in the village of their day."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.identity.villages.registry import Registry, build, village_id
from pipelines.identity.villages.shapes import Change, Entry, Period, Place
from tests.unit.identity.villages.shapes import D1, D2, D3, TOWN, A, B, C, D, change, code, listing

JUNE = date(2019, 6, 1)
BEFORE = JUNE - timedelta(days=1)


def place(registry: Registry, village_code: str, day: date) -> str | None:
    """What the table of places says of a code on a day; exactly one of its rows speaks of the day."""
    (found,) = [
        one
        for one in registry.places()
        if one.village_code == village_code
        and (one.from_on is None or one.from_on <= day)
        and (one.until_on is None or day < one.until_on)
    ]
    return found.village_id


def test_a_village_that_nothing_touches_is_its_code_at_first_appearance() -> None:
    registry = build([listing(D2, A, B), listing(D1, A)], [change("merge", JUNE, C, D)])
    assert village_id(A) == "V" + hashlib.sha256(f"village:{A}".encode()).hexdigest()[:12]
    assert registry.periods[:2] == (
        Period(A, village_id(A), None, None, None, None),
        Period(B, village_id(B), None, None, None, None),
    )
    assert not registry.problems


def test_dates_of_a_list_are_validity() -> None:
    registry = build([listing(D1, Entry(A, "甲村", established_on=JUNE, abolished_on=D2))], [])
    assert [(one.valid_from, one.valid_to) for one in registry.periods] == [(JUNE, D2)]
    assert [registry.at_code(A, day) for day in (BEFORE, JUNE, D2 - timedelta(days=1), D2)] == [
        None,
        village_id(A),
        village_id(A),
        None,
    ]
    assert place(registry, A, BEFORE) == place(registry, A, D3) == village_id(A)  # there is no other it could mean


def test_a_code_missing_from_a_list_has_not_ended() -> None:
    registry = build([listing(D1, A, B), listing(D2, A)], [])
    assert registry.at_code(B, D3) == village_id(B)


def test_a_merger_makes_a_new_village_and_ends_the_old_ones() -> None:
    registry = build([listing(D1, C)], [change("merge", JUNE, A, C), change("merge", JUNE, B, C)])
    old_a, old_b, new = registry.at_code(A, BEFORE), registry.at_code(B, BEFORE), registry.at_code(C, JUNE)
    assert new == village_id(C)
    assert len({old_a, old_b, new}) == 3
    assert registry.at_code(A, JUNE) is registry.at_code(C, BEFORE) is None
    assert {(one.from_id, one.to_id, one.share) for one in registry.edges} == {(old_a, new, 1.0), (old_b, new, 1.0)}
    # E-41: a record of 2020 that still names B means what became of it; one of before means B
    assert place(registry, B, BEFORE) == old_b
    assert place(registry, B, date(2020, 3, 1)) == new


def test_a_village_that_takes_another_in_under_its_old_code_is_a_new_one() -> None:
    """Seen before the merger it keeps its id for the time before; what is published is never renumbered."""
    merger = [change("merge", D2, B, A)]
    seen_before = build([listing(D1, A, B), listing(D3, A)], merger)
    assert seen_before.at_code(A, D1) == village_id(A) != seen_before.at_code(A, D2)
    assert seen_before.lineage.on(village_id(A), D2) == {seen_before.at_code(A, D2): 1.0}
    known_later = build([listing(D3, A)], merger)
    assert known_later.at_code(A, D3) == village_id(A) != known_later.at_code(A, D1)


def test_a_split_keeps_shares_and_a_fact_named_by_the_old_code_waits_for_a_person() -> None:
    changes = [change("split", JUNE, A, B, 0.6), change("split", JUNE, A, C, 0.4)]
    registry = build([listing(D1, B, C)], changes)
    old = registry.at_code(A, BEFORE)
    assert registry.lineage.on(str(old), JUNE) == {village_id(B): 0.6, village_id(C): 0.4}
    assert place(registry, A, BEFORE) == old
    assert place(registry, A, JUNE) is None


def test_a_village_that_gives_a_part_away_goes_on_as_a_new_one() -> None:
    registry = build([listing(D1, A), listing(D3, A, B)], [change("split", D2, A, B, 0.25)])
    assert registry.at_code(A, D2) not in (None, village_id(A))
    assert registry.lineage.on(village_id(A), D2) == {registry.at_code(A, D2): 0.75, village_id(B): 0.25}


def test_rename_recode_re_parent_and_convert_keep_the_village() -> None:
    town = code(0, "330304008000")
    moved = code(216, town)
    for kind, new in (("rename", A), ("recode", B), ("re_parent", moved), ("convert", code(6))):
        registry = build([listing(D1, A), listing(D3, new)], [change(kind, D2, A, new)])
        assert {one.village_id for one in registry.periods} == {village_id(A)}, kind
        assert registry.at_code(new, D3) == village_id(A)
        assert registry.edges == ()
        assert not registry.problems


def test_a_recode_from_before_the_first_list_renumbers_nobody() -> None:
    registry = build([listing(D1, B)], [change("recode", JUNE, A, B)])
    assert registry.at_code(A, BEFORE) == registry.at_code(B, D1) == village_id(B)
    assert place(registry, A, D1) == village_id(B)


def test_a_code_that_is_given_to_another_village_means_either_by_its_day() -> None:
    changes = [change("recode", JUNE, A, B), change("split", D2, C, A, 0.5), change("split", D2, C, D, 0.5)]
    registry = build([listing(D1, B, C), listing(D3, B, A, D)], changes)
    assert place(registry, A, BEFORE) == place(registry, A, D1) == village_id(B)
    assert place(registry, A, D2) == registry.at_code(A, D3) != village_id(B)
    assert [(one.from_on, one.until_on) for one in registry.places() if one.village_code == A] == [
        (None, D2),
        (D2, None),
    ]


def test_a_list_that_names_both_codes_says_they_are_two_villages() -> None:
    registry = build([listing(D1, A, B)], [change("recode", JUNE, A, B)])
    assert registry.at_code(A, D1) != registry.at_code(B, D1)
    assert [one.basis for one in registry.problems] == [f"recode-{A}-{B}"]


def test_contradictions_are_named_and_not_applied() -> None:
    changes = [
        change("merge", JUNE, A, C),
        change("merge", D2, A, D),  # A had ended
        change("recode", D2, C, B),  # B belongs to another
        change("merge", D2, D, None),
    ]
    registry = build([listing(D1, A, B, C, D), listing(D3, C, D)], changes)
    assert len(registry.edges) == 1
    assert {one.basis for one in registry.problems} == {f"merge-{A}-{D}", f"recode-{C}-{B}", f"merge-{D}-None"}
    assert registry.at_code(C, D3) == village_id(C)


def test_a_village_listed_on_after_it_ended_is_named() -> None:
    registry = build([listing(D1, A, C)], [change("abolish", JUNE, A)])
    assert [one.basis for one in registry.problems] == [A]


def test_names_are_history_and_need_the_township_where_two_share_one() -> None:
    other = "330304002000"
    lists = [
        listing(D1, Entry(A, "净水社区", township_code=TOWN, township_name="景山街道"),
                Entry(code(1, other), "前进村委会", township_code=other, township_name="梧田街道"),
                Entry(B, "前进村", township_code=TOWN, township_name="景山街道", managing_code="Z1", managing_name="开发区")),
        listing(D3, Entry(A, "会昌社区", township_code=TOWN, township_name="景山街道")),
    ]  # fmt: skip
    registry = build(lists, [change("rename", D2, A, A)])
    assert registry.at_name("净水社区", D1) == registry.at_name("会昌社区居委会", D2) == {village_id(A)}
    assert registry.at_name("会昌社区", D1) == registry.at_name("净水社区", D2) == frozenset()
    assert len(registry.at_name("前进村", D1)) == 2
    for township in (TOWN, "景山街道", "Z1", "开发区"):
        assert registry.at_name("前进村民委员会", D1, township) == {village_id(B)}
    assert registry.at_name("前进村", D1, "茶山街道") == frozenset()


def test_old_names_come_from_changes_too() -> None:
    changes = [
        change("rename", JUNE, A, A, old_name="净水社区", new_name="会昌社区"),
        change("merge", JUNE, B, C, old_name="乙村", new_name="新融村"),
    ]
    registry = build([listing(D1, Entry(A, "会昌社区"), Entry(C, "新融村"))], changes)
    assert registry.at_name("净水社区", BEFORE) == {village_id(A)}
    assert registry.at_name("净水社区", JUNE) == frozenset()
    assert registry.at_name("乙村", BEFORE, TOWN) == {registry.at_code(B, BEFORE)}
    assert registry.at_name("新融村", JUNE) == {village_id(C)}


def test_two_hierarchies_have_their_own_history() -> None:
    lists = [
        listing(
            D1,
            Entry(
                A, "甲村", township_code=TOWN, township_name="景山街道", managing_code=TOWN, managing_name="景山街道"
            ),
        ),
        listing(
            D3,
            Entry(A, "甲村", township_code=TOWN, township_name="景山街道", managing_code="Z1", managing_name="开发区"),
        ),
    ]
    spans = {
        attribute: [
            (one.value_name, one.valid_from, one.valid_to)
            for one in build(lists, []).spans
            if one.attribute == attribute
        ]
        for attribute in ("township", "managing_unit")
    }
    assert spans["township"] == [("景山街道", None, None)]
    assert spans["managing_unit"] == [("景山街道", None, D3), ("开发区", D3, None)]
    dated = build(lists, [change("re_parent", D2, A, A)])
    assert [one.valid_from for one in dated.spans if one.attribute == "managing_unit"] == [None, D2]


CODES = [code(200 + serial) for serial in range(6)]
DAYS = [date(2018, 1, 1) + timedelta(days=90 * step) for step in range(6)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Change], list[tuple[date, list[str]]]]:
    kinds = st.sampled_from(["merge", "split", "rename", "recode", "convert", "re_parent", "abolish"])
    count = draw(st.integers(0, 7))
    changes = [
        Change(f"N{number}", draw(kinds), draw(st.sampled_from(DAYS)), draw(st.sampled_from(CODES)),
               draw(st.sampled_from([*CODES, None])), share=draw(st.sampled_from([None, 0.5, 1.0])))
        for number in range(count)
    ]  # fmt: skip
    lists = [
        (day, draw(st.lists(st.sampled_from(CODES), unique=True)))
        for day in draw(st.lists(st.sampled_from(DAYS), unique=True))
    ]
    return changes, lists


@settings(max_examples=60, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_whatever_is_delivered_in_whatever_order_the_register_is_sound(history, shuffler) -> None:  # type: ignore[no-untyped-def]
    changes, lists = history
    registry = build([listing(day, *codes) for day, codes in lists], changes)
    again = list(lists)
    shuffler.shuffle(changes)
    shuffler.shuffle(again)
    assert build([listing(day, *codes) for day, codes in again], changes) == registry
    by_code: dict[str, list[Period]] = {}
    for one in registry.periods:
        by_code.setdefault(one.village_code, []).append(one)
    assert {one for _, codes in lists for one in codes} <= by_code.keys(), "a listed code has a village"
    for periods in by_code.values():
        assert periods[0].named_from is None and periods[-1].named_to is None
        assert all(one.named_to == other.named_from for one, other in pairwise(periods))
        assert all(one.valid_to is not None and one.valid_to <= other.valid_from for one, other in pairwise(periods))  # type: ignore[operator]
    for day in (DAYS[0] - timedelta(days=1), *DAYS):
        assert all(isinstance(place(registry, one, day), str | None) for one in by_code)
    assert all(isinstance(one, Place) for one in registry.places())
