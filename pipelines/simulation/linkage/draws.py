"""The data of this room, read once, and drawing by it.

Belongs here: `linkage_rates.yml` and `linkage_characters.yml` as values. Does not belong here: what is made with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import yaml

from pipelines.simulation.geography import DATA


@cache
def rates() -> dict[str, Any]:
    """The rates by kind, as `linkage_rates.yml` states them."""
    return dict(yaml.safe_load((DATA / "linkage_rates.yml").read_text("utf-8")))


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
