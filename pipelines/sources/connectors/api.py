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
from datetime import UTC, date, datetime
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
from pipelines.sources.connectors.refusal import leads_to_login, refusal
from pipelines.sources.contract import Contract
from pipelines.sources.source import ApiSource

_AGAIN = (429, 500, 502, 503, 504)
_REFUSED = (401, 403)
_LONGEST_WAIT = 60.0
_RECORDS_AT_ONCE = 20_000
_AT_ONCE = 2**16
# Digits of a moment counted from 1970 → how many of them are a second; no cursor is of before September 2001.
_EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000}
_COMPACT = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}

Record = dict[str, Any]


def parcels(
    contract: Contract, source: ApiSource, secret: Secret, window: Window, limits: Limits = Limits()
) -> list[Parcel]:
    """One parcel per day of the cursor from the newest day known, less the overlap, up to `until`; oldest first.

    All pages are fetched before the first parcel is given out, so that a pull that breaks lands nothing. Raises
    SourceUnavailable.
    """
    address = urlsplit(address_of(contract, source.url, "API"))
    place = f"{contract.name} {address.scheme}://{address.netloc}{address.path}"
    low = window.first_day(source.overlap_days)
    if low > window.until:
        return []
    days = _Days(source.cursor, place)
    with _session(source, secret) as session:
        for records in _pages(session, source, place, low, window.until, Budget(limits, place)):
            with collector_paused():
                days.add(records)
    if days.is_empty and not source.may_be_empty:
        window.refuse_emptiness(place, source.overlap_days)
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
        if code := refusal(answer, source):
            raise SourceUnavailable(code, place, **({"found": "200，应答内容表明请求未成功"} if code == "SOURCE_ANSWER" else {}))
        total = _count(_at(answer, source.total, place))
        if total is None:
            raise SourceUnavailable("SOURCE_SHAPE", place, expected=source.total)
        records = _at(answer, source.items, place)
        if records is None and total == 0:
            records = []  # how some say that there are none
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise SourceUnavailable("SOURCE_SHAPE", place, expected=source.items)
        if stated is not None and total != stated:
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
        if response.is_redirect and leads_to_login(response.headers.get("Location", "")):
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
        _refuse_page(content, place)
        raise SourceUnavailable("SOURCE_CUT", place) from None


def _refuse_page(content: bytes, place: str) -> None:
    """A page or other markup where JSON was asked for: mostly the login of whoever stands before the service."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if leads_to_login(content[:_AT_ONCE].decode("utf-8", "replace")):
            raise SourceUnavailable("SOURCE_LOGIN", place) from None
        raise SourceUnavailable("SOURCE_ANSWER", place, found="200，应答是网页而不是数据") from None


def _count(stated: Any) -> int | None:
    """How many records there are, stated as a number or its digits; None for anything else."""
    if isinstance(stated, str) and stated.strip().isascii() and stated.strip().isdigit() and len(stated.strip()) < 16:
        return int(stated)
    if isinstance(stated, float) and stated.is_integer():
        stated = int(stated)
    return stated if isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0 else None


def _day(value: Any) -> date | None:
    """The day in the county's time zone that a cursor's value names: as `day_of`, or in seconds, milliseconds or microseconds
    since 1970, or as 20201126 and 20201126083000; as numbers or as their digits. None where it names none.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    digits = "" if isinstance(value, bool) else str(value).strip() if isinstance(value, int | str) else ""
    if not digits.isascii() or not digits.isdigit():
        return None if isinstance(value, bool | int | float) else day_of(value)
    if per_second := _EPOCHS.get(len(digits)):
        return day_of(datetime.fromtimestamp(int(digits) // per_second, UTC))
    try:
        return datetime.strptime(digits, _COMPACT[len(digits)]).date()
    except (KeyError, ValueError):
        return None


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
            day = _day(record.pop(self._cursor, None))
            if day is None:
                raise SourceUnavailable("SOURCE_CURSOR", self._place, column=self._cursor)
            self._waiting[day].append(record)
            if len(self._waiting[day]) == _RECORDS_AT_ONCE:
                self._pack(day)

    @property
    def is_empty(self) -> bool:
        """Whether no record has come at all."""
        return not self._waiting and not self._pieces

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
