"""Records in JSON over HTTP: pages with a token, retried with back-off, one delivery per day of the cursor field.

Belongs here: asking for pages and being sure that all came, once. Does not belong here: what the fields mean
(`interpret`). Retries, back-off and Retry-After are urllib3's.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

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
from pipelines.sources.source import ApiSource

_AGAIN = (429, 500, 502, 503, 504)
_REFUSED = (401, 403)
_LONGEST_WAIT = 60.0
_RECORDS_AT_ONCE = 20_000
_AT_ONCE = 2**16

Record = dict[str, Any]


def parcels(
    contract: Contract, source: ApiSource, secret: Secret, window: Window, limits: Limits = Limits()
) -> list[Parcel]:
    """One parcel per day of the cursor from the newest day known, less the overlap, up to `until`; oldest first.

    All pages are fetched before the first parcel is given out, so that a pull that breaks lands nothing. Raises
    SourceUnavailable.
    """
    address = urlsplit(address_of(contract, source.url, "API"))
    place = f"{address.scheme}://{address.netloc}{address.path}"
    low = window.first_day(source.overlap_days)
    if low > window.until:
        return []
    days = _Days(source.cursor, place)
    with _session(source, secret) as session:
        for records in _pages(session, source, place, low, window.until, Budget(limits, place)):
            with collector_paused():
                days.add(records)
    return [
        # the default value holds this day's content fast; mypy gives such a lambda no type
        Parcel(day.isoformat(), f"{address.path.rsplit('/', 1)[-1]} {day}", day, lambda content=content: content)  # type: ignore[misc]
        for day, content in days.contents()
        if low <= day <= window.until
    ]


def _session(source: ApiSource, secret: Secret) -> requests.Session:
    again = Retry(
        total=source.attempts - 1, backoff_factor=0.5, backoff_max=_LONGEST_WAIT, status_forcelist=_AGAIN,
        respect_retry_after_header=True, raise_on_status=False, allowed_methods={"GET"},
    )
    session = requests.Session()
    session.trust_env = False  # an inner address is never asked through a proxy of the environment
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    session.verify = str(source.ca) if source.ca else True
    if source.token:
        session.headers["Authorization"] = f"Bearer {secret(source.token)}"
    return session


def _pages(
    session: requests.Session, source: ApiSource, place: str, low: date, high: date, budget: Budget
) -> Iterator[Sequence[Record]]:
    """The pages, checked: no page twice, and in the end as many records as were stated."""
    received, stated, number = 0, None, 0
    seen: set[str] = set()
    while stated is None or received < stated:
        number += 1
        started = time.monotonic()
        answer = _get(session, source, place, number, low, high, budget)
        records, total = _at(answer, source.items, place), _at(answer, source.total, place)
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise SourceUnavailable("SOURCE_SHAPE", place, expected=source.items)
        if not isinstance(total, int) or (stated is not None and total != stated):
            raise SourceUnavailable("SOURCE_PAGES", place, expected=stated, found=received)
        if stated is None:
            budget.take(rows=total)
        stated, received = total, received + len(records)
        ends = repr((records[0], records[-1])) if records else ""
        if ends in seen or received > stated or (not records and received < stated):
            raise SourceUnavailable("SOURCE_PAGES", place, expected=stated, found=received)
        seen.add(ends)
        yield records
        if received < stated:
            time.sleep(max(0.0, 1 / source.per_second - (time.monotonic() - started)))


def _get(
    session: requests.Session, source: ApiSource, place: str, number: int, low: date, high: date, budget: Budget
) -> Any:
    """One page's answer, counted while it comes."""
    asked = {
        source.since: low.isoformat(), source.until: high.isoformat(),
        source.page.parameter: str(number), source.page.size_parameter: str(source.page.size),
    }  # fmt: skip
    waits = {"timeout": source.timeout_seconds, "allow_redirects": False, "stream": True}
    with _in_words(place), session.get(source.url or "", params=asked, **waits) as response:
        if response.status_code in _REFUSED:
            raise SourceUnavailable("SOURCE_LOGIN", place)
        if response.status_code != requests.codes.ok:
            raise SourceUnavailable("SOURCE_ANSWER", place, found=response.status_code)
        content = bytearray()
        for part in response.iter_content(_AT_ONCE):
            budget.take(bytes_=len(part))
            content += part
        return _json(bytes(content), response.headers.get("Content-Type", ""), place)


