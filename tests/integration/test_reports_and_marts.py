"""Every report of the demo in its three forms: only its own villages, and every figure as the published marts have it.

What ought to stand in a report is asked of the marts here, in SQL, and not of the code that writes reports.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publishing.reader import open_edition
from tests.integration.conftest import Demo
from tests.integration.homes import SECOND, Home
from tests.looks import TESTING
from tests.unit.reports.form_reader import all_text, records, word_tables
from tests.unit.reports.page_reader import Element, read_page

WEEK, LAST_WEEK = date(2020, 11, 30), date(2020, 11, 23)
COLOURS = {"red": "■红", "yellow": "▲黄", "green": "●绿"}
IN_LEDGER = ("预警条数", "程序步骤已办", "程序步骤应办", "程序步骤逾期", "联审已复", "联审应复")
WARNING_ID = re.compile(r"W[0-9a-f]{12}")

# What the joint review has found is for the county and its group, what concerns a team for the townships too.
CIRCLE = "case $kind when 'department' then 'open' when 'township' then 'posts' else 'review' end"
# The open warnings of the week that a recipient may read: nobody of their own work, and each circle what it may know.
MAY_READ = f"""
    select w.*, f.village_name, f.village_code from marts.warning_week as w
    inner join marts.responsibility as r on r.village_id = w.village_id and r.recipient_id = $id
    inner join marts.village_file as f on f.village_id = w.village_id
    left join marts.rule_concern as c on c.rule_id = w.rule_id
    left join marts.warning_rule as rule on rule.rule_id = w.rule_id
        and $week + 6 between rule.valid_from and coalesce(rule.valid_to, date '9999-12-31')
    where w.week_start = $week
        and (rule.audience = 'open' or {CIRCLE} in (rule.audience, 'review'))
        and case $kind
            when 'county' then true
            when 'review_group' then rule.topic = 'joint_review'
            else coalesce(c.concerns, '') not in ($kind, 'supplier')
        end
"""
# A department's figure adds up its villages' numerators and denominators; the others have one of their own in the mart.
FIGURE = """
    select sum(i.numerator), sum(i.denominator) from marts.indicator_week as i
    where i.indicator_id = $indicator and i.week_start = $week and case $kind
        when 'county' then i.scope_type = 'county'
        when 'township' then i.scope_type = 'township' and i.scope_id = split_part($id, ':', 2)
        else i.scope_type = 'village' and i.scope_id in (
            select village_id from marts.responsibility where recipient_id = $id
        )
    end
"""
# What is hidden so that nobody can work a small count out: restricted shares of none or of all are never a township's.
HIDDEN = """
    select 1 from marts.hidden_figure where measure = $indicator and week_start = $week and scope_type = $kind
        and (scope_type = 'county' or scope_id = split_part($id, ':', 2))
"""
VILLAGES = f"""
    select f.* exclude (colour), s.colour from marts.responsibility as r
    inner join marts.village_file as f using (village_id)
    left join marts.village_state_audience_week as s
        on s.village_id = f.village_id and s.week_start = $week and s.audience = {CIRCLE}
    where r.recipient_id = $id
