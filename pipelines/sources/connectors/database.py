"""A table or view behind an SQLAlchemy URL, pulled in bounded memory: one delivery per day of its cursor column.

Belongs here: SQL and what drivers raise. Does not belong here: what the columns mean (`interpret`). PostgreSQL, MySQL and
MariaDB are tested against real servers; any other dialect works by its URL and its own package.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from pipelines.errors import CunsheError
from pipelines.garbage import collector_paused
from pipelines.sources.connectors.parcel import (
    Budget,
    Limits,
    Parcel,
    PulledContent,
    Secret,
    SourceUnavailable,
    Window,
    address_of,
    day_of,
    record_frame,
)
from pipelines.sources.contract import Contract
from pipelines.sources.reading import CHUNK_ROWS
from pipelines.sources.source import TLS_DRIVERS, DatabaseSource
from pipelines.weeks import TIMEZONE

# A whole table is as of now: it can stand for a week only while that week is the newest one that has ended.
_STILL_NOW = timedelta(days=7)
_SECONDS = {  # how each driver is told to stop waiting
    "psycopg": lambda seconds: {"connect_timeout": seconds, "options": f"-c statement_timeout={seconds * 1000}"},
    "pymysql": lambda seconds: {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds},
}
_LOGIN = {"28000", "28P01", "1045", "1044", "1698"}
_TIMEOUT = {"57014", "2013", "3024"}
_TABLE = {"42P01", "42703", "3F000", "42501", "1146", "1054", "1142", "1049", "3D000"}
# Only its words say that a driver would not go on without TLS, or not with this certificate.
_TLS = ("certificate", "does not support ssl", "ssl is required", "ssl was required")

_COMPARABLE = (sa.String, sa.Numeric, sa.Integer, sa.Date, sa.DateTime, sa.Boolean)

Columns = Sequence[Sequence[Any]]


def parcels(
    contract: Contract, source: DatabaseSource, secret: Secret, window: Window, limits: Limits = Limits()
) -> Iterator[Parcel]:
    """One parcel per day of the cursor from the newest day known, less the overlap, up to `until`; oldest first.

    Consume them in order: they come from one open query. Raises SourceUnavailable at the place where the source fails;
    the day it fails in is never given out.
    """
    place, url = _address(contract, source, secret)
    gone_by = window.today - window.until > _STILL_NOW
    if gone_by if source.cursor is None else window.first_day(source.overlap_days) > window.until:
        return
    with _in_words(place), _engine(url, source).connect() as connection:
        patience = _Patience(connection, source.timeout_seconds)
        for day, content in _days(connection, patience, contract, source, window, place, limits):
            # the default value holds this day's content fast; mypy gives such a lambda no type
            yield Parcel(day.isoformat(), f"{source.table} {day}", day, lambda content=content: content)  # type: ignore[misc]


def _address(contract: Contract, source: DatabaseSource, secret: Secret) -> tuple[str, URL]:
    url = make_url(address_of(contract, source.url, "database"))
    server = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    place = f"{contract.name} {url.get_backend_name()}://{server}/{url.database} {source.table}"
    return place, url.set(password=secret(source.password)) if source.password else url


def _engine(url: URL, source: DatabaseSource) -> sa.Engine:
    known = _SECONDS.get(url.get_driver_name())
    limits = known(max(1, round(source.timeout_seconds))) if known else {}
    return sa.create_engine(url, connect_args={**limits, **_tls(url, source)}, poolclass=sa.NullPool, hide_parameters=True)


def _tls(url: URL, source: DatabaseSource) -> dict[str, Any]:
    """How each driver is told to insist on TLS with a certificate that is verified."""
    driver = TLS_DRIVERS.get(url.drivername)
    if driver is None:
        return {}
    if driver == "libpq":
        # No GSS encryption, which would take the place of TLS, and no certificate of ours.
        trusted = str(source.ca or ssl.get_default_verify_paths().cafile or "system")
        return {"sslmode": "prefer"} if source.insecure else {
            "sslmode": source.sslmode, "sslrootcert": trusted, "gssencmode": "disable", "sslcertmode": "disable",
        }  # fmt: skip
    if source.insecure:
        return {}
    context = ssl.create_default_context(cafile=source.ca)
    context.check_hostname = source.sslmode == "verify-full"
    return {"ssl": context}


def _table(connection: sa.Connection, source: DatabaseSource, place: str) -> sa.Table:
    schema, _, name = source.table.rpartition(".")
    try:
        table = sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=connection)
    except sa.exc.NoSuchTableError:
        raise SourceUnavailable("SOURCE_TABLE", place) from None
    if source.cursor is not None and source.cursor not in table.c:
        raise SourceUnavailable("SOURCE_TABLE", f"{place}.{source.cursor}")
    return table


def _days(
    connection: sa.Connection, patience: _Patience, contract: Contract, source: DatabaseSource, window: Window, place: str,
    limits: Limits,
) -> Iterator[tuple[date, PulledContent]]:
    """(day, its records) in the order of the days."""
    with patience.while_waiting(place):
        table = _table(connection, source, place)
    header = tuple(table.c.keys())
    order = _order(table, contract)
    streamed = connection.execution_options(stream_results=True, max_row_buffer=CHUNK_ROWS)
    if source.cursor is None:
        query = sa.select(table).order_by(*order)
        whole = _Records(header, Budget(limits, place))
        for columns in _batches(streamed, patience, query, place):
            whole.add(columns)
        if whole.is_empty and not source.may_be_empty:
            window.refuse_emptiness(place, None)
        yield min(window.today, window.until), whole.content()
        return
    cursor = table.c[source.cursor]
    low = window.first_day(source.overlap_days)
    bounds = [_moment(cursor, day) for day in (low, window.until + timedelta(days=1))]
    asked = sa.and_(cursor >= bounds[0], cursor < bounds[1])
    query = sa.select(table).where(sa.or_(asked, _no_day(cursor))).order_by(cursor, *order)
    at = header.index(source.cursor)
    others = header[:at] + header[at + 1 :]
    current: date | None = None
    held = _Records(others, Budget(limits, place))
    for columns in _batches(streamed, patience, query, place):
        for day, part in _split_by_day(columns, at, place, source.cursor):
            if current is not None and day != current:
                yield current, held.content()
                held = _Records(others, Budget(limits, place))
            current = day
            held.add(part)
    if current is not None:
        yield current, held.content()
    elif not source.may_be_empty:
        window.refuse_emptiness(place, source.overlap_days)


def _order(table: sa.Table, contract: Contract) -> list[sa.Column[Any]]:
    """The key, then whatever else can be compared: rows of one key must come in the same order each time they are pulled,
    or a day read again would look like a new version of it.
    """
    keys = [table.c[name] for name in contract.key if name in table.c]
    others = [column for column in table.c if column.name not in contract.key and isinstance(column.type, _COMPARABLE)]
    return [*keys, *others]


def _no_day(cursor: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Rows that no range of days would ever bring: they are asked for always, so that they are said and not lost."""
    if isinstance(cursor.type, sa.Date | sa.DateTime):
        return cursor.is_(None)
    return sa.or_(cursor.is_(None), sa.not_(cursor.like("____-__-__%")))


