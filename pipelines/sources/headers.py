"""How two spellings of a header are the same: the one comparison that finding and matching headers share.

Belongs here: that comparison. Does not belong here: finding the header row (`reading.header`), the contract's columns
(`interpret`).
"""

from __future__ import annotations

import unicodedata


def normal_header(header: str) -> str:
    """A header without white space and compatibility forms; headers are compared in this form only."""
    return "".join(unicodedata.normalize("NFKC", header).split())
