"""The command `cunshe review`: what it prints and what it refuses; how it judges is tested in its room."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.identity.review.items import ReviewItem, new_item, table
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from tests.looks import TESTING

Run = Callable[..., Result]
M1, P1, P2 = "M" + "1" * 16, "P" + "a" * 16, "P" + "b" * 16
PAIRS = [(M1, P1, 6.0), (M1, P2, 1.0)]
VAULT = f"""
create or replace table record(delivery_id text, row_no bigint, mention_id text, person_name text, id_number text,
    id_text text, village_code text, position text, on_date date, ended_on date, holds_post boolean);
insert into record values
    ('o1', 2, '{M1}', '王剑國', null, '9999011978031201X', '999901001201', 'P1', '2020-11-26', null, false),
    ('r1', 2, 'R1', '王剑国', '99990119780312001X', null, '999901001201', 'P1', '2017-04-01', null, true),
    ('r1', 3, 'R2', '王剑军', '999901198103120011', null, '999901001201', 'C3', '2017-05-01', null, true);
insert into delivery values ('r1', 'organisation', 'posts', '2020-11-26', true, 2);
insert into person values ('{P1}', '99990119780312001X'), ('{P2}', '999901198103120011');
"""


@pytest.fixture
def cunshe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CUNSHE_HOME", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(app, ["review", *map(str, arguments)])


@pytest.fixture
def items(tmp_path: Path) -> list[ReviewItem]:
    """A home in which one record waits between two brothers."""
    found = [
        new_item("mention", a, b, department="public_security", dataset="opinions", rule="scored", weight=weight,
                 opened_on=date(2020, 11, 27), evidence="name=script;number=fits")
        for a, b, weight in PAIRS
    ]  # fmt: skip
    settings = Settings(home=tmp_path)
    folder = settings.identity / "2020-11-30"
    folder.mkdir(parents=True)
    rows = table(found)
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        connection.execute("copy rows to ? (format parquet)", [str(folder / "review_item.parquet")])
        registry = "select '999901001201' as village_code, 'V1' as village_id"
        connection.execute(f"copy ({registry}) to ? (format parquet)", [str(folder / "village_registry.parquet")])
    with Vault.open(settings, TESTING) as vault:
        vault.connection.execute(VAULT)
    return found


def test_the_list_says_what_waits_and_names_nobody(cunshe: Run, items: list[ReviewItem]) -> None:
    listed = cunshe("list").stdout
    assert f"{items[0].item_id}  2020-11-27  记录与人员  public_security/opinions  待核对  可能  综合比对" in listed
    assert "姓名繁简或异体不同，证件号残缺但相符" in listed
    assert "2 wait, 0 disputed, the oldest since 2020-11-27." in listed
    assert "王" not in listed


def test_the_list_is_there_for_machines(cunshe: Run, items: list[ReviewItem]) -> None:
    found = json.loads(cunshe("list", "--json").stdout)
    assert found["counts"] == {"waiting": 2}
    one = next(one for one in found["items"] if one["item_id"] == items[1].item_id)
    assert (one["subject_kind"], one["weight"], one["opened_on"], one["state"]) == ("mention", 1.0, "2020-11-27", "waiting")
    assert one["words"]["zh"]["score"] == "存疑" and one["words"]["en"]["score"] == "doubtful"
    assert one["words"]["en"]["evidence"] == "name the same in another script, ID number damaged but fits"


def test_a_pair_is_shown_side_by_side(cunshe: Run, items: list[ReviewItem]) -> None:
    shown = cunshe("show", items[0].item_id, "--by", "核对员甲", "--reason", "核对来文").stdout
    assert re.search(r"姓名\s*│\s*王剑國\s*│\s*王剑国\s*│\s*繁简或异体不同", shown)
    assert "999901***********X" in shown and "99990119780312001X" not in shown
    assert "可能 / probably the same" in shown


def test_a_decision_goes_into_the_inbox_and_off_the_list(cunshe: Run, items: list[ReviewItem], tmp_path: Path) -> None:
    done = cunshe("decide", items[0].item_id, "--same", "--by", "核对员甲", "--reason", "档案一致", "--on", "2020-12-03")
    assert done.exit_code == 0, done.exception
    assert "D202012030001 2020-12-03 核对员甲：同一人（档案一致）" in done.stdout
    assert (tmp_path / "inbox/organisation/link_decisions/2020-12-03/decisions-D202012030001.csv").exists()
    assert items[0].item_id not in cunshe("list").stdout
    assert "已决定，下次运行时生效" in cunshe("list", "--all").stdout
    again = cunshe("decide", items[0].item_id, "--same", "--by", "核对员甲", "--reason", "档案一致")
    assert "Decided already: D202012030001" in again.stdout and "Nothing new is written." in again.stdout
    back = cunshe("withdraw", "D202012030001", "--by", "核对员甲", "--reason", "看错了行", "--on", "2020-12-04")
    assert "D202012040001" in back.stdout
    assert items[0].item_id in cunshe("list").stdout


def test_a_contradiction_is_refused_and_a_dispute_is_listed(cunshe: Run, items: list[ReviewItem], tmp_path: Path) -> None:
    arguments = ("--reason", "档案", "--on", "2020-12-03")
    cunshe("decide", items[0].item_id, "--same", "--by", "核对员甲", *arguments)
    refused = cunshe("decide", items[0].item_id, "--different", "--by", "核对员乙", *arguments)
    assert isinstance(refused.exception, CunsheError)
    for text in ("核对员甲：同一人", "核对员乙：不是同一人", "cunshe review withdraw"):
        assert text in str(refused.exception)
    (file,) = (tmp_path / "inbox/organisation/link_decisions/2020-12-03").iterdir()
    other = file.read_text("utf-8").replace("D202012030001", "D202012030002").replace("核对员甲", "核对员乙")
    file.with_name("other.csv").write_text(other.replace("同一,", "不同,"), encoding="utf-8")
    listed = cunshe("list").stdout
    assert "决定互相矛盾" in listed and "1 wait, 1 disputed" in listed
    assert "核对员甲：同一人" in listed and "核对员乙：不是同一人" in listed


def test_a_workbook_goes_out_and_comes_back(cunshe: Run, items: list[ReviewItem], tmp_path: Path) -> None:
    out = cunshe("export", tmp_path / "a.xlsx", "--by", "核对员甲", "--reason", "月度核对")
    assert out.stdout.startswith("2 pairs: ")
    back = cunshe("return", tmp_path / "a.xlsx", "--by", "经办人")
    assert isinstance(back.exception, CunsheError) and "No row" in str(back.exception)


@pytest.mark.parametrize("verdicts", [(), ("--same", "--different")])
def test_a_decision_is_one_of_two(cunshe: Run, items: list[ReviewItem], verdicts: tuple[str, ...]) -> None:
    refused = cunshe("decide", items[0].item_id, *verdicts, "--by", "甲", "--reason", "档案")
    assert isinstance(refused.exception, CunsheError)


def test_nobody_decides_while_a_run_is_at_work(cunshe: Run, items: list[ReviewItem], tmp_path: Path) -> None:
    with sole_run(Settings(home=tmp_path).lock_file):
        refused = cunshe("decide", items[0].item_id, "--same", "--by", "甲", "--reason", "档案一致")
    assert isinstance(refused.exception, CunsheError)
    assert not (tmp_path / "inbox").exists()


@pytest.mark.parametrize("command", [("list",), ("show", "R0000000000", "--by", "甲", "--reason", "核对")])
def test_a_home_in_which_nothing_ran_says_what_to_do(cunshe: Run, command: tuple[str, ...]) -> None:
    refused = cunshe(*command)
    assert isinstance(refused.exception, CunsheError)
    assert "Run a week" in str(refused.exception)
