"""One person in a built home: what is held is shown, a value in dispute says so everywhere, and the end of keeping."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.identity.access import person_id_of_number
from pipelines.identity.audit_check import read_log
from pipelines.identity.audit_log import Look
from pipelines.identity.corrections import close_correction, corrections_of, open_correction
from pipelines.identity.retention import run_retention
from pipelines.publishing.reader import open_edition
from pipelines.reports.person_file import person_file, value_of
from pipelines.settings import Settings
from tests.integration.homes import SECOND, Home
from tests.looks import TESTING

WHY = ("--by", "李某", "--reason", "本人申请查阅")


def ask(home: Home, query: str, edition: str = "authorised") -> list[Any]:
    with closing(open_edition(home.settings, edition, look=TESTING)) as connection:
        found: list[Any] = connection.execute(query).fetchall()
    return found


@pytest.fixture(scope="module")
def worried(second_week: Home) -> tuple[str, str]:
    """Somebody with a warning, and the item behind it."""
    (found, *_) = ask(
        second_week,
        """
        select i.person_id, i.section || '/' || i.item
        from warning as w
        inner join warning_evidence as e on w.warning_id = e.warning_id
        inner join person_item as i on i.person_id = w.subject_id and i.section = 'review'
            and i.department = e.department and i.dataset = e.dataset and i.delivery_id = e.delivery_id and i.row_no = e.row_no
        where w.subject_type = 'person' and w.state <> 'cleared' order by all
        """,
    )
    return found


def test_what_is_held_is_shown_to_officials_and_machines(second_week: Home, worried: tuple[str, str], elsewhere: Path) -> None:
    home, (person, item) = second_week.copy_to(elsewhere), worried
    (name, masked) = ask(home, f"select person_name, id_number_masked from person_identity where person_id = '{person}'")[0]
    page = home.cunshe("person", "show", person, *WHY).stdout
    assert name in page and masked in page and f"[{item}]" in page
    assert "来源：" in page and "本人信息被单独查阅1次" in page
    told = json.loads(home.cunshe("person", "show", person, *WHY, "--unmask", "--json").stdout)
    number = told["identity"]["id_number"]
    assert number not in page
    done = home.cunshe("report", "person", person, *WHY, "--out", str(elsewhere.parent / "out"))
    written = [Path(line) for line in done.stdout.split()]
    assert [path.suffix for path in written] == [".html", ".docx"]
    on_page = written[0].read_text("utf-8")
    assert name in on_page and masked in on_page and number not in on_page and "单独查阅3次" in on_page
    assert {f"{one['section']}/{one['item']}" for one in told["items"]} >= {item, "profile/birth_month"}
    assert {one["rule"] for one in told["links"]} >= {"id_number"}
    settings = Settings(home=home.path, allow_unassigned_area=True)
    assert person_id_of_number(settings, number, by="测试员", reason="test") == person
    listed = home.cunshe("audit", "list", "--person", person).stdout
    assert "unmasked=False" in listed and "unmasked=True" in listed and "李某" in listed
    assert number not in home.settings.audit_log.read_text("utf-8") and name not in home.settings.audit_log.read_text("utf-8")
    assert "is whole" in home.cunshe("audit", "verify").stdout


def test_a_villages_file_holds_every_item_of_the_build(second_week: Home, tmp_path: Path) -> None:
    (code, village_id) = ask(second_week, "select village_code, village_id from village_file order by village_code")[0]
    paths = second_week.cunshe("report", "village", code, "--out", str(tmp_path)).stdout.split()
    assert paths == [str(tmp_path / f"village-{code}{ending}") for ending in (".html", ".docx")]
    page = Path(paths[0]).read_text("utf-8")
    items = ask(second_week, f"select delivery_id, row_no from village_item where village_id = '{village_id}'")
    assert len(items) > 10 and page.count("行</td>") + page.count('行<span class="sub">') == len(items)
    assert all(f"批次{delivery_id}第{row_no}行" in page for delivery_id, row_no in items)
    refused = second_week.cunshe("report", "village", "330304999999", "--out", str(tmp_path), check=False)
    assert refused.returncode != 0 and len(list(tmp_path.iterdir())) == 2


def test_nobody_looks_without_a_name_and_a_reason(second_week: Home, worried: tuple[str, str]) -> None:
    for arguments in (("--by", "李某"), ("--reason", "查阅"), ("--by", " ", "--reason", "查阅")):
        refused = second_week.cunshe("person", "show", worried[0], *arguments, check=False)
        assert refused.returncode != 0 and refused.stdout == ""


def test_a_value_in_dispute_says_so_wherever_it_shows_until_it_is_closed(
    second_week: Home, worried: tuple[str, str], elsewhere: Path
) -> None:
    home, (person, item) = second_week.copy_to(elsewhere), worried
    settings, day = home.settings, date(2020, 12, 3)
    found = person_file(settings, person, by="李某", reason="本人申请更正")
    opened = open_correction(settings, value_of(found, item), by="李某", reason="本人称有误", today=day)
    assert "（有异议）" in home.cunshe("person", "show", person, *WHY).stdout  # known before it has landed
    home.cunshe("run", "--week", SECOND)
    section, _, code = item.partition("/")
    marked = ask(home, "select person_id, section, item, disputed_since from person_item where is_disputed")
    assert marked == [(person, section, code, day)]
    assert ask(home, "select person_id, disputed_items from person_table where disputed_items > 0") == [(person, 1)]
    assert ask(home, "select sum(disputed_items) from person_table", "analyst") == [(0,)]  # the item is not shown there
    page = (Path(home.status()["report_folder"]) / "county.html").read_text("utf-8")
    resting = ask(
        home,
        f"""
        select count(distinct w.warning_id)
        from warning as w
        inner join warning_evidence as e on w.warning_id = e.warning_id
        inner join person_item as i on i.is_disputed and i.delivery_id = e.delivery_id and i.row_no = e.row_no
            and i.department = e.department and i.dataset = e.dataset
        where w.subject_id = '{person}' and w.state <> 'cleared'
        """,
    )
    assert page.count("有异议") == resting[0][0] > 0  # at each warning that rests on it, and nowhere else
    assert home.status()["datasets"]["organisation/corrections"]["state"] == "fresh"

    (known,) = corrections_of(settings, person)
    assert known == opened
    close_correction(settings, opened.correction_no, upheld=False, by="王某", reason="核实无误", today=date(2020, 12, 4))
    home.cunshe("run", "--week", SECOND)
    assert ask(home, "select count(*) from person_item where is_disputed") == [(0,)]


def test_unsuccessful_candidates_leave_a_built_home(second_week: Home, elsewhere: Path) -> None:
    home = second_week.copy_to(elsewhere)
    settings = Settings(home=home.path, allow_unassigned_area=True, round_ended_on=date(2020, 12, 31))
    look, today = Look("李某", "retention", "换届结束满六个月"), date(2021, 6, 30)
    done = run_retention(settings, look=look, today=today)
    lost = set(done.due.persons)
    assert lost == unsuccessful_by_marts(home)
    assert lost
    home.cunshe("run", "--week", SECOND)
    assert not lost & {row[0] for row in ask(home, "select person_id from person_identity")}
    assert run_retention(settings, look=look, today=today).removed.counts["persons"] == 0
    assert "is whole" in home.cunshe("audit", "verify").stdout


def unsuccessful_by_marts(home: Home) -> set[str]:
    """Candidates none of whose candidacies came to anything and who hold no post, as the person tables tell it."""
    found = ask(
        home,
        """
        select person_id from person_item where section = 'candidacy'
        group by person_id having bool_and(value in ('落选', '退出'))
        except select person_id from person_item where section = 'post'
        """,
    )
    return {row[0] for row in found}


def test_a_run_looks_into_the_authorised_edition_once_for_each_purpose(second_week: Home) -> None:
    """The week before to compare with, the reports, their addresses: each an entry, and not one for every page."""
    runs = [one for one in read_log(second_week.settings).entries if one.by.endswith("(run)")]
    looks = Counter(one.what for one in runs if one.what.startswith("edition_"))
    assert looks == {"edition_compare": 1, "edition_reports": 2, "edition_addresses": 2}
    assert {one.parameters["build_id"] for one in runs if one.what == "edition_reports"} == {"2020-W48.001", "2020-W49.001"}