def _moment(cursor: sa.Column[Any], day: date) -> Any:
    """The first moment of a day, in the type of the cursor column."""
    if isinstance(cursor.type, sa.DateTime):
        return datetime.combine(day, time.min, ZoneInfo(TIMEZONE) if cursor.type.timezone else None)
    return day if isinstance(cursor.type, sa.Date) else day.isoformat()


def _batches(connection: sa.Connection, patience: _Patience, query: sa.Select[Any], place: str) -> Iterator[Columns]:
    """The columns of at most CHUNK_ROWS rows at a time, as they come from the server."""
    with patience.while_waiting(place):
        result = connection.execute(query)
    while True:
        with patience.while_waiting(place), collector_paused():
            rows = result.fetchmany(CHUNK_ROWS)
            columns = list(zip(*rows, strict=True))
        if not rows:
            return
        yield columns


def _split_by_day(columns: Columns, at: int, place: str, cursor: str) -> Iterator[tuple[date, Columns]]:
    """A batch in the order of the cursor, cut where the day changes; the cursor itself is left out."""
    values, others = columns[at], [*columns[:at], *columns[at + 1 :]]
    days = {value: day_of(value) for value in set(values)}
    one_day = len(set(days.values())) == 1
    runs = [(days[values[0]], len(values))] if one_day else [(day, len(list(run))) for day, run in groupby(map(days.get, values))]
    start = 0
    for day, count in runs:
        if day is None:
            raise SourceUnavailable("SOURCE_CURSOR", place, column=cursor)
        yield day, [column[start : start + count] for column in others]
        start += count


