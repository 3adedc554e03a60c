"""A look that opens no vault: into an authorised edition, from a number to a person, out of the house as a file.

Belongs here: the log's key, and writing such a look before anybody sees anything. Does not belong here: the shape of an entry
(`audit_log`), looks into the vault (`vault`).

The log has a key of its own, so that who reads an edition need not have the vault's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.identity.audit_log import Entry, Look, write_entry
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings
from pipelines.sources.masking import without_numbers


def log_keys(settings: Settings) -> list[bytes]:
    """The current key of the audit log's chain and its former ones; the first is made with the log's first entry."""
    return KeyRing(settings.audit_key).keys(may_create=not settings.audit_log.exists())


def record_look(settings: Settings, look: Look) -> Entry:
    """Write a look into the log. Raises CunsheError where it cannot be written: then nothing may be handed out."""
    return write_entry(settings.audit_log, log_keys(settings), None, look, settings.audit_heads)


def record_exports(settings: Settings, look: Look, files: Mapping[Path, bytes]) -> None:
    """Write which files go out of the house: name, SHA-256 and the look's rows of each. Call it before they are written."""
    for path, content in files.items():
        named = {"file": without_numbers(path.name), "sha256": hashlib.sha256(content).hexdigest()}
        record_look(settings, replace(look, what="export", parameters={**look.parameters, **named}))
