"""The simulated county has the published figures, and its story holds from week to week."""

from __future__ import annotations

import tracemalloc
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.simulation import simulate
from pipelines.simulation.county import DATASETS
from pipelines.simulation.geography import villages
from pipelines.simulation.ledgers import LEDGERS
from pipelines.sources.codes import code_tables
from pipelines.sources.contract import load_catalog


def test_villages_are_those_of_the_published_account(county):
    for sent in county.of("civil_affairs__villages"):
        rows = county.clean(sent)
        types = Counter("社区" if row["类型"] in ("社区", "居委会", "城市社区") else "村" for row in rows)
        assert (len({row["统计用区划代码"] for row in rows}), types["村"], types["社区"]) == (190, 151, 39)
        assert len({row["镇街代码"] for row in rows}) == 13
        zone = [row for row in rows if row["管理单位"] == "瓯海经济开发区"]
        assert len(zone) == 8
        assert all(row["镇街代码"] != row["管理单位代码"] for row in zone)
        assert sum(row["是否重点村社"] == "是" for row in rows) == 17


def test_exactly_1770_people_hold_a_post_in_every_week(county):
    for sent in county.of("organisation__posts"):
        held = {row["公民身份号码"] for row in county.clean(sent) if not row["免职日期"]}
        assert len(held) == 1770
    assert county.summary.officials == 1770


def test_posts_change_hands_after_the_vote(county):
    first, second = county.of("organisation__posts")
    ended = [sum(bool(row["免职日期"]) for row in county.clean(sent)) for sent in (first, second)]
    assert 0 < ended[0] < ended[1]
    dual = []
    for sent in (first, second):
        held = defaultdict(set)
        for row in county.clean(sent):
            if not row["免职日期"]:
                held[row["村社代码"], row["公民身份号码"]].add(row["职务"])
        secretaries, chairs = (
            {word for word, code in code_tables()["position"].by_spelling.items() if code == post} for post in ("P1", "C1")
        )
        dual.append(sum(bool(posts & secretaries) and bool(posts & chairs) for posts in held.values()))
    assert 60 <= dual[0] < dual[1] <= 190


def test_elected_candidates_hold_the_post_once_the_body_has_changed(county):
    roster = {
        (row["公民身份号码"], row["村社代码"])
        for row in county.clean(county.of("organisation__posts")[-1])
        if not row["免职日期"] and row["任职日期"] >= "2020-11-01"
    }
    elected = {
        (row["公民身份号码"], row["村社代码"])
        for row in county.clean(county.of("organisation__candidates")[0])
        if row["人选状态"] == "当选"
    }
    assert len(elected & roster) > 0.9 * len(elected)


def test_amount_of_records(county):
    weekly = defaultdict(int)
    for sent in county.sent.values():
        weekly[date.fromisoformat(sent.day).isocalendar().week] += len(sent.rows)
    assert all(rows > 8900 for rows in weekly.values())
    assert sum(weekly.values()) == county.summary.records
    assert 2.3 <= county.summary.candidates / county.summary.seats <= 2.7


def test_keys_of_clean_rows_are_unique(county):
    for name, columns in {
        "organisation__posts": ("公民身份号码", "村社代码", "职务", "任职日期"),
        "organisation__candidates": ("公民身份号码", "村社代码", "拟任职务"),
        "civil_affairs__ballots": ("村社代码", "选举组织", "投票次序"),
        "petition__matters": ("事项代号",),
        "public_security__opinions": ("意见编号",),
        "questionnaire__village_profile": ("村社代码",),
    }.items():
        for sent in county.of(name):
            keys = Counter(tuple(row[column] for column in columns) for row in county.clean(sent))
            assert [key for key, count in keys.items() if count > 1] == [], name


def test_petition_matters_move_on(county):
    first, second = ({row["事项代号"]: row for row in county.clean(sent)} for sent in county.of("petition__matters"))
    again = first.keys() & second.keys()
    assert again, "no matter was updated"
    assert all(second[key]["登记日期"] == first[key]["登记日期"] for key in again)
    assert any(second[key]["办理状态"] != first[key]["办理状态"] for key in again)
    busy = Counter(row["涉事村社代码"] for row in first.values()).most_common(1)[0][1]
    assert busy >= 8


