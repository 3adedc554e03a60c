"""Keyed digests: the one place that names the algorithm behind ids, the log's chain and signed links.

HMAC (RFC 2104) over SHA-256, in Python and, for whole tables, in DuckDB's SQL. Another hash of the same block size (SM3, GB/T
32905) is named here and nowhere else; ids and signatures made before stay what they were, so it needs new keys.
"""

from __future__ import annotations

import hmac

ALGORITHM = "sha256"
_SQL_FUNCTION = "sha256"  # DuckDB's name of it
_BLOCK = 64  # its block size in bytes


def keyed_digest(key: bytes, text: bytes | str) -> str:
    """HMAC of a text (UTF-8) under a key, as 64 hexadecimal digits."""
    return hmac.new(key, text.encode() if isinstance(text, str) else text, ALGORITHM).hexdigest()


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer pad of HMAC under a key, the parameters of `keyed_digest_sql`."""
    padded = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def keyed_digest_sql(text: str, inner: str, outer: str) -> str:
    """An SQL expression for `keyed_digest` of the text expression `text`, with both pads as parameters such as `$1`."""
    return f"{_SQL_FUNCTION}({outer}::blob || unhex({_SQL_FUNCTION}({inner}::blob || encode({text}))))"
