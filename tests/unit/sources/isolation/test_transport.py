"""What is said of a table comes over whole, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pytest

from pipelines.sources.isolation.transport import Growing, grow, packed, told, unpacked
from pipelines.sources.reading import RawTable
from pipelines.sources.reading.table import Doubted, Merge
from pipelines.sources.reasons import reason

WHY = reason("ROWS_DROPPED", sheet="表", row=3, column="村", found="若干行")


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, 1.5, "名", "", Decimal("0.10"), [1, [2]], (1, ("a",)), {(1, 2): [WHY]}, {"a": {1: None}}, {1, 2}, WHY,
        Merge(1, 2, 3, 4), {"~": "Reason"}, np.int64(7),
    ],
)  # fmt: skip
def test_a_value_comes_back_as_it_was(value: object) -> None:
    again = unpacked(packed(value))
    assert again == value
    assert type(again) is (int if isinstance(value, np.generic) else type(value))


def test_what_has_no_form_does_not_travel() -> None:
    with pytest.raises(TypeError):
        packed(object())
    for foreign in (b'{"~": "Popen", "args": []}', b'{"a": 1}', b"[", b'{"~": "Reason", "code": "NO_SUCH"}'):
        with pytest.raises((ValueError, KeyError, TypeError)):
            unpacked(foreign)


def test_half_a_character_becomes_a_lost_one() -> None:
    assert unpacked(packed(["\udcd0", {"\ud800": "\udfff"}])) == ["\ufffd", {"\ufffd": "\ufffd"}]


@dataclass(frozen=True)
class Wider(RawTable):
    """A table with fields that nobody has thought of here."""

    spans: dict[tuple[int, int], str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


def test_fields_that_fill_on_the_way_are_the_same_on_both_sides_after_each_piece() -> None:
    here = Wider(None, ("村",), 1, iter(()), notes=[WHY])
    growing, there = Growing(here), unpacked(packed(told(here)))
    for change in (
        lambda: here.notes.append(WHY),
        lambda: here.spans.update({(2, 0): "as shown"}),
        lambda: here.spans.update({(2, 0): "as stored", (3, 1): "both"}),
        lambda: here.doubts.update({2: [(0, Doubted("ERROR_CELL"))]}),
        lambda: here.doubts[2].append((1, Doubted("ERROR_CELL", "50.3", "503000"))),
        lambda: here.seen.add(4),
        lambda: None,
    ):
        change()
        grow(there, unpacked(packed(growing.new())))
        assert there == told(here)
    assert growing.new() == {}
