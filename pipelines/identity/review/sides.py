"""The two sides of a pair out of the vault, and what each kind of evidence says of them.

Belongs here: reading the two sides, comparing them field by field for a person to see. Does not belong here: deciding
(`linking` weighs, a person decides), words (`words`), who may look (the caller opens the vault and is logged).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.identity.export import read_folder_table
from pipelines.identity.normal.characters import seen
from pipelines.identity.normal.id_numbers import evidence_of, may_have_been
from pipelines.identity.normal.names import matching_name, surname_and_given
from pipelines.identity.normal.pinyin import name_pinyin
from pipelines.identity.normal.posts import possible_posts, posts_of
from pipelines.identity.normal.said_names import agreement, said_name
from pipelines.sources.resident_id import mask_id_number

# Agreements of a name, the best first; of several names the best one speaks.
_NAMES = ("same", "script", "homophone", "part", "sibling", "one_off", "different", "missing")
_PART = {"masked", "called", "short", "surname"}
_VILLAGES = ("same", "lineage", "different", "missing")
_GENERATION_FROM = 3  # characters a name must have to hold one of its generation

_MENTIONS = """
select distinct on (mention_id) mention_id, person_name, id_number, id_text, village_code, position, on_date
from record where mention_id in (select unnest(?)) order by mention_id
"""
_PERSONS = """
select person.person_id, person.id_number, record.person_name, record.holds_post, record.village_code, record.position,
    record.on_date, record.ended_on
from person
inner join record on person.id_number = record.id_number
inner join delivery on record.delivery_id = delivery.delivery_id and delivery.is_spine
where person.person_id in (select unnest(?))
group by all order by all
"""


@dataclass(frozen=True)
class Term:
    """Where somebody stood and from when to when; for a record, its one day. What is not known is None."""

    village_code: str | None
    position: str | None
    since: date | None
    until: date | None


@dataclass(frozen=True, repr=False)
class Side:
    """One side of a pair. `id_number` is whole, `id_text` what was sent in its place."""

    names: tuple[str, ...] = ()
    id_number: str | None = None
    id_text: str | None = None
    terms: tuple[Term, ...] = ()

    def __repr__(self) -> str:
        """Without name and number: an identifier is in no log."""
        return f"Side({len(self.names)} names, {len(self.terms)} terms)"

    @property
    def masked(self) -> str:
        """The ID number as it may be shown."""
        return mask_id_number(self.id_number or self.id_text or "")


@dataclass(frozen=True)
class Compared:
    """What each kind of evidence says (codes of `words.yml`), and which terms of the two sides are nearest to each other."""

    agreements: Mapping[str, str]
    left: Term | None
    right: Term | None

    @property
    def codes(self) -> str:
        """The evidence as an item holds it: `name=same;number=fits`."""
        return ";".join(f"{field}={agreement}" for field, agreement in self.agreements.items())


@dataclass(frozen=True)
class Lineage:
    """Which village a code has meant, and which villages came of one another, as the week's register has it."""

    ids: Mapping[str, frozenset[str]]
    related: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, registry: Any, lineage: Any | None) -> Lineage:
        """From the Arrow tables village_registry and village_lineage."""
        ids: dict[str, set[str]] = defaultdict(set)
        for row in registry.to_pylist():
            ids[row["village_code"]].add(row["village_id"])
        pairs = [(row["from_id"], row["to_id"]) for row in lineage.to_pylist()] if lineage is not None else []
        return cls({code: frozenset(found) for code, found in ids.items()}, frozenset(pairs))

    @classmethod
    def of_week(cls, folder: Path) -> Lineage:
        """From `identity/<Monday>/`."""
        return cls.of(read_folder_table(folder, "village_registry"), read_folder_table(folder, "village_lineage"))

    def agreement(self, one: str | None, other: str | None) -> str:
        """How two village codes go together."""
        if one is None or other is None:
            return "missing"
        ours, theirs = self.ids.get(one, frozenset()), self.ids.get(other, frozenset())
        if one == other or ours & theirs:
            return "same"
        related = any({(a, b), (b, a)} & self.related for a in ours for b in theirs)
        return "lineage" if related else "different"


