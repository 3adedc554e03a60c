"""Landing one delivery: fetch, read, judge, seal identities, write whole.

Belongs here: the order of these steps. Each step's how is elsewhere: `sources` reads, `gate` judges, the caller's `seal`
keeps identities. A delivery is written whole or not at all, and never changed afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

from expectations.runner import Finding, run_suite
from expectations.suite import Suite
from pipelines.errors import CunsheError
from pipelines.files import NO_SPACE, folder_whole, write_new
from pipelines.landing.compared import stands_before
from pipelines.landing.failures import all_unread, our_error, remember_failure
from pipelines.landing.gate import apply_findings, parts_too_few, places_lost, places_replaced, too_few_rows
from pipelines.landing.ledger import QUALITY, QUARANTINE, RECORD, ROWS, Delivery, in_force, read_ledger
from pipelines.landing.release import released, releases, waived
from pipelines.landing.sealed import write_table
from pipelines.landing.withdrawn import WITHDRAWN, Place, withdrawn_rows
from pipelines.sources.connectors.choose import parcels
from pipelines.sources.connectors.parcel import (
    FileContent,
    FileUnavailable,
    Limits,
    Parcel,
    PulledContent,
    RefusedFile,
    Secret,
    SourceUnavailable,
    Window,
)
from pipelines.sources.contract import Contract
from pipelines.sources.file_names import as_bytes
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.isolation.process import ReaderUnavailable
from pipelines.sources.masking import without_numbers
from pipelines.sources.parts import rows_by_part
from pipelines.sources.reading.several import in_its_table
from pipelines.sources.reasons import Reason, Unreadable, reason

# Keeps a delivery's identity columns: (delivery, the columns with the sender's row number as index).
Seal = Callable[[Delivery, pd.DataFrame], None]

_UNDATED = "undated"
_UNCHANGED = "unchanged"
_QUARANTINE_SCHEMA = pa.schema(
    [("sheet", pa.string()), ("row_no", pa.int64()), ("column_name", pa.string()), ("code", pa.string()),
     ("message_zh", pa.string()), ("message_en", pa.string()), ("fix_zh", pa.string()), ("key", pa.string())]
)


@dataclass(frozen=True)
class Door:
    """What is needed to land a dataset's deliveries. `today` is the real day: nothing dated later is believed."""

    contract: Contract
    suite: Suite
    inbox: Path
    landing: Path
    seal: Seal
    secret: Secret
    village_codes: frozenset[str] | None
    since: date
    today: date
    allow_unassigned_area: bool = False
    small_cell: int = 1
    limits: Limits = field(default_factory=Limits)
    village_codes_ever: frozenset[str] | None = None
    stopped: Reason | None = None  # why nothing may be fetched at all (its agreement)


@dataclass(frozen=True)
class Landed:
    """What one try has brought: the new ledger entries, and why the source could not be had to its end, if so."""

    new: list[Delivery]
    failure: Reason | None = None


def land_dataset(door: Door, until: date) -> Landed:
    """Land every delivery of a dataset up to and including `until` that is not in the ledger yet.

    Landing the same source again brings nothing new. A source that fails, or a full disk, is reported and remembered for
    the week; what came before it stays, and the next try goes on from there. A single file that cannot be had yet is reported
    and remembered too, and the others land. So is a dataset that must not be fetched now:
    what waits at its source is taken in when the reason is gone.
    """
    if door.stopped is not None:
        remember_failure(door.landing, door.contract, until, door.stopped)
        return Landed([], door.stopped)
    known = read_ledger(door.landing, door.contract)
    new: list[Delivery] = []
    unread: list[Reason] = []
    failure: Reason | None = None
    window = Window(door.since, until, door.today, _seen(door, known), _filled(known))
    try:
        for parcel in parcels(door.contract, door.inbox, door.secret, window, door.limits):
            try:
                delivery = _land(door, parcel, known, until)
            except FileUnavailable as problem:
                unread.append(problem.why)
                continue
            if delivery:
                new.append(delivery)
                known = sorted([*known, delivery], key=lambda one: one.order)
        if still := _nothing_new(door, known, window):
            new.append(_write(door, still))
    except SourceUnavailable as problem:
        failure = problem.why
    except OSError as problem:
        if problem.errno not in NO_SPACE:
            raise
        failure = reason("DISK_FULL", detail=str(door.landing))
    except ReaderUnavailable as problem:
        failure = reason("READER_UNAVAILABLE", detail=str(problem))
    except MemoryError:
        failure = reason("MEMORY_FULL")
    failure = failure or all_unread(unread)
    remember_failure(door.landing, door.contract, until, failure)
    return Landed(new, failure)


