"""What became of all that is sent, held against its aims and drawn as a table.

Belongs here: aims of `sent` in `linkage_aims.yml`, the lines of the table. Does not belong here: counting (`sent`), the tables
of the
linking alone (`linkage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.checks.sent import SentFigures, SentTally

# What a figure is called in the table, by the class or group it is of.
_LABELS = {
    "id_number": "whole number", "id_damaged": "damaged number", "name_village_post": "name, village, post",
    "name_village": "name, village", "role_only": "village, post", "wrong_row": "number in the wrong row",
    "slipped": "slipped block", "number_of_two": "roster: number of two", "homonym": "of one name in a village",
    "sibling": "brothers and sisters", "all": "all that is sent",
}  # fmt: skip


def reached(figures: SentFigures, aim: dict[str, Any]) -> float | None:
    """What was reached of one aim: the worst of the classes or traps it asks about, wrong links added up; None of nothing."""
    if aim["figure"] == "pairs_per_1000":
        return figures.pairs_per_1000
    tallies = [_tally(figures, name) for name in aim["sent"]]
    if aim["figure"] == "wrong":
        return float(sum(tally.wrong for tally in tallies)) if all(tally.sent for tally in tallies) else None
    values = [getattr(tally, aim["figure"]).value for tally in tallies]
    return None if None in values else min(values)


def _tally(figures: SentFigures, name: str) -> SentTally:
    if name == "all":
        return figures.all
    return figures.classes[name] if name in figures.classes else figures.traps[name]


def lines(figures: SentFigures) -> list[str]:
    """The table: each class, the traps, everything; then why rows went back."""
    counts = (("rows", 8), ("linked", 9), ("wrong", 7), ("waits", 8), ("pairs", 7), ("back", 7), ("none", 7))
    head = f"{'all that is sent, through the intake':<38}" + "".join(f"{word:>{width}}" for word, width in counts)
    found = [f"{head}{'recall, %':>11}{'certain, %':>12}{'offered, %':>12}"]
    for name in (*figures.classes, "all", *figures.traps):
        found.append(_line(_LABELS[name], _tally(figures, name)))
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(figures.back.items(), key=lambda pair: -pair[1]))
    precision = figures.all.precision
    return [
        *found,
        f"precision of the automatic links: {_percent(precision.value)} % "
        f"[{_percent(precision.low)}, {_percent(precision.high)}]; "
        f"{figures.pairs_per_1000:.1f} pairs wait per 1,000 rows; goes back: {reasons or 'nothing'}",
    ]


def _line(label: str, tally: SentTally) -> str:
    counts: Sequence[tuple[int, int]] = (
        (tally.sent, 8), (tally.right, 9), (tally.wrong, 7), (tally.waits, 8), (tally.pairs, 7),
        (tally.goes_back, 7), (tally.nothing, 7),
    )  # fmt: skip
    shares = ((tally.recall, 11), (tally.certain_recall, 12), (tally.offered, 12))
    return (
        f"{label:<38}"
        + "".join(f"{count:>{width},}" for count, width in counts)
        + "".join(f"{_percent(share.value):>{width}}" for share, width in shares)
    )


def _percent(value: float | None) -> str:
    """Cut to three places, not rounded."""
    return "none" if value is None else f"{int(value * 100_000 + 1e-9) / 1000:.3f}"


def as_json(figures: SentFigures) -> dict[str, Any]:
    """All of it."""
    groups = {"classes": figures.classes, "traps": figures.traps, "together": {"all": figures.all}}
    found: dict[str, Any] = {
        group: {name: tally.as_json() for name, tally in tallies.items()} for group, tallies in groups.items()
    }
    return {**found, "pairs_per_1000": round(figures.pairs_per_1000, 3), "goes_back": figures.back}
