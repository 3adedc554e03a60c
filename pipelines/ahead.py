"""The next of several things, made while the last one is in use, such as pages of a report.

Belongs here: that one thread. Does not belong here: what is made, anything that is asked of a server: some of their
connections belong to the thread that opened them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in their order, each made while its predecessor is in use; what goes wrong is raised in its place.

    Two items are held at a time. zlib and the disk work outside Python's lock: packing documents then costs a second core
    instead of time.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1, "one-ahead") as thread:
        coming = thread.submit(_next, iterator)
        while item := coming.result():
            coming = thread.submit(_next, iterator)
            yield item[0]


def _next(iterator: Iterator[T]) -> tuple[T] | tuple[()]:
    for item in iterator:
        return (item,)
    return ()
