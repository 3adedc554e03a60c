"""What of the decisions stands: withdrawals, merging and un-merging, contradictions, in whatever order they arrive."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity.review.decisions import Decision, tables
from pipelines.identity.review.standing import refusals_of, resolve

DAY = date(2020, 11, 25)
NUMBERS = count(1)


def person(letter: str) -> str:
    return "P" + letter * 16


def mention(letter: str) -> str:
    return "M" + letter * 16


def decision(kind: str, a: str, b: str, verdict: str = "same", by: str = "核对员甲", **more: Any) -> Decision:
    day = more.get("on", DAY)
    number = more.get("number") or f"D{day:%Y%m%d}{next(NUMBERS):04d}"
    return Decision(day, number, kind, a, b, verdict, by, more.get("reason", "核对档案"))


def persons(a: str, b: str, verdict: str = "same", by: str = "核对员甲", **more: Any) -> Decision:
    return decision("person", person(a), person(b), verdict, by, **more)


def record(m: str, p: str, verdict: str = "same", by: str = "核对员甲", **more: Any) -> Decision:
    return decision("mention", mention(m), person(p), verdict, by, **more)


def why(*decisions: Decision) -> list[str]:
    return [one.why for one in resolve(decisions).refused]


def test_a_decision_stands() -> None:
    one, other = record("1", "a"), record("2", "a", "different")
    assert resolve([other, one]).used == (one, other)


def test_the_same_decision_twice_is_one_whatever_its_reason_says() -> None:
    one = record("1", "a", number="D202011250001")
    again = record("1", "a", number="D202011250001", reason="同一事，另一写法")
    assert len(resolve([one, again]).used) == 1
    assert resolve([one, again]) == resolve([again, one])


def test_one_number_for_two_things_is_refused() -> None:
    assert why(record("1", "a", number="D202011250001"), record("1", "b", number="D202011250001")) == ["number_twice"]


@pytest.mark.parametrize(
    "wrong",
    [
        decision("mention", person("a"), person("b")),
        decision("person", person("a"), person("a")),
        decision("village", "V" + "1" * 12, person("a")),
        decision("mention", "M123", person("a")),
        decision("rumour", mention("1"), person("a")),
        decision("mention", mention("1"), person("a"), "perhaps"),
    ],
)
def test_what_is_no_decision_is_refused(wrong: Decision) -> None:
    assert why(wrong) == ["malformed"]
    assert resolve([wrong]).used == ()


def test_a_withdrawal_takes_back_what_its_decider_said_before_and_nobody_elses_word() -> None:
    mine, yours = record("1", "a"), record("1", "a", by="核对员乙")
    back = record("1", "a", "withdrawn")
    assert resolve([mine, yours, back]).used == (yours,)
    again = record("1", "a", "different")
    assert resolve([mine, back, again]).used == (again,)


def test_same_and_different_are_both_set_aside_until_one_is_withdrawn() -> None:
    first, second = record("1", "a"), record("1", "a", "different", "核对员乙")
    disputed = resolve([first, second])
    assert disputed.used == ()
    assert [set(one.decisions) for one in disputed.refused] == [{first, second}]
    assert disputed.disputed == {first.pair}
    assert resolve([first, second, record("1", "a", "withdrawn", "核对员乙")]).used == (first,)
    assert resolve([first, second, record("1", "a", "withdrawn", "核对员丙")]).used == ()


def test_nobody_may_contradict_themselves_by_being_newer() -> None:
    assert why(record("1", "a"), record("1", "a", "different", on=DAY + timedelta(days=9))) == ["same_and_different"]


def test_two_persons_are_a_pair_in_either_order() -> None:
    assert why(persons("a", "b"), persons("b", "a", "different")) == ["same_and_different"]


def test_a_record_cannot_be_two_persons_unless_they_are_one() -> None:
    joins = [record("1", "a"), record("1", "b", by="核对员乙")]
    assert why(*joins) == ["two_persons"]
    assert why(*joins, persons("a", "c"), persons("c", "b")) == []


def test_a_chain_between_two_that_are_kept_apart_is_set_aside_whole() -> None:
    chain = [persons("a", "b"), persons("b", "c", by="核对员乙")]
    apart, elsewhere = persons("c", "a", "different", "核对员丙"), persons("b", "d")
    found = resolve([*chain, apart, elsewhere])
    assert [set(one.decisions) for one in found.refused] == [{*chain, apart}]
    assert found.canonical == {person("d"): person("b")}


def test_every_chain_is_found() -> None:
    joins = [persons("a", "b"), persons("b", "c"), persons("a", "d"), persons("d", "c")]
    found = resolve([*joins, persons("a", "c", "different")])
    assert found.used == () and len(found.refused) == 2


def test_a_record_is_not_somebody_who_is_one_with_its_person() -> None:
    pieces = [record("1", "a"), persons("a", "b"), record("1", "b", "different")]
    assert [set(one.decisions) for one in resolve(pieces).refused] == [set(pieces)]


def test_a_village_does_not_become_its_own_predecessor() -> None:
    old, new = "V" + "1" * 12, "V" + "2" * 12
    assert why(decision("village", old, new), decision("village", new, old)) == ["village_circle"]
    assert why(decision("village", old, new), decision("village", new, old, "different")) == []


def test_who_stays_is_what_was_decided_and_a_withdrawal_restores() -> None:
    first, second = persons("b", "c"), persons("a", "b", on=DAY + timedelta(days=1))
    merged = resolve([second, first])
    assert merged.canonical == {person("b"): person("a"), person("c"): person("a")}
    assert merged.person(person("d")) == person("d")
    back = persons("a", "b", "withdrawn", on=DAY + timedelta(days=9))
    restored = resolve([back, second, first])
    assert restored.canonical == resolve([first]).canonical == {person("c"): person("b")}
    history = {(one.stays, one.person_id): (one.since, one.until, one.used) for one in restored.merges}
    assert history == {
        (person("b"), person("c")): (DAY, None, True),
        (person("a"), person("b")): (DAY + timedelta(days=1), DAY + timedelta(days=9), False),
    }


def test_the_later_of_two_merges_says_who_stays() -> None:
    first, later = persons("a", "b"), persons("c", "b", on=DAY + timedelta(days=1))
    for arrived in ([first, later], [later, first]):
        assert resolve(arrived).canonical == {person("a"): person("c"), person("b"): person("c")}


def test_a_new_decision_is_told_what_it_contradicts() -> None:
    known = [persons("a", "b"), persons("b", "c"), persons("d", "e"), persons("d", "e", "different", "核对员乙")]
    new = persons("a", "c", "different")
    (refusal,) = refusals_of(new, known)
    assert set(refusal.decisions) == {known[0], known[1], new}
    assert refusals_of(persons("a", "f"), known) == []


def test_the_linking_gets_tables() -> None:
    known = [record("1", "b"), record("2", "a", "different"), persons("a", "b"), persons("c", "b", "different"),
             record("3", "a"), record("3", "a", "different", "核对员乙")]  # fmt: skip
    given = {name: [tuple(row.values()) for row in rows.to_pylist()] for name, rows in tables(resolve(known)).items()}
    assert [row[:3] for row in given["decided"]] == [
        (mention("1"), person("a"), "same"), (mention("2"), person("a"), "different"),
    ]  # fmt: skip
    assert given["merged"] == [(person("b"), person("a"))]
    assert [row[:2] for row in given["apart"]] == [(person("c"), person("a"))]
    assert given["disputed"] == [("mention", mention("3"), person("a"))]
    assert all(not rows for rows in map(len, tables(resolve([])).values()))


# Any decisions at all, over few enough subjects that they meet.
LETTERS = st.sampled_from("abcdef")
ANY = st.builds(
    lambda kind, a, b, verdict, by, day: (persons if kind else record)(a, b, verdict, by, on=DAY + timedelta(days=day)),
    st.booleans(), LETTERS, LETTERS, st.sampled_from(["same", "same", "different", "withdrawn"]),
    st.sampled_from(["核对员甲", "核对员乙"]), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(ANY, max_size=14), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(decisions: list[Decision], random: Any) -> None:
    shuffled = random.sample(decisions, len(decisions))
    assert resolve(shuffled) == resolve(decisions)


@given(st.lists(ANY, max_size=14))
def test_what_is_used_contradicts_nothing(decisions: list[Decision]) -> None:
    found = resolve(decisions)
    assert resolve(found.used).refused == ()
    for one in found.used:
        joined = found.person(one.subject_a) == found.person(one.subject_b)
        if one.subject_kind == "person":
            assert joined == (one.verdict == "same")
    owners = {(one.subject_a, found.person(one.subject_b)) for one in found.of_kind("mention") if one.verdict == "same"}
    strangers = {(one.subject_a, found.person(one.subject_b)) for one in found.of_kind("mention") if one.verdict != "same"}
    assert len({record for record, _ in owners}) == len(owners)
    assert not owners & strangers


@given(st.lists(ANY, max_size=10), st.lists(st.tuples(LETTERS, LETTERS), max_size=4))
def test_un_merging_restores(decisions: list[Decision], pairs: list[tuple[str, str]]) -> None:
    """Merges of one more person, all taken back, leave what had been before."""
    merges = [persons(a, b, by="核对员丙", on=DAY + timedelta(days=1)) for a, b in pairs if a != b]
    later = DAY + timedelta(days=5)
    back = [decision("person", one.subject_a, one.subject_b, "withdrawn", one.decided_by, on=later) for one in merges]
    before, after = resolve(decisions), resolve([*decisions, *merges, *back])
    assert (after.canonical, after.used, after.refused) == (before.canonical, before.used, before.refused)
    assert len(after.merges) == len(before.merges) + len(merges)


@given(st.permutations("abcdef"), st.data())
def test_consistent_merges_give_the_groups_they_name(letters: list[str], data: Any) -> None:
    """A forest of merges: everybody of a group gets one person_id, that of nobody who was merged away."""
    joins = []
    for place in range(1, len(letters)):
        if data.draw(st.booleans()):
            other = data.draw(st.integers(0, place - 1))
            pair = data.draw(st.permutations([letters[place], letters[other]]))
            joins.append(persons(*pair, on=DAY + timedelta(days=data.draw(st.integers(0, 3)))))
    found = resolve(data.draw(st.permutations(joins)))
    assert found.refused == ()
    groups = {letter: {letter} for letter in letters}
    for one in joins:
        joined = groups[one.subject_a[1]] | groups[one.subject_b[1]]
        groups |= {letter: joined for letter in joined}
    for letter in letters:
        ids = {found.person(person(other)) for other in groups[letter]}
        assert len(ids) == 1
        assert ids <= {person(other) for other in groups[letter]} - set(found.canonical)
