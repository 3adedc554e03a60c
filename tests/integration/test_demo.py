"""What a data engineer sees after `make demo`."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pipelines.identity.export import read_folder_table
from pipelines.landing.sealed import read_table
from pipelines.publishing.reader import open_edition
from pipelines.sources.contract import load_catalog
from tests.integration.conftest import Demo
from tests.looks import TESTING

ACTED_ON = ("warning_answers", "supervision_orders", "colour_overrides")
COUNTS = ("read", "landed", "quarantined", "redacted")


def test_demo_ends_with_a_summary(demo: Demo) -> None:
    status = demo.home.status()
    for name in load_catalog():
        assert name.replace("__", "/") in demo.printed.stdout
    for title in ("read", "landed", "held", "quarantined", "redacted", "Warnings:", status["report_folder"]):
        assert title in demo.printed.stdout
    assert status["published"] in demo.printed.stdout
    assert "Traceback" not in demo.printed.stderr


def test_status_names_build_week_and_every_feed(demo: Demo) -> None:
    status = demo.home.status()
    assert status["build_id"] == "2020-W49.001"
    assert status["week"] == "2020-W49"
    assert status["as_of"] == "2020-12-06"
    assert set(status["datasets"]) == {name.replace("__", "/") for name in load_catalog()}
    for feed in status["datasets"].values():
        assert {"delivered_at", "age_days", "state", *COUNTS} <= set(feed)
    assert status["warnings"]["red"] > 0
    assert status["warnings"]["yellow"] > 0
    late = status["datasets"]["questionnaire/village_profile"]
    assert (late["delivered_at"], late["age_days"], late["state"]) == ("2020-11-27", 9, "late")


def test_counts_close_for_every_delivery(demo: Demo) -> None:
    with open_edition(demo.home.settings, "authorised", look=TESTING) as connection:
        rows = connection.execute(
            "select rows_read, rows_landed, rows_quarantined from marts.delivery where verdict = 'accepted'"
        ).fetchall()
    sent = json.loads((demo.home.path / "inbox" / "truth.json").read_text("utf-8"))["files"]
    assert len(sent) > 50
    acted = [path for name in ACTED_ON for path in (demo.home.path / "inbox" / "organisation" / name).glob("*/*")]
    assert len(rows) == len([one for one in sent if one["fault"] != "missing"]) + len(acted)
    assert all(read == landed + quarantined for read, landed, quarantined in rows)


def test_what_the_first_week_reported_is_acted_on_in_the_second(demo: Demo) -> None:
    """Townships return their ledgers, orders take every course, one colour is set by hand: the marts and the page say so."""
    with open_edition(demo.home.settings, "authorised", look=TESTING) as connection:
        steps = dict(connection.execute("select step, count(*) from marts.warning_step group by 1").fetchall())
        strangers = connection.execute(
            "select count(*) from marts.warning_step where outcome in ('unknown_warning', 'another_village')"
        ).fetchone()
        orders = dict(connection.execute("select state, count(*) from marts.supervision_order group by 1").fetchall())
        alone = connection.execute("select count(*) from marts.supervision_order where is_closed_alone").fetchone()
        by_hand = connection.execute(
            "select colour, measured_colour from marts.village_state_week where is_overridden"
        ).fetchall()
    printed = re.search(r"(\d+) answers to its reports", demo.printed.stdout)
    assert printed is not None and sum(steps.values()) == int(printed[1]) > 50
    assert set(steps) == {"take_in_hand", "extend", "confirmed", "unfounded"}
    assert strangers == (0,)
    assert set(orders) == {"open", "overdue", "closed", "returned"} and sum(orders.values()) == 12
    assert alone == (2,)
    assert by_hand == [("yellow", "red")]
    told = demo.home.cunshe("report", "status", "--week", "2020-W48", "--json").stdout
    assert json.loads(told)["counts"]["acknowledged"] > 10  # a returned ledger acknowledges its report
    page = (Path(demo.home.status()["report_folder"]) / "county.html").read_text("utf-8")
    assert "督办单12件：" in page and "督2020-012" in page


def test_one_row_per_village_and_per_person(demo: Demo) -> None:
    with open_edition(demo.home.settings, "analyst") as connection:
        villages = connection.execute("select count(*), count(distinct village_id) from marts.village_file").fetchone()
        officials, persons, distinct = connection.execute(
            "select count(*) filter (is_official), count(*), count(distinct person_id) from marts.person_table"
        ).fetchone()
        chinese = connection.execute('select count(*) from "一村一档"').fetchone()
    assert villages == (190, 190)
    assert chinese == (190,)
    assert officials == 1770
    assert persons == distinct > officials


def test_every_injected_defect_is_found_and_no_clean_row_set_aside(demo: Demo) -> None:
    """Row by row: what landing set aside is what the simulation spoiled, and nothing else."""
    expected: dict[str, set[tuple[str, int]]] = defaultdict(set)
    redacted: Counter[str] = Counter()
    with (demo.home.path / "inbox" / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = f"{row['department']}__{row['dataset']}"
            if row["expected"] == "quarantined":
                expected[name].add((row["file"], int(row["row"])))
            elif row["expected"] == "redacted":
                redacted[name] += int(row["count"])
    assert sum(map(len, expected.values())) > 250
    for name, contract in load_catalog().items():
        found, dropped = set(), 0
        for record in (demo.home.path / "landing" / contract.department / contract.dataset).glob("*/delivery.json"):
            delivery = json.loads(record.read_text("utf-8"))
            rows = read_table(record.with_name("quarantine.parquet"), demo.home.path, ["row_no"])["row_no"].to_pylist()
            found |= {(delivery["file_name"], row) for row in rows}
            dropped += delivery["values_redacted"]
        assert found == expected[name], name
        assert dropped == redacted[name], name


def test_damaged_numbers_go_to_their_persons(demo: Demo) -> None:
    """An opinion whose ID number lost or changed a digit lands, and is that of the person of this name and number."""
    with (demo.home.path / "inbox" / "truth.csv").open(encoding="utf-8", newline="") as file:
        damaged = {(row["file"], int(row["row"])) for row in csv.DictReader(file) if row["expected"] == "linked"}
    assert damaged
    folders = demo.home.path / "landing"
    files = {path.parent.name: json.loads(path.read_text("utf-8"))["file_name"] for path in folders.glob("*/*/*/delivery.json")}
    links = read_folder_table(max((demo.home.path / "identity").iterdir()), "person_link").to_pylist()
    rules = {(files[one["_delivery_id"]], one["_row"]): one["rule"] for one in links}
    assert {rules.get(place) for place in damaged} == {"id_damaged"}


def test_worrying_rows_land_and_warn(demo: Demo) -> None:
    with (demo.home.path / "inbox" / "truth.csv").open(encoding="utf-8", newline="") as file:
        worrying = [row for row in csv.DictReader(file) if row["expected"] == "warning"]
    assert worrying
    with open_edition(demo.home.settings, "authorised", look=TESTING) as connection:
        warned = connection.execute(
            """
            select delivery.file_name, evidence.row_no
            from marts.warning_evidence as evidence
            inner join marts.warning as warning on evidence.warning_id = warning.warning_id
            inner join marts.delivery as delivery on evidence.delivery_id = delivery.delivery_id
            where warning.rule_id in ('ballot_arithmetic', 'turnout_invalid')
            """
        ).fetchall()
    assert {(row["file"], int(row["row"])) for row in worrying} <= set(warned)


def test_at_least_ten_rules_over_all_topics(demo: Demo) -> None:
    with open_edition(demo.home.settings, "authorised", look=TESTING) as connection:
        topics = connection.execute("select topic, count(*) from marts.warning_rule group by topic").fetchall()
    assert sum(count for _, count in topics) >= 10
    assert {"procedure", "joint_review", "petition", "audit", "ballot", "feed"} <= {topic for topic, _ in topics}


@pytest.mark.parametrize("view", ["一村一档", "一人一表", "指标周报", "预警台账"])
def test_chinese_views_answer(demo: Demo, view: str) -> None:
    with open_edition(demo.home.settings, "analyst") as connection:
        relation = connection.sql(f'select * from "{view}"')
        assert len(relation.fetchall()) > 0
        assert all("一" <= name[0] <= "鿿" for name in relation.columns)


def test_a_page_per_recipient(demo: Demo) -> None:
    pages = {path.name for path in (demo.home.path / "reports" / "2020-W49" / "2020-W49.001").glob("*.html")}
    assert {f"{name.removesuffix('.html')}.reminder.html" for name in pages if name.count(".") == 1} - pages <= {
        "index.reminder.html", "review_group.reminder.html"
    }  # fmt: skip
    pages = {name for name in pages if name.count(".") == 1}
    assert len([name for name in pages if name.startswith("township-")]) == 14
    assert len([name for name in pages if name.startswith("department-")]) == 95
    assert {"county.html", "index.html"} <= pages


def test_demo_refuses_an_inbox_with_real_deliveries(demo: Demo) -> None:
    real = demo.home.path.parent / "real"
    (real / "inbox" / "petition").mkdir(parents=True)
    refused = type(demo.home)(real).cunshe("demo", check=False)
    assert refused.returncode == 1
    assert "holds deliveries already" in refused.stderr
    assert "Traceback" not in refused.stderr