def test_opinions_answer_what_was_asked_and_some_are_missing(county):
    asked = {(row["公民身份号码"], row["联审轮次"]) for row in county.clean(county.of("organisation__candidates")[-1])}
    for name in ("discipline_inspection__opinions", "public_security__opinions"):
        sent = county.of(name)
        answered = {(row["公民身份号码"], row["联审轮次"]) for one in sent for row in county.clean(one)}
        assert answered <= asked
        for one, roster in zip(sent, county.of("organisation__candidates"), strict=True):
            known = {row["公民身份号码"] for row in county.clean(roster)}
            assert {row["公民身份号码"] for row in county.clean(one)} <= known, "answered before anybody was asked"
        assert 0 < len(asked - answered) < 0.4 * len(asked)
        conclusions = {row["结论"] for one in sent for row in county.clean(one)}
        assert {"暂缓", "需说明"} <= conclusions
        assert conclusions & {"不通过", "建议不列入"}


def test_ballot_figures_hold_where_no_defect_is_said_to_be(county):
    for sent in county.of("civil_affairs__ballots"):
        for row in county.clean(sent):
            registered, attended, proxies, issued, collected, valid, seats, elected = (
                int(row[column])
                for column in (
                    "登记选民数/应到会党员数",
                    "参加投票数/实到会党员数",
                    "委托投票数",
                    "发出选票数",
                    "收回选票数",
                    "有效票数",
                    "应选职数",
                    "实选人数",
                )
            )
            assert registered >= attended >= issued >= collected >= valid
            assert attended >= proxies
            assert attended * 2 > registered
            assert seats >= elected


def test_every_village_is_paired_and_95_departments_share_them(county):
    for sent in county.of("organisation__pairings"):
        rows = {row["村社代码"]: row for row in sent.rows}
        assert len({row["结对部门代码"] for row in rows.values()} - {""}) == 95
        assert {village.code for village in villages(190)} <= rows.keys()
    assert len({village.area_name for village in villages(190)}) == 54


def test_the_county_sends_every_dataset_but_what_people_deliver_themselves(county):
    # These answer what the warehouse has found: links, values of persons, warnings, colours.
    answers = ("link_decisions", "corrections", "warning_answers", "supervision_orders", "colour_overrides")
    assert DATASETS.keys() == load_catalog().keys() - {f"organisation__{name}" for name in answers}
    assert {f"{one.department}__{one.dataset}" for one in county.sent.values()} == DATASETS.keys()


def test_every_delivery_differs_from_the_last(county):
    for name in {f"{one.department}__{one.dataset}" for one in county.sent.values()}:
        for first, second in pairwise(county.of(name)):
            assert first.rows != second.rows, name


def test_same_arguments_same_bytes(tmp_path):
    def content(seed: int, folder: str) -> dict[str, bytes]:
        out = tmp_path / folder
        simulate(out, villages=14, seed=seed)
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    first = content(7, "a")
    assert first == content(7, "b")
    other = content(8, "c")
    both = first.keys() & other.keys()
    # What comes only when there is something may come of one seed and not of the other.
    assert not [name for name in first.keys() ^ other.keys() if _rhythm(name)]
    # The letters of the joint review leave nothing to chance, and what was sent to the one weak village says only which.
    same = {name.split("/")[1] for name in both if first[name] == other[name]}
    assert same <= {"review_panels", "rectification_teams"}


def _rhythm(name: str) -> bool:
    """Whether a file, by its path in the inbox, is of a dataset that comes every week."""
    department, dataset, *_ = name.split("/")
    return load_catalog()[f"{department}__{dataset}"].cadence.every_days == 7


def test_a_longer_simulation_begins_with_the_shorter_one(tmp_path):
    simulate(tmp_path / "two", villages=14, weeks=2)
    simulate(tmp_path / "eight", villages=14, weeks=8)
    short, long = (
        {str(path.relative_to(tmp_path / name)): path for path in (tmp_path / name).glob("*/*/*/*")} for name in ("two", "eight")
    )
    assert short.keys() == {name for name in long if name.split("/")[2] < "2020-12-07"}
    assert not [name for name, path in short.items() if path.read_bytes() != long[name].read_bytes()]
    assert len([name for name in long if _rhythm(name)]) == 80


def _code(table: str, word: str) -> str:
    """The code that a department's word means."""
    return code_tables()[table].by_spelling[word] if word else ""


def test_weak_villages_are_chosen_like_a_county_chooses(county):
    (selections,) = county.of("organisation__rectification_selections")
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in selections.rows:
        if row["整顿轮次"] == "2":
            stages[_code("rectification_stage", row["认定环节"])].append(row)
    assert [len(stages[stage]) for stage in ("assessment", "shortlist", "field_visit", "final")] == [190, 29, 29, 29]
    kept = {row["村社代码"] for row in stages["final"] if _code("rectification_outcome", row["环节结果"]) == "kept"}
    assert len(kept) == 12
    assert kept == {row["村社代码"] for row in stages["final"] if row["整顿级别"]}
    assert kept == {row["村社代码"] for row in county.of("organisation__rectification_tasks")[0].rows}


