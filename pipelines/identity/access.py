"""What the vault holds on one person, for those who may ask: an access request, a correction.

Belongs here: from a person_id or an ID number to names, number and records, each look logged. Does not belong here: content
of records and its printing (`reports.person_file`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look
from pipelines.identity.looks import record_look
from pipelines.identity.vault import Vault
from pipelines.keys.digests import keyed_digest
from pipelines.keys.ring import load_or_create_key
from pipelines.settings import Settings
from pipelines.sources.resident_id import ParsedId, parse_id_number

# $1 is the person's number, $2 the person_id; a person of two numbers, as somebody has decided, is linked under one id.
_THEIRS = """
from record inner join delivery on record.delivery_id = delivery.delivery_id
where (
    record.id_number = $1
    or record.mention_id in (select mention_id from link where person_id = $2 and band = 'sure')
)
"""


@dataclass(frozen=True)
class HeldName:
    """A name that rosters gave somebody, and from when to when they were delivered."""

    name: str
    first_delivered_at: date
    last_delivered_at: date


@dataclass(frozen=True)
class HeldRecord:
    """A delivered row that speaks of the person: by the number it bears, or as the linking is sure of it."""

    department: str
    dataset: str
    delivery_id: str
    delivered_at: date
    row_no: int


@dataclass(frozen=True)
class HeldIdentity:
    """All that the vault holds on one person. `id_number` is whole: mask it unless there is a reason not to."""

    person_id: str
    id_number: str
    names: tuple[HeldName, ...]  # newest first
    records: tuple[HeldRecord, ...]  # oldest first


def person_id_of_number(settings: Settings, text: str, *, by: str, reason: str) -> str:
    """The person_id that belongs to an ID number, whoever has it; the vault stays shut, and the look is logged."""
    parsed = parse_id_number(text, allow_unassigned_area=settings.allow_unassigned_area)
    if not isinstance(parsed, ParsedId):
        raise CunsheError("What was given is no valid ID number.", "Check it against the card; it is not shown here.")
    key = load_or_create_key(settings.pseudonym_key, may_create=False)
    person_id = "P" + keyed_digest(key, f"person:{parsed.number}")[:16]
    record_look(settings, Look(by, "person_id_of_number", reason, person_id))
    return person_id


def identity_of(settings: Settings, person_id: str, look: Look) -> HeldIdentity:
    """What the vault holds on a person. Raises CunsheError if it knows nobody of this id; the look is logged all the same."""
    with Vault.open(settings, look, read_only=True) as vault:
        ask = vault.connection.execute
        found = ask("select id_number from person where person_id = ?", [person_id]).fetchone()
        if found is None:
            raise CunsheError(
                f"The vault holds nobody with the person_id {person_id}.",
                "Only officials and candidates of the rosters are persons here; others are not kept.",
            )
        theirs = [found[0], person_id]
        names = ask(
            f"""
            select record.person_name, min(delivery.delivered_at) as first_at, max(delivery.delivered_at) as last_at
            {_THEIRS} and delivery.is_spine and record.person_name is not null
            group by all order by last_at desc, first_at desc, person_name
            """,
            theirs,
        ).fetchall()
        records = ask(
            f"""
            select delivery.department, delivery.dataset, delivery.delivery_id, delivery.delivered_at, record.row_no
            {_THEIRS} order by delivery.delivered_at, delivery.dataset, record.row_no
            """,
            theirs,
        ).fetchall()
    return HeldIdentity(
        person_id, found[0], tuple(HeldName(*row) for row in names), tuple(HeldRecord(*row) for row in records)
    )
