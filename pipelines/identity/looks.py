"""A look that opens no vault: into an authorised edition, from a number to a person, out of the house as a file.

Belongs here: the log's key, and writing such a look before anybody sees anything. Does not belong here: the shape of an entry
(`audit_log`), looks into the vault (`vault`).

The log has a key of its own, so that who reads an edition need not have the vault's. Where there is a vault it is derived from
the vault's key, as it was before it had a file, so that a log begun then goes on.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.files import write_whole
from pipelines.identity.audit_log import Entry, Look, write_entry
from pipelines.identity.keys import load_or_create_key
from pipelines.settings import Settings
from pipelines.sources.masking import without_numbers


def log_key(settings: Settings) -> bytes:
    """The key of the audit log's chain; made once, with the vault's key or, where there is no vault, by itself."""
    if not settings.audit_key.exists() and settings.vault_key.exists():
        vault_key = load_or_create_key(settings.vault_key, may_create=False)
        derived = hmac.new(vault_key, b"audit log", hashlib.sha256).hexdigest()
        write_whole(settings.audit_key, derived.encode() + b"\n", is_private=True)
    return load_or_create_key(settings.audit_key, may_create=not settings.audit_log.exists())


def record_look(settings: Settings, look: Look) -> Entry:
    """Write a look into the log. Raises CunsheError where it cannot be written: then nothing may be handed out."""
    return write_entry(settings.audit_log, log_key(settings), None, look, settings.audit_heads)


def record_exports(settings: Settings, look: Look, files: Mapping[Path, bytes]) -> None:
    """Write which files go out of the house: name, SHA-256 and the look's rows of each. Call it before they are written."""
    for path, content in files.items():
        named = {"file": without_numbers(path.name), "sha256": hashlib.sha256(content).hexdigest()}
        record_look(settings, replace(look, what="export", parameters={**look.parameters, **named}))
