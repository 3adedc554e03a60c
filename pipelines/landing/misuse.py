"""A supplier that keeps sending what must not be shared is suspended by itself (lawful-use F-29).

Belongs here: counting deliveries held for a forbidden column, and the suspension that follows. Does not belong here: what is
forbidden (`sources`), suspending by hand (`access.agreements`). 政务数据共享条例 art. 27: misuse suspends the sharing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipelines.access.agreements import is_suspended, resumed_at, suspend
from pipelines.access.events import Event
from pipelines.landing.ledger import Delivery
from pipelines.settings import Settings
from pipelines.sources.contract import Contract
from pipelines.sources.parameters import parameter

BY = "系统（自动）"
_WHY = "第{count}批含有不得提供的列（线索、检举控告等），已自动暂停"
_FORBIDDEN = "FORBIDDEN_COLUMN"


def suspend_for_misuse(settings: Settings, contract: Contract, ledger: Iterable[Delivery], today: date) -> Event | None:
    """Suspend a dataset's agreement where enough of its deliveries were held for a forbidden column; None where not.

    Counted are those landed since it was resumed last. Call it while holding the home's lock.
    """
    if is_suspended(settings, contract.agreement):
        return None
    since = resumed_at(settings, contract.agreement)
    held = [one for one in ledger if any(hold["code"] == _FORBIDDEN for hold in one.holds)]
    count = sum(since is None or one.landed_at > since for one in held)
    if count < parameter("misuse_suspends_after", today):
        return None
    return suspend(settings, contract.agreement, by=BY, reason=_WHY.format(count=count))
