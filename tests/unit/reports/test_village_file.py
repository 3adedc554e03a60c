"""A village's file on demand: what it says and from whom, its colour and warnings, and what it never says."""

from __future__ import annotations

import csv
import re
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.errors import CunsheError
from pipelines.reports import on_demand
from pipelines.reports.on_demand import village_page, write_village
from pipelines.reports.texts import texts
from pipelines.settings import PROJECT_ROOT, Settings
from tests.looks import TESTING
from tests.unit.reports.edition import Edition, V, open_edition
from tests.unit.reports.form_reader import word, word_tables, word_text
from tests.unit.reports.page_reader import read_page

SETTINGS = Settings(small_cell=3)


def item(edition: Edition, village: str, section: str, name: str, value: str, **more: object) -> None:
    row = {"village_id": edition.ids[village], "section": section, "item": name, "item_zh": name, "value": value,
           "since": date(2020, 11, 2), "department": "civil_affairs", "dataset": "villages", "delivery_id": "d-7",
           "row_no": 9, "known_on": date(2020, 11, 26)}  # fmt: skip
    edition.add("village_item", row | more)


@pytest.fixture
def edition() -> Edition:
    made = open_edition([
        V("青石村", "001", "D01", "red", "green", "step_overdue、review_hold", ("yellow", "step_overdue")),
        V("白沙村", "002", "D02"),
    ])
    item(made, "青石村", "step", "公布名单", "已完成")
    item(made, "青石村", "base", "户籍人口", "1804")
    item(made, "青石村", "exemption", "原因", "无合适人选", holds_until=date(2021, 3, 31), known_on=None, since=None)
    item(made, "青石村", "base", "来信", "绝密", department="petition")
    item(made, "白沙村", "base", "户籍人口", "2077")
    made.warn("青石村", "step_overdue", "red", detail_zh="逾期4日")
    made.warn("青石村", "petition_open", measured=2, detail_zh="未办结2件")
    made.warn("青石村", "review_hold", "red", subject_type="person", subject_id="p1", restricted=True)
    made.warn("青石村", "step_overdue", "yellow", "cleared", detail_zh="已了的事")
    made.warn("白沙村", "step_overdue", "yellow", detail_zh="别村的事")
    made.add("person_identity", {"person_id": "p1", "person_name": "欧阳测试"})
    return made


def test_it_says_what_is_known_from_whom_since_when_and_until_when(edition: Edition) -> None:
    code, html = village_page(edition.con, SETTINGS, "330304001001")
    page = read_page(html)
    assert code == "330304001001" and village_page(edition.con, SETTINGS, edition.ids["青石村"]) == (code, html)
    tables = page.one("section", id="items").all("table")
    assert [table.one("caption").text for table in tables] == ["基本情况", "换届程序步骤", "暂不实行一肩挑"]
    (row,) = tables[0].all("tr")[1:]
    told = ["1804", "2020年11月2日", "—", "民政《村社名录》批次d-7第9行2020年11月26日报送"]
    assert [cell.text for cell in row.all("td")] == told
    assert [cell.text for cell in tables[2].all("tr")[1].all("td")][1:3] == ["—", "2021年3月31日"]
    state = page.one("section", id="state").text
    assert "黄" in state and "红" not in state and "原因：换届程序步骤逾期。" in state
    assert "书记在任" in state and "主任空缺" in state and "已办11/19" in state and "已有20/22" in state


def test_it_says_nothing_of_persons_petitions_or_other_villages(edition: Edition) -> None:
    page = read_page(village_page(edition.con, SETTINGS, "330304001001")[1])
    assert len(page.one("section", id="warnings").all("tr")) == 1 + 2
    assert "逾期4日" in page.text and "涉人" not in page.text
    for hidden in ("欧", "p1", "绝密", "未办结2件", "已了的事", "联审结论", "白沙", "别村", "2077"):
        assert hidden not in page.text, hidden


def test_a_village_of_which_nothing_is_known_has_a_readable_file(edition: Edition) -> None:
    edition.con.execute("delete from marts.village_state_audience_week")
    edition.con.execute("delete from marts.village_item")
    edition.con.execute("delete from marts.warning_week")
    page = read_page(village_page(edition.con, SETTINGS, "330304002002")[1])
    assert "没有可列出的预警" in page.text and "没有报送本村社的档案内容" in page.text and "无数据" in page.text


@pytest.mark.parametrize("asked", ["330304001999", "", "青石村"])
def test_an_unknown_village_is_refused_without_repeating_what_was_typed(edition: Edition, asked: str) -> None:
    with pytest.raises(CunsheError, match="No villages") as problem:
        village_page(edition.con, SETTINGS, asked)
    assert not asked or asked not in str(problem.value)


def test_it_is_written_as_page_and_document(edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "open_edition", lambda *_: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(on_demand, "closing", lambda _: nullcontext(edition.con))
    page, document = write_village(Settings(home=tmp_path / "home", small_cell=3), "330304001001", tmp_path / "new", TESTING)
    assert [path.name for path in (page, document)] == ["village-330304001001.html", "village-330304001001.docx"]
    assert sorted((tmp_path / "new").iterdir()) == sorted((page, document))
    assert word(document).core_properties.title.startswith("一村一档 青石村")
    assert len(word_tables(document)) == len(re.findall("<table", page.read_text("utf-8"))) == 4
    assert "户籍人口" in word_text(document) and "绝密" not in word_text(document)


def test_every_section_is_called_as_the_items_seed_calls_it() -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "file_items.csv").open(encoding="utf-8") as file:
        seed = {row["section"]: row["section_zh"] for row in csv.DictReader(file) if row["subject"] == "village"}
    assert {name: texts().word("village_section", name) for name in seed} == seed
