"""The audit log of a home, checked and read: what auditors ask; and entries about keys.

Belongs here: bringing together the log, its keys and the head that the vault keeps. Does not belong here: the shape of
an entry and of the chain (`audit_log`), printing (`cli_audit`). Nothing here sees a name or a number: of the vault only the
head is read, and that is no look.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Entry, Head, Look, Verdict, entries, head_of, verify, write_entry
from pipelines.identity.encrypted import attach_encrypted, connect_memory
from pipelines.identity.keys import KeyRing
from pipelines.settings import Settings


@dataclass(frozen=True)
class Listing:
    """Entries that were asked for. `of_all`: entries not about one person, left out because one person was asked for."""

    entries: list[Entry]
    of_all: int


def note(settings: Settings, look: Look) -> None:
    """Write an entry about something that needs no look at what the vault holds: what is done with keys."""
    chain = _chain(settings)
    with closing(connect_memory(writing=True)) as connection:
        attach_encrypted(connection, settings.vault_db, KeyRing(settings.vault_key).keys(), "vault", read_only=False)
        connection.execute("use vault")
        write_entry(settings.audit_log, chain, connection, look)


def check_log(settings: Settings) -> Verdict:
    """Check the home's log against key and vault."""
    return verify(settings.audit_log, _chain(settings), _head(settings))


def read_log(settings: Settings, person_id: str | None = None, since: date | None = None) -> Listing:
    """The entries from a day (UTC) on; with `person_id`, those about this person.

    An opening of the vault for everybody at once (a weekly run) is about each person in it, and only counted then.
    """
    found = entries(settings.audit_log, _chain(settings))
    if since is not None:
        found = [one for one in found if one.at[:10] >= since.isoformat()]
    if person_id is None:
        return Listing(found, 0)
    return Listing([one for one in found if one.subject == person_id], sum(one.subject is None for one in found))


def _chain(settings: Settings) -> list[bytes]:
    if not settings.vault_db.exists():
        raise CunsheError(f"There is no vault at {settings.vault_db}.", "Run a week first.")
    return KeyRing(settings.audit_key).keys()


def _head(settings: Settings) -> Head:
    with closing(connect_memory(writing=False)) as connection:
        keys = KeyRing(settings.vault_key).keys()
        attach_encrypted(connection, settings.vault_db, keys, "vault", read_only=True)
        connection.execute("use vault")
        return head_of(connection)
