"""Code tables, read from the dbt seeds so that Python and SQL decode with one and the same table.

Belongs here: label → code look-up. Does not belong here: the codes themselves (`dbt_project/seeds/`).
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache

from pipelines.settings import SEEDS

# Seeds that are code tables of their own: table name → (file, code column, label column)
_OWN_SEEDS = {"election_step": ("election_steps.csv", "step_code", "name_zh")}


@dataclass(frozen=True)
class CodeTable:
    """A code table: every accepted spelling (code word, label, alias) and the code it stands for."""

    name: str
    by_spelling: dict[str, str]
    labels: dict[str, str]


@cache
def code_tables() -> dict[str, CodeTable]:
    """All code tables by name.

    Bare numbers are not accepted as spellings of a code whose label is words: `30` is 大专 in GB/T 4658 but 本科 in
    other sets in use, so a number without its code system is never guessed (domain rule D-4).
    """
    spellings: dict[str, dict[str, str]] = {}
    labels: dict[str, dict[str, str]] = {}
    with (SEEDS / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = [row["label_zh"], *filter(None, row["aliases"].split("|"))]
            _add(spellings, labels, row["code_table"], row["code"], row["label_zh"], names)
    for table, (seed, code_column, label_column) in _OWN_SEEDS.items():
        with (SEEDS / seed).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                _add(spellings, labels, table, row[code_column], row[label_column], [row[code_column]])
    return {name: CodeTable(name, spellings[name], labels[name]) for name in spellings}


def _add(
    spellings: dict[str, dict[str, str]],
    labels: dict[str, dict[str, str]],
    table: str,
    code: str,
    label: str,
    names: list[str],
) -> None:
    labels.setdefault(table, {})[code] = label
    for name in names:
        key = "".join(unicodedata.normalize("NFKC", name).split())
        known = spellings.setdefault(table, {}).setdefault(key, code)
        if known != code:
            raise ValueError(f"code table {table}: '{key}' stands for both {known} and {code}")
