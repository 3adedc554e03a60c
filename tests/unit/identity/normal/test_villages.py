"""Names of villages: one key for every form of a name; texts taken apart in one way or not at all.

Units are those of 瓯海区 in the yearly statistical division lists (National Bureau of Statistics, redistributed as
`china-division`, WTFPL), as the simulation carries them; 东村 and the like are invented.
"""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity.normal.villages import KnownUnits, Unit, split_unit, village_kind, village_name_key
from pipelines.simulation import geography

with (geography.DATA / "villages_330304_2016_2023.csv").open(encoding="utf-8", newline="") as file:
    REAL = [(row["town_name"], row["name"]) for row in csv.DictReader(file) if row["year"] == "2020"]
KNOWN = KnownUnits(
    [
        *[("三垟街道", name) for name in ("东村村委会", "黄屿村委会", "前村")],
        *[("娄桥街道", name) for name in ("娄桥社区", "东风村")],
        *[("新桥街道", name) for name in ("新桥村委会", "新桥社区")],
        *[("泽雅镇", name) for name in ("大村", "大村东村", "西岸村")],
    ]
)


@pytest.mark.parametrize(
    ("key", "forms"),
    [
        (
            "东村",
            "东村 东村村 东村村委会 东村委会 东村村民委员会 东村(社区) 东村（社区） 东村社区居委会 東村村 东村（村）",
        ),
        (
            "黄屿",
            "黄屿 黄屿村 黄屿村委会 黄屿村村委会 黄屿村民委员会 黃嶼村 黄屿行政村 黄屿村股份经济合作社 黄\u3000屿村",
        ),
        ("北高岭", "北高岭村村委会 北高岭村"),
        ("舜江源", "舜江源社区居委会 舜江源社区"),
        ("新民", "新民村 新民村村 新民村村委会"),
        ("村", "村 村村 村村委会"),
        ("东", "东社区 东社区村"),
    ],
)
def test_forms_of_one_name_have_one_key(key: str, forms: str) -> None:
    assert {form: village_name_key(form) for form in forms.split(" ")} == dict.fromkeys(forms.split(" "), key)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("上村村委会", "village"),
        ("东村村", "village"),
        ("净水村委会", "village"),
        ("净水社区", "community"),
        ("东村(社区)", "community"),
        ("东村社区居委会", "community"),
        ("净水", None),
        ("村", None),
        ("中村村委会(社区)", None),
    ],
)
def test_kind(name: str, kind: str | None) -> None:
    assert village_kind(name) == kind


def test_the_units_of_a_township_keep_their_own_keys() -> None:
    # The only units of one township that share a key are a village and the community named after it.
    shared = Counter((township, village_name_key(name), village_kind(name)) for township, name in REAL)
    assert len(shared) == len(REAL) == 205
    assert all(kind for _, _, kind in shared)


def test_every_real_unit_is_found_with_its_township_in_front() -> None:
    known = KnownUnits(REAL)
    for township, name in REAL:
        assert split_unit(f"{township}{name}书记", known) == Unit(township, name, "书记")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("三垟街道东村村主任", Unit("三垟街道", "东村村", "主任")),
        ("东村村党支部书记", Unit(None, "东村村", "党支部书记")),
        ("东村村主任", Unit(None, "东村村", "主任")),
        ("东村主任", Unit(None, "东村", "主任")),
        ("东村村务监督委员会主任", Unit(None, "东村", "村务监督委员会主任")),
        ("东村村民代表", Unit(None, "东村", "村民代表")),
        ("前村村主任", Unit(None, "前村村", "主任")),
        ("黄屿村委会主任", Unit(None, "黄屿村委会", "主任")),
        ("黄屿村书记、主任", Unit(None, "黄屿村", "书记、主任")),
        ("黄屿村原主任", Unit(None, "黄屿村", "原主任")),
        ("黃嶼村書記", Unit(None, "黄屿村", "书记")),
        ("黄屿", Unit(None, "黄屿", None)),
        ("娄桥街道娄桥", Unit("娄桥街道", "娄桥", None)),
        ("娄桥街道 娄桥社区 党委书记", Unit("娄桥街道", "娄桥社区", "党委书记")),
        ("温州市瓯海区三垟街道黄屿村妇联主席", Unit("三垟街道", "黄屿村", "妇联主席")),
        ("大村东村主任", Unit(None, "大村东村", "主任")),
        ("大村书记", Unit(None, "大村", "书记")),
    ],
)
def test_split(text: str, unit: Unit) -> None:
    assert split_unit(text, KNOWN) == unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "三垟街道",
        "三垟街道办事处主任",
        "三垟街道娄桥社区主任",  # no village of that township
        "南湖村主任",  # not known
        "新桥",  # the township or the village
        "新桥书记",
        "黄屿主任",
        "新桥中学校长",
        "黄屿村卫生室主任",
        "大村西村主任",
        "黄屿村和东村村主任",
    ],
)
def test_what_does_not_split_in_one_way_is_not_split(text: str) -> None:
    assert split_unit(text, KNOWN) is None


def test_a_text_that_may_name_either_of_two_villages_names_none() -> None:
    assert split_unit("东村主任", KnownUnits([("甲镇", "东社区"), ("甲镇", "东村")])) is None


def test_nothing_is_known() -> None:
    assert split_unit("三垟街道东村", KnownUnits([])) is None


@given(st.text(alphabet="东西新村社区居民委员会行政 （）()村", max_size=10))
def test_a_key_has_itself_as_key(name: str) -> None:
    assert village_name_key(village_name_key(name)) == village_name_key(name)


@given(st.sampled_from(REAL), st.sampled_from(["", "村", "书记", "村主任", "中学", "东村", "社区"]))
def test_a_split_gives_back_the_whole_text(unit: tuple[str, str], tail: str) -> None:
    text = "".join(unit) + tail
    found = split_unit(text, KnownUnits([unit]))
    assert found is None or (found.township or "") + found.village + (found.post or "") == text
