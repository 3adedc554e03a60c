"""What we compare with does its best: stock Splink, trained on a small county, finds what carries a whole number."""

from __future__ import annotations

import pytest

from pipelines.checks import baselines
from pipelines.checks.linkage import measured
from pipelines.simulation.linkage import LinkageCounty


def test_stock_splink_links_whole_numbers_and_names(half: LinkageCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "_RANDOM_PAIRS", 1e5)
    found = measured(half, baselines.link_with_splink)
    number, named = found.classes["id_number"], found.classes["name_village_post"]
    assert number.recall.value is not None and number.recall.value > 0.9
    assert number.precision.value is not None and number.precision.value > 0.99
    assert named.recall.value is not None and named.recall.value > 0.5
