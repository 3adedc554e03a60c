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

import numpy as np
import pandas as pd

from pipelines.files import read_yaml
from pipelines.sources.columns.texts import Coded, compact, contains, plain_text, without_guard

_WORDS = Path(__file__).with_name("marks.yml")


@dataclass(frozen=True)
class Marks:
    """The words of `marks.yml`, in the form they are compared in."""

    none: frozenset[str]
    unknown: frozenset[str]
    ditto: frozenset[str]
    ditto_signs: frozenset[str]  # the first character of each, as written and as compared
    error: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    inexact: frozenset[str]
    multiples: dict[str, Decimal]
    name_notes: frozenset[str]
    unclear_posts: frozenset[str]
    name_signs: frozenset[str]
    compound_surnames: frozenset[str]
    currency: frozenset[str]
    currency_ends: frozenset[str]
    year_words: frozenset[str]
    birth_words: frozenset[str]
    until_now: dict[str, frozenset[str]]
    counters: dict[str, frozenset[str]]


@cache
def marks() -> Marks:
    """All marks. ValueError when one word has two meanings among none, unknown, ditto and error."""
    words: dict[str, Any] = read_yaml(_WORDS)
    sets = {name: frozenset(map(_same, found)) for name, found in words.items() if isinstance(found, list)}
    apart = [sets[name] for name in ("none", "unknown", "ditto", "error")]
    if sum(map(len, apart)) != len(frozenset().union(*apart)):
        raise ValueError(f"{_WORDS.name}: a word has two meanings")
    sets["ditto_signs"] = frozenset(form[0] for word in words["ditto"] for form in (word, _same(word)))
    multiples = {word: Decimal(worth) for word, worth in words["multiples"].items()}
    until_now, counters = (
        {kind: frozenset(map(_same, listed)) for kind, listed in words[name].items()} for name in ("until_now", "counters")
    )
    return Marks(**sets, until_now=until_now, counters=counters, multiples=multiples)


def _same(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower()


def meaning(plain: pd.Series) -> pd.Series:
    """'none', 'unknown', 'ditto' or 'error' for the texts that are such a mark; the others are left out."""
    kinds = {word: kind for kind in ("none", "unknown", "ditto", "error") for word in getattr(marks(), kind)}
    kinds |= {"#" * count: "error" for count in range(3, _LONGEST)}  # what is shown where a column is too narrow
    words = compact(plain[(plain.str.len() < _LONGEST).fillna(False).astype(bool)]).str.lower()
    return words[words.isin(list(kinds))].map(kinds).astype("str")


_LONGEST = 24


def is_ditto(texts: Coded) -> np.ndarray:
    """Where a cell, as sent, says "same as above"."""
    asked = texts.distinct[contains(texts.distinct, f"[{''.join(marks().ditto_signs)}]")]
    kinds = meaning(without_guard(plain_text(asked))) if len(asked) else asked
    return np.isin(texts.places, kinds.index[kinds == "ditto"])
