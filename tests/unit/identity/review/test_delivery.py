"""Decisions on their way: into the inbox, through landing, and back as what stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from expectations.suite import load_suite
from pipelines.errors import CunsheError
from pipelines.identity.review.decisions import DATASET
from pipelines.identity.review.delivery import Delivered, Draft, NotTaken, deliver, known_decisions, withdraw
from pipelines.identity.review.standing import load_decisions
from pipelines.landing.land import Door, Landed, land_dataset
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

TODAY = date(2020, 12, 6)
DAY = date(2020, 12, 3)
M1, P1, P2 = "M" + "1" * 16, "P" + "a" * 16, "P" + "b" * 16


@pytest.fixture
def home(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path)


def draft(a: str = M1, b: str = P1, verdict: str = "same", by: str = "核对员甲", **more: str) -> Draft:
    kind = {"M": "mention", "P": "person", "V": "village"}[a[0]]
    return Draft(more.get("where", ""), kind, a, b, verdict, by, more.get("reason", "档案一致"))


def take(home: Settings, *drafts: Draft, on: date = DAY) -> Delivered:
    return deliver(home, drafts, on=on, today=TODAY)


def land(home: Settings, until: date = TODAY) -> Landed:
    door = Door(
        load_catalog()[DATASET], load_suite(DATASET), home.inbox, home.landing, seal=lambda *_: None, secret=str,
        village_codes=None, since=home.first_week, today=TODAY,
    )  # fmt: skip
    return land_dataset(door, until)


def test_a_decision_lands_and_stands(home: Settings) -> None:
    done = take(home, draft(), draft(b=P2, verdict="different"), draft(P1, P2, "different"))
    assert done.path == home.inbox / "organisation/link_decisions/2020-12-03/decisions-D202012030001.csv"
    assert [one.decision_no for one in done.new] == ["D202012030001", "D202012030002", "D202012030003"]
    (landed,) = land(home).new
    assert (landed.verdict, landed.rows_landed, landed.rows_quarantined) == ("accepted", 3, 0)
    assert load_decisions(home.landing, DAY).used == done.new
    assert load_decisions(home.landing, date(2020, 12, 2)).used == ()


def test_a_second_decision_of_a_day_is_a_file_of_its_own(home: Settings) -> None:
    first, second = take(home, draft()), take(home, draft(P1, P2, "different"))
    assert first.path != second.path
    assert second.new[0].decision_no == "D202012030002"
    land(home)
    third = take(home, draft(b=P2, verdict="different"))
    assert third.new[0].decision_no == "D202012030003"
    assert [one.verdict for one in land(home).new] == ["accepted"]
    assert len(load_decisions(home.landing, TODAY).used) == 3


def test_the_same_decision_twice_is_written_once(home: Settings) -> None:
    first = take(home, draft())
    for again in (draft(), draft(by="核对员乙"), draft(reason="另一写法")):
        done = take(home, again)
        assert (done.path, done.new, done.standing) == (None, (), first.new)
    assert len(known_decisions(home)) == 1


@pytest.mark.parametrize("landed", [False, True])
def test_a_contradiction_is_refused_with_both_shown(home: Settings, landed: bool) -> None:
    take(home, draft())
    if landed:
        land(home)
    with pytest.raises(NotTaken) as refused:
        take(home, draft(verdict="different", by="核对员乙", reason="生日不同"))
    text = str(refused.value)
    for piece in ("D202012030001", "核对员甲", "同一人（档案一致）", "本次", "核对员乙", "不是同一人（生日不同）", "撤回"):
        assert piece in text
    assert len(known_decisions(home)) == 1


def test_of_a_batch_all_is_taken_or_nothing(home: Settings) -> None:
    with pytest.raises(NotTaken) as refused:
        take(home, draft(where="第2行："), draft(where="第3行：", b=P2), draft(where="第4行：", a=P1, b=P2, reason="无"))
    assert [fault.partition("：")[0] for fault in refused.value.faults] == ["第3行", "第4行"]
    assert known_decisions(home) == []


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("reason", "证号99990119780312001X", "理由"),
        ("reason", "电话16000000001", "理由"),
        ("reason", "  ", "理由"),
        ("reason", "同上", "理由"),
        ("reason", "=1+1", "不能以"),
        ("reason", "长" * 301, "超过300字"),
        ("decided_by", "", "决定人"),
        ("decided_by", "16000000001", "决定人"),
    ],
)
def test_what_landing_would_set_aside_is_not_written(home: Settings, field: str, value: str, wanted: str) -> None:
    with pytest.raises(NotTaken) as refused:
        take(home, replace(draft(), **{field: value}))
    assert wanted in str(refused.value)
    assert not re.search(r"\d{11}", str(refused.value))
    assert not home.inbox.exists()


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2020, 12, 7)])
def test_a_day_that_landing_would_not_believe_is_refused(home: Settings, day: date) -> None:
    with pytest.raises(CunsheError, match="cannot be the day"):
        take(home, draft(), on=day)


def test_only_its_own_decider_takes_a_decision_back(home: Settings) -> None:
    take(home, draft())
    more: dict[str, Any] = {"reason": "看错了行", "on": TODAY, "today": TODAY}
    with pytest.raises(CunsheError, match="decided by 核对员甲"):
        withdraw(home, "D202012030001", by="核对员乙", **more)
    with pytest.raises(CunsheError, match="No decision D202012030009"):
        withdraw(home, "D202012030009", by="核对员甲", **more)
    with pytest.raises(CunsheError, match="before that day"):
        withdraw(home, "D202012030001", by="核对员甲", **{**more, "on": date(2020, 12, 2)})
    withdraw(home, "D202012030001", by="核对员甲", **more)
    with pytest.raises(CunsheError, match="No decision"):
        withdraw(home, "D202012030001", by="核对员甲", **more)
    land(home)
    assert len(load_decisions(home.landing, DAY).used) == 1
    assert load_decisions(home.landing, TODAY).used == ()


def test_after_a_withdrawal_it_can_be_decided_otherwise_but_not_before_it(home: Settings) -> None:
    take(home, draft())
    withdraw(home, "D202012030001", by="核对员甲", reason="看错了行", on=date(2020, 12, 4), today=TODAY)
    with pytest.raises(NotTaken, match="此后的撤回"):
        take(home, draft(verdict="different"))
    assert take(home, draft(verdict="different"), on=date(2020, 12, 4)).new


def test_a_home_that_reads_elsewhere_says_so(home: Settings) -> None:
    source = {"organisation": {"link_decisions": {"kind": "folder", "url": "sftp://office@example.org/decisions"}}}
    with pytest.raises(CunsheError, match="from elsewhere"):
        take(home.model_copy(update={"sources": source}), draft())


def test_a_file_somebody_else_put_there_counts_by_its_good_rows(home: Settings, sent: Callable[[str], None]) -> None:
    head = "决定编号,核对对象,编号甲,编号乙,结论,决定人,决定日期,理由"
    sent("不是表格")
    sent(f"{head}\nD202012030001,记录与人员,{M1},{P1},同一人,核对员丙,2020-12-03,档案一致\nD2,记录与人员,甲,乙,像,丙,,\n")
    assert [one.decided_by for one in known_decisions(home)] == ["核对员丙"]
    with pytest.raises(NotTaken, match="核对员丙"):
        take(home, draft(verdict="different"))


@pytest.fixture
def sent(home: Settings) -> Callable[[str], None]:
    folder = home.inbox / "organisation/link_decisions/2020-12-03"
    folder.mkdir(parents=True)

    def put(text: str) -> None:
        (folder / f"{len(list(folder.iterdir()))}.csv").write_text(text, encoding="utf-8")

    return put
