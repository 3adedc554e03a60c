"""Rows that are no records: signatures and notes below a table, 以下空白, rows that only have a number or the name of a township.

Belongs here: telling them, by rules under which no record is taken for one; the words are data (`no_records.yml`). Does not
belong here: sums (`totals`), what is said of such rows (`body`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.sources.headers import is_hint, is_serial, normal_header

_WORDS = Path(__file__).with_suffix(".yml")
# Rows below a header among which column numbers, hints and examples are looked for.
NEAR_HEADER = 3
_COLUMN_LETTERS = ("栏次", "甲", "乙", "丙", "丁", "戊", "己")
# So many numbers from 1 on are no record; fewer may be, if nothing else shows that they count the columns.
_KEY_FROM = 4
# Texts that are no number a row of totals may have: its word aside, the name of its group and a remark.
_MOST_TEXTS = 2
_AS_NUMBER = re.compile(r"[-+]?[\d,.]+(?:%|[万亿]?元|人|户|个|名)?|[-/—–]+|[无空0]")


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = read_yaml(_WORDS)
    return words


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name], re.DOTALL)


@cache
def _labelled() -> re.Pattern[str]:
    labels = "|".join(_words()["footer_labels"])
    return re.compile(rf"(?:{labels})\d*(?:\([^)]*\))?:(?P<value>.*)", re.DOTALL)


@cache
def _signed() -> re.Pattern[str]:
    return re.compile(rf"(?:{_words()['signers']})[\s:]+\S.*", re.DOTALL)


def plain_cell(cell: str) -> str:
    """A cell's text in plain forms without white space, as the words of these rules are."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def is_footer(cells: Sequence[str], *, little: bool) -> bool:
    """Whether a row is a note or carries signatures, and nothing else. `little`: it says too few things for a row of the table.

    Each of its cells is labelled (填表人：…), or is what the label before it asks for; a row that says little may also begin
    with a label, or have one in every second of its cells.
    """
    said = [cell for cell in cells if cell.strip()]
    plain = [plain_cell(cell) for cell in said]
    labelled = [_labelled().fullmatch(text) for text in plain]
    alone = [bool(_pattern("signers").fullmatch(text)) for text in plain]
    signs = [
        match is not None or label or bool(_pattern("stamps").fullmatch(text) or _signed().fullmatch(cell.strip()))
        for match, label, text, cell in zip(labelled, alone, plain, said, strict=True)
    ]
    waits = [label or (match is not None and not match["value"]) for match, label in zip(labelled, alone, strict=True)]
    if any(signs) and all(sign or asked for sign, asked in zip(signs, [False, *waits], strict=False)):
        return True
    return little and (labelled[0] is not None or sum(signs) * 2 >= len(said))


def ends_table(said: Sequence[str]) -> bool:
    """Whether a row says that nothing follows: 以下空白."""
    return len({plain_cell(cell) for cell in said}) == 1 and bool(_pattern("blank_below").fullmatch(plain_cell(said[0])))


def is_no_record(cells: Sequence[str], names: Sequence[str], *, below_header: int, spans: bool) -> bool:
    """Whether a row has nothing of a record.

    Parameters: `names` are the headers of `cells`; `below_header` how many rows it stands below the header; `spans`: one
    cell is merged over most of the row.
    """
    said = {place: plain_cell(cell) for place, cell in enumerate(cells) if cell.strip()}
    numbered = {place for place in said if place < len(names) and is_serial(names[place])}
    if below_header <= NEAR_HEADER and (_is_key_of_columns(list(said.values())) or _is_example(said, numbered)):
        return True
    rest = {place: text for place, text in said.items() if place not in numbered or not _is_number(text)}
    if not rest:
        return True
    texts = set(rest.values())
    if len(texts) > 1:
        return False
    return spans or bool(_pattern("blank_row").fullmatch(texts.pop())) or _is_group(rest, names, numbered)


def counted_rows(said: Sequence[str]) -> tuple[str, int | None] | None:
    """The word of a row that only says how many there are (合计：2人), and how many rows that is; None for any other row."""
    texts = {plain_cell(cell) for cell in said}
    match = _pattern("counted").fullmatch(texts.pop()) if len(texts) == 1 else None
    if match is None:
        return None
    count = match["count"].replace(",", "")
    rows = int(count) if count.isdigit() and match["unit"] in _words()["counts_rows"] else None
    return match["word"], rows


def may_be_total(said: Sequence[str]) -> bool:
    """Whether a row with 合计 in it holds numbers; one with more texts than a total has is a record of somebody so named."""
    texts = [cell for cell in said if not _AS_NUMBER.fullmatch(plain_cell(cell))]
    return len(texts) <= 1 + _MOST_TEXTS


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,6}(?:\.0*)?[.、]?|\(\d{1,6}\)|[一二三四五六七八九十]{1,3}[、.]?", text))


def _is_key_of_columns(said: list[str]) -> bool:
    """A row of column numbers (1 2 3, 甲 乙 1 2), or of 必填 and 选填, below a header."""
    if all(map(is_hint, said)) and any("填" in text or "选" in text for text in said):
        return True
    numbers = [text.strip("()") for text in said]
    while numbers and numbers[0] in _COLUMN_LETTERS:
        numbers = numbers[1:]
    counted = len(numbers) > 1 and numbers == [str(place) for place in range(1, len(numbers) + 1)]
    return counted and (len(said) >= _KEY_FROM or len(numbers) < len(said) or said[-1] != numbers[-1])


def _is_example(said: dict[int, str], numbered: set[int]) -> bool:
    return any(_pattern("example").fullmatch(said[place]) for place in numbered)


def _is_group(said: dict[int, str], names: Sequence[str], numbered: set[int]) -> bool:
    """Whether the one text of a row is the name of a township or village over the rows below it.

    Not where it may be a value of an incomplete record: a place below a header of places, a name that a person may have.
    """
    text = next(iter(said.values()))
    name = re.sub(rf"^{_words()['group_numeral']}", "", text)
    bare = re.sub(rf"{_words()['group_count']}$", "", name.rstrip(":")).rstrip(":")
    certain, place = (re.fullmatch(rf".{{1,20}}(?:{_words()['group_endings'][kind]})", bare) for kind in ("certain", "place"))
    if not (certain or place):
        return False
    headers = [normal_header(names[column]) for column in said if column < len(names)]
    if bare != text or numbered & said.keys() or all(map(_pattern("code_headers").fullmatch, headers)):
        return True
    if any(_pattern("place_headers").search(header) for header in headers):
        return False
    return certain is not None or bare.endswith("社区") or len(bare) > _words()["longest_name"]
