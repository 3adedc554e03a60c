"""Telling a person how far long work has come, without the work knowing who listens.

Belongs here: the one function that work calls, and the two listeners of the command line. Does not belong here: logging.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# (stage, steps done, steps in all or 0 if unknown, what is being done)
Listener = Callable[[str, int, int, str], None]

_listeners: list[Listener] = []


def progress(stage: str, done: int, total: int, what: str = "") -> None:
    """Report that `done` of `total` steps of `stage` are done; a no-op where nobody listens."""
    for listener in _listeners:
        listener(stage, done, total, what)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def shown_on_terminal() -> Iterator[None]:
    """A progress bar per stage on a terminal; elsewhere one line per stage and thing that is being done."""
    if not sys.stderr.isatty():
        with listening(_plain_lines()):
            yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[what]}"))
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def listener(stage: str, done: int, total: int, what: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None, what=what)
            bars.update(tasks[stage], completed=done, total=total or None, what=what)

        with listening(listener):
            yield


def _plain_lines() -> Listener:
    begun: set[tuple[str, str]] = set()

    def listener(stage: str, done: int, total: int, what: str) -> None:
        if (stage, what) not in begun:
            begun.add((stage, what))
            print(f"{stage}: {what}" if what else stage, file=sys.stderr, flush=True)

    return listener
