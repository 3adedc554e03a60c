"""What waits for a person: pairs that the linking or the village lists propose and nobody has decided.

Belongs here: the shape of an item, making the items of a week, finding what waits now. Does not belong here: proposing pairs
(`linking`, `villages`), showing identities (`sides`): an item holds no identifier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.errors import CunsheError
from pipelines.identity.export import read_folder_table
from pipelines.identity.review.decisions import (
    DATASET,
    LETTERS,
    MENTION,
    PERSON,
    VILLAGE,
    WITHDRAWN,
    Decision,
    Decisions,
    landed_decisions,
)
from pipelines.identity.review.delivery import known_decisions
from pipelines.identity.review.sides import Lineage, Side, compare, mention_sides, person_sides
from pipelines.identity.review.standing import resolve
from pipelines.identity.review.words import decision_text
from pipelines.landing.landed import landed_tables
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.dbt_sources import IDENTITY_TABLES

WAITING, SENT, DECIDED, DISPUTED = "waiting", "sent", "decided", "disputed"
ITEMS, PROPOSALS, REGISTRY = "review_item", "village_proposal", "village_registry"
VILLAGE_RULE, DISPUTED_RULE = "village_change", "disputed"
_LEFT_TO_A_PERSON = """
select
    link.mention_id, link.person_id, link.rule, link.weight, min(delivery.delivered_at) as opened_on,
    arg_min(delivery.department, (delivery.delivered_at, delivery.department, delivery.dataset)) as department,
    arg_min(delivery.dataset, (delivery.delivered_at, delivery.department, delivery.dataset)) as dataset
from link
inner join record on link.mention_id = record.mention_id
inner join delivery on record.delivery_id = delivery.delivery_id
where link.band = 'review' and delivery.delivered_at <= ? and delivery.delivery_id in (select unnest(?::varchar[]))
group by link.mention_id, link.person_id, link.rule, link.weight
order by link.mention_id, link.person_id, link.rule
"""
_ARROW = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "DATE": pa.date32()}


@dataclass(frozen=True)
class ReviewItem:
    """A pair that waits, or waited. Subjects as in a decision; `evidence` is codes (`words.yml`), or words for villages.

    `department` and `dataset` say whose record it is; `weight` is in bits, None where a rule does not weigh; `opened_on` is
    the day of the delivery that first showed the pair.
    """

    item_id: str
    subject_kind: str
    subject_a: str
    subject_b: str
    department: str
    dataset: str
    rule: str
    weight: float | None
    evidence: str
    opened_on: date
    state: str

    @property
    def pair(self) -> tuple[str, str, str]:
        """The pair as decisions name it."""
        return pair_of(self.subject_kind, self.subject_a, self.subject_b)


def pair_of(kind: str, a: str, b: str) -> tuple[str, str, str]:
    """What a decision on these subjects speaks of: of two persons the order does not matter."""
    return (kind, b, a) if kind == PERSON and b < a else (kind, a, b)


def item_id(kind: str, a: str, b: str) -> str:
    """The item's id: the same pair is the same item, whenever and by whatever rule it is found."""
    return "R" + hashlib.sha256("/".join(pair_of(kind, a, b)).encode()).hexdigest()[:10]


def new_item(
    kind: str, a: str, b: str, *, department: str, dataset: str, rule: str, opened_on: date,
    weight: float | None = None, evidence: str = "",
) -> ReviewItem:  # fmt: skip
    """An item that waits."""
    return ReviewItem(item_id(kind, a, b), kind, a, b, department, dataset, rule, weight, evidence, opened_on, WAITING)


def items_of_week(proposed: Iterable[ReviewItem], decisions: Decisions) -> list[ReviewItem]:
    """The items of a week, each pair once and with its state, the oldest first.

    Where several records or rules propose one pair, the one that was there first speaks for it. Whatever is decided is
    left out; what people disagree on is in, even if no rule proposes it any more.
    """
    decided = {one.pair for one in decisions.used}
    first: dict[tuple[str, str, str], ReviewItem] = {}
    for one in [*sorted(proposed, key=_age), *_disputed_items(decisions)]:
        first.setdefault(one.pair, one)
    found = [
        replace(one, state=DISPUTED if one.pair in decisions.disputed else WAITING)
        for one in first.values()
        if one.pair not in decided
    ]
    return sorted(found, key=_age)


def _disputed_items(decisions: Decisions) -> list[ReviewItem]:
    """The pairs people disagree on, since the first of their decisions."""
    department, dataset = DATASET.split("__")
    return [
        new_item(
            one.subject_kind, one.subject_a, one.subject_b, department=department, dataset=dataset, rule=DISPUTED_RULE,
            opened_on=one.decided_on,
        )
        for one in sorted(one for refusal in decisions.refused for one in refusal.decisions)
        if one.pair in decisions.disputed and one.subject_kind in LETTERS
    ]  # fmt: skip


def _age(item: ReviewItem) -> tuple[date, str, str, str]:
    return item.opened_on, item.item_id, item.department, item.dataset


