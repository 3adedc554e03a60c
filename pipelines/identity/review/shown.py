"""Items as a person sees them: names side by side, field by field, with what the evidence says in words.

Belongs here: opening the vault for it, logged, and the texts of a pair. Does not belong here: comparing (`sides`), printing
(`pipelines.cli_review`, `workbook`). Names are shown to who asks; ID numbers only masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look
from pipelines.identity.normal.names import matching_name
from pipelines.identity.review.decisions import MENTION, VILLAGE
from pipelines.identity.review.items import ReviewItem, newest_week, village_codes, village_names
from pipelines.identity.review.sides import Lineage, Side, Term, compare, mention_sides, person_sides
from pipelines.identity.review.words import agreement_words, code_label, evidence_words, field_title
from pipelines.identity.vault import Vault
from pipelines.settings import Settings

_SHORTEST_NAME = 2


@dataclass(frozen=True)
class Row:
    """One field of the two sides; `field` and `agreement` are codes of `words.yml`, the rest is text."""

    field: str
    title: str
    left: str
    right: str
    agreement: str
    in_words: str


@dataclass(frozen=True)
class Shown:
    """An item with its two sides. `names` are those of both sides, in the form in which names are compared."""

    item: ReviewItem
    rows: tuple[Row, ...]
    names: frozenset[str] = frozenset()


def shown(settings: Settings, items: Sequence[ReviewItem], look: Look) -> dict[str, Shown]:
    """The items with their sides, by item_id; one whose record is no longer in the vault is missing.

    Opens the vault, which writes `look` into the audit log, unless only villages are asked for: these hold nobody's identity.
    """
    names = village_names(settings)
    found = {one.item_id: _village(one, names, settings) for one in items if one.subject_kind == VILLAGE}
    of_people = [one for one in items if one.subject_kind != VILLAGE]
    if not of_people:
        return found
    lineage = Lineage.of_week(newest_week(settings))
    with Vault.open(settings, look, read_only=True) as vault:
        records = [one.subject_a for one in of_people if one.subject_kind == MENTION]
        persons = [one.subject_a for one in of_people if one.subject_kind != MENTION] + [one.subject_b for one in of_people]
        sides = mention_sides(vault.connection, records) | person_sides(vault.connection, persons)
    for one in of_people:
        left, right = sides.get(one.subject_a), sides.get(one.subject_b)
        if left is not None and right is not None:
            found[one.item_id] = _people(one, left, right, lineage, names)
    return found


def shown_one(settings: Settings, item: ReviewItem, look: Look) -> Shown:
    """One item with its sides. Raises CunsheError where the vault does not know them (any more)."""
    found = shown(settings, [item], look)
    if item.item_id not in found:
        raise CunsheError(f"The vault no longer holds both sides of {item.item_id}.", "Run the week again, then list anew.")
    return found[item.item_id]


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Whether a text holds one of these names (in their comparing form), however it is spaced or written."""
    form = matching_name(text)
    return any(len(name) >= _SHORTEST_NAME and name in form for name in names)


def _people(item: ReviewItem, left: Side, right: Side, lineage: Lineage, names: Mapping[str, str]) -> Shown:
    compared = compare(left, right, lineage)
    ours, theirs = (
        {
            "name": "、".join(side.names),
            "number": side.masked,
            "village": _village_text(term, names),
            "post": _post_text(term),
            "date": _days_text(term),
        }
        for side, term in ((left, compared.left), (right, compared.right))
    )
    rows = tuple(
        Row(field, field_title(field), ours[field], theirs[field], agreement, agreement_words(field, agreement))
        for field, agreement in compared.agreements.items()
    )
    return Shown(item, rows, frozenset(matching_name(name) for name in (*left.names, *right.names)))


def _village(item: ReviewItem, names: Mapping[str, str], settings: Settings) -> Shown:
    codes = village_codes(settings)
    left, right = (
        "、".join(f"{names.get(code, '')}（{code}）" for code in codes.get(one, ())) or one
        for one in (item.subject_a, item.subject_b)
    )
    return Shown(item, (Row("village", field_title("village"), left, right, "", evidence_words(item.evidence)),))


def _village_text(term: Term | None, names: Mapping[str, str]) -> str:
    code = term.village_code if term else None
    return f"{names.get(code, '')}（{code}）" if code else ""


def _post_text(term: Term | None) -> str:
    return code_label("position", term.position) if term and term.position else ""


def _days_text(term: Term | None) -> str:
    if term is None or term.since is None:
        return ""
    if term.since == term.until:
        return term.since.isoformat()
    return f"{term.since.isoformat()} 至 {term.until.isoformat() if term.until else '今'}"