def mention_sides(connection: Any, mentions: Iterable[str]) -> dict[str, Side]:
    """The sides of records, by mention_id; one that the vault does not know (any more) is missing."""
    rows = connection.execute(_MENTIONS, [sorted(set(mentions))]).fetchall()
    return {
        mention: Side((name,) if name else (), number, text, (Term(village, position, day, day),))
        for mention, name, number, text, village, position, day in rows
    }


def person_sides(connection: Any, persons: Iterable[str]) -> dict[str, Side]:
    """The sides of persons, by person_id: every name and post that a roster has ever given them."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in connection.execute(_PERSONS, [sorted(set(persons))]).fetchall():
        found[row[0]].append(row)
    return {
        person: Side(
            tuple(dict.fromkeys(row[2] for row in rows if row[2])),
            rows[0][1],
            None,
            tuple(dict.fromkeys(Term(*row[4:8]) for row in rows if row[3])),
        )
        for person, rows in found.items()
    }


def compare(left: Side, right: Side, lineage: Lineage) -> Compared:
    """Field by field; places and days on the terms of the two that are nearest."""
    nearest = min(
        ((_term_agreements(one, other, lineage), one, other) for one in left.terms for other in right.terms),
        key=lambda found: _distance(found[0]),
        default=(("missing", "missing", "missing"), None, None),
    )
    (village, post, day), ours, theirs = nearest
    agreements = {
        "name": _names(left.names, right.names),
        "number": number_agreement(left, right),
        "village": village,
        "post": post,
        "date": day,
    }
    return Compared(agreements, ours, theirs)


def _term_agreements(one: Term, other: Term, lineage: Lineage) -> tuple[str, str, str]:
    if one.position is None or other.position is None:
        post = "missing"
    else:
        post = "same" if _codes(one.position) & _codes(other.position) else "different"
    return lineage.agreement(one.village_code, other.village_code), post, _overlap(one, other)


def _codes(position: str) -> frozenset[str]:
    """The codes of a post: itself, or those that the words of a record may mean."""
    words = {post.code for post in posts_of(position)} | set(possible_posts(position))
    return frozenset(words or {position})


def _overlap(one: Term, other: Term) -> str:
    if one.since is None or other.since is None:
        return "missing"
    apart = one.since > (other.until or date.max) or other.since > (one.until or date.max)
    return "outside" if apart else "inside"


def _distance(agreements: tuple[str, str, str]) -> tuple[int, int, int]:
    village, post, day = agreements
    posts, days = ("same", "different", "missing"), ("inside", "outside", "missing")
    return _VILLAGES.index(village), posts.index(post), days.index(day)


def _names(ours: Iterable[str], theirs: Iterable[str]) -> str:
    found = [name_agreement(one, other) for one in ours for other in theirs]
    return min(found, key=_NAMES.index, default="missing")


def name_agreement(one: str, other: str) -> str:
    """How near two names are to each other, as a code of `words.yml`."""
    if seen(one) == seen(other):
        return "same"
    said, form, other_form = said_name(one), said_name(one).key, matching_name(other)
    if other_form in said.keys:
        return "script"
    if _PART & {agreement(said, other_form), agreement(said_name(other), form)}:
        return "part"
    if len(form) == len(other_form):
        if name_pinyin(one) == name_pinyin(other):
            return "homophone"
        surname, other_surname = surname_and_given(one)[0], surname_and_given(other)[0]
        apart = [place for place in range(len(form)) if form[place] != other_form[place]]
        if len(apart) == 1 and surname == other_surname:
            place = len(surname)  # where the character of the generation stands
            return "sibling" if len(form) >= _GENERATION_FROM and place not in apart else "one_off"
    return "different"


def number_agreement(left: Side, right: Side) -> str:
    """Whether two ID numbers are one, or a damaged one could have been the whole one."""
    if left.id_number and right.id_number:
        if left.id_number == right.id_number:
            return "same"
        # of 15 digits one may be wrong unnoticed
        of_15 = evidence_of(left.id_text or right.id_text or "")
        return "fits" if of_15 and may_have_been(of_15, right.id_number if left.id_text else left.id_number) else "different"
    text, whole = (left.id_text, right.id_number) if right.id_number else (right.id_text, left.id_number)
    damage = evidence_of(text) if text else None
    if damage is None or whole is None:
        return "missing"
    return "fits" if may_have_been(damage, whole) else "different"