def _json(content: bytes, kind: str, place: str) -> Any:
    """The answer's JSON: UTF-8 as JSON is, or GB18030 where it says so; an encoding is never guessed."""
    chinese = re.search(r"charset=[\"']?gb", kind, re.IGNORECASE)
    try:
        with collector_paused():
            return json.loads(content.decode("gb18030") if chinese else content)
    except UnicodeDecodeError:
        raise SourceUnavailable("SOURCE_SHAPE", place, expected="UTF-8") from None
    except ValueError:
        raise SourceUnavailable("SOURCE_CUT", place) from None


def _at(answer: Any, path: str, place: str) -> Any:
    """The value at `a.b.c`."""
    for part in path.split("."):
        if not isinstance(answer, dict) or part not in answer:
            raise SourceUnavailable("SOURCE_SHAPE", place, expected=path)
        answer = answer[part]
    return answer


class _Days:
    """Records sorted into the days of their cursor; kept as text columns, which take a tenth of the room of records."""

    def __init__(self, cursor: str, place: str) -> None:
        self._cursor, self._place = cursor, place
        self._waiting: dict[date, list[Record]] = defaultdict(list)
        self._pieces: dict[date, list[pd.DataFrame]] = defaultdict(list)

    def add(self, records: Sequence[Record]) -> None:
        for record in records:
            day = day_of(record.pop(self._cursor, None))
            if day is None:
                raise SourceUnavailable("SOURCE_CURSOR", self._place, column=self._cursor)
            self._waiting[day].append(record)
            if len(self._waiting[day]) == _RECORDS_AT_ONCE:
                self._pack(day)

    def _pack(self, day: date) -> None:
        records = self._waiting.pop(day)
        header = tuple(dict.fromkeys(name for one in records for name in one))
        first = sum(len(piece) for piece in self._pieces[day]) + 1
        columns = [[one.get(name) for one in records] for name in header]
        self._pieces[day].append(record_frame(header, columns, first))

    def contents(self) -> Iterator[tuple[date, PulledContent]]:
        """(day, its records as they came), oldest first."""
        for day in list(self._waiting):
            self._pack(day)
        for day in sorted(self._pieces):
            pieces = self._pieces.pop(day)
            header = tuple(dict.fromkeys(name for piece in pieces for name in piece.columns))
            yield day, PulledContent(header, [piece.reindex(columns=list(header), fill_value="") for piece in pieces])


@contextmanager
def _in_words(place: str) -> Iterator[None]:
    """Turn what the network raises into a reason with the next step; never its text, which may hold the token."""
    try:
        yield
    except requests.exceptions.Timeout:
        raise SourceUnavailable("SOURCE_TIMEOUT", place) from None
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
        # A token that no header can hold, such as one with a line end; the library's message quotes it.
        raise SourceUnavailable("SOURCE_LOGIN", place) from None
    except requests.exceptions.RetryError:
        raise SourceUnavailable("SOURCE_ANSWER", place, found="429/5xx") from None
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        raise SourceUnavailable("SOURCE_CUT", place) from None
    except requests.exceptions.ConnectionError as problem:
        raise SourceUnavailable(_code(problem), place) from None


def _code(problem: requests.exceptions.ConnectionError) -> str:
    """urllib3 wraps the cause when it has given up trying: name it by its kind."""
    if isinstance(problem, requests.exceptions.SSLError):
        return "SOURCE_TLS"
    cause = getattr(problem.args[0] if problem.args else None, "reason", None)
    kind = type(cause).__name__
    if "Timeout" in kind:
        return "SOURCE_TIMEOUT"
    return "SOURCE_REFUSED" if kind in {"NewConnectionError", "NameResolutionError"} else "SOURCE_CUT"
