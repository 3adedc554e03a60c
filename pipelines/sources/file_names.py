"""What the name of a file says before anybody opens it, and how a name is shown.

Belongs here: names that are no delivery (`file_names.yml`), names in bytes that are no UTF-8. Does not belong here: looking
at a folder (`connectors.folder`), masking numbers (`masking`).
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pipelines.files import read_yaml

_KINDS = ("programs", "arriving", "passed", "backups", "links")
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


@cache
def _patterns() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(names) for kind, names in read_yaml(Path(__file__).with_suffix(".yml")).items()}


def kind_of(name: str) -> str | None:
    """`passed` over, `arriving`, `backups` or `links` for a name that is no delivery's; None for all others."""
    kind = next((kind for kind in _KINDS if _is_of(name, kind)), None)
    return "passed" if kind == "programs" else kind


def is_table_name(name: str) -> bool:
    """Whether a name ends as those of files with tables do."""
    return _is_of(name, "tables")


def own_name(name: str) -> str:
    """The name of the file itself, of one in transfer or of a copy: without its ending, and without the dot that hides it."""
    known = (*_patterns()["arriving"], *_patterns()["backups"])
    endings = [pattern[1:] for pattern in known if name.lower().endswith(pattern[1:])]
    ending = max(map(len, endings), default=len(name) - name.rfind("."))
    return name[: len(name) - ending].lstrip(".")


def is_passed_over(path: str) -> bool:
    """Whether a file in an archive lies in, or is, what a system or a program keeps for itself."""
    parts = [part for part in re.split(r"[/\\]", path) if part not in ("", ".", "..")]
    return any(kind_of(part) == "passed" for part in parts)


def as_bytes(name: str) -> bytes:
    """A name as it lies on the disk, whatever its encoding."""
    return name.encode("utf-8", "surrogateescape")


def shown(path: str) -> str:
    """A path as people can read it and any file can hold it: names that are no UTF-8 as the GB18030 they are, if they are."""
    return "/".join(_shown(part) for part in path.split("/"))


def _shown(name: str) -> str:
    if not _HALF_CHARACTERS.search(name):
        return name
    try:
        return as_bytes(name).decode("gb18030")
    except UnicodeError:
        return _HALF_CHARACTERS.sub("\ufffd", name)


def _is_of(name: str, group: str) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in _patterns()[group])
