"""Nobody reads of their own work: such warnings go one level up. The joint review group reads of the joint review only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.reports.conftest import Render
from tests.unit.reports.edition import Edition, V, open_edition, rule
from tests.unit.reports.form_reader import all_text

OWN_WORK = {"unit_mismatch": ("department", "派出单位不匹配"), "closed_alone": ("township", "销号未经核查")}


def county() -> Edition:
    edition = open_edition(
        [
            V("青石村", "001", "D01", "red", "yellow", "closed_alone、unit_mismatch、step_overdue"),
            V("白沙村", "002", "D02"),
        ]
    )
    for rule_id, (concerns, title) in OWN_WORK.items():
        edition.add("warning_rule", rule(rule_id, title, topic="rectification"))
        edition.add("rule_concern", {"rule_id": rule_id, "concerns": concerns})
        edition.warn("青石村", rule_id, "red")
    edition.add("rule_concern", {"rule_id": "feed_late", "concerns": "supplier"})
    edition.warn("青石村", "step_overdue", "red")
    edition.warn(None, "feed_late", subject_type="dataset", subject_id="civil_affairs__villages")
    for number, village_id in enumerate(edition.ids.values()):
        edition.add(
            "responsibility",
            {
                "recipient_id": "review_group",
                "recipient_type": "review_group",
                "recipient_name": "测试区联审组",
                "village_id": village_id,
            },
        )
        edition.add("person_identity", {"person_id": f"p{number}", "person_name": "欧阳某"})
        edition.add(
            "review_case",
            {
                "person_id": f"p{number}",
                "village_id": village_id,
                "stage": ("for_examination", "reviewed")[number],
                "rounds": 1,
                "answers_asked": 9,
                "answers_received": 9,
                "marks": 1 - number,
            },
        )
    person = {"subject_type": "person", "subject_id": "p0", "restricted": True}
    edition.warn("青石村", "review_hold", "yellow", **person)
    return edition


@pytest.mark.parametrize(
    ("file", "reads"),
    [
        ("county", {"派出单位不匹配", "销号未经核查"}),
        ("township-001", {"派出单位不匹配"}),
        ("department-D01", {"销号未经核查"}),
    ],
)
def test_a_recipient_reads_nothing_of_its_own_work(render: Render, tmp_path: Path, file: str, reads: set[str]) -> None:
    render(county())
    for path in tmp_path.rglob(f"{file}.*"):
        text = all_text(path)
        assert {title for _, title in OWN_WORK.values() if title in text} == reads, path.name
        assert "换届程序步骤逾期" in text


def test_the_county_says_how_many_were_routed_and_to_whom_they_belong(render: Render) -> None:
    pages = render(county())
    assert "本期预警中有3条涉及报送对象自身的工作" in pages["county.html"].text
    assert "（镇街（管理单位）1条、结对部门1条、供数部门1条）" in pages["county.html"].text
    assert all("自身的工作" not in page.text for name, page in pages.items() if name != "county.html")
    assert all(
        ("数据逾期未报" in page.text) == (name == "county.html") for name, page in pages.items() if name != "index.html"
    )


def test_the_review_group_reads_of_the_joint_review_and_of_nothing_else(render: Render, tmp_path: Path) -> None:
    pages = render(county())
    page = pages["review_group.html"]
    (row,) = page.one("table", class_="cases").all("tr")[1:]
    assert "欧*" in row.text and "待人工审查" in row.text and "青石村" in row.text
    assert [one.attributes["data-rule"] for one in page.one("table", class_="warnings").all("tbody")] == ["review_hold"]
    for path in tmp_path.rglob("review_group.*"):
        text = all_text(path)
        assert "欧阳" not in text and "换届程序步骤逾期" not in text and "销号未经核查" not in text
    assert all(not other.all("table", class_="cases") for name, other in pages.items() if name != "review_group.html")


def test_the_funnel_counts_who_has_come_how_far(render: Render) -> None:
    rows = render(county())["county.html"].one("table", class_="funnel").all("tr")[1:]
    assert [row.all("td")[0].text for row in rows] == ["2", "2", "1", "0", "0"]
    assert [row.all("td")[1].text for row in rows][2] == "1/2"
