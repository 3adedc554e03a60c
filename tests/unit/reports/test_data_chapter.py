"""The chapter on data: what each delivery is worth, how well each department supplies it, what waits for a person."""

from __future__ import annotations

from datetime import date, timedelta

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import LAST_MONDAY, MONDAY, Edition, V, open_edition

COUNTY, TOWNSHIP, DEPARTMENT = "county.html", "township-001.html", "department-D01.html"


def one_village() -> Edition:
    return open_edition([V("青石村", "001", "D01")])


def test_feeds_say_their_age_state_and_reason(render: Render) -> None:
    edition = one_village()
    edition.add(
        "feed_week",
        {
            "week_start": MONDAY,
            "department": "petition",
            "dataset": "matters",
            "title_zh": "信访事项",
            "owner_zh": "区信访局",
            "delivered_at": LAST_MONDAY - timedelta(days=7),
            "last_good_at": LAST_MONDAY,
            "age_days": 13,
            "state": "late",
            "reason_zh": "本周未收到",
            "read": 9,
            "landed": 7,
            "quarantined": 2,
            "redacted": 1,
        },
        {
            "week_start": MONDAY,
            "department": "x",
            "dataset": "y",
            "title_zh": "从未报",
            "owner_zh": "某局",
            "state": "missing",
        },
    )
    edition.add(
        "delivery",
        {
            "delivery_id": "d1",
            "department": "petition",
            "dataset": "matters",
            "delivered_at": MONDAY,
            "verdict": "held",
            "file_name": "事项.xlsx",
            "reasons_zh": "工作表“登记”第2行：缺列",
        },
        {
            "delivery_id": "d0",
            "department": "petition",
            "delivered_at": LAST_MONDAY,
            "verdict": "held",
            "file_name": "旧.xlsx",
        },
    )
    pages = render(edition)
    first, second = pages[COUNTY].one("table", class_="feeds").all("tr")[1:]
    assert [cell.text for cell in first.all("td")] == ["迟报", "11月23日", "13天", "9", "7", "2", "1", "本周未收到"]
    assert [cell.text for cell in second.all("td")] == ["未报", "—", "—", "—", "—", "—", "—", "—"]
    assert "供数正常" not in pages[TOWNSHIP].text
    held = pages[COUNTY].one("table", class_="held").text
    assert "缺列" in held and "事项.xlsx" in held and "旧.xlsx" not in held


def test_only_the_county_reads_of_deliveries_that_are_as_they_should_be(render: Render) -> None:
    edition = one_village()
    for dataset, state in (("a", "fresh"), ("b", "late")):
        feed = {"week_start": MONDAY, "department": "x", "dataset": dataset, "title_zh": dataset * 3, "state": state}
        edition.add("feed_week", {**feed, "owner_zh": "某局"})
    shown = {file: page.one("table", class_="feeds") for file, page in render(edition).items() if file != "index.html"}
    assert {file: len(table.all("tr")) - 1 for file, table in shown.items()} == {
        file: 2 if file == COUNTY else 1 for file in shown
    }
    assert "正常1/2，只列不正常和有退回行的" in shown[DEPARTMENT].text
    edition.con.execute("update marts.feed_week set state = 'fresh'")
    assert "各项数据供数正常（2/2）" in render(edition)[TOWNSHIP].text


def quality(department: str, **more: int | float) -> dict[str, object]:
    """A department's quality of the week, all well unless said otherwise."""
    counts = {"datasets": 2, "datasets_on_time": 2, "datasets_complete": 2, "rows_read": 602, "rows_returned": 0,
              "mended_lines": 0, "mended_days": 0, "open_lines": 0, "oldest_open_days": 0, "points": 80,
              "points_possible": 80, "score": 100.0}  # fmt: skip
    return {"week_start": MONDAY, "department": department, **counts, **more}


def test_the_county_reads_how_well_each_department_supplies_its_data(render: Render) -> None:
    edition = one_village()
    edition.add(
        "department_quality_week",
        quality("petition", rows_read=0),
        quality(
            "organisation", datasets_on_time=1, rows_returned=90, mended_lines=4, mended_days=15, open_lines=3,
            oldest_open_days=13, points=50, points_possible=100, score=50.0,
        ),
        {**quality("civil_affairs"), "week_start": LAST_MONDAY},
    )  # fmt: skip
    pages = render(edition)
    rows = pages[COUNTY].one("table", class_="quality").all("tr")[1:]
    assert [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in rows] == [
        ["组织", "50（50/100）", "50.0%（1/2）", "100.0%（2/2）", "15.0%（90/602）", "3.8（4条）", "3", "13天"],
        ["信访", "100（80/80）", "100.0%（2/2）", "100.0%（2/2）", "—", "—", "0", "—"],
    ]
    assert not pages[TOWNSHIP].all("table", class_="quality")
    assert not pages[DEPARTMENT].all("table", class_="quality")


def test_the_county_reads_how_many_pairs_wait_for_a_person(render: Render) -> None:
    edition = one_village()
    assert not render(edition)[COUNTY].all("p", class_="queue")
    names = ("week_start", "department", "pairs_waiting", "pairs_disputed", "oldest_opened_on", "oldest_days")
    queues = [
        (MONDAY, "petition", 3, 0, date(2020, 11, 27), 9), (MONDAY, "public_security", 4, 2, date(2020, 11, 20), 16),
        (LAST_MONDAY, "petition", 90, 0, date(2020, 11, 1), 30),
    ]  # fmt: skip
    edition.add("review_queue_week", *(dict(zip(names, row, strict=True)) for row in queues))
    pages = render(edition)
    text = pages[COUNTY].one("p", class_="queue").text
    assert text.startswith("待核对身份7对，决定互相矛盾2对，最早一对已等16天：公安6对、信访3对。")
    assert not pages[TOWNSHIP].all("p", class_="queue")


def test_the_county_reads_how_many_warnings_were_held_back_where_and_why(render: Render) -> None:
    edition = open_edition([V("青石村", "001", "D01"), V("白石村", "001", "D01")])
    assert not render(edition)[COUNTY].all("p", class_="withheld")
    first, second = edition.con.execute("select village_id from marts.village_file order by village_code").fetchall()
    names = ("week_start", "rule_id", "village_id", "reason_zh")
    rows = [
        (MONDAY, "petition_open", first[0], "没有情况说明"), (MONDAY, "petition_open", second[0], "没有情况说明"),
        (MONDAY, "petition_open", second[0], "没有情况说明"), (MONDAY, "feed_late", None, "没有测量值"),
        (LAST_MONDAY, "petition_open", first[0], "没有情况说明"),
    ]  # fmt: skip
    edition.add("warning_withheld", *(dict(zip(names, row, strict=True)) for row in rows))
    pages = render(edition)
    assert pages[COUNTY].one("p", class_="withheld").text == (
        "要件不全、暂不发布的预警4条：规则feed_late1条（没有测量值）；"
        "规则petition_open3条（没有情况说明；白石村2条、青石村）。其他预警照常发布；暂不发布的由数据工程人员更正规则后补发。"
    )
    assert not pages[TOWNSHIP].all("p", class_="withheld")
