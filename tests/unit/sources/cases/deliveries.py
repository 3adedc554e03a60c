"""Small deliveries of invented people: one right row per dataset, of which a case changes what it is about.

Belongs here: building and reading them. Does not belong here: what is expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reading import RawTable

MAN, WOMAN = "99990119780312001X", "999901196001010041"
ROWS: dict[str, dict[str, str]] = {
    "organisation__posts": {
        "person_name": "张三", "id_number": MAN, "village_code": "999901001201", "position": "党组织书记", "sex": "男",
        "birth_month": "1978-03", "education": "大专", "political_status": "党员", "started_on": "2017-04-01",
        "ended_on": "", "is_full_time": "是",
    },
    "petition__matters": {
        "matter_key": "a1b2c3", "village_code": "999901001201", "category": "申诉求决类", "form": "走访", "is_repeat": "否",
        "people_band": "个体", "registered_on": "2020-09-01", "extended": "否", "closed_on": "", "status": "办理中",
        "handling_unit": "甲镇",
    },
    "discipline_inspection__opinions": {
        "opinion_no": "意见-1", "person_name": "张三", "id_number": MAN, "review_round": "1", "answered_on": "2020-10-25",
        "conclusion": "未发现", "rule_id": "", "influence_until": "", "valid_until": "2020-12-31",
    },
    "questionnaire__village_profile": {
        "village_code": "999901001201", "filled_on": "2020-11-20", "residents": "1050", "party_members": "45",
        "representatives": "36", "members_interviewed": "45", "representatives_interviewed": "30",
        "key_persons": "6", "key_persons_interviewed": "6",
        "collective_income": "1250000", "audit_status": "已公布", "audit_published_on": "2020-11-01", "difficulties": "",
    },
    "civil_affairs__villages": {
        "village_code": "999901001201", "village_name": "甲溪村", "village_type": "村", "township_code": "999901001000",
        "township_name": "甲镇", "managing_unit_code": "999901001000", "managing_unit_name": "甲镇", "is_key_village": "否",
        "established_on": "1990-01-01", "abolished_on": "", "households": "320", "population": "1100",
    },
    "discipline_inspection__dispositions": {
        "disposition_no": "CF-1", "person_name": "张三", "id_number": MAN, "village_code": "999901001201", "position": "书记",
        "disposition": "党内警告", "decided_on": "2018-05-01",
    },
}  # fmt: skip
POSTS, MATTERS, OPINIONS, PROFILE, VILLAGES, DISPOSITIONS = ROWS


def table(header: list[str], rows: list[list[str]], numbers: list[int] | None = None, piece: int = 1000) -> RawTable:
    """A raw table in pieces of at most `piece` rows; rows are numbered from 2 unless said otherwise."""
    numbers = numbers or list(range(2, len(rows) + 2))

    def pieces() -> Iterator[pd.DataFrame]:
        for first in range(0, len(rows), piece):
            cells = rows[first : first + piece]
            index = pd.Index(numbers[first : first + piece], dtype="int64", name="_row")
            yield pd.DataFrame(cells, columns=header, index=index, dtype="str")

    return RawTable("名册", tuple(header), 1, pieces())


def headers_of(dataset: str) -> dict[str, str]:
    """Contract column → the first header it is known by."""
    return {column.name: column.headers[0] for column in contract(dataset).columns}


def contract(dataset: str) -> Contract:
    """The contract of a dataset of the catalog."""
    return load_catalog()[dataset]


def deliver(
    dataset: str,
    *changes: dict[str, str],
    renamed: dict[str, str] | None = None,
    more: dict[str, str] | None = None,
    numbers: list[int] | None = None,
    piece: int = 1000,
) -> Interpretation:
    """Read a delivery of one row per change, each the dataset's right row with some cells changed.

    `renamed` gives other headers by column, `more` further columns by header. What the right row does not say is empty.
    """
    names = {**headers_of(dataset), **(renamed or {})}
    right = dict.fromkeys(names, "") | ROWS[dataset]
    rows = [[*{**right, **change}.values(), *(more or {}).values()] for change in changes]
    raw = table([*names.values(), *(more or {})], rows, numbers, piece)
    return interpret(raw, contract(dataset), allow_unassigned_area=True)


def read_cell(dataset: str, column: str, text: str, **others: str) -> Any:
    """What one cell is read as (None: nothing), or the codes of the reasons its row is set aside for."""
    read = deliver(dataset, {column: text, **others})
    if read.rejects:
        return sorted({one.code for one in read.rejects})
    frame = read.landed if column in read.landed else read.identities
    value = frame[column].iloc[0]
    return None if pd.isna(value) else value
