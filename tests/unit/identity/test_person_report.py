"""A person's file on demand: page and document for their owner's eyes only, the look logged, nothing told by file names."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import docx
import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.identity.audit_check import read_log
from pipelines.identity.vault import Vault
from pipelines.reports import person_file
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY = date(2020, 11, 23)
EDITION = """
create table build as select 'B.001' as build_id, date '2020-12-06' as as_of;
create table person_item (person_id text, section text, item text, item_zh text, value text, since date, restricted bool,
    is_disputed bool, department text, dataset text, delivery_id text, row_no int, village_id text);
create table delivery (delivery_id text, department text, dataset text, delivered_at date);
create table village_file (village_id text, village_code text, village_name text);
create table warning (warning_id text, rule_id text, colour text, state text, detail_zh text, first_week date,
    last_week date, subject_type text, subject_id text);
create table warning_rule (rule_id text, title_zh text, valid_from date);
insert into village_file values ('v1', '999901001201', '青石村');
insert into delivery values ('d1', 'organisation', 'posts', '2020-11-23');
insert into warning_rule values ('review_hold', '联审结论为暂缓', '2019-01-01');
"""


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roster: Callable[..., pd.DataFrame],
           number: Callable[[int], str]) -> str:  # fmt: skip
    """Somebody in the vault of a home, and in an edition that stands for the newest build's."""
    monkeypatch.setenv("CUNSHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUNSHE_ALLOW_UNASSIGNED_AREA", "true")
    home = Settings()
    with Vault.open(home, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, name="欧阳"))
        vault.link_week(MONDAY, ["d1"])
        found = vault.connection.execute("select person_id from person where id_number = ?", [number(1)]).fetchone()
    person_id = str(found[0])
    edition = duckdb.connect()
    edition.execute(EDITION)
    post = ("post", "P1", "职务", "党组织书记", "2017-04-01", False, True)
    for row in (post, ("review", "civil", "民政", "暂缓", None, True, False)):
        edition.execute(
            "insert into person_item values (?, ?, ?, ?, ?, ?, ?, ?, 'organisation', 'posts', 'd1', 2, 'v1')", [person_id, *row]
        )
    edition.execute(
        "insert into warning values"
        " ('W1', 'review_hold', 'red', 'continuing', '民政：暂缓', '2020-11-30', '2020-11-30', 'person', ?)",
        [person_id],
    )
    monkeypatch.setattr(person_file, "open_edition", lambda *_: edition.cursor())
    monkeypatch.setattr(person_file.pointer, "current", lambda _: SimpleNamespace(build_id="B.001"))
    return person_id


def ask(person_id: str, out: Path, *more: str) -> Result:
    arguments = ("report", "person", person_id, "--by", "李某", "--reason", "本人申请查阅", "--out", out, *more)
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_it_is_written_for_its_owner_only_and_opens_in_word(person: str, tmp_path: Path, number: Callable[[int], str]) -> None:
    out = tmp_path / "out"
    done = ask(person, out)
    assert done.exit_code == 0, done.output
    assert {path.name for path in out.iterdir()} == {f"person-{person}.html", f"person-{person}.docx"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    page = (out / f"person-{person}.html").read_text("utf-8")
    document = docx.Document(str(out / f"person-{person}.docx"))
    words = "".join(part.text or "" for part in document.element.body.iter("{*}t"))
    for text in (page, words):
        assert "欧阳1" in text and "欧阳2" not in text and number(1) not in text and number(1)[:6] in text
        assert "党组织书记" in text and "2017年4月1日" in text and "组织《" in text and "批次d1第2行" in text
        assert text.count("有异议") == 1 and "暂缓" in text and "青石村" in text and "W1" in text
        assert "单独查阅1次" in text
    assert "欧阳" not in done.output and number(1) not in done.output
    assert "欧阳" not in document.core_properties.title


def test_each_time_is_a_look_that_the_log_keeps(person: str, tmp_path: Path) -> None:
    for _ in range(2):
        assert ask(person, tmp_path).exit_code == 0
    entries = read_log(Settings(), person).entries
    assert [(one.by, one.what, one.why) for one in entries] == [
        ("李某", what, "本人申请查阅") for what in ("person_show", "export", "export")
    ] * 2  # the page and the document go out
    assert "单独查阅2次" in (tmp_path / f"person-{person}.html").read_text("utf-8")


def test_nobody_gets_it_without_name_and_reason_nor_of_nobody(person: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for missing in (["--by", "李某"], ["--reason", "查阅"], ["--by", " ", "--reason", "查阅"]):
        assert CliRunner().invoke(app, ["report", "person", person, "--out", str(out), *missing]).exit_code != 0
    assert ask("P" + "0" * 16, out).exit_code != 0
    assert not out.exists()
