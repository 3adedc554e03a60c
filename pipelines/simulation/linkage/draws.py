"""The data of this room, read once, and drawing by it.

Belongs here: `linkage_rates.yml` and `linkage_characters.yml` as values. Does not belong here: what is made with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from random import Random
from typing import Any

import yaml

from pipelines.simulation.geography import DATA

_AS_SENT: ContextVar[bool] = ContextVar("as_sent", default=False)


@contextmanager
def as_sent() -> Iterator[None]:
    """Within it the rates are those of what departments send (`sent` in `linkage_rates.yml`)."""
    token = _AS_SENT.set(True)
    try:
        yield
    finally:
        _AS_SENT.reset(token)


def rates() -> dict[str, Any]:
    """The rates by kind, as `linkage_rates.yml` states them."""
    return _rates(_AS_SENT.get())


@cache
def _rates(sent: bool) -> dict[str, Any]:
    stored = dict(yaml.safe_load((DATA / "linkage_rates.yml").read_text("utf-8")))
    changed = stored.pop("sent")
    if not sent:
        return stored
    kept = {name: rate for name, rate in stored.items() if name not in changed}
    return kept | {
        name: {**stored[name], **of} if isinstance(stored.get(name), dict) and name not in _WHOLE_MIXES else of
        for name, of in changed.items()
    }


# These add up to 1 and are given whole.
_WHOLE_MIXES = ("evidence", "id_damage")


@cache
def characters() -> dict[str, Any]:
    """Characters that stand for others: `traditional`, `homophones`, `lookalikes` by character, and the lists beside."""
    stored = yaml.safe_load((DATA / "linkage_characters.yml").read_text("utf-8"))
    for name in ("traditional", "homophones", "lookalikes"):
        stored[name] = {
            group[0]: tuple(one for one in dict.fromkeys(group[1:]) if one != group[0])
            for group in stored[name].split()
        }
        stored[name] = {one: others for one, others in stored[name].items() if others}
    stored["compound_surnames"] = tuple(stored["compound_surnames"].split())
    return dict(stored)


def draw(rng: Random, weights: Mapping[str, float]) -> str:
    """One name by its weight."""
    place = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        place -= weight
        if place < 0:
            return name
    return next(reversed(list(weights)))
