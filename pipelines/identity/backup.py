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
from pipelines.identity.keys import load_or_create_key
from pipelines.settings import Settings


@dataclass(frozen=True)
class Tried:
    """What opening a copy has shown."""

    persons: int
    records: int
    log: Verdict


def back_up(settings: Settings, target: Path, keys: Path) -> None:
    """Copy vault and audit log to `target`, the keys to `keys`; both are replaced whole. The home must be at rest.

    Raises CunsheError where the keys would lie with what they open, or the vault's key is missing.
    """
    target, keys = target.absolute(), keys.absolute()
    if keys.is_relative_to(target) or target.is_relative_to(keys):
        raise CunsheError(
            "The keys would lie with the vault that they open.",
            "Name two folders, on two media: one without the other opens nothing.",
        )
    load_or_create_key(settings.vault_key, may_create=False)
    for name, folder in (("vault", settings.vault_db.parent), ("audit", settings.audit_log.parent)):
        with folder_whole(target / name) as draft:
            for path in sorted(folder.glob("*")):
                if path.is_file():
                    shutil.copyfile(path, draft / path.name)
                    (draft / path.name).chmod(0o600)
        (target / name).chmod(0o700)
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.chmod(0o700)
    rounds = sorted(settings.round_key("0").parent.glob("*.key"))
    for key in (settings.vault_key, settings.audit_key, settings.authorised_key, settings.delivery_key, *rounds):
        if key.exists():
            write_whole(keys / key.relative_to(settings.keys), key.read_bytes(), is_private=True)
            (keys / key.relative_to(settings.keys)).parent.chmod(0o700)


def try_backup(target: Path, keys: Path) -> Tried:
    """Open a copy with copied keys, as a home would be; nothing in it is changed."""
    copy = Settings(home=target, keys_path=keys)
    log = check_log(copy)
    with closing(connect_memory(writing=False)) as connection:
        key = load_or_create_key(copy.vault_key, may_create=False)
        attach_encrypted(connection, copy.vault_db, key, "vault", read_only=True)
        persons, records = connection.execute(
            "select (select count(*) from vault.person), (select count(*) from vault.record)"
        ).fetchone()
    return Tried(persons, records, log)
