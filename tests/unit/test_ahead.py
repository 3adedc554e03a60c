"""The next piece is read while the last is in use: nothing is lost, doubled or left running."""

from __future__ import annotations

import threading

import pytest

from pipelines.ahead import one_ahead


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3], [0, None, ""]])
def test_the_items_come_in_their_order(items: list[object]) -> None:
    assert list(one_ahead(items)) == items


def test_the_next_item_is_made_while_the_last_is_in_use() -> None:
    made = [threading.Event() for _ in range(2)]

    def items():
        for number, event in enumerate(made):
            event.set()
            yield number

    given = one_ahead(items())
    assert next(given) == 0
    assert made[1].wait(timeout=60)
    assert list(given) == [1]


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    def items():
        yield 1
        raise ValueError("cut off")

    given = one_ahead(items())
    assert next(given) == 1
    with pytest.raises(ValueError, match="cut off"):
        next(given)


def test_who_stops_early_leaves_no_thread_behind() -> None:
    given = one_ahead(iter(range(100)))
    assert next(given) == 0
    given.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("read-ahead")]
