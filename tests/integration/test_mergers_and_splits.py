"""Figures through a merger and a split: between two weeks two villages become one and a third gives a part away.

A county of five villages that is small enough to be added up by hand goes the whole way, files in, marts out. One build
holds both weeks.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publishing.reader import open_edition
from pipelines.settings import SETTINGS_FILE
from pipelines.sources.resident_id import check_digit
from tests.integration.homes import SECOND, Home
from tests.looks import TESTING

BEFORE, AFTER = "2020-11-23", "2020-11-30"
UNITS = {"999901001000": "甲镇", "999901002000": "乙镇"}
# name: code; 甲 and 乙 become 庚, 丁 gives 辛 away
FIRST_LIST = {
    "甲村": "999901001201", "乙村": "999901001202", "丙村": "999901001203", "丁村": "999901002201", "戊村": "999901002202",
}  # fmt: skip
SECOND_LIST = {
    "庚村": "999901001211", "丙村": "999901001203", "丁村": "999901002201", "辛村": "999901002212", "戊村": "999901002202",
}  # fmt: skip
CHANGED_ON = "2020-12-01"
CHANGES = [("合并", "甲村", "庚村", 100), ("合并", "乙村", "庚村", 100), ("析置", "丁村", "辛村", 40)]
# who sat in each team, by the number of the person; the first is the secretary, the others sit in the committee
LAST_TERM = {"甲村": [1, 2, 3], "乙村": [4, 5], "丙村": [6, 7], "丁村": [8, 9, 10], "戊村": [11, 12]}
THIS_TERM = {"甲村": [1, 2], "乙村": [4, 5], "丙村": [6, 7, 13], "丁村": [8, 9, 14], "戊村": [11, 15]}
NEW_TEAMS = {"庚村": [1, 4, 5], "辛村": [14, 16]}
LEFT = {"甲村": [1, 2], "乙村": [4, 5], "丁村": [14]}  # posts that ended with the change
# entitled and present at the party's first ballot, registered and voting at the committee's; all before the change
BALLOTS = {
    "甲村": (45, 40, 600, 500), "乙村": (30, 28, 400, 350), "丙村": (50, 45, 800, 700),
    "丁村": (60, 50, 900, 700), "戊村": (40, 36, 500, 450),
}  # fmt: skip

Number = Decimal | int
Sums = dict[tuple[str, str, str], tuple[Number, Number]]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The week in which the villages changed."""
    home = Home(tmp_path_factory.mktemp("merged") / "var")
    home.path.mkdir()
    lines = "CUNSHE_ALLOW_UNASSIGNED_AREA=true\nCUNSHE_COUNTY_CODE=999901\nCUNSHE_COUNTY_NAME=试验县\n"
    (home.path / SETTINGS_FILE).write_text(lines, encoding="utf-8")
    deliver(home.path / "inbox")
    home.cunshe("run", "--week", SECOND)
    return home


