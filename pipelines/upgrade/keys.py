"""Keys that lay side by side move into a folder of each use, and the vault gets a key from which nothing is derived.

Before, one key encrypted the vault, gave person_ids and chained the audit log. It goes on as the key of pseudonyms, so that every
id stays what it is; the log goes on under the chain's own key that was derived from it; the vault is encrypted anew.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.files import fsync_path
from pipelines.identity.audit_log import run_look
from pipelines.identity.encrypted import fits
from pipelines.identity.looks import record_look
from pipelines.identity.rotation import finish, unfinished
from pipelines.keys.digests import keyed_digest
from pipelines.keys.ring import KeyRing, load_or_create_key, write_key
from pipelines.settings import Settings

name = "keys"


def pending(settings: Settings) -> list[str]:
    """What `apply` would change, in sentences; nothing when it is done."""
    moves = [f"The key file {old} moves to {new}." for old, new in _moves(settings) if old.exists()]
    if _old_vault_key(settings).exists() or _is_one_for_all(settings) or _is_under_former(settings):
        moves.append("The vault is encrypted with a key of its own; person_ids and the audit log go on as they are.")
    return moves


def apply(settings: Settings) -> None:
    """Move the keys and encrypt the vault anew. The home must be at rest; run again, it goes on where a killed one stopped."""
    old = _old_vault_key(settings)
    if old.exists():
        key = load_or_create_key(old, may_create=False)
        write_key(settings.pseudonym_key, key)
        write_key(settings.audit_key, bytes.fromhex(keyed_digest(key, "audit log")))
    for old, new in _moves(settings):
        if old.exists():
            write_key(new, load_or_create_key(old, may_create=False))
            old.unlink()
            fsync_path(old.parent)
    if _is_one_for_all(settings):
        KeyRing(settings.vault_key).renew()
    _admit_the_key_of_before(settings)
    if _is_under_former(settings) and finish(settings, "vault"):
        record_look(settings, run_look("key rotated", "cunshe upgrade", parameters={"key": "vault"}))


def _old_vault_key(settings: Settings) -> Path:
    return settings.keys / "vault.key"


def _moves(settings: Settings) -> list[tuple[Path, Path]]:
    """Old place and new, the vault's last: while its old file is there, the first half of `apply` may still be to do."""
    places = (settings.authorised_key, settings.delivery_key, settings.vault_key)
    return [(settings.keys / new.name, new) for new in places]


def _is_one_for_all(settings: Settings) -> bool:
    if not settings.vault_key.exists() or not settings.pseudonym_key.exists():
        return False
    return KeyRing(settings.vault_key).current() == load_or_create_key(settings.pseudonym_key, may_create=False)


def _admit_the_key_of_before(settings: Settings) -> None:
    """Put the former key into the ring of a home that shares keys, where the other home was taken over before and dropped it."""
    if settings.keys_path is None or not settings.vault_key.exists():
        return
    ring = KeyRing(settings.vault_key)
    ring.share()
    if _needs_the_key_of_before(settings):
        key = load_or_create_key(settings.pseudonym_key, may_create=False)
        write_key(ring.former_path(key), key)


def _needs_the_key_of_before(settings: Settings) -> bool:
    if not settings.vault_key.exists() or not settings.pseudonym_key.exists() or not settings.vault_db.exists():
        return False
    ring = KeyRing(settings.vault_key).keys()
    if any(fits(settings.vault_db, key) for key in ring):
        return False
    return fits(settings.vault_db, load_or_create_key(settings.pseudonym_key, may_create=False))


def _is_under_former(settings: Settings) -> bool:
    return settings.vault_key.exists() and (unfinished(settings, "vault") or _needs_the_key_of_before(settings))
