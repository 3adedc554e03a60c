"""Who may see what: the recipients of a week, and for each of them its own villages' records.

Belongs here: choosing records by recipient. Does not belong here: reading marts (`week_data`), wording (`texts.yml`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from pipelines.reports.audiences import OPEN, of_person_section
from pipelines.reports.page import Recipient
from pipelines.reports.week_data import WeekData
from pipelines.reports.week_rows import (
    Answered,
    Changed,
    Feed,
    Indicator,
    Order,
    Petitions,
    Rectified,
    Review,
    ReviewCase,
    Rule,
    Step,
    Village,
    Warned,
)

KINDS = ("county", "review_group", "township", "department")
SUPPLIER, REVIEW_TOPIC = "supplier", "joint_review"


class OfVillage(Protocol):
    @property
    def village_id(self) -> str | None: ...


R = TypeVar("R", bound=OfVillage)


class ByVillage:
    """The week's village records, indexed once so that a hundred pages need not each walk the whole county."""

    def __init__(self, data: WeekData) -> None:
        self._data = data
        self._warnings = _index(data.warnings)
        self._answers = _index(data.answers)
        self._changes = _index(data.changes)
        self._steps = _index(data.steps)
        self._petitions = _index(data.petitions)
        self._reviews = _index(data.reviews)
        self._cases = _index(data.cases)
        self._orders = _index(data.orders)
        self._rectified = _index(data.rectified)

    def warnings(self, recipient: Recipient) -> list[Warned]:
        """The warnings of the recipient's villages and persons that its circle may know of, without those about its own work."""
        return [
            warning
            for warning in _of(self._warnings, recipient)
            if is_for(self._data, warning.rule_id, recipient)
            and recipient.may_know(self._data.audience_of_warning(warning))
        ]

    def routed(self, county: Recipient) -> tuple[tuple[str, int], ...]:
        """How many open warnings are about a kind of recipient itself and stand in the county's copy only."""
        everything = [*_of(self._warnings, county), *(w for w in self._data.warnings if w.village_id is None)]
        found = Counter(self._data.concerns.get(w.rule_id, "") for w in everything if w.state != "cleared")
        return tuple((kind, found[kind]) for kind in (*KINDS, SUPPLIER) if found[kind])

    def answers(self, recipient: Recipient) -> list[Answered]:
        """The week's answers to warnings that the recipient reads of."""
        return [
            answer
            for answer in _of(self._answers, recipient)
            if is_for(self._data, answer.rule_id or "", recipient)
            and recipient.may_know(self._data.audience_of_rule(answer.rule_id))
        ]

    def changes(self, recipient: Recipient) -> list[Changed]:
        """What changed in the files of villages, and in those of persons as far as the recipient's circle may know."""
        if recipient.kind == "review_group":
            return []
        return [
            change
            for change in _of(self._changes, recipient)
            if recipient.may_know(OPEN if change.person is None else of_person_section(change.section))
        ]

    def orders(self, recipient: Recipient) -> list[Order]:
        """Supervision orders, without those about warnings that the recipient's circle may not know of."""
        if recipient.kind == "review_group":
            return []
        return [order for order in _of(self._orders, recipient) if recipient.may_know(self._data.audience_of_order(order))]

    def feeds(self, recipient: Recipient) -> tuple[Feed, ...]:
        """How the datasets came; of one that the recipient's circle may not know of neither how many rows nor what of them."""
        return tuple(
            feed
            if recipient.may_know(self._data.audience_of_feed(feed))
            else replace(feed, reason_zh=None, read=None, landed=None, quarantined=None, redacted=None)
            for feed in self._data.feeds
        )

    def rectified(self, recipient: Recipient) -> list[Rectified]:
        return _of(self._rectified, recipient)

    def cases(self, recipient: Recipient) -> list[ReviewCase]:
        return _of(self._cases, recipient)

    def steps(self, recipient: Recipient) -> list[Step]:
        return _of(self._steps, recipient)

    def petitions(self, recipient: Recipient) -> list[Petitions]:
        return _of(self._petitions, recipient)

    def reviews(self, recipient: Recipient) -> list[Review]:
        return _of(self._reviews, recipient)


def may_see_rule(data: WeekData, rule: Rule, recipient: Recipient) -> bool:
    """Whether a rule may be named and explained in the copy."""
    return is_for(data, rule.rule_id, recipient) and recipient.may_know(data.audience_of_rule(rule.rule_id))


def may_see_indicator(indicator: Indicator, recipient: Recipient) -> bool:
    """Whether an indicator may stand in the copy; a restricted one is an aggregate of a township or the county (F-27)."""
    return recipient.may_know(indicator.audience) and not (indicator.restricted and recipient.kind == "department")


def is_for(data: WeekData, rule_id: str, recipient: Recipient) -> bool:
    """Whether a rule's warnings belong into the copy: nobody reads of their own work, the review group only of the review."""
    if recipient.kind == "review_group":
        rule = data.rules.get(rule_id)
        return rule is not None and rule.topic == REVIEW_TOPIC
    return recipient.kind == "county" or data.concerns.get(rule_id) not in (recipient.kind, SUPPLIER)


def recipients(data: WeekData) -> list[Recipient]:
    """All recipients, the county first, then the managing units, then the departments, each by code."""
    villages: dict[tuple[str, str], dict[str, Village]] = {}
    names: dict[tuple[str, str], str] = {}
    for row in data.responsibilities:
        key = (row.recipient_type, row.recipient_id)
        names.setdefault(key, row.recipient_name)
        village = data.villages.get(row.village_id)
        if village:
            villages.setdefault(key, {})[row.village_id] = village
    ordered = sorted(names, key=lambda key: (KINDS.index(key[0]), key[1]))
    stems = _stems([identifier for _, identifier in ordered])
    return [
        Recipient(
            recipient_id=identifier,
            kind=kind,
            name=names[kind, identifier],
            code=identifier.partition(":")[2],
            stem=stems[identifier],
            villages=tuple(sorted(villages.get((kind, identifier), {}).values(), key=village_order)),
        )
        for kind, identifier in ordered
    ]


def village_order(village: Village) -> tuple[str, str, str]:
    """By managing unit, then by code: the order of every list and picture."""
    return village.managing_unit_code, village.village_code, village.village_id


def by_unit(villages: Iterable[Village]) -> list[tuple[str, str, list[Village]]]:
    """Managing units in the order of their codes: code, name, villages."""
    units: dict[str, list[Village]] = {}
    for village in sorted(villages, key=village_order):
        units.setdefault(village.managing_unit_code, []).append(village)
    return [(code, members[0].managing_unit_name, members) for code, members in units.items()]


def file_stem(text: str) -> str:
    """A file name without ending; a code is data, so whatever could leave the folder is replaced."""
    return re.sub(r"[^\w-]+", "_", text)


def _stems(identifiers: Sequence[str]) -> dict[str, str]:
    """A file name without ending for each recipient."""
    stems: dict[str, str] = {}
    for identifier in identifiers:
        stem = file_stem(identifier.replace(":", "-"))
        taken = sum(name.partition("~")[0] == stem for name in stems.values())
        stems[identifier] = f"{stem}~{taken + 1}" if taken else stem
    return stems


def _index(records: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for record in records:
        if record.village_id is not None:
            found[record.village_id].append(record)
    return found


def _of(index: dict[str, list[R]], recipient: Recipient) -> list[R]:
    return [record for village in recipient.villages for record in index.get(village.village_id, ())]