@pytest.fixture
def marts(changed: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The authorised edition: analysts do not get every village's figures."""
    with closing(open_edition(changed.settings, "authorised", look=TESTING)) as connection:
        yield connection


def deliver(inbox: Path) -> None:
    """Both weeks' files of the departments that matter here."""
    codes = FIRST_LIST | SECOND_LIST
    for day, listed in (("2020-11-25", FIRST_LIST), ("2020-12-02", SECOND_LIST)):
        put(inbox / "civil_affairs/villages" / day, [village(name, code) for name, code in listed.items()])
        put(inbox / "organisation/posts" / day, [*posts(codes, changed=day > CHANGED_ON)])
    put(inbox / "civil_affairs/ballots/2020-11-25", [row for name in BALLOTS for row in ballots(name, codes[name])])
    put(
        inbox / "civil_affairs/village_changes/2020-12-02",
        [
            {
                "变动编号": f"999901-2020-{number}", "变动类型": kind, "生效日期": CHANGED_ON, "原村社代码": codes[old],
                "原村社名称": old, "新村社代码": codes[new], "新村社名称": new, "划入比例（%）": share,
                "批准文号": "甲政〔2020〕1号", "是否作废": "",
            }
            for number, (kind, old, new, share) in enumerate(CHANGES, start=1)
        ],
    )  # fmt: skip


def put(folder: Path, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    with (folder / "delivered.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def village(name: str, code: str) -> dict[str, Any]:
    unit = f"{code[:9]}000"
    return {
        "统计用区划代码": code, "村社名称": name, "类型": "村", "镇街代码": unit, "所属镇街": UNITS[unit], "管理单位代码": unit,
        "管理单位": UNITS[unit], "是否重点村社": "否", "设立日期": CHANGED_ON if name in NEW_TEAMS else "1990-01-01",
        "撤销日期": "", "户数": 300, "户籍人口": 900,
    }  # fmt: skip


def posts(codes: dict[str, str], changed: bool) -> list[dict[str, Any]]:
    """The roster: the last term's posts, this term's, and after the change those of the new villages."""
    found = [post(who, n, codes[name], 2017, "2017-04-01", "2020-11-10") for name, team in LAST_TERM.items()
             for n, who in enumerate(team)]  # fmt: skip
    for name, team in THIS_TERM.items():
        for n, who in enumerate(team):
            ended = CHANGED_ON if changed and who in LEFT.get(name, []) else ""
            found.append(post(who, n, codes[name], 2020, "2020-11-10", ended))
    if changed:
        found += [post(who, n, codes[name], 2020, CHANGED_ON, "") for name, team in NEW_TEAMS.items()
                  for n, who in enumerate(team)]  # fmt: skip
    return found


def post(who: int, place: int, code: str, term: int, since: str, until: str) -> dict[str, Any]:
    number = f"999901{1960 + who}0115{2 * who:03}"  # an even sequence: a woman
    return {
        "姓名": f"周{'甲乙丙丁戊己庚辛壬癸'[who % 10]}{'春夏'[who // 10]}", "公民身份号码": number + check_digit(number),
        "村社代码": code, "职务": "村委会委员" if place else "党组织书记", "性别": "女", "出生年月": f"{1960 + who}-01",
        "学历": "大专", "政治面貌": "党员", "任职日期": since, "免职日期": until, "是否专职": "是", "换届年度": term,
        "离任原因": "其他" if until else "",
    }  # fmt: skip


def ballots(name: str, code: str) -> list[dict[str, Any]]:
    entitled, present, registered, voting = BALLOTS[name]
    bodies = (("党组织", "2020-11-10", entitled, present), ("村委会", "2020-11-20", registered, voting))
    return [
        {
            "村社代码": code, "选举组织": body, "投票次序": 1, "投票类型": "首次", "投票日期": day,
            "登记选民数/应到会党员数": all_, "参加投票数/实到会党员数": came,
            "委托投票数": 0, "发出选票数": came, "收回选票数": came, "有效票数": came,
            "应选职数": 1, "实选人数": 1, "选举方式": "", "流动票箱投票数": "", "得票总数": "",
            "当选者最低得票": "", "最小票差": "", "近亲属对数": "",
        }
        for body, day, all_, came in bodies
    ]  # fmt: skip


def sums(marts: duckdb.DuckDBPyConnection, scope: str) -> Sums:
    """(week, indicator, scope's name) → numerator and denominator, where both are shown."""
    rows = marts.execute(
        "select cast(week_start as varchar), indicator_id, scope_name, numerator, coalesce(denominator, 0)"
        " from marts.indicator_week where scope_type = ? and numerator is not null",
        [scope],
    ).fetchall()
    return {(week, indicator, name): (above, below) for week, indicator, name, above, below in rows}


def added(parts: Sums, whole: dict[str, str]) -> Sums:
    """The parts of the same whole added up: `whole` says by week and name what a part belongs to."""
    found: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for (week, indicator, name), (above, below) in parts.items():
        total = found[week, indicator, whole[f"{week} {name}"]]
        total[0] += above
        total[1] += below
    return {key: (above, below) for key, (above, below) in found.items()}


# which township a village is of in which week, from the lists themselves and not from the warehouse
TOWNSHIPS = {
    f"{week} {name}": UNITS[f"{code[:9]}000"]
    for week, listed in ((BEFORE, FIRST_LIST), (AFTER, SECOND_LIST))
    for name, code in listed.items()
}
COUNTY = {f"{week} {name}": "试验县" for week in (BEFORE, AFTER) for name in UNITS.values()}


def test_villages_add_up_to_townships_and_these_to_the_county(marts: duckdb.DuckDBPyConnection) -> None:
    by_village, by_township, by_county = (sums(marts, scope) for scope in ("village", "township", "county"))
    townships = added(by_village, TOWNSHIPS)
    assert {week for week, _, _ in by_village} == {BEFORE, AFTER}
    assert {indicator for _, indicator, _ in townships} > {"villages", "turnout_voters", "average_age", "female_share"}
    assert {key: by_township[key] for key in townships} == townships
    counties = added({key: by_township[key] for key in townships}, COUNTY)
    assert {key: by_county[key] for key in counties} == counties


@pytest.mark.parametrize(
    ("indicator", "before", "after"),
    [
        ("villages", {"甲镇": (3, 0), "乙镇": (2, 0)}, {"甲镇": (2, 0), "乙镇": (3, 0)}),
        ("two_committee_members", {"甲镇": (7, 0), "乙镇": (5, 0)}, {"甲镇": (6, 0), "乙镇": (6, 0)}),
        ("secretaries", {"甲镇": (3, 0), "乙镇": (2, 0)}, {"甲镇": (2, 0), "乙镇": (3, 0)}),
        # an election is one of the village that held it: neither 庚 nor the two that 丁 became have held any
        ("turnout_voters", {"甲镇": (1550, 1800), "乙镇": (1150, 1400)}, {"甲镇": (700, 800), "乙镇": (450, 500)}),
        ("turnout_party_members", {"甲镇": (113, 125), "乙镇": (86, 100)}, {"甲镇": (45, 50), "乙镇": (36, 40)}),
    ],
)  # fmt: skip
def test_a_township_has_what_its_villages_had(
    marts: duckdb.DuckDBPyConnection,
    indicator: str,
    before: dict[str, tuple[int, int]],
    after: dict[str, tuple[int, int]],
) -> None:
    found = sums(marts, "township")
    assert {name: found[BEFORE, indicator, name] for name in UNITS.values()} == before
    assert {name: found[AFTER, indicator, name] for name in UNITS.values()} == after


def test_a_new_village_has_no_election_of_its_forerunners(marts: duckdb.DuckDBPyConnection) -> None:
    found = sums(marts, "village")
    assert found[BEFORE, "turnout_voters", "甲村"] == (500, 600)
    assert found[BEFORE, "turnout_voters", "丁村"] == (700, 900)
    assert [found[AFTER, "turnout_voters", name] for name in ("庚村", "丁村", "辛村")] == [(0, 0)] * 3


def test_what_was_split_is_left_out_of_the_comparison_with_the_last_term(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select scope_name, villages, numerator, last_numerator, comparable_villages, comparable_this_value,"
        " comparable_last_value from marts.indicator_term where indicator_id = 'two_committee_members'"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {
        "甲镇": (2, 6, 7, 2, 6, 7),  # 庚 beside 甲 and 乙 together, 丙 beside 丙
        "乙镇": (3, 6, 2, 1, 2, 2),  # only 戊: neither part of what 丁 was has a team of before
        "试验县": (5, 12, 9, 3, 8, 9),
    }
