"""How two spellings of a header are the same: the one comparison that finding and matching headers share.

Belongs here: that comparison, and the unit at a header's end. Its words are data (`headers.yml`). Does not belong here: finding
the header row (`reading.header`), the contract's columns (`layout`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml

_WORDS = Path(__file__).with_name("headers.yml")
# Controls but white space, zero-width and direction signs, byte order marks.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BRACKETS = str.maketrans("[]【】〔〕〖〗{}〈〉", "()()()()()()")
_QUOTES = "\"'`“”‘’「」"
_NUMBERING = re.compile(r"(?:\(\d{1,2}\)|\d{1,2}[.、):]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))(?=\D)")
_BRACKETED = (re.compile(r"(?P<name>.+)\((?P<hint>[^()]*)\)"), re.compile(r"\((?P<hint>[^()]*)\)(?P<name>.+)"))
_BARE_HINT = re.compile(r"(?P<name>.+?)[-_:]?(?:必填|选填|必填项)")
_PARTS = re.compile(r"[,;、/。]")
_UNIT = re.compile(r"(?P<name>.+)\((?:单位[::]?)?(?P<unit>[^()]+)\)")

_MULTIPLE = re.compile(r"[十百千万亿]+(?P<unit>[^十百千万亿]+)")


@cache
def header_words() -> dict[str, Any]:
    """The words of `headers.yml`."""
    words: dict[str, Any] = read_yaml(_WORDS)
    return words


@cache
def _hint() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in header_words()["hints"]), re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def normal_header(header: str) -> str:
    """A header without white space, compatibility forms, unseen signs, numbering, and what only says how to fill it in (必填, *,
    "（填到月）"); headers are compared in this form only. A header that is nothing but such signs stays as it is.
    """
    noted = _without_note_signs(shown_header(header))
    plain = "".join(unicodedata.normalize("NFKC", noted).translate(_BRACKETS).split())
    while (barer := _undressed(plain)) != plain:
        plain = barer
    return plain


@lru_cache(maxsize=1 << 16)
def shown_header(header: str) -> str:
    """A header as reasons name it: without what nobody sees, and without the guard ="…"."""
    seen = _UNSEEN.sub("", header).strip()
    return seen[2:-1] if seen.startswith('="') and seen.endswith('"') and len(seen) > 3 else seen


@lru_cache(maxsize=1 << 16)
def split_unit(header: str) -> tuple[str, str | None]:
    """A header's name in normal form, and the unit in brackets at its end (None without one)."""
    match = _UNIT.fullmatch(normal_header(header))
    return (match["name"], match["unit"]) if match else (normal_header(header), None)


def in_multiple(header: str, known: Collection[str]) -> bool:
    """Whether a header is one of `known` (in normal form) but for a multiple of its unit: （万元） for （元）."""
    name, unit = split_unit(header)
    match = _MULTIPLE.fullmatch(unit or "")
    return match is not None and f"{name}({match['unit']})" in known


def is_serial(header: str) -> bool:
    """Whether the cells below a header are running numbers."""
    return normal_header(header) in _serials()


@cache
def _serials() -> frozenset[str]:
    return frozenset(map(normal_header, header_words()["serial"]))


def is_hint(text: str) -> bool:
    """Whether a text only says how to fill in a cell: 必填, 选填, 填到月."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split()).strip("()")
    return _hint().fullmatch(plain) is not None


def synonyms_by_column(
    columns: Mapping[str, tuple[tuple[str, ...], str]], taken: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Further words that mean the same as a column's own headers, by its name.

    Parameters: `columns` name → (its headers, its type); `taken` are words that mean something else in the contract. A word
    that would stand for two columns stands for none.
    """
    known = {normal_header(word) for word in taken} | {normal_header(word) for own, _ in columns.values() for word in own}
    offered = {name: _synonyms(own, kind) for name, (own, kind) in columns.items()}
    uses = Counter(form for words in offered.values() for form in {normal_header(word) for word in words})
    return {
        name: tuple(word for word in words if normal_header(word) not in known and uses[normal_header(word)] == 1)
        for name, words in offered.items()
    }


def _synonyms(own: tuple[str, ...], column_type: str) -> list[str]:
    words = [word for header in own for word in header_words()["synonyms"].get(header, ())]
    for before, behind in header_words()["endings"].get(column_type, {}).items():
        words += [name.removesuffix(before) + behind for name in (*own, *words) if name.endswith(before)]
    return list(dict.fromkeys(words))


def _without_note_signs(header: str) -> str:
    """Signs such as ① or ² at either end refer to a note or count the columns; in plain form they would be digits."""
    kept = list(header)
    while len(kept) > 1 and (unicodedata.category(kept[0]) == "No" or kept[0].isspace()):
        kept.pop(0)
    while len(kept) > 1 and (unicodedata.category(kept[-1]) == "No" or kept[-1].isspace()):
        kept.pop()
    return "".join(kept)


def _undressed(plain: str) -> str:
    """One layer off: marks, quotes, numbering, a hint; the header itself where there is none, or nothing would be left."""
    bare = plain.strip(header_words()["marks"]).rstrip(":。;").strip("、")
    if len(bare) > 2 and bare[0] in _QUOTES and bare[-1] in _QUOTES:
        bare = bare[1:-1]
    bare = bare[1:] if len(bare) > 2 and bare[0] in "'`‘" else bare
    bare = _NUMBERING.sub("", bare, count=1) if _NUMBERING.match(bare) else bare
    for form in _BRACKETED:
        if match := form.fullmatch(bare):
            bare = _without_hint(match["name"], match["hint"], bare)
    if match := _BARE_HINT.fullmatch(bare):
        bare = match["name"]
    return bare or plain


def _without_hint(name: str, hint: str, whole: str) -> str:
    """The name without its bracket where that is a hint; with the rest of it where a part of it is one."""
    if not hint or _hint().fullmatch(hint):
        return name
    parts = _PARTS.split(hint)
    kept = [part for part in parts if not _hint().fullmatch(part)]
    if len(kept) == len(parts):
        return whole
    return f"{name}({','.join(kept)})" if kept else name
