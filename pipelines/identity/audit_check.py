"""The audit log of a home, checked and read: what auditors ask.

Belongs here: bringing together the log, the vault's key and the head that the vault keeps. Does not belong here: the shape of
an entry and of the chain (`audit_log`), printing (`cli_audit`). Nothing here sees a name or a number: of the vault only the
head is read, and that is no look.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.identity.audit_heads import SYSLOG, Noted, noted_heads
from pipelines.identity.audit_log import Entry, Head, Verdict, entries, filed_head, head_of, verify
from pipelines.identity.encrypted import attach_encrypted, connect_memory
from pipelines.identity.looks import log_keys
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings


@dataclass(frozen=True)
class Listing:
    """Entries that were asked for. `of_all`: entries not about one person, left out because one person was asked for."""

    entries: list[Entry]
    of_all: int


def check_log(settings: Settings, heads: Path | None = None) -> Verdict:
    """Check the home's log against its key and every head known: beside it, in the vault, in the second place, in `heads`."""
    _must_have_a_vault(settings)
    filed = filed_head(settings.audit_log)
    noted = [Noted("the file beside the log", filed.no, filed.hash)]
    if settings.audit_heads not in (None, SYSLOG):
        noted += noted_heads(Path(str(settings.audit_heads)))
    if heads is not None:
        noted += noted_heads(heads)
    return verify(settings.audit_log, log_keys(settings), _head(settings), noted)


def read_log(settings: Settings, person_id: str | None = None, since: date | None = None) -> Listing:
    """The entries from a day (UTC) on; with `person_id`, those about this person.

    An opening of the vault for everybody at once (a weekly run) is about each person in it, and only counted then.
    """
    _must_have_a_vault(settings)
    found = entries(settings.audit_log, log_keys(settings))
    if since is not None:
        found = [one for one in found if one.at[:10] >= since.isoformat()]
    if person_id is None:
        return Listing(found, 0)
    return Listing([one for one in found if one.subject == person_id], sum(one.subject is None for one in found))


def _must_have_a_vault(settings: Settings) -> None:
    if not settings.vault_db.exists():
        raise CunsheError(f"There is no vault at {settings.vault_db}.", "Run a week first.")


def _head(settings: Settings) -> Head:
    keys = KeyRing(settings.vault_key).keys()
    with closing(connect_memory(writing=False)) as connection:
        attach_encrypted(connection, settings.vault_db, keys, "vault", read_only=True)
        connection.execute("use vault")
        return head_of(connection)
