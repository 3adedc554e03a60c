"""Which circle of readers an office belongs to, and what a circle may know, read from `audiences.yml`.

Belongs here: looking both up. Does not belong here: choosing records by it (`selection`), who is a recipient.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml

FILE = Path(__file__).with_name("audiences.yml")
OPEN, POSTS, REVIEW = "open", "posts", "review"


@cache
def _content() -> dict[str, Any]:
    return dict(read_yaml(FILE))


def circle_of(kind: str) -> str:
    """The circle that a kind of recipient belongs to."""
    return str(_content()["recipients"][kind])


def on_demand_circle() -> str:
    """The circle of whoever may come to hold a file that somebody asked for."""
    return str(_content()["on_demand"])


def may_know(circle: str, audience: str) -> bool:
    """Whether a circle may know what is for an audience."""
    return audience in _content()["circles"][circle]


def circles() -> list[str]:
    """All circles, the one that most belong to first: each knows what those before it know, and more."""
    return list(_content()["circles"])


def of_person_section(section: str) -> str:
    """The audience of a section of a person's table."""
    return str(_content()["person_sections"].get(section, REVIEW))
