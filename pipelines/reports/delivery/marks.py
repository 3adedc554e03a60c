"""The check code (校验码) of a ledger that goes out: what a returned one must still bear.

Belongs here: making it. Does not belong here: where it stands in the workbook (`reports.ledger`), judging a returned one
(`taking`).

It is an HMAC under the home's key over recipient, build (which names the week) and the warnings that the ledger may answer. It
stands as a text in the sheet that says what the ledger is: unlike a property of the document, every office suite keeps it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pipelines.reports.delivery.ledger import is_keyed, keyed
from pipelines.settings import Settings

_VERSION = "1"


def ledger_mark(settings: Settings, recipient_id: str, build_id: str, answerable: Iterable[tuple[str, str]]) -> str:
    """The check code of a recipient's ledger; `answerable` are its pairs of warning_id and village code."""
    return f"{_VERSION}.{keyed(settings, *_marked(recipient_id, build_id, answerable))}"


def is_ledger_mark(
    settings: Settings, given: str, recipient_id: str, build_id: str, answerable: Iterable[tuple[str, str]]
) -> bool:
    """Whether `given` is that check code, made with the home's current key or a former one that is still kept."""
    version, _, code = given.partition(".")
    return version == _VERSION and is_keyed(settings, code, *_marked(recipient_id, build_id, answerable))


def _marked(recipient_id: str, build_id: str, answerable: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    rows = "\n".join(sorted("\x1f".join(pair) for pair in answerable))
    return "ledger", _VERSION, recipient_id, build_id, hashlib.sha256(rows.encode()).hexdigest()
