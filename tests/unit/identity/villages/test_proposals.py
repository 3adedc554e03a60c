"""What nobody delivered is proposed with its evidence, and a person's word makes it lineage."""

from __future__ import annotations

from dataclasses import replace

from pipelines.identity.villages.decided import DIFFERENT, OPEN, SAME, WAITING, register
from pipelines.identity.villages.proposals import proposals
from pipelines.identity.villages.registry import build, village_id
from pipelines.identity.villages.shapes import Decision, Entry, Listing
from tests.unit.identity.villages.shapes import D1, D2, D3, TOWN, A, B, C, D, change, code, listing


def unit(
    serial: int, name: str, town: str = TOWN, population: int | None = None, households: int | None = None
) -> Entry:
    entry = Entry(code(serial, town), name, township_code=town, township_name="某街道")
    return replace(entry, population=population, households=households)


FRONT, BACK = (
    unit(201, "岷岗前村", population=400, households=90),
    unit(202, "岷岗后村", population=600, households=110),
)
BEFORE = listing(D1, FRONT, BACK, unit(203, "丁山村"))
AFTER = listing(D2, unit(221, "岷岗村", population=1010, households=400), unit(203, "丁山村"))
PAIRS = [(A, code(221)), (B, code(221))]


def test_a_merger_is_proposed_with_its_evidence() -> None:
    found = proposals(BEFORE, AFTER, [])
    assert [(one.old_code, one.new_code, one.kind) for one in found] == [(*pair, "merge") for pair in PAIRS]
    assert found[0].evidence == (
        "同属某街道", "岷岗村的2个字中有2个见于岷岗前村：岷、岗", "户数：原200，现400，不相近", "户籍人口：原1000，现1010，相近",
    )  # fmt: skip


def test_what_was_delivered_is_not_proposed() -> None:
    delivered = [change("merge", D2, *pair) for pair in PAIRS]
    assert proposals(BEFORE, AFTER, delivered) == []
    (left,) = proposals(BEFORE, AFTER, [change("abolish", D2, A)])
    assert (left.old_code, left.kind) == (B, "recode")


def test_every_gone_or_new_village_is_in_the_answer() -> None:
    found = proposals(listing(D1, unit(201, "甲溪村")), listing(D2, unit(202, "乙岙村")), [])
    assert [(one.old_code, one.new_code, one.kind) for one in found] == [(A, None, "gone"), (None, B, "new")]
    assert "乙岙村" in found[0].evidence[1]
    assert "甲溪村" in found[1].evidence[1]


def test_one_name_under_another_code_kind_or_township_is_proposed() -> None:
    other = "330304008000"
    found = proposals(
        listing(D1, unit(201, "将军村委会"), unit(202, "大川村委会"), unit(203, "南湖村"), unit(4, "南湖社区")),
        listing(D2, unit(6, "将军社区"), unit(216, "大川村委会", other), unit(4, "南湖社区")),
        [],
    )
    assert {(one.old_code, one.new_code): one.kind for one in found} == {
        (A, code(6)): "convert", (B, code(216, other)): "recode", (C, code(4)): "merge",
    }  # fmt: skip


def test_common_characters_and_those_many_bear_are_no_evidence() -> None:
    gone = [unit(201 + serial, name) for serial, name in enumerate(["东山村", "西山村", "石山村", "白山村", "上田村"])]
    found = proposals(listing(D1, *gone), listing(D2, unit(221, "鹤山村"), unit(222, "上元村")), [])
    assert all(one.old_code is None or one.new_code is None for one in found)
    assert len(found) == 7


LISTS = [BEFORE, AFTER]
IDS = [(village_id(old), village_id(new)) for old, new in PAIRS]


def decided(*same: bool) -> list[Decision]:
    return [Decision(f"D{place}", *IDS[place], one) for place, one in enumerate(same)]


def test_nothing_is_assumed_while_nobody_has_decided() -> None:
    registry, opened = register(LISTS, [], [])
    assert registry.edges == ()
    assert [(one.old_id, one.new_id, one.state, one.opened_on) for one in opened] == [(*pair, OPEN, D2) for pair in IDS]
    assert registry.at_code(A, D3) == village_id(A)


def test_half_a_merger_waits_for_the_other_half() -> None:
    registry, opened = register(LISTS, [], decided(True))
    assert registry.edges == ()
    assert [one.state for one in opened] == [WAITING, OPEN]


def test_a_decided_merger_is_lineage() -> None:
    registry, opened = register(LISTS, [], decided(True, True))
    assert [(one.from_id, one.to_id, one.kind, one.effective_on) for one in registry.edges] == sorted(
        (*pair, "merge", D2) for pair in IDS
    )
    assert {one.state for one in opened} == {SAME}
    assert {(one.old_id, one.new_id) for one in opened} == set(IDS), "the ids that the decisions name"


def test_one_pair_denied_makes_the_other_a_recode() -> None:
    registry, opened = register(LISTS, [], decided(True, False))
    assert registry.at_code(code(221), D2) == village_id(A)
    assert registry.at_code(B, D2) == village_id(B)
    assert sorted(one.state for one in opened) == sorted([SAME, DIFFERENT])


def test_a_village_that_comes_back_was_never_gone() -> None:
    back = Listing(D3, {**AFTER.entries, **BEFORE.entries})
    _, opened = register([*LISTS, back], [], [])
    assert [(one.proposal.old_code, one.proposal.new_code) for one in opened] == []


def test_the_day_a_new_village_says_it_was_established_dates_the_change() -> None:
    new = Entry(D, "岷岗前村", township_code=TOWN, established_on=D2)
    registry, _ = register([BEFORE, listing(D3, unit(202, "岷岗后村"), unit(203, "丁山村"), new)], [],
                           [Decision("D1", village_id(A), village_id(D), True)])  # fmt: skip
    assert registry.at_code(D, D2) == village_id(A)
    assert build([BEFORE], []).at_code(D, D2) is None