def _seen(door: Door, known: list[Delivery]) -> date | None:
    """The newest day known, or that of an older delivery that was released and must be fetched once more to land."""
    dated = [delivery for delivery in known if not delivery.delivery_id.startswith(_UNDATED) and not _is_unchanged(delivery)]
    decided = releases(door.landing, door.contract)
    # The newest version of its file is also the one that a release has let pass, once that has landed.
    awaited = [one.delivered_at for one in dated if one.delivery_id in decided and _newest_of_file(one, dated) == one]
    newest = max((one.delivered_at for one in dated), default=None)
    return min([newest, *awaited]) if newest else None


def _is_unchanged(delivery: Delivery) -> bool:
    """Whether a record says only that there was nothing new on its day."""
    return delivery.delivery_id.endswith(f"-{_UNCHANGED}")


def _filled(known: list[Delivery]) -> frozenset[date]:
    """The days of a table or an API (their deliveries are named by them) on which there were records."""
    filled = {delivery.delivery_id for delivery in known if delivery.rows_read}
    of_days = [delivery for delivery in known if delivery.file_name.endswith(f" {delivery.delivered_at}")]
    pulled = [delivery for delivery in of_days if not _is_unchanged(delivery)]
    return frozenset(delivery.delivered_at for delivery in pulled if {delivery.delivery_id, delivery.duplicate_of} & filled)


def _newest_of_file(delivery: Delivery, known: list[Delivery]) -> Delivery | None:
    """The newest version known of a delivery's file, or of its day of a table."""
    place = (delivery.delivered_at, delivery.file_name, delivery.own_name)
    same = [version for version in known if (version.delivered_at, version.file_name, version.own_name) == place]
    return max(same, key=lambda one: one.order, default=None)


def _own_name(parcel: Parcel) -> str | None:
    """A fingerprint of a name that is not shown as it is; too short to find out a number in it by trying all."""
    is_shown = without_numbers(parcel.file_name) == parcel.file_name
    return None if is_shown else hashlib.sha256(as_bytes(parcel.file_name)).hexdigest()[:3]


def _gone_back(delivery: Delivery, parcel: Parcel, known: list[Delivery]) -> Delivery | None:
    """A known content as a version of its own, where another one stood in its place meanwhile; None where it still stands.

    Files whose names are masked alike, or that lie in folders without a date, cannot be told apart by the ledger, and are
    never taken for versions of one another.
    """
    if parcel.delivered_at is None or delivery.file_name != parcel.file_name:
        return None
    newest = _newest_of_file(delivery, [one for one in known if not one.delivery_id.startswith(_UNDATED)])
    if newest is None or newest.sha256 == delivery.sha256:
        return None
    mark = hashlib.sha256(f"again/{newest.delivery_id}/{delivery.sha256}".encode()).hexdigest()[:12]
    again = replace(delivery, delivery_id=f"{delivery.delivery_id.partition('-')[0]}-{mark}")
    return None if again.delivery_id in {one.delivery_id for one in known} else again


def _land(door: Door, parcel: Parcel, known: list[Delivery], until: date) -> Delivery | None:
    content = parcel.fetch()
    sha = content.sha256
    place = as_bytes(f"{sha}/{door.contract.name}/{parcel.place}/{parcel.file_name}")
    name = hashlib.sha256(place).hexdigest()[:12]
    delivery = Delivery(
        delivery_id=f"{parcel.delivered_at:%Y%m%d}-{name}" if parcel.delivered_at else f"{_UNDATED}-{name}",
        department=door.contract.department,
        dataset=door.contract.dataset,
        delivered_at=parcel.delivered_at or until,
        landed_at=datetime.now(UTC).replace(tzinfo=None),
        verdict="accepted",
        sha256=sha,
        file_name=without_numbers(parcel.file_name),
        own_name=_own_name(parcel),
        contract_version=door.contract.version,
    )
    fresh = released(door.landing, door.contract, delivery, {one.delivery_id for one in known})
    fresh = fresh or _gone_back(delivery, parcel, known)
    if fresh is None:
        return None
    delivery = fresh
    if parcel.delivered_at is None and not isinstance(content, RefusedFile):
        return _hold(door, delivery, reason("DELIVERY_DATE", detail=without_numbers(parcel.place)))
    return _judge(door, delivery, content, known)


