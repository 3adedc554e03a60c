"""Which build readers see: `published/current.json`, and the folders it points to.

Belongs here: reading and replacing the pointer, rollback, which folders may go. Does not belong here: what is in a
folder (`publish`).

A folder `published/<ISO week>.<NNN>` exists whole or not at all. The pointer names the current build, the build of each
week, the builds to go back to (newest first), and every build ever published, in order. A build that was pruned keeps
its `build.json`: its number is never given again, and what a week was first published from stays known.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import held, write_whole
from pipelines.permissions import share_published
from pipelines.publishing.rules import EDITIONS
from pipelines.settings import Settings

TEMPORARY = ".tmp-"
FORMAT = 1  # of current.json and build.json; those of before say none and are the same
_BUILD_ID = re.compile(r"(?P<week>\d{4}-W\d{2})\.(?P<number>\d{3,})")


@dataclass(frozen=True)
class Current:
    """The content of the pointer."""

    build_id: str
    weeks: dict[str, str] = field(default_factory=dict)
    previous: tuple[str, ...] = ()
    published: tuple[str, ...] = ()


def current(settings: Settings) -> Current | None:
    """The pointer, or None before anything was published."""
    try:
        content = json.loads((settings.published / "current.json").read_text(encoding="utf-8"))
        return Current(content["build_id"], content["weeks"], tuple(content["previous"]), tuple(content["published"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise CunsheError(
            f"The pointer {settings.published / 'current.json'} cannot be read.", "Restore it from a backup."
        ) from None


def week_of(build_id: str) -> str:
    """The ISO week in a build id."""
    match = _BUILD_ID.fullmatch(build_id)
    if match is None:
        raise CunsheError(f"'{build_id}' is not a build id.", "A build id looks like 2020-W48.001.")
    return match["week"]


def next_build_id(settings: Settings, week: str) -> str:
    """The next free number of a week."""
    numbers = [
        int(match["number"])
        for path in settings.published.iterdir()
        if (match := _BUILD_ID.fullmatch(path.name)) and match["week"] == week
    ]
    return f"{week}.{max(numbers, default=0) + 1:03d}"


def is_whole(settings: Settings, build_id: str) -> bool:
    """Whether a build's files are there (a pruned one has only its build.json)."""
    return all((settings.published / build_id / f"{edition}.duckdb").is_file() for edition in EDITIONS)


def build_record(settings: Settings, build_id: str) -> dict[str, Any]:
    """The `build.json` of a build."""
    content: dict[str, Any] = json.loads((settings.published / build_id / "build.json").read_text(encoding="utf-8"))
    return content


def first_of_week(settings: Settings, week: str) -> dict[str, Any] | None:
    """The `build.json` of the first build of a week that was ever published."""
    pointer = current(settings)
    for build_id in pointer.published if pointer else ():
        if week_of(build_id) == week and (settings.published / build_id / "build.json").is_file():
            return build_record(settings, build_id)
    return None


@contextmanager
def publishing_lock(settings: Settings) -> Iterator[None]:
    """One publisher at a time. The lock ends with its process, so what lies in temporary folders then is dead."""
    busy = CunsheError("Another process is publishing.", "Wait until it has ended.")
    with held(settings.published / ".lock", busy):
        yield


def clean(settings: Settings) -> None:
    """Remove what a killed publisher left: temporary folders, and whole ones the pointer never came to name.

    Call it under the lock only.
    """
    pointer = current(settings)
    named = set(pointer.published) if pointer else set()
    for path in settings.published.iterdir():
        orphan = _BUILD_ID.fullmatch(path.name) and path.name not in named
        if path.is_dir() and (orphan or path.name.startswith(TEMPORARY)):
            shutil.rmtree(path)
        elif path.name.startswith(TEMPORARY):
            path.unlink()


def move_to(settings: Settings, build_id: str) -> Current:
    """Point to a build that has just been put in place; a build of an older week never becomes the current one."""
    before, week = current(settings), week_of(build_id)
    if before is None:
        after = Current(build_id, {week: build_id}, (), (build_id,))
    else:
        weeks, published = {**before.weeks, week: build_id}, (*before.published, build_id)
        if week >= week_of(before.build_id):
            after = Current(build_id, weeks, (before.build_id, *before.previous), published)
        else:
            after = replace(before, weeks=weeks, published=published)
    return _replace(settings, _forget_pruned(settings, after))


def rollback(settings: Settings, to: str | None = None) -> Current:
    """Point back to the build before the current one, or to `to`; weeks after its week are no longer published."""
    with publishing_lock(settings):
        before = current(settings)
        if before is None:
            raise CunsheError("Nothing has been published yet.", "Run a week first.")
        whole = [build_id for build_id in before.previous if is_whole(settings, build_id)]
        if to is None and not whole:
            raise CunsheError("There is no earlier build to go back to.", "Run the week again instead.")
        target = to or whole[0]
        if target == before.build_id:
            raise CunsheError(f"{target} is the current build.", "Name another build.")
        week = week_of(target)
        if target not in before.published or not is_whole(settings, target):
            kept = [build_id for build_id in before.published if is_whole(settings, build_id)]
            raise CunsheError(f"There is no published build {target}.", f"Kept builds: {', '.join(kept)}.")
        if target in before.previous:
            previous = before.previous[before.previous.index(target) + 1 :]
        else:
            previous = (before.build_id, *before.previous)
        weeks = {name: build_id for name, build_id in before.weeks.items() if name < week}
        return _replace(settings, replace(before, build_id=target, weeks={**weeks, week: target}, previous=previous))


def prune(settings: Settings) -> list[str]:
    """Delete the files of builds beyond the number to keep; the pointer has forgotten them before. Lock only."""
    pointer = current(settings)
    if pointer is None:
        return []
    keep = _kept(settings, pointer)
    gone = [build_id for build_id in pointer.published if build_id not in keep and is_whole(settings, build_id)]
    for build_id in pointer.published:
        if build_id not in keep:
            for edition in EDITIONS:
                (settings.published / build_id / f"{edition}.duckdb").unlink(missing_ok=True)
    return gone


def _kept(settings: Settings, pointer: Current) -> set[str]:
    """The builds to keep: the current one, the newest, the one to go back to, then those of the newest weeks.

    The newest is the one just published, though it may be of the oldest week.
    """
    newest = list(reversed(pointer.published))
    by_week = [build_id for _, build_id in sorted(pointer.weeks.items(), reverse=True)]
    order = dict.fromkeys([pointer.build_id, *newest[:1], *pointer.previous[:1], *by_week, *newest])
    return set(list(order)[: settings.keep_builds])


def _forget_pruned(settings: Settings, pointer: Current) -> Current:
    keep = _kept(settings, pointer)
    return replace(
        pointer,
        weeks={week: build_id for week, build_id in sorted(pointer.weeks.items()) if build_id in keep},
        previous=tuple(build_id for build_id in pointer.previous if build_id in keep),
    )


def _replace(settings: Settings, pointer: Current) -> Current:
    content = json.dumps({"format": FORMAT, **asdict(pointer)}, ensure_ascii=False, indent=1)
    write_whole(settings.published / "current.json", content.encode())
    share_published(settings)
    return pointer
