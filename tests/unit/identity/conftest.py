"""Homes and invented people for the tests of the identity room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipelines.settings import Settings
from pipelines.sources.resident_id import check_digit


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def number() -> Callable[[int], str]:
    """The n-th invented ID number, with its right check digit."""

    def make(serial: int) -> str:
        first_17 = f"999901{1960 + serial // 1000 % 40}0101{serial % 1000:03d}"
        return first_17 + check_digit(first_17)

    return make


@pytest.fixture
def roster(number: Callable[[int], str]) -> Callable[..., pd.DataFrame]:
    """Identity columns of a delivery that names the given people, for instance `roster(1, 2)`."""

    def make(*people: int, name: str = "测试") -> pd.DataFrame:
        return pd.DataFrame(
            {
                "_row": range(2, 2 + len(people)),
                "person_name": [f"{name}{person}" for person in people],
                "id_number": [number(person) for person in people],
            }
        )

    return make
