"""Signs that stand for a value, or for its absence: empty marks, yes and no, "same as above", failed formulas.

Belongs here: recognising them; the words are data (`marks.yml`). Does not belong here: what a column makes of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipelines.sources.columns.texts import compact, matches, plain_text

_WORDS = Path(__file__).with_name("marks.yml")


@dataclass(frozen=True)
class Marks:
    """The words of `marks.yml`, in the form they are compared in."""

    none: frozenset[str]
    unknown: frozenset[str]
    ditto: frozenset[str]
    error: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    inexact: frozenset[str]
    multiples: dict[str, Decimal]
    name_notes: frozenset[str]
    name_signs: tuple[str, ...]
    compound_surnames: frozenset[str]


@cache
def marks() -> Marks:
    """All marks. ValueError when one word has two meanings among none, unknown, ditto and error."""
    words: dict[str, Any] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    sets = {name: frozenset(map(_same, found)) for name, found in words.items() if isinstance(found, list)}
    apart = [sets[name] for name in ("none", "unknown", "ditto", "error")]
    if sum(map(len, apart)) != len(frozenset().union(*apart)):
        raise ValueError(f"{_WORDS.name}: a word has two meanings")
    signs = tuple(sorted(sets.pop("name_signs"), key=len, reverse=True))
    multiples = {word: Decimal(worth) for word, worth in words["multiples"].items()}
    return Marks(**sets, name_signs=signs, multiples=multiples)


def _same(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower()


def meaning(plain: pd.Series) -> pd.Series:
    """'none', 'unknown', 'ditto' or 'error' where a text is such a mark, else null."""
    kinds = {word: kind for kind in ("none", "unknown", "ditto", "error") for word in getattr(marks(), kind)}
    # All marks are short, and a column has few distinct short texts.
    short = plain[(plain.str.len() <= _LONGEST).fillna(False).astype(bool)]
    found = compact(short).str.lower().map(kinds).astype("str")
    # "########": a number or date that does not fit its column, in an export of what is shown.
    found = found.mask(matches(short, "#{3,}"), "error")
    return found.reindex(plain.index)


_LONGEST = 16


def is_ditto(texts: pd.Series) -> pd.Series:
    """Where a cell, as sent, says "same as above"."""
    distinct = pd.Series(texts.unique(), dtype="str")
    said = distinct[(meaning(plain_text(distinct)) == "ditto").fillna(False).astype(bool)]
    return texts.isin(said) if len(said) else pd.Series(False, index=texts.index)