def _nothing_new(door: Door, known: list[Delivery], window: Window) -> Delivery | None:
    """A database or API that was asked and has nothing newer has said that the delivery in force still holds.

    A folder says nothing of the kind: an empty one is a department that has not sent. Neither does a whole table, which
    comes each time it is asked for, nor one whose newest delivery is held, nor a source that was not asked for these days.
    """
    source, day = door.contract.source, min(window.until, door.today)
    before = [one for one in known if one.delivered_at <= day]
    said = [one for one in before if one.verdict != "duplicate"]
    standing = in_force(before)
    if source.kind == "folder" or (source.kind == "database" and source.cursor is None):
        return None
    if window.first_day(source.overlap_days) > window.until:
        return None
    if standing is None or said[-1] != standing:
        return None
    every_days = door.contract.cadence.every_days
    if every_days is None or (day - before[-1].delivered_at).days < every_days:
        return None
    return replace(
        standing,
        delivery_id=f"{day:%Y%m%d}-{_UNCHANGED}",
        delivered_at=day,
        landed_at=datetime.now(UTC).replace(tzinfo=None),
        verdict="duplicate",
        duplicate_of=standing.delivery_id,
        rows_read=0, rows_landed=0, rows_quarantined=0, values_redacted=0, reasons_zh=[], reasons_en=[],
        released_by=None, release_reason=None,
    )


def _twin(delivery: Delivery, known: list[Delivery]) -> Delivery | None:
    """The delivery that this one merely repeats: the newest one, if the same bytes landed as many rows then as now.

    They are judged anew each time: a department may have gone back to an earlier version, and what stood in the way of a
    row (a village list, a bound, the contract) may have changed. Of a dataset with parts only those count that share one.
    """
    rivals = (earlier for earlier in reversed(known) if earlier.verdict != "duplicate" and _shares_part(earlier, delivery))
    newest = next(rivals, None)
    if newest is None or newest.verdict != "accepted" or newest.sha256 != delivery.sha256:
        return None
    same = (newest.rows_landed, newest.contract_version) == (delivery.rows_landed, delivery.contract_version)
    return newest if same else None


def _shares_part(one: Delivery, other: Delivery) -> bool:
    """Whether both may stand in the same place: they share a part, or one of them says none."""
    return not one.parts or not other.parts or not set(one.parts).isdisjoint(other.parts)


def _judge(
    door: Door, delivery: Delivery, content: FileContent | PulledContent, known: list[Delivery]
) -> Delivery:
    try:
        read = interpret(
            content.table(door.contract.known_headers, several=door.contract.parts is not None),
            door.contract,
            allow_unassigned_area=door.allow_unassigned_area,
            small_cell=door.small_cell,
            day=delivery.delivered_at,
        )
        then = [earlier for earlier in known if earlier.delivered_at <= delivery.delivered_at]
        parts = rows_by_part(door.contract, read.landed)
        before = stands_before(door.landing, door.contract, door.suite, then, parts)
        context = before.context(door.suite, delivery, door.village_codes, door.village_codes_ever)
        findings = run_suite(door.suite, read.landed, context)
        holds = apply_findings(door.contract, read, findings)
    except Unreadable as problem:
        return _hold(door, delivery, problem.why)
    except (MemoryError, OSError, CunsheError, ReaderUnavailable):
        raise  # of our own machine, not of this file
    except Exception as problem:  # an error of ours with this file: it waits, the others go on
        return _hold(door, delivery, our_error(problem))
    parts = rows_by_part(door.contract, read.landed)
    delivery = replace(delivery, parts=list(parts))
    few = too_few_rows(door.contract, read, before.rows if door.contract.parts is None else None)
    lost = places_lost(door.contract, read, delivery, before.standing, door.village_codes, is_small=few is not None)
    holds += [hold for hold in (few, lost, *parts_too_few(door.contract, read, parts, before.by_part)) if hold is not None]
    counted = replace(
        delivery,
        rows_read=read.rows_read,
        rows_quarantined=read.rows_rejected,
        values_redacted=read.values_redacted,
    )
    if delivery.released_by:
        passed = waived(door.landing, door.contract, delivery.sha256)
        holds = [one for one in holds if one.code not in passed]
    if holds:
        return _hold(door, counted, *(in_its_table(hold, read.sheets) for hold in holds), read=read, findings=findings)
    replaced = places_replaced(door.contract, read, before.standing)
    noted = _with_reasons(replace(counted, rows_landed=len(read.landed)), *read.notes, *replaced)
    if twin := _twin(noted, then):
        return _write(door, replace(delivery, verdict="duplicate", duplicate_of=twin.delivery_id))
    door.seal(noted, read.identities)
    return _write(door, noted, read, findings, withdrawn_rows(door.landing, door.contract, known, noted, read.dropped_keys))


