"""Once the round is closed no report says anything of the joint review (F-40)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.access.round import close_round, open_round
from pipelines.reports import render_week
from pipelines.reports.round_end import without_review
from pipelines.reports.week_data import read_week
from pipelines.settings import Settings
from tests.unit.reports.edition import MONDAY, Edition
from tests.unit.reports.page_reader import read_page
from tests.unit.reports.test_privacy import full_county

# the warning's rule, the table of progress, the person
SAID = ("联审结论为暂缓", "各联审单位进展", "欧*")


def reports(edition: Edition, settings: Settings, out: Path) -> dict[str, str]:
    """The text of each page and reminder."""
    render_week(edition.con, out, settings=settings)
    return {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.html") if path.name != "index.html"}


@pytest.fixture
def county() -> Edition:
    edition = full_county()
    edition.add("responsibility", *(
        {"recipient_id": "review_group", "recipient_type": "review_group", "recipient_name": "联审组", "village_id": village}
        for village in edition.ids.values()
    ))  # fmt: skip
    return edition


def test_the_review_stands_in_reports_until_the_round_is_closed(county: Edition, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, small_cell=3)
    before = reports(county, settings, tmp_path / "before")
    assert "review_group.html" in before
    assert all(word in before["county.html"] for word in SAID)

    close_round(settings, date(2021, 1, 31), by="李某", reason="换届结束")
    after = reports(county, settings, tmp_path / "after")
    assert before.keys() - after.keys() == {"review_group.html"}
    for name, page in after.items():
        ids = {section.attributes.get("id") for section in read_page(page).all("section")}
        assert not ids & {"review", "persons"}, name
        assert not [word for word in SAID if word in page], name

    open_round(settings, by="李某", second="王某", reason="申诉")
    assert reports(county, settings, tmp_path / "again") == before


def test_nothing_of_the_review_is_left_for_any_form_to_draw(county: Edition) -> None:
    (village, *_) = county.ids.values()
    county.add("review_case", {"person_id": f"p-{village}", "village_id": village, "stage": "examined"})
    for section in ("review", "decision", "post"):
        county.add(
            "file_change",
            {"week_start": MONDAY, "file": "person", "subject_id": f"p-{village}", "village_id": village, "section": section,
             "item_zh": section, "cause": "new_data", "department": "organisation", "restricted": section != "post"},
        )  # fmt: skip
    whole = read_week(county.con)
    assert whole.reviews and whole.cases and len(whole.changes) == 3
    left = without_review(whole)
    assert (left.reviews, left.cases) == ([], [])
    assert [change.section for change in left.changes] == ["post"]
    assert {warning.rule_id for warning in whole.warnings} - {warning.rule_id for warning in left.warnings} == {"review_hold"}
    assert {one.recipient_type for one in left.responsibilities} == {"county", "township", "department"}
