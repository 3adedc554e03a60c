"""One department's file missing, truncated or of another shape: the run finishes and says so in words."""

from __future__ import annotations

import pytest

from tests.integration.homes import SECOND, Home
from tests.looks import TESTING


def test_the_other_feeds_are_fresh(faulty: Home) -> None:
    states = {name: feed["state"] for name, feed in faulty.status()["datasets"].items()}
    spoiled = {"petition/matters", "organisation/posts", "civil_affairs/election_steps"}
    assert {name for name, state in states.items() if state == "fresh"} == set(states) - spoiled


@pytest.mark.parametrize(
    ("feed", "state", "since", "words"),
    [
        ("petition/matters", "late", "2020-11-26", []),
        ("organisation/posts", "held", "2020-11-26", ["村社干部任职名册20201203.xlsx", "无法读取"]),
        ("civil_affairs/election_steps", "held", "2020-11-27", ["换届程序进度20201204.csv", "第1行", "列“计划日期”", "缺少列"]),
    ],
)
def test_status_says_which_feed_is_old_since_when_and_why(
    faulty: Home, feed: str, state: str, since: str, words: list[str]
) -> None:
    found = faulty.status()["datasets"][feed]
    assert (found["state"], found["delivered_at"]) == (state, since)
    for word in words:
        assert word in found["reason"]


def test_the_report_says_it_too(faulty: Home) -> None:
    page = (faulty.path / "reports" / SECOND / f"{SECOND}.001" / "county.html").read_text("utf-8")
    for words in ("村社干部任职名册20201203.xlsx", "换届程序进度20201204.csv", "11月26日", "11月27日"):
        assert words in page


def test_the_last_good_delivery_stays_in_use(faulty: Home) -> None:
    from pipelines.publishing.reader import open_edition

    with open_edition(faulty.settings, "authorised", look=TESTING) as connection:
        officials, steps = connection.execute(
            "select sum(officials), sum(steps_total) from marts.village_file"
        ).fetchone()
    assert officials > 0
    assert steps > 0
