"""Every indicator and rule that a page names leads to its definition and back; a copy defines what it names and no more."""

from __future__ import annotations

from pathlib import Path

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import Edition, V, open_edition
from tests.unit.reports.form_reader import word_tables
from tests.unit.reports.page_reader import Element

COUNTY, DEPARTMENT = "county.html", "department-D02.html"


def county() -> Edition:
    reasons = "review_hold、step_overdue"
    edition = open_edition(
        [V("青石村", "001", "D01", "red", "green", reasons, ("red", "step_overdue")), V("白沙村", "001", "D02")]
    )
    edition.value("election_progress", ("county", "330304"), (179, 200), (160, 200))
    edition.warn("青石村", "step_overdue", "red")
    edition.warn("青石村", "audit_unpublished", "yellow", "cleared")
    edition.warn("青石村", "unknown_rule", "yellow")
    return edition


def defined(page: Element) -> set[str]:
    return {row.attributes["id"] for row in page.one("section", id="definitions").all("tr") if "id" in row.attributes}


def test_every_link_of_a_page_leads_somewhere_and_no_place_has_two_names(render: Render) -> None:
    for name, page in render(county()).items():
        places = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
        assert len(places) == len(set(places)), name
        links = {link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("#")}
        assert {link.removeprefix("#") for link in links} <= set(places), name


def test_figures_rules_and_reasons_lead_to_their_definitions_and_back(render: Render) -> None:
    page = render(county())[COUNTY]
    figure = page.one("article", data_indicator="election_progress").one("h3")
    assert figure.text == "换届工作进度指1" and figure.one("a").attributes["href"] == "#def-election_progress"
    assert page.one("tr", id="def-election_progress").one("a", class_="back").attributes["href"] == (
        f"#{figure.one('a').attributes['id']}"
    )
    for table in ("changes", "warnings"):
        links = [link.attributes["href"] for link in page.one("table", class_=table).all("a", class_="def")]
        assert "#rule-step_overdue" in links, table
    assert "unknown_rule" in page.one("table", class_="warnings").text and "#rule-unknown_rule" not in links


def test_a_copy_defines_what_it_names_and_no_more(render: Render) -> None:
    pages = render(county())
    rules = {"rule-step_overdue", "rule-audit_unpublished"}
    assert {one for one in defined(pages[COUNTY]) if one.startswith("rule-")} == rules | {"rule-review_hold"}
    assert not {one for one in defined(pages[DEPARTMENT]) if one.startswith("rule-")}
    for page in pages.values():
        for link in page.all("a", class_="def"):
            assert link.attributes["href"].removeprefix("#") in defined(page)


def test_the_document_has_the_number_at_the_name_and_at_the_definition(render: Render, tmp_path: Path) -> None:
    render(county())
    tables = word_tables(next(tmp_path.rglob("county.docx")))
    cells = [cell for table in tables for row in table for cell in row]
    assert "换届工作进度指1" in cells
    (head,) = [row for table in tables for row in table if row[:2] == ["注号", "指标"]]
    (row,) = [row for table in tables for row in table if row[0] == "指1" and row[1] == "换届工作进度"]
    assert len(row) == len(head)