def table(items: Iterable[ReviewItem]) -> Any:
    """Items as the Arrow table that `identity/<Monday>/review_item.parquet` holds."""
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in IDENTITY_TABLES["review_item"].items()])
    return pa.Table.from_pylist([asdict(one) for one in items], schema=schema)


def current_items(settings: Settings) -> list[ReviewItem]:
    """What stands to be decided now: the items of the newest week that has run, with what was decided since.

    Raises CunsheError where no week has run.
    """
    week = newest_week(settings)
    items = [ReviewItem(**row) for row in _rows(week, ITEMS)]
    items += _village_items(_rows(week, PROPOSALS))
    known = known_decisions(settings)
    landed = _landed_numbers(settings)
    now = resolve(known)
    by_pair = {one.pair: one for one in now.used}
    return sorted((_with_state(one, by_pair, now, landed) for one in items), key=_age)


def newest_week(settings: Settings) -> Path:
    """The folder `identity/<Monday>/` of the newest week that has run. Raises CunsheError where none has."""
    weeks = sorted(path.parent for path in settings.identity.glob(f"*/{ITEMS}.parquet"))
    if not weeks:
        raise CunsheError(f"Nothing has been linked in {settings.root} yet.", "Run a week: cunshe run --week 2020-W49")
    return weeks[-1]


def _rows(week: Path, table: str) -> list[dict[str, Any]]:
    rows = read_folder_table(week, table)
    return [] if rows is None else rows.to_pylist()


def _village_items(rows: Iterable[Mapping[str, Any]]) -> list[ReviewItem]:
    """The village pairs that are open; a village without a candidate is no pair."""
    contract = load_catalog()["civil_affairs__villages"]
    return [
        new_item(
            VILLAGE, row["old_id"], row["new_id"], department=contract.department, dataset=contract.dataset,
            rule=VILLAGE_RULE, opened_on=row["opened_on"], evidence=row["evidence"] or "",
        )
        for row in rows
        if row["old_id"] and row["new_id"] and row["state"] == "open"
    ]  # fmt: skip


def _landed_numbers(settings: Settings) -> frozenset[str]:
    return frozenset(one.decision_no for one in landed_decisions(settings.landing, date.max))


def _with_state(
    item: ReviewItem, decided: Mapping[tuple[str, str, str], Decision], now: Decisions, landed: frozenset[str]
) -> ReviewItem:
    if item.pair in now.disputed:
        return replace(item, state=DISPUTED)
    if (decision := decided.get(item.pair)) is None:
        return replace(item, state=WAITING)
    return replace(item, state=DECIDED if decision.decision_no in landed else SENT)


def find_item(settings: Settings, wanted: str) -> ReviewItem:
    """The item with this id. Raises CunsheError where there is none, with the decision if it was decided meanwhile."""
    for one in current_items(settings):
        if one.item_id == wanted:
            return one
    raise CunsheError(f"No item {wanted} waits.", _what_became_of(settings, wanted))


def _what_became_of(settings: Settings, wanted: str) -> str:
    past = [one for one in known_decisions(settings) if item_id(*one.pair) == wanted and one.verdict != WITHDRAWN]
    if past:
        return f"It was decided meanwhile: {decision_text(past[-1])}"
    return "List what waits: cunshe review list"


def link_items(connection: Any, as_of: date, accepted_delivery_ids: Sequence[str], lineage: Lineage) -> list[ReviewItem]:
    """The pairs that the linking of a week has left to a person, with their evidence, from the vault's connection.

    Reads `link` (band 'review') and the records of the given deliveries that carry its mentions.
    """
    rows = connection.execute(_LEFT_TO_A_PERSON, [as_of, list(accepted_delivery_ids)]).fetchall()
    mentions = mention_sides(connection, [row[0] for row in rows])
    persons = person_sides(connection, [row[1] for row in rows])
    return [
        new_item(
            MENTION, mention, person, department=department, dataset=dataset, rule=rule, weight=weight, opened_on=day,
            evidence=compare(mentions[mention], persons.get(person, Side()), lineage).codes,
        )
        for mention, person, rule, weight, day, department, dataset in rows
    ]  # fmt: skip


def village_names(settings: Settings) -> dict[str, str]:
    """Name of every village by its code, as the newest list that has it says."""
    contract = load_catalog()["civil_affairs__villages"]
    names: dict[str, str] = {}
    for _, rows in landed_tables(settings.landing, contract, columns=["village_code", "village_name"]):
        names |= dict(zip(rows["village_code"].to_pylist(), rows["village_name"].to_pylist(), strict=True))
    return names


def village_codes(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The codes that a village has had, by village_id, as the newest week's register has them."""
    found: dict[str, list[str]] = {}
    for row in _rows(newest_week(settings), REGISTRY):
        found.setdefault(row["village_id"], []).append(row["village_code"])
    return {village: tuple(codes) for village, codes in found.items()}
