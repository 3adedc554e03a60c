"""What stands: the build readers see, how old each feed is, how many warnings by colour, where the report lies.

Belongs here: collecting this from the published build. Does not belong here: how it is printed (`cli`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.access.agreements import notes
from pipelines.errors import CunsheError
from pipelines.identity.audit_log import user_look
from pipelines.publishing import pointer
from pipelines.publishing.reader import open_edition
from pipelines.settings import Settings
from pipelines.sources.connectors.choose import deployed_contracts
from pipelines.sources.contract import load_catalog
from pipelines.sources.drop_folders import drops_in_words
from pipelines.weeks import Week, today

COLOURS = ("red", "yellow")


@dataclass(frozen=True)
class Feed:
    """One dataset as of the build's Sunday. Counts are of its newest delivery; `held` counts held deliveries so far."""

    delivered_at: date | None
    age_days: int | None
    state: str
    reason: str | None
    read: int
    landed: int
    quarantined: int
    redacted: int
    held: int


@dataclass(frozen=True)
class Status:
    """The state of the home."""

    build_id: str
    week: str
    as_of: date
    content_hash: str
    datasets: dict[str, Feed]
    warnings: dict[str, int]
    withheld: dict[str, int]  # rule: warnings held back this week because they are not well-formed
    villages: dict[str, int]
    report_folder: Path
    published: Path
    agreements: list[str]
    unknown_drops: list[str]  # what lies in the inbox and is never read

    def as_json(self) -> dict[str, Any]:
        """Plain values for `cunshe status --json`."""
        return {
            "build_id": self.build_id,
            "week": self.week,
            "as_of": self.as_of.isoformat(),
            "content_hash": self.content_hash,
            "datasets": {
                name: {**vars(feed), "delivered_at": feed.delivered_at.isoformat() if feed.delivered_at else None}
                for name, feed in self.datasets.items()
            },
            "warnings": self.warnings,
            "withheld": self.withheld,
            "villages": self.villages,
            "report_folder": str(self.report_folder),
            "published": str(self.published),
            "agreements": self.agreements,
            "unknown_drops": self.unknown_drops,
        }


def collect(settings: Settings) -> Status:
    """The status of the current build. Raises CunsheError when nothing has been published yet."""
    now = pointer.current(settings)
    if now is None:
        raise CunsheError(f"Nothing has been published in {settings.root}.", "Run a week: cunshe run --week 2020-W49")
    record = pointer.build_record(settings, now.build_id)
    look = user_look("edition_status", "status")
    with open_edition(settings, "authorised", now.build_id, look) as connection:
        week, as_of = connection.execute("select week, as_of from marts.build").fetchone()
        monday = Week.parse(str(week)).monday
        return Status(
            build_id=now.build_id,
            week=Week(monday).iso,
            as_of=as_of,
            content_hash=record["content_hash"],
            datasets=_feeds(connection, monday),
            warnings=_by_colour(connection, "select colour, count(*) from marts.warning where state <> 'cleared' group by 1"),
            withheld=_withheld(connection, monday),
            villages=_by_colour(connection, "select colour, count(*) from marts.village_file group by 1"),
            report_folder=settings.reports / Week(monday).iso / now.build_id,
            published=settings.published / now.build_id,
            agreements=notes(settings, load_catalog(), min(as_of, today())),
            unknown_drops=drops_in_words(settings.inbox, deployed_contracts(settings)),
        )


def _withheld(connection: Any, monday: date) -> dict[str, int]:
    """Warnings that were held back, by rule; a build of before there were any has no such table."""
    tables = connection.execute("select 1 from duckdb_tables() where table_name = 'warning_withheld'").fetchall()
    query = "select rule_id, count(*) from marts.warning_withheld where week_start = ? group by 1 order by 1"
    return dict(connection.execute(query, [monday]).fetchall()) if tables else {}


def _by_colour(connection: Any, query: str) -> dict[str, int]:
    found = dict(connection.execute(query).fetchall())
    return {colour: found.get(colour, 0) for colour in (*COLOURS, "green") if colour in found or colour in COLOURS}


def _feeds(connection: Any, monday: date) -> dict[str, Feed]:
    rows = connection.execute(
        """
        select
            feed.department, feed.dataset, feed.last_good_at, feed.age_days, feed.state, feed.reason_zh,
            feed.read, feed.landed, feed.quarantined, feed.redacted,
            (
                select count(*) from marts.delivery
                where
                    delivery.department = feed.department
                    and delivery.dataset = feed.dataset
                    and delivery.verdict = 'held'
            ) as held
        from marts.feed_week as feed
        where feed.week_start = ?
        order by feed.department, feed.dataset
        """,
        [monday],
    ).fetchall()
    return {f"{row[0]}/{row[1]}": Feed(*row[2:]) for row in rows}
