"""The end of a round: who closes it, who opens it again, and from when on it counts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.access.events import read
from pipelines.access.round import close_round, open_round, round_ended_on, round_is_closed
from pipelines.errors import CunsheError
from pipelines.identity.retention import due_on
from pipelines.settings import Settings
from pipelines.weeks import today

ENDED = date(2021, 1, 31)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_a_round_is_closed_from_its_day_on_and_the_clocks_run(settings: Settings) -> None:
    assert round_ended_on(settings) is None and due_on(settings) is None
    close_round(settings, ENDED, by="李某", reason="换届结束")
    assert not round_is_closed(settings, ENDED - timedelta(days=1))
    assert round_is_closed(settings, ENDED)
    assert due_on(settings) == date(2021, 7, 31)
    with pytest.raises(CunsheError, match="closed already"):
        close_round(settings, ENDED, by="李某", reason="再一次")


@pytest.mark.parametrize("second", ["", " ", "李某", " 李某 "])
def test_opening_again_takes_two_people_and_is_logged(settings: Settings, second: str) -> None:
    close_round(settings, ENDED, by="李某", reason="换届结束")
    with pytest.raises(CunsheError, match="two people"):
        open_round(settings, by="李某", second=second, reason="申诉")
    assert round_is_closed(settings, ENDED)
    open_round(settings, by="李某", second="王某", reason="申诉")
    assert not round_is_closed(settings, date(2099, 1, 1)) and due_on(settings) is None
    closed, opened = read(settings.round_events)
    assert (closed.kind, closed.by, closed.details) == ("closed", "李某", {"ended_on": "2021-01-31"})
    assert (opened.kind, opened.by, opened.details, opened.reason) == ("opened", "李某", {"second": "王某"}, "申诉")
    with pytest.raises(CunsheError, match="is open"):
        open_round(settings, by="李某", second="王某", reason="申诉")


def test_the_setting_counts_until_people_decide_otherwise(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, round_ended_on=ENDED)
    assert round_is_closed(settings, ENDED)
    open_round(settings, by="李某", second="王某", reason="补选")
    assert round_ended_on(settings) is None
    later = settings.model_copy(update={"round_ended_on": today() + timedelta(days=400)})
    assert round_ended_on(later) == later.round_ended_on


def test_nobody_decides_without_a_name_and_a_reason(settings: Settings) -> None:
    for by, reason in ((" ", "换届结束"), ("李某", "")):
        with pytest.raises(CunsheError, match="name and a reason"):
            close_round(settings, ENDED, by=by, reason=reason)
    assert read(settings.round_events) == []
