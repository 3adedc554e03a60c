"""What looks like an ID or telephone number in a text that a sender chose.

Belongs here: masking such names. Does not belong here: judging cells (`columns`).
"""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d{17}[0-9Xx]|\d{15}|1[3-9]\d{9}|0\d{2,3}-\d{7,8}")


def without_numbers(name: str) -> str:
    """A name that a sender chose, with what looks like an ID or telephone number masked."""
    return _NUMBERS.sub("***", name)
