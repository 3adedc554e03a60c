"""Invented people: numbers that nobody has and that no two share, names in real proportions."""

from __future__ import annotations

from collections import Counter
from random import Random

from pipelines.simulation.people import Clan, invented_mobile, make_name, make_person


def test_serials_that_share_area_and_sequence_differ_in_day_or_month():
    cycle = 99 * 486
    numbers = {make_person(Random(1), 5 + cycle * turn, team="old", sex="1").id_number for turn in range(28 * 12)}
    assert len(numbers) == 28 * 12
    assert len({number[:6] for number in numbers}) == 1
    assert len({number[14:17] for number in numbers}) == 1


def test_surnames_follow_their_frequency():
    rng = Random(3)
    first = Counter(make_name(rng, "1", 1970)[0] for _ in range(20_000))
    # 王 has 74,862 of the 846,000 per million of the hundred surnames: 8.8 %.
    assert 0.075 < first["王"] / 20_000 < 0.105
    assert first["王"] > first["陈"] > first["汤"]


def test_given_names_follow_sex_and_decade():
    rng = Random(3)
    old_women = Counter(make_name(rng, "2", 1955)[-1] for _ in range(3000))
    young_men = Counter(make_name(rng, "1", 1995)[-1] for _ in range(3000))
    assert old_women["英"] > 100 > young_men["英"] == 0
    assert young_men["伟"] > 0 == old_women["伟"]


def test_a_clan_shares_surname_and_generation():
    rng = Random(5)
    names = [make_name(rng, "1", 1965, Clan("林", 0.6, "福")) for _ in range(2000)]
    assert 0.55 < sum(name[0] == "林" for name in names) / 2000 < 0.7
    assert sum(name.startswith("林福") for name in names) > 400


def test_mobiles_are_of_an_unassigned_prefix():
    assert invented_mobile(12_345) == "16000002345"
