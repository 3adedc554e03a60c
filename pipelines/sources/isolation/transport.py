"""Tables as data: JSON for what is said of a table, Arrow for its rows.

Belongs here: both directions, for whatever fields a table and its grid have. Does not belong here: sending (`frames`).
Only the shapes of `reading.table` and reasons are made of what comes back, and nothing is run on the way: whoever owns the
reading process can say what it likes about the file, and no more.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.sources.reading import RawTable, table, text_frame
from pipelines.sources.reasons import Reason, reason_texts

_KIND = "~"
# The rows travel apart.
_ROWS = "chunks"
_SHAPES = {shape.__name__: shape for shape in (Reason, *vars(table).values()) if isinstance(shape, type) and is_dataclass(shape)}
_LENGTH = struct.Struct("<Q")
# Arrow looks at its numbers where they lie.
_ALIGNED = 64
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


def told(raw: RawTable) -> dict[str, Any]:
    """The fields of a table but its rows."""
    return {field.name: getattr(raw, field.name) for field in fields(raw) if field.name != _ROWS}


def packed(value: Any) -> bytes:
    """Plain values, lists, tuples, sets, mappings with any keys, reasons and the shapes of reading as JSON."""
    return json.dumps(_plain(value)).encode()


def unpacked(content: bytes | bytearray) -> Any:
    """What `packed` was given. ValueError, TypeError or KeyError for anything else; half a character becomes a lost one."""
    return _value(json.loads(content))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return {_KIND: "decimal", "value": str(value)}
    if isinstance(value, tuple | set | frozenset):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {_KIND: kind, "items": [_plain(item) for item in value]}
    if isinstance(value, Mapping):
        return {_KIND: "mapping", "items": [[_plain(key), _plain(item)] for key, item in value.items()]}
    if type(value).__name__ in _SHAPES:
        return {_KIND: type(value).__name__, **{field.name: _plain(getattr(value, field.name)) for field in fields(value)}}
    raise TypeError(f"{type(value).__name__} does not travel")


def _value(plain: Any) -> Any:
    if isinstance(plain, str):
        return _HALF_CHARACTERS.sub("\ufffd", plain)
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    match plain.pop(_KIND):
        case "decimal":
            return Decimal(plain["value"])
        case "tuple":
            return tuple(_value(item) for item in plain["items"])
        case "set":
            return {_value(item) for item in plain["items"]}
        case "mapping":
            return {_value(key): _value(item) for key, item in plain["items"]}
        case kind:
            return _checked(_SHAPES[kind](**{name: _value(item) for name, item in plain.items()}))


def _checked(shape: Any) -> Any:
    """A reason must be one that we have words for."""
    if isinstance(shape, Reason) and shape.code not in reason_texts():
        raise ValueError(shape.code)
    return shape


class Growing:
    """The fields of a table that fill while its rows are given: what of them is new each time."""

    def __init__(self, raw: RawTable) -> None:
        self._fields = {name: value for name, value in told(raw).items() if isinstance(value, list | dict | set)}
        self._sent: dict[str, Any] = {}
        self.new()

    def new(self) -> dict[str, Any]:
        """By field, what was not there the last time: items of a list or set, entries of a mapping."""
        now = {name: _seen(value) for name, value in self._fields.items()}
        found = {name: _since(value, self._sent.get(name), now[name]) for name, value in self._fields.items()}
        self._sent = now
        return {name: value for name, value in found.items() if value}


def _seen(value: Any) -> Any:
    """What tells later how far a field had come: an entry of a mapping may itself have grown meanwhile."""
    if isinstance(value, dict):
        return {key: packed(item) for key, item in value.items()}
    return len(value) if isinstance(value, list) else value.copy()


def _since(value: Any, sent: Any, now: Any) -> Any:
    if isinstance(value, list):
        return value[sent or 0 :]
    if isinstance(value, set):
        return value - (sent or set())
    return {key: item for key, item in value.items() if sent is None or sent.get(key) != now[key]}


def grow(known: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Add to the fields of a table what `Growing` found to be new."""
    for name, value in new.items():
        if isinstance(known[name], list):
            known[name].extend(value)
        else:
            known[name].update(value)


def _schema(columns: int) -> pa.Schema:
    return pa.schema([("row", pa.int64()), *((str(place), pa.large_string()) for place in range(columns))])


def packed_rows(chunk: pd.DataFrame, new: Mapping[str, Any]) -> tuple[bytes, memoryview]:
    """Rows as one Arrow record batch (their numbers, and each column's texts), and before it what else has become known."""
    texts = [_whole(pa.array(chunk.iloc[:, place], pa.large_string())) for place in range(chunk.shape[1])]
    batch = pa.record_batch([pa.array(chunk.index, pa.int64()), *texts], schema=_schema(len(texts)))
    said = packed(new)
    length = _LENGTH.pack(len(said))
    return length + said + bytes(-(len(length) + len(said)) % _ALIGNED), memoryview(batch.serialize())


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def parted(content: bytearray) -> tuple[Any, memoryview]:
    """What else has become known, and the rows, still packed, of what `packed_rows` gave."""
    (length,) = _LENGTH.unpack_from(content)
    start = _LENGTH.size + length
    return unpacked(content[_LENGTH.size : start]), memoryview(content)[start + -start % _ALIGNED :]


def unpacked_rows(content: memoryview, header: tuple[str, ...]) -> pd.DataFrame:
    """The rows again, in the memory they came in. ValueError where they are not whole or not those columns.

    Arrow trusts the lengths it is given: they and the texts are checked before anything looks at a cell.
    """
    batch = pa.ipc.read_record_batch(pa.py_buffer(content), _schema(len(header)))
    batch.validate(full=True)
    if any(column.null_count for column in batch.columns):
        raise ValueError("a cell without a text")
    return text_frame(header, batch.columns[1:], batch.column(0).to_numpy())
