"""What looks like an ID or telephone number in a text that a sender chose.

Belongs here: masking such names. Does not belong here: judging cells (`columns`).
"""

from __future__ import annotations

import re

from pipelines.sources.columns.texts import ID_LIKE, PHONE_LIKE, STEERS
from pipelines.sources.file_names import shown

# Written in one, wherever it stands; or in groups, standing alone.
_NUMBERS = re.compile(
    rf"\d{{17}}[0-9Xx]|\d{{15}}|1[3-9]\d{{9}}|0\d{{2,3}}-\d{{7,8}}|(?<!\d)(?:{ID_LIKE}|{PHONE_LIKE})(?!\d)"
)

_STEERS = re.compile(rf"{STEERS}|[\t\r\n]")


def without_numbers(name: str) -> str:
    """A name that a sender chose, as it is shown: what looks like an ID or telephone number is masked, and what steers how
    the rest is shown; a name that is no UTF-8 is the GB18030 it is, or its bytes are marked as lost.
    """
    return _NUMBERS.sub("***", _STEERS.sub("\ufffd", shown(name)))
