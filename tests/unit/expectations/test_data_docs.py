"""The pages show how the checks went, hold no value of a delivery, need nothing from elsewhere and stay few."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.data_docs import page
from expectations.suite import load_suite
from pipelines.landing.data_docs import write_data_docs
from pipelines.landing.land import Door, land_dataset
from pipelines.sources.contract import load_catalog
from tests.unit.landing.test_land import POSTS, SUNDAY, door, drop, rows, sealed, spoiled

__all__ = ["door", "sealed"]  # fixtures


@pytest.fixture
def folder(door: Door) -> Path:
    """The pages of a home in which one delivery has a row of an unknown village."""
    drop(door, "2020-11-26", spoiled(2, "村社代码", "999901001999"))
    land_dataset(door, SUNDAY)
    target = door.inbox.parent / "data_docs"
    assert write_data_docs(target, door.landing, load_catalog())
    return target


def test_a_page_says_of_each_check_how_it_went(folder: Path) -> None:
    text = (folder / f"{POSTS}.html").read_text("utf-8")
    for expectation in load_suite(POSTS).expectations:
        assert expectation.zh in text
    assert re.search(r"Successful Expectations.{0,200}>3<", text, re.DOTALL)
    assert "25%" in text  # one of four rows


def test_no_value_of_the_delivery_is_on_a_page(folder: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.html"))
    values = {cell for row in rows()[1:] for cell in row if len(cell) > 2} | {"999901001999"}
    labels = {"党组织书记", "村委会主任", "共青团员"}
    assert not [value for value in values - labels if value in text]


def test_a_page_asks_nothing_of_another_machine(folder: Path) -> None:
    for path in folder.glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"(src|href)=.?(https?:)?//|<script|<link|<img|@import|url\(", text), path.name
        for target in re.findall(r'href="([^"#]+)"', text):
            assert (folder / target).exists(), target


def test_only_the_newest_delivery_is_shown_and_only_a_new_one_is_rendered(door: Door, folder: Path) -> None:
    assert not write_data_docs(folder, door.landing, load_catalog())
    drop(door, "2020-11-27", rows())
    land_dataset(door, SUNDAY)
    assert write_data_docs(folder, door.landing, load_catalog())
    assert sorted(path.name for path in folder.iterdir()) == ["deliveries.json", "index.html", f"{POSTS}.html"]
    assert "2020-11-27" in (folder / "index.html").read_text("utf-8")


@pytest.mark.parametrize("name", load_catalog())
def test_every_suite_can_be_shown(name: str) -> None:
    suite = load_suite(name)
    quality = [{"expectation": one.id, "success": True, "observed": "0 / 5"} for one in suite.expectations]
    text = page(name, "20201126-0123456789ab", suite, quality)
    assert all(one.zh in text for one in suite.expectations)
    assert "20201126-0123456789ab" in text
