"""A gate on drift: whether the links of a week are like those of the last published build; if not, nothing is published.

Belongs here: counting the links, comparing them with bounds that are data (`drift_bounds.yml`), the acceptance of a drift by a
named person. Does not belong here: linking (`linking`), when the gate is asked (`assets.identity`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.errors import CunsheError
from pipelines.files import read_yaml, write_whole
from pipelines.settings import Settings

SUMMARY = "summary.json"
_FORMAT = 1  # of summary.json; those of before say none and are the same
_ROWS = """
with given as (select unnest(?::varchar[]) as delivery_id),
rows as (
    select record.delivery_id, record.row_no, link.person_id
    from record
    semi join given on record.delivery_id = given.delivery_id
    left join link on record.mention_id = link.mention_id and link.band = 'sure'
    union all
    select discarded.delivery_id, discarded.row_no, null
    from discarded
    semi join given on discarded.delivery_id = given.delivery_id
    -- a link that somebody's end of keeping took away is no drift
    where discarded.why = 'out_of_scope'
)
select delivery.department, delivery.dataset, rows.delivery_id || ' row ' || rows.row_no as place, rows.person_id
from rows inner join delivery on rows.delivery_id = delivery.delivery_id
"""
_SHOWN = 5  # places shown per finding


@dataclass(frozen=True)
class Linked:
    """The links of a dataset's newest delivery. `places` are rows without a link, `largest` the persons with most records."""

    records: int
    linked: int
    group: int
    places: tuple[str, ...] = ()
    largest: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """The share of the records that is linked."""
        return self.linked / self.records if self.records else 1.0


@dataclass(frozen=True)
class Summary:
    """The links of a week, counted: by dataset, and how many persons are joined with another one."""

    datasets: Mapping[str, Linked] = field(default_factory=dict)
    merges: int = 0

    @property
    def sha256(self) -> str:
        """Changes with any figure, and with nothing else: an acceptance holds over versions of the file."""
        return hashlib.sha256(_json(asdict(self))).hexdigest()

    def to_json(self) -> bytes:
        """For the folder of the week."""
        return _json({"format": _FORMAT, **asdict(self)})

    @classmethod
    def from_json(cls, content: bytes) -> Summary:
        """As `to_json` wrote it."""
        found = json.loads(content)
        datasets = {
            name: Linked(one["records"], one["linked"], one["group"], tuple(one["places"]), tuple(one["largest"]))
            for name, one in found["datasets"].items()
        }
        return cls(datasets, found["merges"])


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def summarise(rows: Iterable[Mapping[str, Any]], merges: int) -> Summary:
    """Count links: `rows` are the records of each dataset's newest delivery (department, dataset, place, person_id or None)."""
    by_dataset: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_dataset.setdefault(f"{row['department']}/{row['dataset']}", []).append(row)
    datasets = {}
    for name, records in sorted(by_dataset.items()):
        groups = Counter(row["person_id"] for row in records if row["person_id"] is not None)
        ordered = sorted(groups.items(), key=lambda one: (-one[1], one[0]))
        datasets[name] = Linked(
            records=len(records),
            linked=sum(groups.values()),
            group=ordered[0][1] if ordered else 0,
            places=tuple(sorted(row["place"] for row in records if row["person_id"] is None)[:_SHOWN]),
            largest=tuple(person for person, _ in ordered[:_SHOWN]),
        )
    return Summary(datasets, merges)


def linked_rows(connection: Any, delivery_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The records of deliveries, as the vault's connection has linked them last, for `summarise`."""
    rows: list[dict[str, Any]] = connection.execute(_ROWS, [list(delivery_ids)]).to_arrow_table().to_pylist()
    return rows


@cache
def bounds() -> dict[str, float]:
    """The bounds that are stored beside this module."""
    found: dict[str, float] = read_yaml(Path(__file__).with_name("drift_bounds.yml"))
    return found


def drifts(before: Summary, now: Summary) -> list[str]:
    """What has left its bounds, each with the department and the pairs responsible; no identity value."""
    limit = bounds()
    found = []
    for name, one in now.datasets.items():
        was = before.datasets.get(name)
        if was is None or min(was.records, one.records) < limit["least_records"]:
            continue
        if not -limit["link_rate_fall"] <= one.rate - was.rate <= limit["link_rate_rise"]:
            found.append(
                f"{name}: {one.linked} of {one.records} records are linked to a person, before {was.linked} of {was.records}"
                + (f"; without a link, for instance: {', '.join(one.places)}" if one.places else "")
            )
        if one.group > max(limit["group_least"], limit["group_growth"] * was.group):
            found.append(
                f"{name}: {one.group} records of one delivery are of one person, before {was.group} at most"
                f" (cunshe person show {one.largest[0]})"
            )
    if abs(now.merges - before.merges) > limit["merges"]:
        found.append(f"{now.merges} persons are joined with another one, before {before.merges}")
    return found


def check_drift(settings: Settings, monday: str, before: str | None) -> None:
    """Raise CunsheError where the links of the week `monday` have left their bounds against those of the week `before`.

    A drift that somebody has accepted passes, as long as it is the same.
    """
    if before is None or not (path := settings.identity / before / SUMMARY).exists():
        return
    now = Summary.from_json((settings.identity / monday / SUMMARY).read_bytes())
    found = drifts(Summary.from_json(path.read_bytes()), now)
    if not found or _accepted(settings, monday) == now.sha256:
        return
    raise CunsheError(
        "Nothing is published: the links to persons are not like those of the last build.\n    " + "\n    ".join(found),
        "Look at the delivery with its department, or, if this is right:"
        " cunshe review accept-drift --week WEEK --by NAME --reason TEXT, then run again.",
    )


def accept_drift(settings: Settings, monday: str, *, by: str, reason: str) -> Path:
    """Let the links of a week pass as they are now; who did so and why is kept."""
    path = settings.identity / monday / SUMMARY
    if not path.exists():
        raise CunsheError(f"No links of the week of {monday} have been made.", "Run the week first.")
    if not by.strip() or not reason.strip():
        raise CunsheError("An acceptance needs a name and a reason.", "Give --by and --reason.")
    accepted = _acceptance(settings, monday)
    entry = {
        "sha256": Summary.from_json(path.read_bytes()).sha256,
        "by": by.strip(),
        "reason": reason.strip(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_whole(accepted, json.dumps(entry, ensure_ascii=False, indent=1).encode())
    return accepted


def _acceptance(settings: Settings, monday: str) -> Path:
    """Beside the weeks, which are replaced whole."""
    return settings.identity / "accepted" / f"{monday}.json"


def _accepted(settings: Settings, monday: str) -> str | None:
    path = _acceptance(settings, monday)
    return json.loads(path.read_text("utf-8"))["sha256"] if path.exists() else None
