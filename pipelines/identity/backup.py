"""A copy of the vault, its audit log and, apart from them, its key; and trying whether such a copy can be opened.

Belongs here: copying and trying. Does not belong here: landing and published builds (plain copies do), what to do when
something is lost (docs/operations.md). Restoring is copying back: the copy has the folders of a home.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import folder_whole, write_whole
from pipelines.identity.audit_check import check_log
from pipelines.identity.audit_log import Verdict
from pipelines.identity.encrypted import attach_encrypted, connect_memory
from pipelines.keys.ring import KeyRing, load_or_create_key
from pipelines.settings import Settings


@dataclass(frozen=True)
class Tried:
    """What opening a copy has shown."""

    persons: int
    records: int
    log: Verdict


def back_up(settings: Settings, target: Path, keys: Path) -> None:
    """Copy vault and audit log to `target`, the keys to `keys`, by use; each is replaced whole. The home must be at rest.

    Raises CunsheError where the keys would lie with what they open, or the vault's key is missing.
    """
    target, keys = target.absolute(), keys.absolute()
    if keys.is_relative_to(target) or target.is_relative_to(keys):
        raise CunsheError(
            "The keys would lie with the vault that they open.",
            "Name two folders, on two media: one without the other opens nothing.",
        )
    load_or_create_key(settings.vault_key, may_create=False)
    kept = _kept(settings)
    for name, folder in (("vault", settings.vault_db.parent), ("audit", settings.audit_log.parent)):
        with folder_whole(target / name) as draft:
            for path in sorted(folder.glob("*")):
                if path.is_file():
                    shutil.copyfile(path, draft / path.name)
                    (draft / path.name).chmod(0o600)
        (target / name).chmod(0o700)
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.chmod(0o700)
    for use, files in kept.items():
        with folder_whole(keys / use) as draft:
            draft.chmod(0o700)
            for path in files:
                write_whole(draft / path.name, path.read_bytes())


def kept_elsewhere(settings: Settings) -> list[str]:
    """Uses whose keys are not copied: a setting says that they are kept in another place."""
    return sorted(settings.key_folders)


def _kept(settings: Settings) -> dict[str, list[Path]]:
    """Use → key files, of the uses whose folders lie in the keys folder."""
    named = (
        settings.vault_key, settings.pseudonym_key, settings.audit_key, settings.authorised_key, settings.delivery_key,
        settings.landing_key,
    )
    found = {path.parent.name: KeyRing(path).files() for path in named if path.parent.parent == settings.keys}
    rounds = settings.key_folder("rounds")
    if rounds.parent == settings.keys:
        found[rounds.name] = sorted(rounds.glob("*.key"))
    return {use: files for use, files in found.items() if files}


def try_backup(target: Path, keys: Path) -> Tried:
    """Open a copy with copied keys, as a home would be; nothing in it is changed."""
    copy = Settings(home=target, keys_path=keys)  # and keys that a setting keeps elsewhere
    log = check_log(copy)
    with closing(connect_memory(writing=False)) as connection:
        attach_encrypted(connection, copy.vault_db, KeyRing(copy.vault_key).keys(), "vault", read_only=True)
        persons, records = connection.execute(
            "select (select count(*) from vault.person), (select count(*) from vault.record)"
        ).fetchone()
    return Tried(persons, records, log)