"""


@dataclass(frozen=True)
class Report:
    """One recipient's report and the marts that it was written from."""

    con: duckdb.DuckDBPyConnection
    recipient_id: str
    kind: str
    stem: Path

    @cached_property
    def page(self) -> Element:
        return read_page(self.form("html").read_text(encoding="utf-8"))

    @cached_property
    def document(self) -> list[list[str]]:
        """The rows of all tables of the document, without spaces."""
        return [[squeezed(cell) for cell in row] for table in word_tables(self.form("docx")) for row in table]

    def form(self, ending: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{ending}")

    def ask(self, query: str, **more: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, which may say $id, $kind and $week."""
        known = {"id": self.recipient_id, "kind": self.kind, "week": WEEK, **more}
        used = {name: value for name, value in known.items() if re.search(rf"\${name}\b", query)}
        return self.con.execute(query, used).fetchall()

    def warnings(self, what: str) -> list[tuple[Any, ...]]:
        return self.ask(f"select {what} from ({MAY_READ})")


def every_report(home: Home) -> Iterator[list[Report]]:
    """The reports of the second week, all recipients that the mart names."""
    folder = home.path / "reports" / SECOND / f"{SECOND}.001"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    stems = {one["recipient_id"]: Path(min(file["name"] for file in one["files"])).stem for one in index["recipients"]}
    with closing(open_edition(home.settings, "authorised", f"{SECOND}.001", TESTING)) as con:
        named = con.execute("select distinct recipient_id, recipient_type from marts.responsibility order by 1").fetchall()
        assert {recipient_id for recipient_id, _ in named} == set(stems) and len(named) > 100
        yield [Report(con, recipient_id, kind, folder / stems[recipient_id]) for recipient_id, kind in named]


@pytest.fixture(scope="module")
def reports(demo: Demo) -> Iterator[list[Report]]:
    yield from every_report(demo.home)


def squeezed(text: object) -> str:
    return re.sub(r"\s", "", str(text))


def cells(row: Element) -> list[str]:
    return [squeezed(cell.text) for cell in row.children if isinstance(cell, Element)]


def test_a_report_names_no_village_but_its_own(reports: list[Report]) -> None:
    villages = reports[0].ask("select village_id, village_name, village_code from marts.village_file")
    everywhere = {village_id: names for village_id, *names in villages}
    for report in reports:
        own = {row[0] for row in report.ask("select village_id from marts.responsibility where recipient_id = $id")}
        own_words = "\n".join(word for village in own for word in everywhere[village])
        foreign = [word for village in everywhere.keys() - own for word in everywhere[village] if word not in own_words]
        assert own and (foreign or report.kind in ("county", "review_group"))
        for ending in ("html", "docx", "xlsx"):
            text = all_text(report.form(ending))
            assert not [word for word in foreign if word in text], (report.recipient_id, ending)


def test_colours_are_counted_as_in_the_mart(reports: list[Report]) -> None:
    for report in reports:
        if report.kind == "review_group":
            continue
        counts = dict(report.ask(f"select colour, count(*) from ({VILLAGES}) group by 1"))
        total = sum(counts.values())
        colours = report.page.one("div", class_="colours")
        for colour, mark in COLOURS.items():
            count = counts.get(colour, 0)
            ratio = f"{count}/{total}"
            assert colours.one("div", data_colour=colour).one("span", class_="ratio").text == ratio, report.recipient_id
            assert [mark, f"{count}个", ratio] in [row[:3] for row in report.document], report.recipient_id
        in_ledger = [squeezed(row["颜色"]) for row in records(report.form("xlsx"), "村社")]
        assert sorted(in_ledger) == sorted(COLOURS[colour] for colour, count in counts.items() for _ in range(count))


def test_every_warning_that_may_be_read_stands_in_each_form_with_its_village(reports: list[Report]) -> None:
    seen = 0
    for report in reports:
        expected = sorted(report.ask(f"select warning_id, village_name from ({MAY_READ}) where state <> 'cleared'"))
        seen += len(expected)
        rows = [row for row in report.page.all("tr") if "data-warning" in row.attributes]
        on_page = [(row.attributes["data-warning"], row.all("td")[1]) for row in rows]
        assert sorted((number, own_words(cell)) for number, cell in on_page) == expected, report.recipient_id
        in_document = [row for row in report.document if WARNING_ID.fullmatch(row[0])]
        assert sorted(row[0] for row in in_document) == [number for number, _ in expected], report.recipient_id
        assert all(row[1].startswith(dict(expected)[row[0]]) for row in in_document)
        in_ledger = [row for row in records(report.form("xlsx"), "预警台账") if WARNING_ID.fullmatch(str(row["预警编号"]))]
        assert sorted((row["预警编号"], row["村社名称"]) for row in in_ledger) == expected, report.recipient_id
    assert seen > 20


def own_words(cell: Element) -> str:
    return "".join(part for part in cell.children if isinstance(part, str)).strip()


def test_warnings_are_counted_as_in_the_mart(reports: list[Report]) -> None:
    for report in reports:
        if report.kind == "review_group":
            continue
        ((live, red, yellow, new, relapsed, cleared),) = report.warnings(
            "count(*) filter (state <> 'cleared'), count(*) filter (state <> 'cleared' and colour = 'red'),"
            " count(*) filter (state <> 'cleared' and colour = 'yellow'), count(*) filter (state = 'new'),"
            " count(*) filter (appeared = 'relapsed'), count(*) filter (state = 'cleared')"
        )
        back = f"（其中返潮{relapsed}条）" if relapsed else ""
        said = f"现有预警{live}条（红{red}条、黄{yellow}条），本周新增{new}条{back}、消除{cleared}条"
        assert said in report.page.one("p", class_="lead").text, report.recipient_id
        assert said in squeezed(all_text(report.form("docx"))), report.recipient_id


def test_what_presses_is_counted_as_in_the_mart(reports: list[Report]) -> None:
    pressing = 0
    for report in reports:
        if report.kind == "review_group":
            continue
        late = "(select act_by from marts.warning as a where a.warning_id = w.warning_id) <= $week + 6"
        query = f"select count(*), count(*) filter (colour = 'red'), count(*) filter ({late}) from ({MAY_READ}) as w"
        ((count, red, overdue),) = report.ask(f"{query} where state <> 'cleared' and (colour = 'red' or {late})")
        pressing += count
        said = f"先办事项（共{count}条：红色{red}条、已过时限{overdue}条）"
        assert (said in report.page.one("section", id="overview").text) == bool(count), report.recipient_id
    assert pressing


def test_each_village_stands_with_its_warnings_steps_and_answers(reports: list[Report]) -> None:
    for report in reports:
        if report.kind == "review_group":
            continue
        open_now = dict(report.ask(f"select village_id, count(*) from ({MAY_READ}) where state <> 'cleared' group by 1"))
        ledger = {row["村社代码"]: row for row in records(report.form("xlsx"), "村社")}
        tables = report.page.all("table", class_="villages")
        on_page = {cells(row)[0].removesuffix("重点"): cells(row) for table in tables for row in table.all("tr")[1:]}
        known = report.ask(
            "select village_id, village_code, village_name, colour, steps_done, steps_total, steps_overdue,"
            f" review_answered, review_asked from ({VILLAGES})"
        )
        assert len(known) == len(ledger) and (report.kind == "county" or len(on_page) == len(known))
        for village_id, code, name, colour, done, total, late, answered, asked in known:
            row, live = ledger[code], open_now.get(village_id, 0)
            assert [row[title] for title in IN_LEDGER] == [live, done, total, late, answered, asked], (report.recipient_id, name)
            if report.kind != "county":
                steps = f"{done}/{total}" + (f"逾期{late}" if late else "")
                shown = [f"{live}条", steps, f"{answered}/{asked}" if asked else "—"]
                assert on_page[name][1].startswith(COLOURS[colour]) and on_page[name][4:] == shown, (report.recipient_id, name)
                assert [row[4:] for row in report.document if row[0].removesuffix("重点") == name and len(row) == 7] == [shown]


def test_every_indicator_is_the_marts_with_its_numerator_and_denominator(reports: list[Report]) -> None:
    compared = 0
    columns = "indicator_id, kind, decimals, unit, small_cell, restricted, name_zh"
    kinds = {row[0]: row[1:] for row in reports[0].ask(f"select {columns} from marts.indicator")}
    for report in reports:
        document = {row[0]: row[1:] for row in reversed(report.document) if len(row) == 3}
        for block in report.page.all("article", class_="figure"):
            indicator_id = block.attributes["data-indicator"]
            kind, decimals, unit, cell, restricted, name = kinds[indicator_id]
            assert not (restricted and report.kind == "department")
            ((numerator, denominator),) = report.ask(FIGURE, indicator=indicator_id)
            value = block.one("p", class_="value")
            hidden = bool(report.ask(HIDDEN, indicator=indicator_id))
            if restricted and report.kind == "township" and kind == "ratio" and denominator:
                assert hidden or 3 <= numerator <= denominator - 3, (report.recipient_id, indicator_id)
            if denominator is None or 0 < denominator < (cell or 0) or hidden:
                assert value.text == "—", (report.recipient_id, indicator_id)
                continue
            shown = figure_text(numerator, denominator, kind, decimals, unit)
            assert squeezed(value.text) == shown, (report.recipient_id, indicator_id)
            (row,) = [told for title, told in document.items() if re.fullmatch(rf"{re.escape(squeezed(name))}指\d+", title)]
            assert row[0] == shown, (report.recipient_id, indicator_id)
            compared += 1
    assert compared > 200


def figure_text(numerator: Decimal, denominator: Decimal, kind: str, decimals: int, unit: str) -> str:
    """An indicator as a reader sees it: its value, rounded half up, and what was divided by what."""
    ratio = "/".join(str(int(term) if term == int(term) else term.normalize()) for term in (numerator, denominator))
    if not denominator:
        return f"—{ratio}"
    exact = numerator / denominator * (100 if kind == "ratio" else 1)
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}{'%' if kind == 'ratio' else unit}{ratio}"


def test_the_joint_review_is_summed_as_in_the_mart(reports: list[Report]) -> None:
    query = """
        select sum(p.asked), sum(p.answered), sum(p.overdue) from marts.review_progress as p
        inner join marts.responsibility as r on r.village_id = p.village_id and r.recipient_id = $id
        where p.week_start = $week
    """
    for report in reports:
        ((asked, answered, overdue),) = report.ask(query)
        said = f"应审{asked}人次，已复{answered}人次（{answered}/{asked}），待复{asked - answered}人次，其中逾期{overdue}人次"
        assert said in report.page.one("section", id="review").text, report.recipient_id


def test_the_county_reads_each_unit_as_the_mart_has_it(reports: list[Report]) -> None:
    (county,) = [report for report in reports if report.kind == "county"]
    units = county.ask(
        "select managing_unit_name, count(*), count(*) filter (colour = 'red'), count(*) filter (colour = 'yellow'),"
        f" count(*) filter (colour = 'green') from ({VILLAGES}) group by managing_unit_code, managing_unit_name"
        " order by managing_unit_code"
    )
    new = dict(
        county.ask(
            f"select f.managing_unit_name, count(*) from ({MAY_READ}) as w inner join marts.village_file as f using (village_id)"
            " where w.state = 'new' group by 1"
        )
    )
    expected = [
        [name, str(total), f"{red}/{total}", f"{yellow}/{total}", f"{green}/{total}", str(new.get(name, 0))]
        for name, total, red, yellow, green in units
    ]
    assert [cells(row)[:6] for row in county.page.one("table", class_="units").all("tr")[1:]] == expected
    assert [row[:6] for row in county.document if row[0] in {unit[0] for unit in units} and len(row) == 8] == expected


@pytest.mark.long
@pytest.mark.office
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_an_office_suite_opens_every_report(libreoffice: Path, reports: list[Report], tmp_path: Path, ending: str) -> None:
    files = [report.form(ending) for report in reports]
    command = [libreoffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", tmp_path, *files]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    pages = {path.stem: path.read_bytes()[:4] for path in tmp_path.glob("*.pdf")}
    assert pages == dict.fromkeys((file.stem for file in files), b"%PDF")