def test_problems_are_closed_by_a_second_person_and_some_come_back(county):
    known: dict[str, dict[str, str]] = {}
    for sent in county.of("organisation__rectification_problems"):
        for row in sent.rows:
            known[row["问题编号"]] = row
            assert all(row[column] <= sent.day for column in ("发现日期", "销号日期", "回头看日期"))
    closed = [row for row in known.values() if row["销号日期"]]
    alone = [row for row in closed if row["承办人代号"] == row["核查人代号"]]
    assert len(closed) > 10 * len(alone)
    came_back = [row for row in known.values() if row["返潮原问题编号"]]
    assert 1 <= len(came_back) < len(closed) / 5
    assert {_code("lookback_result", known[row["返潮原问题编号"]]["回头看结果"]) for row in came_back} == {"relapsed"}


def test_whom_a_decision_excludes_is_no_candidate_any_more(county):
    standing = {
        row["公民身份号码"]
        for row in county.clean(county.of("organisation__candidates")[-1])
        if _code("candidate_status", row["人选状态"]) != "withdrawn"
    }
    decided = [row for sent in county.of("organisation__review_decisions") for row in sent.rows if row["决定"]]
    assert len(decided) > 20
    assert all(row["决定机关"] and row["理由"] and row["听取陈述日期"] <= row["决定日期"] for row in decided)
    excluded = {row["公民身份号码"] for row in decided if _code("review_outcome", row["决定"]) == "exclude"}
    assert excluded
    assert not excluded & standing


def test_ledgers_about_people_name_people_of_the_rosters(county):
    rosters = ("organisation__posts", "organisation__candidates", "organisation__reserve_cadres")
    known = {row["公民身份号码"] for name in rosters for sent in county.of(name) for row in sent.rows}
    named = {
        (sent.dataset, row["公民身份号码"])
        for sent in county.sent.values()
        if f"{sent.department}__{sent.dataset}" in LEDGERS
        for row in sent.rows
        if row.get("公民身份号码")
    }
    assert len({dataset for dataset, _ in named}) >= 9
    assert not [dataset for dataset, number in named if number not in known]


@pytest.mark.parametrize("count", [1, 14, 60, 190, 500])
def test_any_number_of_villages(count):
    found = list(villages(count))
    assert len({village.code for village in found}) == count
    assert all(len(village.code) == 12 and village.code.isdigit() for village in found)
    assert all(village.township_code == f"{village.code[:9]}000" for village in found)
    assert len({village.managing_code for village in found}) >= min(count, 14)


def test_memory_does_not_grow_with_the_county(tmp_path):
    _check_memory(tmp_path, 40, 120)


@pytest.mark.long
def test_memory_does_not_grow_with_a_large_county(tmp_path):
    _check_memory(tmp_path, 500, 2000)


def _check_memory(folder: Path, small: int, large: int) -> None:
    simulate(folder / "warm", villages=2, weeks=1)
    peaks = []
    for count in (small, large):
        tracemalloc.start()
        simulate(folder / str(count), villages=count, weeks=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_refuses_what_it_cannot_do(tmp_path):
    with pytest.raises(CunsheError, match="not a Monday"):
        simulate(tmp_path, start=date(2020, 11, 24))
    with pytest.raises(CunsheError, match="0 weeks"):
        simulate(tmp_path, weeks=0)
    with pytest.raises(CunsheError, match="0 villages"):
        simulate(tmp_path / "none", villages=0)
    simulate(tmp_path / "once", villages=2, weeks=1)
    with pytest.raises(CunsheError, match="already holds a simulation"):
        simulate(tmp_path / "once", villages=2, weeks=1)


def test_progress_ends_at_the_total(tmp_path):
    seen: list[tuple[int, int]] = []
    simulate(tmp_path, villages=5, weeks=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(place, 5) for place in range(1, 6)]


def test_changes_of_villages_are_reported_once_where_there_are_any(county, tmp_path):
    (sent,) = county.of("civil_affairs__village_changes")
    kinds = Counter(row["变动类型"] for row in sent.rows)
    assert len(sent.rows) == 7
    assert {"更名", "名称变更"} & kinds.keys()
    listed = {row["统计用区划代码"]: row for row in county.of("civil_affairs__villages")[0].rows}
    assert {row["新村社代码"] for row in sent.rows} <= listed.keys()
    merged = [row for row in sent.rows if row["划入比例（%）"]]
    assert len(merged) == 3
    assert all(listed[row["新村社代码"]]["设立日期"] == row["生效日期"] for row in merged)
    simulate(tmp_path, villages=14, weeks=1)
    assert not (tmp_path / "civil_affairs" / "village_changes").exists()
