"""Where each recipient of a build is reached: from the newest list of pairings, or from a setting.

Belongs here: finding addresses, and saying where there is none, more than one, or one that belongs to nobody. Does not belong
here: sending. Addresses are read from the vault, which logs it, and stay in memory: they are in no file, message or log.

A department is reached at its head's address, a managing unit at that of its party secretary, others (the county, the joint
review group) at the address of the setting CUNSHE_ADDRESSES, which wins where a recipient has both. The list that counts is the
newest one in force today: where somebody is reached is a question of now, not of the report's week. Several addresses for one
recipient are none: a report must not go to whoever happens to stand first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Literal

from pipelines.files import write_whole
from pipelines.identity.audit_log import Look
from pipelines.identity.vault import Vault
from pipelines.landing.landed import plain_rows, read_rows
from pipelines.landing.ledger import Delivery, in_force, read_ledger
from pipelines.publishing.reader import open_edition
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

PAIRINGS = "organisation__pairings"
FILE = "findings.json"
# Which contact of a pairing answers for which kind of recipient.
_ROLES = {"leader": "department", "secretary": "township"}
Code = Literal["no_address", "several_addresses", "no_recipient", "village_unanswered"]


@dataclass(frozen=True)
class Finding:
    """Something about addresses that a person must mend; it names offices and villages, never a person or an address."""

    code: Code
    subject: str
    name: str


@dataclass(frozen=True)
class AddressBook:
    """Addresses by recipient, and what is wrong with them. Never print it."""

    of: Mapping[str, str] = field(repr=False)
    findings: tuple[Finding, ...]

    def lacks(self, recipient_id: str) -> Code:
        """Why a recipient has no address."""
        several = any(one.code == "several_addresses" and one.subject == recipient_id for one in self.findings)
        return "several_addresses" if several else "no_address"


@dataclass(frozen=True)
class _Known:
    """The recipients of a build: names by id; villages by code, with their managing unit's recipient id."""

    names: dict[str, str]
    units: dict[str, str]
    unanswered: tuple[tuple[str, str], ...]


def address_book(settings: Settings, build_id: str, look: Look, today: date) -> AddressBook:
    """The addresses of a build's recipients: a look into the vault. Without a list of pairings, those of the settings."""
    known = _known(settings, build_id, replace(look, what=f"edition_{look.what}"))
    contract = load_catalog()[PAIRINGS]
    standing = in_force(read_ledger(settings.landing, contract, today))
    given: dict[str, set[str]] = defaultdict(set)
    strangers: dict[str, str] = {}
    if standing is not None:
        rows = _paired_rows(settings.landing, standing)
        with Vault.open(settings, look, read_only=True) as vault:
            contacts = vault.contacts(standing.delivery_id).to_pylist()
        _collect(contacts, rows, known, given, strangers)
    set_here = {name: secret.get_secret_value().strip() for name, secret in settings.addresses.items()}
    given |= {name: {address} for name, address in set_here.items() if address}
    strangers |= {name: name for name in set_here if name not in known.names}
    found = {name: min(these) for name, these in given.items() if name in known.names and len(these) == 1}
    return AddressBook(found, tuple(_findings(known, given, strangers)))


def _collect(
    contacts: Iterable[Mapping[str, Any]], rows: Mapping[int, tuple[str, str, str]], known: _Known,
    given: dict[str, set[str]], strangers: dict[str, str],
) -> None:
    """Put each contact's address to its recipient; a department that no report goes to is a stranger."""
    for contact in contacts:
        row = rows.get(contact["row_no"])
        address = _usable(contact["email"])
        if row is None or address is None or contact["role"] not in _ROLES:
            continue
        village, department, name = row
        if _ROLES[contact["role"]] == "township":
            recipient = known.units.get(village)
        else:
            recipient = f"department:{department}"
            if recipient not in known.names:
                strangers[recipient] = name
        if recipient is not None:
            given[recipient].add(address)


def _usable(text: str | None) -> str | None:
    """An address as it is compared and written to; None for what is none (the contract has refused it already)."""
    try:
        return str(Address(addr_spec=(text or "").strip().lower()).addr_spec)
    except ValueError:
        return None


def _paired_rows(landing: Path, delivery: Delivery) -> dict[int, tuple[str, str, str]]:
    """Row → village code, department code and department name."""
    columns = ["_row", "village_code", "department_code", "department_name"]
    rows = plain_rows(read_rows(landing, delivery, columns))
    return {row["_row"]: (row["village_code"], row["department_code"], row["department_name"]) for row in rows}


def _known(settings: Settings, build_id: str, look: Look) -> _Known:
    with open_edition(settings, "authorised", build_id, look) as connection:
        ask = connection.execute
        names = dict(ask("select distinct recipient_id, recipient_name from responsibility order by all").fetchall())
        # A list may still use a code that the village has given up.
        units = dict(ask(
            """
            select code.village_code, 'township:' || file.managing_unit_code
            from (
                select value_code as village_code, village_id from village_history where attribute = 'code'
                union select village_code, village_id from village_file
            ) as code
            inner join village_file as file on code.village_id = file.village_id
            order by all
            """
        ).fetchall())  # fmt: skip
        unanswered = ask(
            """
            select village_id, village_name from village_file
            where village_id not in (select village_id from responsibility where recipient_type = 'department')
            order by managing_unit_code, village_code
            """
        ).fetchall()
    return _Known(names, units, tuple(unanswered))


def _findings(known: _Known, given: Mapping[str, set[str]], strangers: Mapping[str, str]) -> Iterator[Finding]:
    for recipient, name in known.names.items():
        if len(given.get(recipient, ())) > 1:
            yield Finding("several_addresses", recipient, name)
        elif not given.get(recipient):
            yield Finding("no_address", recipient, name)
    for recipient, name in sorted(strangers.items()):
        yield Finding("no_recipient", recipient, name)
    for village, name in known.unanswered:
        yield Finding("village_unanswered", village, name)


def write_findings(folder: Path, findings: Iterable[Finding]) -> None:
    """Put the findings beside a build's reports."""
    write_whole(folder / FILE, json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1).encode())


def read_findings(folder: Path) -> tuple[Finding, ...]:
    """What `write_findings` wrote; nothing where it has not been."""
    path = folder / FILE
    return tuple(Finding(**one) for one in json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()
