"""Stage reports, its far side: the week's reports to the outbox and, where there is a mail server, to their readers.

Belongs here: the Dagster face of `reports.delivery`. Does not belong here: any of it. What goes wrong with a mail server or an
address fails a check and no run: the next sending completes it.
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from pipelines.assets import reports
from pipelines.assets.common import DOCS, WEEK_BY_WEEK, Home, week_of
from pipelines.errors import CunsheError
from pipelines.identity.audit_log import run_look
from pipelines.progress import progress
from pipelines.publishing import pointer
from pipelines.reports.delivery.addresses import AddressBook, address_book, write_findings
from pipelines.reports.delivery.outbox import queue_week
from pipelines.reports.delivery.send import Sent, send_due
from pipelines.reports.delivery.standing import FOR_A_PERSON, Standing, standing
from pipelines.settings import Settings
from pipelines.weeks import today

KEY = dg.AssetKey(["reports", "sent"])
_ADDRESSES, _DELIVERED = "addresses", "delivered"


def sending_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The week's reports in the outbox, and sent where a mail server is set."""

    @dg.asset(
        key=KEY,
        deps=[reports.KEY],
        group_name=reports.GROUP,
        partitions_def=partitions,
        backfill_policy=WEEK_BY_WEEK,
        owners=["team:data_engineering"],
        kinds={"email"},
        description="周报报送：发件箱、邮件、提醒 / The week's reports: outbox, mail, reminders",
        metadata={"docs": f"{DOCS}/operations.md"},
        check_specs=[
            dg.AssetCheckSpec(_ADDRESSES, asset=KEY, description="报送对象各有一个邮箱，村社都有人负责 / Addresses are complete"),
            dg.AssetCheckSpec(_DELIVERED, asset=KEY, description="没有报告发送不出去 / Nothing is stuck"),
        ],
    )
    def sent(context: dg.AssetExecutionContext, home: Home) -> Any:
        progress("sending", 0, 1)
        settings, week, now = home.settings, week_of(context), datetime.now(UTC)
        current = pointer.current(settings)
        if current is None or week.iso not in current.weeks:
            raise CunsheError(f"Nothing has been published for {week.iso}.", "Run the whole week.")
        build_id = current.weeks[week.iso]
        book = _book(settings, build_id)
        folder = settings.reports / week.iso / build_id
        write_findings(folder, book.findings)
        queued = queue_week(settings, folder, book.findings, now)
        done = send_due(settings, lambda: book, now)
        progress("sending", 1, 1)
        yield _result(settings, book, len(queued), done, standing(settings, week.iso))

    return sent


def _book(settings: Settings, build_id: str) -> AddressBook:
    return address_book(settings, build_id, run_look("addresses", "reports are sent", parameters={"build_id": build_id}), today())


def _result(
    settings: Settings, book: AddressBook, queued: int, done: Sent, stands: Standing
) -> dg.MaterializeResult[None]:
    stuck = [one for one in stands.reports if one.state in (*FOR_A_PERSON, "deferred")]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": queued,
            "outbox": dg.MetadataValue.path(str(settings.outbox / stands.week)),
            **{f"state: {state}": count for state, count in stands.counts.items()},
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=_ADDRESSES,
                passed=not book.findings,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={one.subject: one.code for one in book.findings[:50]},
            ),
            dg.AssetCheckResult(
                check_name=_DELIVERED,
                passed=not stuck and done.server is None,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={
                    **({"server": done.server} if done.server else {}),
                    **{one.queued.recipient_id: f"{one.state} {one.code}".strip() for one in stuck[:50]},
                },
            ),
        ],
    )
