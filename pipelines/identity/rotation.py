"""Replacing a key by a new one: what lies under the former one is encrypted anew, and the former key opens nothing from then on.

The order is safe to kill at any point: the log says what is going to happen, the new key becomes the current one while the
former stays in the ring, each file is replaced whole, and only then does the former key go. `rotate` run again goes on where it
stopped.

A keys folder that a home names by CUNSHE_KEYS_PATH may serve several: former keys stay there until `drop_former`, whichever home
rotates, and each other home is brought under the new key by its own `rotate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look
from pipelines.identity.encrypted import encrypt_anew, fits
from pipelines.identity.looks import record_look
from pipelines.keys.ring import KeyRing, key_id
from pipelines.landing import sealed
from pipelines.landing.sealed import stored_tables
from pipelines.settings import Settings


@dataclass(frozen=True)
class KeyUse:
    """One use of a key: its file, what is encrypted under it and how, and what is lost with former keys where they are kept."""

    path: Callable[[Settings], Path]
    files: Callable[[Settings], Iterable[Path]] = lambda settings: ()
    # Whether a key opens a file; encrypting it anew under the first of some keys. By default of encrypted DuckDB files.
    fits: Callable[[Settings, Path, bytes], bool] = lambda settings, path, key: fits(path, key)
    encrypt_anew: Callable[[Settings, Path, Sequence[bytes]], None] = lambda settings, path, keys: encrypt_anew(path, keys)
    former_serve: str = ""  # former keys stay, since this would stop


USES = {
    "vault": KeyUse(
        lambda settings: settings.vault_key, lambda settings: filter(Path.exists, [settings.vault_db])
    ),
    "authorised": KeyUse(
        lambda settings: settings.authorised_key,
        lambda settings: sorted(settings.published.glob("[!.]*/authorised.duckdb")),
    ),
    "landing": KeyUse(
        lambda settings: settings.landing_key,
        lambda settings: stored_tables(settings.root),
        lambda settings, path, key: sealed.fits(settings.root, path, key),
        lambda settings, path, keys: sealed.seal_anew(settings.root, path),
    ),
    "audit": KeyUse(lambda settings: settings.audit_key, former_serve="checking the entries made before"),
    "delivery": KeyUse(lambda settings: settings.delivery_key, former_serve="links of acknowledgement sent before"),
}


@dataclass(frozen=True)
class Rotated:
    """What a rotation has done."""

    current_id: str
    former_ids: list[str]  # still in the ring
    files: int  # encrypted anew
    is_new: bool  # False: a rotation begun before (here, or in a home with the same keys) was brought to its end


def rotate(settings: Settings, name: str, by: str, reason: str) -> Rotated:
    """Give a use a new key, or bring to its end what a killed rotation began. The home must be at rest."""
    use = _use(name)
    ring = KeyRing(use.path(settings))
    former = key_id(ring.current())
    is_new = not unfinished(settings, name)
    record_look(settings, Look(by, "rotate key", reason, parameters={"key": name, "current": former, "new": is_new}))
    if is_new:
        ring.renew()
    files = finish(settings, name)
    current = key_id(ring.current())
    record_look(settings, Look(by, "key rotated", reason, parameters={"key": name, "current": current}, rows=files))
    return Rotated(current, [key_id(key) for key in ring.keys()[1:]], files, is_new)


def unfinished(settings: Settings, name: str) -> bool:
    """Whether a rotation has begun and not ended: something lies under a former key, or one is left that nothing needs."""
    use = _use(name)
    ring = KeyRing(use.path(settings))
    if use.former_serve or len(ring.keys()) == 1:
        return False
    return not _is_shared(settings) or bool(_under_former(use, settings, ring))


def finish(settings: Settings, name: str) -> int:
    """Encrypt anew what lies under a former key, and drop that key where no other home may need it. Returns how many files."""
    use = _use(name)
    ring = KeyRing(use.path(settings))
    waiting = _under_former(use, settings, ring)
    for path in waiting:
        use.encrypt_anew(settings, path, ring.keys())
    if not use.former_serve and not _is_shared(settings):
        ring.drop_former()
    return len(waiting)


def drop_former(settings: Settings, name: str, by: str, reason: str) -> list[str]:
    """Remove former keys that were kept, and return their ids. Raises CunsheError while this home needs one of them."""
    use = _use(name)
    if name == "audit":
        raise CunsheError(
            "Without the log's former keys the entries made under them cannot be checked.", "Keep them as long as the log."
        )
    ring = KeyRing(use.path(settings))
    if _under_former(use, settings, ring):
        raise CunsheError(f"This home still needs a former key of '{name}'.", f"Run: cunshe keys rotate {name}")
    former = [key_id(key) for key in ring.keys()[1:]]
    if former:
        record_look(settings, Look(by, "drop former keys", reason, parameters={"key": name, "former": " ".join(former)}))
    return ring.drop_former()


def _use(name: str) -> KeyUse:
    if name == "pseudonyms":
        raise CunsheError(
            "The key of pseudonyms is not rotated: every person_id would change, and with it what is known of a person.",
            "It opens no file. A new round of elections gives persons new ids in what is published.",
        )
    if name not in USES:
        raise CunsheError(f"There is no key '{name}'.", f"Keys: {', '.join(USES)}.")
    return USES[name]


def _under_former(use: KeyUse, settings: Settings, ring: KeyRing) -> list[Path]:
    current = ring.current()
    return [path for path in use.files(settings) if not use.fits(settings, path, current)]


def _is_shared(settings: Settings) -> bool:
    return settings.keys_path is not None or KeyRing(settings.vault_key).is_shared
