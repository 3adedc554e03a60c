"""A home whose week has left pairs to a person, without any identifier in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.identity.review.items import ReviewItem, new_item, table
from pipelines.identity.villages import village_id
from pipelines.settings import Settings

MONDAY, OPENED = date(2020, 11, 23), date(2020, 11, 27)
M1, M2, P1, P2 = ("M" + "1" * 16, "M" + "2" * 16, "P" + "a" * 16, "P" + "b" * 16)
V1, V2 = village_id("999901001201"), village_id("999901001202")


def item(a: str, b: str, **more: Any) -> ReviewItem:
    """A pair out of an opinion of the public security office."""
    kind = "person" if a.startswith("P") else "mention"
    values = {"department": "public_security", "dataset": "opinions", "opened_on": OPENED, **more}
    return new_item(kind, a, b, **values)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def items(home: Settings) -> list[ReviewItem]:
    """Two records, one with two candidates, two persons, and two villages."""
    found = [
        item(M1, P1, rule="scored", weight=6.5, evidence="name=homophone;village=same"),
        item(M1, P2, rule="scored", weight=1.0, evidence="name=one_off;village=same"),
        item(M2, P1, rule="role", opened_on=date(2020, 11, 26), evidence="post=same"),
        item(P1, P2, rule="same_person", weight=12.0),
    ]
    folder = home.identity / MONDAY.isoformat()
    folder.mkdir(parents=True)
    pq.write_table(table(found), folder / "review_item.parquet")
    proposal = {"old_id": V1, "new_id": V2, "opened_on": OPENED, "state": "open", "evidence": "同属甲镇；只差一字"}
    alone = {**proposal, "new_id": None}
    pq.write_table(pa.Table.from_pylist([proposal, alone]), folder / "village_proposal.parquet")
    return found
