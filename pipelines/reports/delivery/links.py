"""The signed link by which a reader acknowledges a report.

Belongs here: making and checking it. Does not belong here: the page behind it (`serve`), recording (`acknowledge`).
The link names a week and a message's key and is signed under the home's key: it can be neither guessed nor turned into that of
another report. Whoever has it can acknowledge that one report and see the office and the week it went to, nothing else.
"""

from __future__ import annotations

from pipelines.reports.delivery.ledger import is_keyed, keyed
from pipelines.settings import Settings

PATH = "/acknowledge/{week}/{key}/{signature}"
_PURPOSE = "acknowledge"


def signature(settings: Settings, week: str, key: str) -> str:
    """The signature of a report's link."""
    return keyed(settings, _PURPOSE, week, key)


def link(settings: Settings, week: str, key: str) -> str | None:
    """The link of a report; None where nothing answers it."""
    if settings.acknowledge_url is None:
        return None
    return settings.acknowledge_url.rstrip("/") + PATH.format(week=week, key=key, signature=signature(settings, week, key))


def is_signed(settings: Settings, week: str, key: str, given: str) -> bool:
    """Whether a link is one that we made, under the key of today or one of before that is still kept."""
    return is_keyed(settings, given, _PURPOSE, week, key)
