"""Headers that no dataset may carry, whatever its contract says of others: `forbidden.yml`.

Belongs here: the general list and how a header is found in it. Does not belong here: what a contract forbids besides
(`contract`), dropping and counting (`interpret`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.files import read_yaml
from pipelines.sources.headers import normal_header

_GROUPS = Path(__file__).with_name("forbidden.yml")


@dataclass(frozen=True)
class Group:
    """Headers that are forbidden for one reason."""

    name: str
    why: str
    headers: tuple[str, ...]


@cache
def general_groups() -> dict[str, Group]:
    """The groups of `forbidden.yml` by name."""
    groups = read_yaml(_GROUPS)
    return {name: Group(name, group["why"], tuple(group["headers"])) for name, group in groups.items()}


def is_listed(header: str, listed: tuple[str, ...]) -> bool:
    """Whether a header is one of `listed`, of which some end in `*` for any ending."""
    plain = normal_header(header).lower()
    return any(
        plain.startswith(normal_header(name[:-1]).lower()) if name.endswith("*") else plain == normal_header(name).lower()
        for name in listed
    )