class _Records:
    """The records of one delivery, made columns of text as they come: a driver's own values take ten times the room."""

    def __init__(self, header: tuple[str, ...], budget: Budget) -> None:
        self._header, self._budget = header, budget
        self._pieces: list[pd.DataFrame] = []
        self._count = 0

    def add(self, columns: Columns) -> None:
        self._pieces.append(record_frame(self._header, columns, self._count + 1))
        self._count += len(self._pieces[-1])
        self._budget.take(rows=len(self._pieces[-1]), bytes_=int(self._pieces[-1].memory_usage(index=False).sum()))

    @property
    def is_empty(self) -> bool:
        """Whether no record has come."""
        return self._count == 0

    def content(self) -> PulledContent:
        if not self._pieces:
            self.add([[] for _ in self._header])
        return PulledContent(self._header, self._pieces)


class _Patience:
    """Breaks off a call into a driver that takes too long, by shutting the socket under it.

    Drivers know time-outs for connecting and servers for statements; a server that merely stops in the middle of an
    answer would be waited for without end.
    """

    def __init__(self, connection: sa.Connection, seconds: float) -> None:
        self._connection = connection
        self._driver = connection.connection.driver_connection
        self._seconds = seconds
        self._lost = False

    @contextmanager
    def while_waiting(self, place: str) -> Iterator[None]:
        timer = threading.Timer(self._seconds, self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (sa.exc.DBAPIError, OSError):
            self._end(timer, place)
            raise
        finally:
            timer.cancel()
        self._end(timer, place)

    def _end(self, timer: threading.Timer, place: str) -> None:
        """Wait no longer; where that comes too late, say so, whatever the driver said: the server's own limit ends with ours."""
        timer.cancel()
        timer.join()
        if self._lost:
            self._connection.invalidate()  # over this socket nothing can be rolled back
            raise SourceUnavailable("SOURCE_TIMEOUT", place) from None

    def _shut(self) -> None:
        handle = getattr(self._driver, "fileno", None)
        if handle is None:
            return
        self._lost = True
        with suppress(OSError), socket.socket(fileno=os.dup(handle())) as end:
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def _in_words(place: str) -> Iterator[None]:
    """Turn a driver's error into a reason with the next step; never its text, which may quote values or a login."""
    try:
        yield
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise CunsheError(
            f"The database package for {place.split('://')[0].split()[-1]} is not installed.",
            "Install the SQLAlchemy dialect and its driver beside Cunshe.",
        ) from None
    except sa.exc.DBAPIError as problem:
        raise SourceUnavailable(_code(problem), place) from None
    except (OSError, UnicodeDecodeError):
        raise SourceUnavailable("SOURCE_CUT", place) from None


def _code(problem: sa.exc.DBAPIError) -> str:
    original = problem.orig
    state = str(getattr(original, "sqlstate", None) or (original.args[0] if original and original.args else ""))
    text = str(original).lower()
    if state in _LOGIN or "password authentication failed" in text or "access denied" in text:
        return "SOURCE_LOGIN"
    if any(word in text for word in _TLS):
        return "SOURCE_TLS"
    if (state in _TIMEOUT and "lost connection" not in text) or "timeout" in text or "timed out" in text:
        return "SOURCE_TIMEOUT"
    if state in _TABLE:
        return "SOURCE_TABLE"
    if state == "2003" or "refused" in text or "could not translate host" in text:
        return "SOURCE_REFUSED"
    return "SOURCE_CUT"
