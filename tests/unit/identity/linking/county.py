"""A county of a few villages to link in: mentions and rosters as short rows, the links as a dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.identity.linking.engine import link_mentions

EAST, WEST, NEW = "999901001201", "999901001202", "999901001203"
MERGED_ON = date(2019, 7, 1)
ZHANG, WANG, BROTHER = "99990119780312001X", "999901196001010041", "999901196307152288"
_TEXT = pa.string()
_SHAPES = {
    "mention": [("mention_id", _TEXT), ("person_name", _TEXT), ("id_number", _TEXT), ("id_text", _TEXT),
                ("village_code", _TEXT), ("position", _TEXT), ("on_date", pa.date32())],
    "person": [("person_id", _TEXT), ("id_number", _TEXT)],
    "person_alias": [("person_id", _TEXT), ("person_name", _TEXT)],
    "tenure": [("person_id", _TEXT), ("village_code", _TEXT), ("position", _TEXT), ("started_on", pa.date32()),
               ("ended_on", pa.date32())],
    "village_period": [("village_code", _TEXT), ("village_id", _TEXT), ("valid_from", pa.date32()), ("valid_to", pa.date32())],
    "village_successor": [("from_id", _TEXT), ("to_id", _TEXT), ("effective_on", pa.date32())],
    "decided": [("mention_id", _TEXT), ("person_id", _TEXT), ("verdict", _TEXT)],
}  # fmt: skip
# East and West became New in July 2019; New has the code of none of them.
_VILLAGES = {
    "village_period": [
        (EAST, "VE", None, MERGED_ON), (WEST, "VW", date(2010, 1, 1), MERGED_ON), (NEW, "VN", MERGED_ON, None),
        ("999901001204", "VF", date(2010, 1, 1), None),
    ],
    "village_successor": [("VE", "VN", MERGED_ON), ("VW", "VN", MERGED_ON)],
}  # fmt: skip
FAR = "999901001204"


def mention(
    name: str | None = None, number: str | None = None, village: str | None = None, position: str | None = None,
    on: date | None = None, *, text: str | None = None, mention_id: str = "M",
) -> tuple[Any, ...]:
    """One mention; `number` is whole, `text` a damaged one."""
    return (mention_id, name, number, text, village, position, on)


def person(person_id: str, name: str, number: str) -> dict[str, list[tuple[Any, ...]]]:
    """A person on the rosters."""
    return {"person": [(person_id, number)], "person_alias": [(person_id, name)]}


def links(
    mentions: Sequence[tuple[Any, ...]], *people: dict[str, list[tuple[Any, ...]]],
    tenure: Sequence[tuple[Any, ...]] = (), decided: Sequence[tuple[Any, ...]] = (),
) -> dict[tuple[str, str], tuple[str, str]]:
    """(mention_id, person_id) → (rule, band)."""
    rows: dict[str, list[tuple[Any, ...]]] = {"mention": list(mentions), "tenure": list(tenure), "decided": list(decided)}
    rows |= {name: list(given) for name, given in _VILLAGES.items()}
    for one in people:
        for table, given in one.items():
            rows.setdefault(table, []).extend(given)
    with duckdb.connect() as connection:
        for table, shape in _SHAPES.items():
            names = [name for name, _ in shape]
            frame = pa.Table.from_pylist(  # noqa: F841 - DuckDB reads it by name
                [dict(zip(names, row, strict=True)) for row in rows.get(table, [])], schema=pa.schema(shape)
            )
            connection.execute(f"create table {table} as select * from frame")
        link_mentions(connection)
        found = connection.execute("select mention_id, person_id, rule, band from link").fetchall()
    assert len({one for one, _, _, band in found if band == "sure"}) == sum(band == "sure" for *_, band in found)
    return {(one, other): (rule, band) for one, other, rule, band in found}
