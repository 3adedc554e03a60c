"""A person decides: an item by its id, or a whole workbook; and the workbook that is handed out for it.

Belongs here: the steps from what somebody says to a delivery in the inbox. Does not belong here: what contradicts what
(`standing`), writing the delivery (`delivery`), printing (`pipelines.cli_review`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_new
from pipelines.identity.audit_log import Look
from pipelines.identity.looks import record_exports
from pipelines.identity.review.delivery import Delivered, Draft, NotTaken, deliver
from pipelines.identity.review.items import (
    WAITING,
    ReviewItem,
    current_items,
    find_item,
)
from pipelines.identity.review.shown import Shown, names_somebody, shown, shown_one
from pipelines.identity.review.workbook import Filled, drafts, filled, texts, workbook
from pipelines.settings import Settings

_CHECK = "the reason given must name nobody"


@dataclass(frozen=True)
class Exported:
    """What went into a workbook, and the items left out because the vault no longer holds both sides."""

    pairs: int
    left_out: tuple[str, ...]


def show(settings: Settings, item_id: str, *, by: str, reason: str) -> Shown:
    """One item with both sides: a look into the vault, logged with who and why."""
    item = find_item(settings, item_id)
    return shown_one(settings, item, Look(by, "review show", reason, parameters={"item": item.item_id}, rows=1))


def decide(
    settings: Settings, item_id: str, verdict: str, *, by: str, reason: str, on: date, today: date
) -> Delivered:
    """Decide one item. Call it while holding the home's lock. Raises NotTaken where it cannot be taken as given."""
    item = find_item(settings, item_id)
    look = Look(by, "review decide", _CHECK, parameters={"item": item.item_id}, rows=1)
    if names_somebody(reason, shown_one(settings, item, look).names):
        raise NotTaken([texts()["faults"]["names"]])
    draft = Draft("", item.subject_kind, item.subject_a, item.subject_b, verdict, by, reason)
    return deliver(settings, [draft], on=on, today=today)


def export(settings: Settings, path: Path, *, by: str, reason: str, today: date) -> Exported:
    """Write what waits into a new workbook that only its owner can open: a look into the vault, logged with who and why."""
    if path.exists():
        raise CunsheError(f"{path} is there already.", "Name another file; what was handed out is not written over.")
    if path.suffix != ".xlsx":
        raise CunsheError(f"{path.name} is no name of a workbook.", "It must end in .xlsx")
    items = [one for one in current_items(settings) if one.state == WAITING]
    if not items:
        raise CunsheError("Nothing waits for a decision.", "Nothing is written, and nobody has looked.")
    look = Look(by, "review export", reason, parameters={"file": path.name}, rows=len(items))
    pairs = shown(settings, items, look)
    content = workbook([pairs[one.item_id] for one in items if one.item_id in pairs], by=by, on=today)
    record_exports(settings, Look(by, "export", reason, rows=len(pairs)), {path: content})
    _write_private(path, content)
    return Exported(len(pairs), tuple(one.item_id for one in items if one.item_id not in pairs))


def _write_private(path: Path, content: bytes) -> None:
    """A new file of names, for its owner only."""
    try:
        write_new(path, content)
    except OSError as problem:
        raise CunsheError(f"{path} cannot be written: {problem.strerror}.", "Name another place.") from None


def take_back(settings: Settings, path: Path, *, by: str, on: date, today: date) -> Delivered:
    """Take a filled workbook, whole or not at all. Call it while holding the home's lock. Raises NotTaken, row by row."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise CunsheError(f"{path} cannot be read: {problem.strerror}.", "Check the name of the file.") from None
    items = {one.item_id: one for one in current_items(settings)}
    rows = filled(content, items)
    if not rows:
        raise CunsheError("No row of the workbook has a verdict.", "Fill in verdict, name and reason, then return it.")
    if faults := _named(settings, rows, items, by):
        raise NotTaken(faults)
    return deliver(settings, drafts(rows, items), on=on, today=today)


def _named(settings: Settings, rows: list[Filled], items: Mapping[str, ReviewItem], by: str) -> list[str]:
    """The rows whose reason names one of the pair."""
    look = Look(by, "review return", _CHECK, rows=len(rows))
    pairs = shown(settings, [items[one.item_id] for one in rows], look)
    return [
        f"第{one.row}行：{texts()['faults']['names']}"
        for one in rows
        if one.item_id in pairs and names_somebody(one.reason, pairs[one.item_id].names)
    ]
