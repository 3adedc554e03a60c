"""The register as Arrow tables: what dbt reads, and what the linking of persons reads.

Belongs here: columns and their types. Does not belong here: what they say (`registry`, `lineage`, `decided`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from pipelines.identity.villages.decided import Opened
from pipelines.identity.villages.registry import Registry

_TEXT, _DAY = pa.string(), pa.date32()
REGISTRY = pa.schema(
    [("village_code", _TEXT), ("village_id", _TEXT), ("valid_from", _DAY), ("valid_to", _DAY), ("named_from", _DAY),
     ("named_to", _DAY)]
)  # fmt: skip
PLACE = pa.schema([("village_code", _TEXT), ("from_on", _DAY), ("until_on", _DAY), ("village_id", _TEXT)])
LINEAGE = pa.schema(
    [("from_id", _TEXT), ("to_id", _TEXT), ("steps", pa.int32()), ("effective_on", _DAY), ("ended_on", _DAY),
     ("share", pa.float64()), ("kind", _TEXT), ("basis", _TEXT), ("document_no", _TEXT)]
)  # fmt: skip
HISTORY = pa.schema(
    [("village_id", _TEXT), ("attribute", _TEXT), ("value_code", _TEXT), ("value_name", _TEXT), ("valid_from", _DAY),
     ("valid_to", _DAY)]
)  # fmt: skip
PROPOSAL = pa.schema(
    [("kind", _TEXT), ("old_id", _TEXT), ("old_code", _TEXT), ("new_id", _TEXT), ("new_code", _TEXT),
     ("evidence", _TEXT), ("opened_on", _DAY), ("state", _TEXT), ("decision_no", _TEXT)]
)  # fmt: skip
PERIOD = pa.schema([("village_code", _TEXT), ("village_id", _TEXT), ("valid_from", _DAY), ("valid_to", _DAY)])
SUCCESSOR = pa.schema([("from_id", _TEXT), ("to_id", _TEXT), ("effective_on", _DAY)])


def village_tables(registry: Registry, opened: Iterable[Opened]) -> dict[str, Any]:
    """The tables that dbt reads, by name: registry, place, lineage, history and proposal.

    `village_lineage` has every village that another became over any number of changes; kind, basis and document are those
    of a direct one. `village_proposal` also has the changes that contradict a list, as kind `problem`.
    """
    return {
        "village_registry": pa.Table.from_pylist([asdict(one) for one in registry.periods], schema=REGISTRY),
        "village_place": pa.Table.from_pylist([asdict(one) for one in registry.places()], schema=PLACE),
        "village_lineage": pa.Table.from_pylist(_lineage(registry), schema=LINEAGE),
        "village_history": pa.Table.from_pylist([asdict(one) for one in registry.spans], schema=HISTORY),
        "village_proposal": pa.Table.from_pylist(_proposals(registry, opened), schema=PROPOSAL),
    }


def engine_tables(registry: Registry) -> dict[str, Any]:
    """What the linking of persons asks: village_period and village_successor. No `valid_from`: since before the records."""
    periods = [{name: getattr(one, name) for name in PERIOD.names} for one in registry.periods]
    edges = [{name: getattr(one, name) for name in SUCCESSOR.names} for one in registry.edges]
    return {
        "village_period": pa.Table.from_pylist(periods, schema=PERIOD),
        "village_successor": pa.Table.from_pylist(edges, schema=SUCCESSOR),
    }


def _lineage(registry: Registry) -> list[dict[str, Any]]:
    direct = {(one.from_id, one.to_id): one for one in registry.edges}
    lineage = registry.lineage
    rows = []
    for from_id in sorted({one.from_id for one in registry.edges}):
        for heir in lineage.heirs(from_id):
            edge = direct.get((from_id, heir.to_id))
            rows.append(
                {
                    **asdict(heir),
                    "kind": edge.kind if edge else None,
                    "basis": edge.basis if edge else None,
                    "document_no": edge.document_no if edge else None,
                }
            )
    return rows


def _proposals(registry: Registry, opened: Iterable[Opened]) -> list[dict[str, Any]]:
    rows = [
        {
            "kind": one.proposal.kind,
            "old_id": one.old_id,
            "old_code": one.proposal.old_code,
            "new_id": one.new_id,
            "new_code": one.proposal.new_code,
            "evidence": "；".join(one.proposal.evidence),
            "opened_on": one.opened_on,
            "state": one.state,
            "decision_no": one.decision_no,
        }
        for one in opened
    ]
    problems = [
        {"kind": "problem", "evidence": f"{one.basis}：{one.text_zh}", "state": "open"} for one in registry.problems
    ]
    return rows + problems
