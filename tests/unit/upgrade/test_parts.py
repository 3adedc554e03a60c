"""A home whose records say no parts is taken over: what stood goes on standing, township by township."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.landing.ledger import RECORD, parts_in_force, read_ledger
from pipelines.settings import Settings
from pipelines.upgrade import parts
from tests.unit.landing.test_parts import A, B, csv, drop, funds_door, landed, of, stands


def test_records_of_before_get_their_parts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, allow_unassigned_area=True)
    door = funds_door(tmp_path)
    drop(door, "2020-11-26", "全区.csv", csv([*of(A, "1", "2"), *of(B, "3")]))
    (delivery,) = landed(door)
    record = delivery.folder(settings.landing) / RECORD
    before = json.loads(record.read_bytes())
    del before["parts"]
    record.write_text(json.dumps({**before, "format": 1}), encoding="utf-8")
    assert parts.pending(settings) == ["1 records of deliveries get the townships of their rows."]
    parts.apply(settings)
    assert parts.pending(settings) == []
    assert json.loads(record.read_bytes()) == {**before, "format": 2, "parts": [A, B]}
    drop(door, "2020-12-03", "郭溪.csv", csv(of(B, "30")))
    (newer,) = landed(door)
    ledger = read_ledger(settings.landing, door.contract)
    assert parts_in_force(ledger) == {A: ledger[0], B: newer}
    assert stands(door) == {f"{A}201": "1", f"{A}202": "2", f"{B}201": "30"}
