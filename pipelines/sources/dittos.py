"""A cell that says "same as above" (同上, 〃): replaced by the text above where nothing is copied onto somebody else.

Belongs here: which text stands for such a mark, and where none does. Does not belong here: which words are marks
(`columns/marks.yml`), merged cells (`reading.merges`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipelines.sources.columns import Coded, is_ditto
from pipelines.sources.columns.texts import compact_text
from pipelines.sources.contract import Contract
from pipelines.sources.layout import Layout


@dataclass
class Above:
    """The row before the next piece: its number, its texts by header, and whether it could be read."""

    row: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    readable: bool = False

    def keep(self, chunk: pd.DataFrame, wrong: set[int]) -> None:
        """Remember the last row of a piece, of which the rows `wrong` could not be read."""
        if len(chunk):
            self.row, self.readable = int(chunk.index[-1]), int(chunk.index[-1]) not in wrong
            self.texts = {str(header): str(text) for header, text in chunk.iloc[-1].items()}


@dataclass
class Dittos:
    """Where "same as above" stood in a piece, and why it was not followed there.

    `rows` by header: the sender's row numbers; `refused` by (row, header): the code of the reason. A mark that was refused
    stays in its cell, and so does one without a row directly above.
    """

    rows: dict[str, list[int]] = field(default_factory=dict)
    refused: dict[tuple[int, str], str] = field(default_factory=dict)

    def without(self, gone: set[int]) -> Dittos:
        """The same for a piece without some of its rows."""
        rows = {header: [row for row in numbers if row not in gone] for header, numbers in self.rows.items()}
        return Dittos(rows, {place: code for place, code in self.refused.items() if place[0] not in gone})


def without_dittos(
    chunk: pd.DataFrame, cells: Mapping[str, Coded], above: Above, contract: Contract, layout: Layout
) -> tuple[pd.DataFrame, Dittos]:
    """The piece with each mark replaced by the text above, and where the marks stood.

    Only the row directly above counts: where a row number is missing in between, the mark stays and is set aside. So it does
    in a column that says who somebody is beside another name, and in one of amounts: whether the amount above is for both
    rows together or for each nobody knows.
    """
    marked = {header: where for header, texts in cells.items() if (where := is_ditto(texts)).any()}
    if not marked:
        return chunk, Dittos()
    persons = _persons(contract, layout)
    amounts = {layout.headers[column.name] for column in contract.columns if column.unit is not None}
    headers = [*dict.fromkeys([*marked, *(header for person in persons.values() for header in person)])]
    texts = {header: chunk[header].tolist() for header in headers}
    numbers = [int(row) for row in chunk.index]
    dittos = Dittos({header: [numbers[place] for place in where.nonzero()[0]] for header, where in marked.items()})
    for place in sorted({int(place) for where in marked.values() for place in where.nonzero()[0]}):
        before = _before(place, numbers, texts, above)
        if before is None:
            continue
        says_same = {header for header, where in marked.items() if where[place]}
        row = {header: texts[header][place] for header in headers}
        for header in says_same:
            if header in amounts:
                dittos.refused[numbers[place], header] = "DITTO_AMOUNT"
            elif header in persons and not _same_person(persons[header], says_same, row, before):
                dittos.refused[numbers[place], header] = "DITTO_OTHER_PERSON"
            else:
                texts[header][place] = before[header]
    chunk = chunk.copy(deep=False)
    for header in marked:
        chunk[header] = pd.Series(texts[header], index=chunk.index, dtype="str")
    return chunk, dittos


def unclear_dittos(dittos: Dittos, wrong: set[int], above: Above) -> list[tuple[int, str]]:
    """(row, header) of the marks whose row above could not be read; a mark below such a mark is unclear too."""
    unclear: list[tuple[int, str]] = []
    spoilt = set(wrong) if above.readable or above.row is None else {*wrong, above.row}
    for row, header in sorted((row, header) for header, rows in dittos.rows.items() for row in rows):
        if row - 1 in spoilt and (row, header) not in dittos.refused:
            unclear.append((row, header))
            spoilt.add(row)
    return unclear


def _persons(contract: Contract, layout: Layout) -> dict[str, tuple[str, ...]]:
    """Header of each column that says who somebody is → the headers of that person, the name first.

    A column goes with the name before it in the contract, or else with the first one; without any name it has none.
    """
    name = next((column.name for column in contract.columns if column.type == "person_name"), None)
    of_name: dict[str, list[str]] = {}
    for column in contract.columns:
        if column.identity or column.type == "own_id":
            name = column.name if column.type == "person_name" else name
            of_name.setdefault(name or "", []).append(column.name)
    persons: dict[str, tuple[str, ...]] = {}
    for first, columns in of_name.items():
        others = [layout.headers[column] for column in columns if column != first]
        person = (layout.headers[first], *others) if first else ()
        persons |= dict.fromkeys([layout.headers[column] for column in columns], person)
    return persons


def _before(place: int, numbers: list[int], texts: Mapping[str, list[str]], above: Above) -> dict[str, str] | None:
    """The texts of the row directly above, or None."""
    if place:
        follows = numbers[place - 1] == numbers[place] - 1
        return {header: column[place - 1] for header, column in texts.items()} if follows else None
    return above.texts if above.row == numbers[place] - 1 else None


def _same_person(
    person: tuple[str, ...], says_same: set[str], row: Mapping[str, str], before: Mapping[str, str]
) -> bool:
    """Whether a row is about the person of the row above, as far as it says: the name is the same, and so is whatever else."""
    if not person or not compact_text(before[person[0]]):
        return False
    name, *others = person
    same_name = name in says_same or compact_text(row[name]) == compact_text(before[name])
    return same_name and all(
        other in says_same or compact_text(row[other]) in ("", compact_text(before[other])) for other in others
    )
