"""Numbers in names that a sender chose."""

from __future__ import annotations

import pytest

from pipelines.sources.masking import without_numbers


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三16000000001.csv", "张三***.csv"),
        ("张三 160 0000 0001.csv", "张三 ***.csv"),
        ("999901 19780312 001X.xlsx", "***.xlsx"),
        ("村社名录20201125.csv", "村社名录20201125.csv"),
        ("周报2020-11-25（2）.xlsx", "周报2020-11-25（2）.xlsx"),
    ],
)
def test_masked(name: str, masked: str) -> None:
    assert without_numbers(name) == masked
