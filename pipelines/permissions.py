"""Who may read a home: seen on disk, and opened to a group where a setting says so.

Belongs here: what is open to whom, the sentence that every start says about it, sharing editions and the outbox. Does not
belong here: making folders and files (`files`: closed, always), closing an older home (`upgrade`).
"""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import close_to_others
from pipelines.settings import Settings

_CLOSING = "Close it: cunshe upgrade"
# Of a build: the other edition is for those who hold its key, and build.json has fingerprints of all tables.
_FOR_ANALYSTS = ("analyst.duckdb",)


@dataclass(frozen=True)
class Opening:
    """What somebody other than the owner may enter or read: names under the home; `group` None is every account."""

    group: str | None
    names: tuple[str, ...]


def openings(settings: Settings) -> list[Opening]:
    """What of the home is open, to every account and to groups: its own mode and those of what lies in it, no deeper.

    What lies in a closed folder is closed.
    """
    if not settings.root.is_dir():
        return []
    found: dict[str | None, list[str]] = {}
    home = settings.root.stat()
    for path in sorted(settings.root.iterdir()):
        now = path.stat(follow_symlinks=False)
        readable = stat.S_IXOTH | stat.S_IROTH if stat.S_ISDIR(now.st_mode) else stat.S_IROTH
        if home.st_mode & stat.S_IXOTH and now.st_mode & readable:
            found.setdefault(None, []).append(path.name)
        elif now.st_mode & readable << 3 and (home.st_mode & stat.S_IXOTH or _same_group(home, now)):
            found.setdefault(_group_name(now.st_gid), []).append(path.name)
    return [Opening(group, tuple(names)) for group, names in found.items()]


def _same_group(home: os.stat_result, now: os.stat_result) -> bool:
    return bool(home.st_mode & stat.S_IXGRP) and home.st_gid == now.st_gid


def opening_line(settings: Settings) -> str:
    """One line: what of the home is open to whom, and the command that closes what no setting opens."""
    shared = {(group, name) for group, name in _shared(settings)}
    found = openings(settings)
    if not found:
        return f"Home {settings.root}: closed, nobody but its owner reads it."
    said = [f"{'every account' if one.group is None else f'group {one.group}'}: {', '.join(one.names)}" for one in found]
    meant = all((one.group, name) in shared for one in found for name in one.names)
    return f"Home {settings.root}: open to {'; '.join(said)}. {'As the settings say.' if meant else _CLOSING}"


def _shared(settings: Settings) -> Iterable[tuple[str, str]]:
    """Group and folder."""
    if settings.analyst_group:
        yield settings.analyst_group, settings.published.name
    if settings.outbox_group:
        yield settings.outbox_group, settings.outbox.name


def shared_paths(settings: Settings) -> dict[Path, tuple[str, int]]:
    """Every folder and file that a setting opens, the way to it included: its group, and what others than its owner may do."""
    groups = dict(_shared(settings))
    found: dict[Path, tuple[str, int]] = {}
    if settings.analyst_group and settings.published.is_dir():
        builds = [path for path in settings.published.iterdir() if path.is_dir() and not path.name.startswith(".")]
        files = [build / name for build in builds for name in _FOR_ANALYSTS]
        paths = (settings.published, settings.published / "current.json", *builds, *files)
        found |= {path: (settings.analyst_group, _bits(path)) for path in paths if path.exists()}
    if settings.outbox_group and settings.outbox.is_dir():
        paths = (settings.outbox, *settings.outbox.rglob("*"))
        found |= {path: (settings.outbox_group, _bits(path)) for path in paths}
    if groups and settings.root.is_dir():
        # A folder has one group: for two, everybody may pass, and finds all but these closed.
        found[settings.root] = (min(groups), 0o010 if len(groups) == 1 else 0o011)
    return found


def _bits(path: Path) -> int:
    return 0o050 if path.is_dir() else 0o040


def share_published(settings: Settings) -> None:
    """Let the group of analysts read the analyst editions, if there is one."""
    if settings.analyst_group:
        share(settings)


def share_outbox(settings: Settings) -> None:
    """Let the group that hands reports over read the outbox, if there is one."""
    if settings.outbox_group:
        share(settings)


def share(settings: Settings) -> None:
    """Open what the settings open, and nothing else. What is so already stays untouched."""
    for path, (group, bits) in shared_paths(settings).items():
        _open_to(path, group, bits)


def close_home(settings: Settings) -> None:
    """The home itself for its owner only, but for the way to what is shared. Raises CunsheError where it is another's."""
    try:
        if not any(True for _ in _shared(settings)):
            close_to_others(settings.root)
    except PermissionError:
        raise CunsheError(f"{settings.root} belongs to another account.", "Run as its owner, or set CUNSHE_HOME.") from None


def _open_to(path: Path, group: str, bits: int) -> None:
    now, number = path.stat(follow_symlinks=False), _group_number(group)
    mode = stat.S_IMODE(now.st_mode) & 0o700 | bits
    try:
        if now.st_gid != number:
            os.chown(path, -1, number)
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
    except PermissionError:
        raise CunsheError(
            f"{path} cannot be given to the group '{group}'.", "Its owner must be a member of the group."
        ) from None


def _group_number(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise CunsheError(
            f"There is no group '{name}' on this machine.", "Mend CUNSHE_ANALYST_GROUP or CUNSHE_OUTBOX_GROUP."
        ) from None


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
