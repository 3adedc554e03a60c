"""`cunshe check privacy` on a finished home: it holds, and each part finds its hole when the hole is put back."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines.checks.privacy.findings import PartResult
from pipelines.checks.privacy.run import check_privacy
from pipelines.publishing import pointer
from pipelines.sources.reading import read_table
from tests.integration.homes import Home

TOWNSHIP = "township-330304001000"


@pytest.fixture(scope="module")
def holed(second_week: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the finished home with a hole for every part."""
    home = second_week.copy_to(tmp_path_factory.mktemp("holed") / "var")
    folder = report_folder(home)
    for hole in (
        open_mode, red_without_a_reason, exact_age, shown_cell, foreign_village, outcome, small_count, foreign_warning, mail,
        name,
    ):  # fmt: skip
        hole(home, folder)
    return home


@pytest.fixture(scope="module")
def findings(holed: Home) -> Iterator[dict[str, list[str]]]:
    """What the check finds in the holed home, by part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUNSHE_HOME", str(holed.path))
        parts: list[PartResult] = check_privacy(holed.settings)
    yield {part.part: [f"{finding.where}: {finding.what}" for finding in part.findings] for part in parts}


def current(home: Home) -> str:
    now = pointer.current(home.settings)
    assert now is not None
    return now.build_id


def report_folder(home: Home) -> Path:
    build_id = current(home)
    return home.path / "reports" / pointer.week_of(build_id) / build_id


def changed_edition(home: Home, statement: str) -> None:
    with duckdb.connect(str(home.path / "published" / current(home) / "analyst.duckdb")) as connection:
        connection.execute(statement)


def open_mode(home: Home, folder: Path) -> None:
    for path in (home.path, home.path / "vault", home.path / "vault" / "vault.duckdb"):
        path.chmod(path.stat().st_mode | 0o055)


def red_without_a_reason(home: Home, folder: Path) -> None:
    changed_edition(
        home,
        "update marts.village_state_week set measured_colour = 'red' where village_id ="
        " (select min(village_id) from marts.village_state_week where measured_colour = 'green')",
    )


def exact_age(home: Home, folder: Path) -> None:
    changed_edition(home, "alter table marts.person_table add column age integer; update marts.person_table set age = rowid")


def shown_cell(home: Home, folder: Path) -> None:
    changed_edition(home, "update marts.petition_week set matters = 1 where matters is null")


def appended(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8").replace("</body>", f"<p>{text}</p></body>"), encoding="utf-8")


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """A packed form with some of its parts changed."""
    draft = path.with_suffix(".draft")
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(draft, "w") as new:
        for item in packed.namelist():
            new.writestr(item, change(item, packed.read(item)))
    shutil.move(draft, path)


def foreign_name(home: Home, folder: Path) -> str:
    """A village of another township."""
    with duckdb.connect(str(home.path / "published" / current(home) / "analyst.duckdb"), read_only=True) as connection:
        query = "select max(village_code) from marts.village_file where managing_unit_code <> '330304001000'"
        return str(connection.execute(query).fetchall()[0][0])


def foreign_village(home: Home, folder: Path) -> None:
    code = foreign_name(home, folder)
    appended(folder / f"{TOWNSHIP}.html", code)
    rewritten(
        folder / f"{TOWNSHIP}.docx",
        lambda item, content: content.replace(b"</w:body>", f"<w:p><w:r><w:t>{code}</w:t></w:r></w:p></w:body>".encode()),
    )
    book = openpyxl.load_workbook(folder / f"{TOWNSHIP}.xlsx")
    book.worksheets[0].append([code])
    book.save(folder / f"{TOWNSHIP}.xlsx")


def outcome(home: Home, folder: Path) -> None:
    appended(folder / f"{TOWNSHIP}.reminder.html", "联审结论为暂缓")


def small_count(home: Home, folder: Path) -> None:
    row = "<tr><td>受理</td><td>1</td></tr><tr><td>合计</td><td>9</td></tr>"
    appended(folder / f"{TOWNSHIP}.html", f"<table><tr><th>办理状态</th><th>事项（件）</th></tr>{row}</table>")


def foreign_warning(home: Home, folder: Path) -> None:
    with duckdb.connect(str(home.path / "published" / current(home) / "analyst.duckdb"), read_only=True) as connection:
        ((warning,),) = connection.execute(
            "select max(warning_id) from marts.warning inner join marts.village_file using (village_id)"
            " where managing_unit_code <> '330304001000'"
        ).fetchall()
    appended(folder / f"{TOWNSHIP}.html", warning)


def mail(home: Home, folder: Path) -> None:
    message = home.path / "outbox" / folder.parent.name / folder.name / TOWNSHIP / "message.txt"
    message.write_text(message.read_text("utf-8") + foreign_name(home, folder), encoding="utf-8")


def name(home: Home, folder: Path) -> None:
    """Somebody of the roster, on a page and as a value in landing; and a number in a file of ours."""
    (roster,) = (home.path / "inbox" / "organisation" / "posts").glob("2020-11-*/*")
    person = next(one for one in read_table(roster.read_bytes()).whole()["姓名"] if len(one) == 3)
    appended(folder / "county.html", person)
    with duckdb.connect() as connection:
        connection.execute(f"copy (select '{person}' as who) to '{home.path / 'landing' / 'leak.parquet'}' (format parquet)")
    (home.path / "return_notes" / "leak.txt").write_text("99990119780312001X", encoding="utf-8")


def test_a_finished_home_keeps_its_promises(second_week: Home) -> None:
    done = second_week.cunshe("check", "privacy", "--json")
    parts: dict[str, dict[str, Any]] = {part["part"]: part for part in json.loads(done.stdout)}
    assert set(parts) == {"account", "colours", "persons", "cells", "reports", "identities"}
    assert {name: part["findings"] for name, part in parts.items() if part["findings"]} == {}
    assert all(part["looked_at"] > 0 for part in parts.values())
    assert parts["reports"]["looked_at"] > 100 and parts["identities"]["looked_at"] > 500


def test_what_another_account_can_read_is_found(findings: dict[str, list[str]]) -> None:
    assert "vault/vault.duckdb: can be read by every account of this machine" in findings["account"]
    assert not [found for found in findings["account"] if found.startswith(("landing", "identity", "published", "reports"))]


def test_a_colour_without_a_visible_reason_is_found(findings: dict[str, list[str]]) -> None:
    assert any("measured_colour is not what the visible warnings make it" in found for found in findings["colours"])


def test_an_exact_age_is_found_twice(findings: dict[str, list[str]]) -> None:
    assert any("person_table has the column age" in found for found in findings["persons"])
    assert any("are those of too few persons of a village" in found for found in findings["persons"])


def test_a_small_cell_that_is_shown_is_found(findings: dict[str, list[str]]) -> None:
    assert any("petition_week shows a count that is too small" in found for found in findings["cells"])


@pytest.mark.parametrize("file", [f"{TOWNSHIP}.html", f"{TOWNSHIP}.docx", f"{TOWNSHIP}.xlsx", "message.txt"])
def test_anothers_village_is_found_in_each_form(findings: dict[str, list[str]], file: str) -> None:
    assert any(f"/{file}: names the village" in found for found in findings["reports"])


def test_an_outcome_a_small_count_and_anothers_warning_are_found(findings: dict[str, list[str]]) -> None:
    found = "\n".join(findings["reports"])
    assert f"{TOWNSHIP}.reminder.html: speaks of outcomes of the joint review (暂缓)" in found
    assert "a count below the small cell in the column 事项（件）" in found
    assert "of another's village" in found


def test_names_and_numbers_are_found_wherever_they_lie(findings: dict[str, list[str]]) -> None:
    found = findings["identities"]
    assert any("county.html: holds a person's name" in one for one in found)
    assert any("leak.parquet: has a person's name in rows.who" in one for one in found)
    assert any("leak.txt: holds what looks like a number of somebody (id_number)" in one for one in found)