def _with_reasons(delivery: Delivery, *reasons: Reason) -> Delivery:
    texts = [one.with_place(delivery.file_name) for one in reasons]
    return replace(delivery, reasons_zh=[zh for zh, _ in texts], reasons_en=[en for _, en in texts])


def _hold(
    door: Door,
    delivery: Delivery,
    *reasons: Reason,
    read: Interpretation | None = None,
    findings: list[Finding] | None = None,
) -> Delivery:
    holds = [
        {"code": one.code, "sheet": one.sheet, "row": one.row, "column": one.column, "zh": one.zh, "fix_zh": one.fix_zh}
        for one in reasons
    ]
    return _write(door, _with_reasons(replace(delivery, verdict="held", holds=holds), *reasons), read, findings)


def _write(
    door: Door,
    delivery: Delivery,
    read: Interpretation | None = None,
    findings: list[Finding] | None = None,
    withdrawn: list[Place] | None = None,
) -> Delivery:
    with folder_whole(delivery.folder(door.landing)) as folder:
        if read is not None:
            if delivery.verdict == "accepted":
                _write_table(door, delivery, folder / ROWS, _rows_table(delivery, read))
            _write_table(door, delivery, folder / QUARANTINE, _quarantine_table(read))
        if findings is not None:
            quality = [_quality(door.contract, one) for one in findings]
            write_new(folder / QUALITY, json.dumps(quality, ensure_ascii=False, indent=1).encode())
        if withdrawn:
            write_new(folder / WITHDRAWN, json.dumps(withdrawn).encode())
        write_new(folder / RECORD, delivery.to_json())
    return delivery


def _write_table(door: Door, delivery: Delivery, path: Path, table: pa.Table) -> None:
    """Rows of a work secret are encrypted, those set aside as well: their keys say whom they are about."""
    place = delivery.folder(door.landing) / path.name
    write_table(path, table, home=door.landing.parent, place=place, sealed=door.contract.is_work_secret)


def _rows_table(delivery: Delivery, read: Interpretation) -> pa.Table:
    frame = read.landed.assign(_delivery_id=delivery.delivery_id, _row=read.landed.index)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return table.append_column("_delivered_at", pa.array([delivery.delivered_at] * len(frame), pa.date32()))


def _quarantine_table(read: Interpretation) -> pa.Table:
    ordered = sorted(read.rejects, key=lambda one: (one.row or 0, one.column or "", one.code))
    placed = [(read.keys.get(reject.row or 0), in_its_table(reject, read.sheets)) for reject in ordered]
    return pa.Table.from_pylist(
        [
            {"sheet": one.sheet, "row_no": one.row, "column_name": one.column, "code": one.code,
             "message_zh": one.zh, "message_en": one.en, "fix_zh": one.fix_zh, "key": key}
            for key, one in placed
        ],
        schema=_QUARANTINE_SCHEMA,
    )


def _quality(contract: Contract, finding: Finding) -> dict[str, object]:
    wanted = finding.expectation
    return {
        "expectation": wanted.id,
        "column_name": contract.column(wanted.column).headers[0] if wanted.column else None,
        "severity": wanted.severity,
        "success": finding.success,
        "unexpected_count": len(finding.rows),
        "observed": finding.observed,
        "fix_zh": wanted.fix_zh,
    }
