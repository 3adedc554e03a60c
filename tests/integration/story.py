"""Ten weeks of a small invented county, as its departments send them: a quiet one, so that each report says what happened.

Belongs here: who lives there and what happens in which week (`WEEKS`), as files in the drop folders and changes of the project.
Does not belong here: running the weeks and reading the reports (`test_story`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipelines.sources.resident_id import check_digit

FIRST_MONDAY = date(2020, 11, 30)
UNITS = {"999901001000": "甲镇", "999901002000": "乙镇"}
VILLAGES = {
    "甲溪村": "999901001201", "乙溪村": "999901001202", "丙溪村": "999901001203",
    "丁溪村": "999901002201", "戊溪村": "999901002202", "己溪村": "999901002203",
}  # fmt: skip
CHECKER = "核对员甲"
Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """An answer to the newest warning of a rule in a village."""

    number: str
    rule_id: str
    village: str
    step: str
    by: str
    on: str
    measure: str
    promised: str = ""


@dataclass(frozen=True)
class StoryWeek:
    """What a week brings beside the same lists again; `project` are texts to be replaced in files of the project."""

    happens: str
    answers: tuple[Answer, ...] = ()
    project: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    decides: str = ""  # same | withdraw: what the checker says of the one pair there is
    petitions_come: bool = True


def _vacant(number: str, step: str, by: str, on: str, measure: str, promised: str = "") -> Answer:
    return Answer(number, "secretary_vacant", "乙溪村", step, by, on, measure, promised)


_RULES, _CODES = "dbt_project/seeds/warning_rules.csv", "dbt_project/seeds/codes.csv"
_YOUNG = "按35周岁及以下计，换届未移交的不计,local,posts,true,true,2019-01-01,"
_YOUNG_2 = (
    "\nyoung_member_missing,两委中没有40岁及以下成员,No member of the two committees aged 40 or under,village,team,>,40,,,岁,"
    "level,person,township,7,,结合后备干部储备研究充实年轻成员,本故事虚构,local,posts,true,true,2021-01-04,,2"
)
WEEKS = (
    StoryWeek("nothing yet"),
    StoryWeek("a village loses its secretary: the warning appears"),
    StoryWeek(
        "it is taken in hand, with an extension; a disposition names an official with a number nobody has; an exemption ends",
        (
            _vacant("HF-1", "交办", "Z01", "2020-12-15", "镇党委已明确一名委员临时主持"),
            _vacant("HF-2", "申请延期", "Z01", "2020-12-16", "人选正在考察", "2020-12-31"),
        ),
    ),
    StoryWeek(
        "a new secretary: it clears, closing is asked for, who handled it cannot check it; the pair is linked",
        (
            _vacant("HF-3", "申请销号", "Z01", "2020-12-24", "新任书记已到任"),
            _vacant("HF-4", "核查通过", "Z01", "2020-12-25", "情况属实"),
        ),
        decides="same",
    ),
    StoryWeek(
        "a second person checks: closed; the code of a model changes",
        (_vacant("HF-5", "核查通过", "Z02", "2020-12-29", "查看任职文件，情况属实"),),
        project={
            "dbt_project/models/marts/village_item.sql": (
                "('households', 'households', none)", "('households', \"cast(households as varchar) || '户'\", none)",
            )
        },
    ),
    StoryWeek(
        "a rule has a second version, and a code another word",
        project={
            _RULES: (f"{_YOUNG},1", f"{_YOUNG}2021-01-03,1{_YOUNG_2}"),
            _CODES: ("audit_status,published,已公布,Published,,", "audit_status,published,已向村民公布,Published,已公布,"),
        },
    ),
    StoryWeek("the new secretary is gone: it relapses"),
    StoryWeek(
        "the petition office goes silent; a row of a questionnaire cannot be read; the relapse is in hand",
        (_vacant("HF-6", "交办", "Z03", "2021-01-20", "镇党委书记包案", "2021-02-05"),),
        petitions_come=False,
    ),
    StoryWeek("still silent; the row is mended; the link is undone", decides="withdraw", petitions_come=False),
    StoryWeek("the petition office is back, and a secretary too"),
)  # fmt: skip


def monday(week: int) -> date:
    """The first day of a week, counted from 1."""
    return FIRST_MONDAY + timedelta(days=7 * (week - 1))


def deliver(inbox: Path, week: int) -> None:
    """The lists of a week, on its Wednesday."""
    day = monday(week) + timedelta(days=2)
    lists = {
        "civil_affairs/villages": [_village(name, code) for name, code in VILLAGES.items()],
        "civil_affairs/election_steps": [_step(code) for code in VILLAGES.values()],
        "civil_affairs/ballots": [],
        "organisation/pairings": [_pairing(number, code) for number, code in enumerate(VILLAGES.values())],
        "organisation/posts": _posts(week),
        "organisation/candidates": [_candidate()],
        "questionnaire/village_profile": [_profile(name, code, week) for name, code in VILLAGES.items()],
        "discipline_inspection/opinions": [_opinion("J")],
        "public_security/opinions": [_opinion("G")],
    }
    if WEEKS[week - 1].petitions_come:
        lists["petition/matters"] = [_matter()]
    if week == 1:
        lists["organisation/dual_post_exemptions"] = [_exemption()]
    if week == 3:
        lists["discipline_inspection/dispositions"] = [_disposition()]
    for name, rows in lists.items():
        put(inbox / name / day.isoformat(), rows, BALLOT_HEADERS if name == "civil_affairs/ballots" else ())


def answer(inbox: Path, week: int, warning_of: Mapping[tuple[str, str], str]) -> None:
    """The answers of a week, on its Friday; `warning_of` knows warnings by rule and code of the village."""
    rows = [
        {
            "回复编号": one.number, "预警编号": warning_of[one.rule_id, VILLAGES[one.village]],
            "村社代码": VILLAGES[one.village], "环节": one.step, "经办人代号": one.by, "日期": one.on,
            "办理措施": one.measure, "承诺时限": one.promised, "报送对象": "",
        }
        for one in WEEKS[week - 1].answers
    ]  # fmt: skip
    if rows:
        put(inbox / "organisation/warning_answers" / (monday(week) + timedelta(days=4)).isoformat(), rows)


def change_project(root: Path, week: int) -> None:
    """What the house itself changes in a week: rules, code words, code."""
    for name, (old, new) in WEEKS[week - 1].project.items():
        text = (root / name).read_text("utf-8")
        assert text.count(old) == 1, f"{name} no longer has the text that week {week} changes"
        (root / name).write_text(text.replace(old, new), encoding="utf-8")


def put(folder: Path, rows: list[Row], headers: tuple[str, ...] = ()) -> None:
    """A delivery; one without rows has its headers all the same."""
    folder.mkdir(parents=True)
    with (folder / "delivered.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else headers)
        writer.writeheader()
        writer.writerows(rows)


BALLOT_HEADERS = (
    "村社代码", "选举组织", "投票次序", "投票类型", "投票日期", "登记选民数/应到会党员数", "参加投票数/实到会党员数",
    "委托投票数", "发出选票数", "收回选票数", "有效票数", "应选职数", "实选人数", "选举方式", "流动票箱投票数", "得票总数",
    "当选者最低得票", "最小票差", "近亲属对数",
)  # fmt: skip


def _village(name: str, code: str) -> Row:
    unit = f"{code[:9]}000"
    return {
        "统计用区划代码": code, "村社名称": name, "类型": "村", "镇街代码": unit, "所属镇街": UNITS[unit], "管理单位代码": unit,
        "管理单位": UNITS[unit], "是否重点村社": "否", "设立日期": "1990-01-01", "撤销日期": "", "户数": 320, "户籍人口": 1100,
    }  # fmt: skip


def _step(code: str) -> Row:
    return {"村社代码": code, "步骤编号": "C25", "步骤名称": "投票选举", "计划日期": "2020-10-20", "完成日期": "2020-10-20",
            "文书编号": "选1号"}  # fmt: skip


def _pairing(number: int, code: str) -> Row:
    side = number // 3 + 1
    return {
        "村社代码": code, "片区": f"第{'一二'[side - 1]}片区", "结对部门代码": f"D0{side}",
        "结对部门": ("区档案馆", "区气象局")[side - 1], "部门负责人": "钱大可", "部门负责人电话": "",
        "部门负责人邮箱": f"d0{side}@example.org", "镇街党工委书记": "孙力行", "书记电话": "",
        "书记邮箱": f"t0{side}@example.org",
    }  # fmt: skip


def _person(who: int, born: int) -> Row:
    number = f"999901{born}0115{100 + who:03}"
    name = f"周{'甲乙丙丁戊己庚辛壬癸'[who % 10]}{'春夏'[who // 10]}"
    return {"姓名": name, "公民身份号码": number + check_digit(number)}


def _born(who: int) -> Row:
    """Secretaries have even numbers and are older; the member of 戊溪村 is 38."""
    born = 1975 + who // 2 if who % 2 == 0 else 1982 if who == 9 else 1990
    return {**_person(who, born), "性别": "女" if who % 2 == 0 else "男", "出生年月": f"{born}-01"}


def _post(who: int, village: str, position: str, since: str, until: str = "") -> Row:
    return {
        **_born(who), "村社代码": VILLAGES[village], "职务": position, "学历": "大专", "政治面貌": "党员", "任职日期": since,
        "免职日期": until, "是否专职": "是", "换届年度": 2020, "离任原因": "其他" if until else "",
    }  # fmt: skip


def _posts(week: int) -> list[Row]:
    """Six teams of two; the secretary of 乙溪村 leaves in week 2, the next is there from 4 to 7, the third from 10."""
    found = []
    for number, village in enumerate(VILLAGES):
        left = "2020-12-08" if village == "乙溪村" and week >= 2 else ""
        found.append(_post(2 * number, village, "党组织书记", "2020-10-21", left))
        found.append(_post(2 * number + 1, village, "村委会委员", "2020-10-21"))
    if week >= 4:
        found.append(_post(12, "乙溪村", "党组织书记", "2020-12-22", "2021-01-12" if week >= 7 else ""))
    if week >= 10:
        found.append(_post(14, "乙溪村", "党组织书记", "2021-02-02"))
    return found


def _candidate() -> Row:
    return {
        **_born(0), "村社代码": VILLAGES["甲溪村"], "拟任职务": "党组织书记", "学历": "大专", "政治面貌": "党员",
        "提名日期": "2020-09-10", "联审轮次": 1, "送审日期": "2020-09-15", "是否列入建议名单": "是", "人选状态": "当选",
    }  # fmt: skip


def _opinion(letter: str) -> Row:
    return {**_person(0, 1975), "意见编号": f"{letter}-1", "联审轮次": 1, "答复日期": "2020-09-17", "结论": "未发现",
            "依据条款": "", "影响期至": "", "有效期至": "2021-12-31"}  # fmt: skip


def _profile(name: str, code: str, week: int) -> Row:
    audited = "2020-13-45" if name == "丙溪村" and week == 8 else "2020-09-01"
    return {
        "村社代码": code, "填报日期": "2020-11-20", "常住人口": 1052 if name == "丙溪村" and week >= 9 else 1050, "党员数": 45,
        "村（居）民代表数": 36, "已谈话党员数": 45, "已谈话代表数": 30, "关键人物数": 4, "已谈话关键人物数": 4,
        "集体经济收入（元）": 80000, "离任审计状态": "已公布", "审计公布日期": audited, "主要困难": "",
    }  # fmt: skip


def _matter() -> Row:
    return {
        "事项代号": "a1b2c3", "涉事村社代码": VILLAGES["丁溪村"], "事项类别": "建议意见类", "信访形式": "信息网络",
        "是否重复": "否", "人数规模": "个体", "登记日期": "2020-10-11", "是否延期": "否", "办结日期": "2020-10-30",
        "办理状态": "已答复", "承办单位": "乙镇",
    }  # fmt: skip


def _exemption() -> Row:
    return {"村社代码": VILLAGES["己溪村"], "暂不实行原因": "书记为下派干部", "批准日期": "2020-11-20", "批准机关": "区委组织部",
            "有效期至": "2020-12-16"}  # fmt: skip


def _disposition() -> Row:
    """The secretary of 丁溪村 by name and post, with a number that is nobody's."""
    return {
        "处分编号": "处-1", **_person(6, 1970), "村社代码": VILLAGES["丁溪村"], "职务": "党组织书记", "处分种类": "党内警告",
        "处分决定日期": "2020-12-10", "恢复权利日期": "", "文号": "甲纪〔2020〕9号",
    }  # fmt: skip
