"""Names of villages and communities: what is the name and what says only what kind of unit it is.

Belongs here: forms of one name, and taking "三垟街道东村村主任" apart. Does not belong here: which village it is (the
register), so a key is to be compared within one township only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.identity.normal.characters import seen, simplified
from pipelines.identity.normal.posts import is_known_wording, posts_of

_FORMS = Path(__file__).with_name("village_forms.yml")
_IN_BRACKETS = re.compile(r"(.+)\(([^()]+)\)")
VILLAGE, COMMUNITY = "village", "community"


@dataclass(frozen=True)
class Unit:
    """A text taken apart, each part as it stands in the text's simplified form."""

    township: str | None
    village: str
    post: str | None


class KnownUnits:
    """The townships and villages that a text may name."""

    def __init__(self, units: Iterable[tuple[str, str]]) -> None:
        """Take pairs of township and village name, in any form."""
        self.keys_by_township: dict[str, set[str]] = {}
        for township, village in units:
            self.keys_by_township.setdefault(_plain(township), set()).add(village_name_key(village))
        self.keys = frozenset().union(*self.keys_by_township.values())
        self.township_stems = {re.sub("(街道|镇|乡)$", "", one) for one in self.keys_by_township}
        names = "|".join(sorted(map(re.escape, self.keys_by_township), key=len, reverse=True))
        self.township_first = re.compile(f"{_forms()['before_township']}({names})(.+)") if names else None


@lru_cache(maxsize=1 << 16)
def village_name_key(name: str) -> str:
    """What is left of a village's name without the forms of its kind: 东村, 东村村委会 and 东村(社区) are one.

    A name of one character keeps its 村 (东村, not 东), whether the text has it once or twice. A village and a community
    of one name have one key; `village_kind` tells them apart.
    """
    while (key := _one_pass(name)) != name:
        name = key
    return key


def _one_pass(name: str) -> str:
    stem, kind = _without_kind(_plain(name))
    bare = stem.rstrip("村")
    if len(bare) > 1 or (bare and bare == stem and kind != VILLAGE):
        return bare
    return f"{bare}村"


def village_kind(name: str) -> str | None:
    """'village' or 'community' as the name's ending says; null where it says neither, or both."""
    plain = _plain(name)
    kinds = set()
    if match := _IN_BRACKETS.fullmatch(plain):
        kinds = {kind for kind, words in _forms()["in_brackets"].items() if match[2] in words}
        plain = match[1]
    kinds |= {kind for ending, kind in _endings() if plain.endswith(ending)}
    if not kinds and len(plain) > 1 and plain.endswith("村"):
        return VILLAGE
    return kinds.pop() if len(kinds) == 1 else None


def split_unit(text: str, known: KnownUnits) -> Unit | None:
    """Take a text into township, village and post, where it goes in exactly one way; else null.

    The township is named in full or not at all, the village is one of the township's (of all known ones without it),
    the post is a known wording. A village's bare name (新桥) is one only if nothing follows and no township is called
    the same: what else begins with it may be a school, a road, or another village.
    """
    plain = _plain(text)
    township, rest, keys = None, plain, known.keys
    if known.township_first and (match := known.township_first.fullmatch(plain)):
        township, rest = match[1], match[2]
        keys = frozenset(known.keys_by_township[township])
    ways = [
        Unit(township, rest[:length], rest[length:] or None)
        for length in range(1, len(rest) + 1)
        if village_name_key(rest[:length]) in keys and _may_end(rest[:length], rest[length:], township, known)
    ]
    meant = {(village_name_key(one.village), posts_of(one.post) if one.post else None) for one in ways}
    return ways[-1] if len(meant) == 1 else None


def _may_end(village: str, post: str, township: str | None, known: KnownUnits) -> bool:
    """Whether a text may end its village's name here: see `split_unit` on bare names."""
    if post and not is_known_wording(post):
        return False
    bare = _without_kind(village)[0] == village and not village.endswith("村")
    if not bare:
        return True
    if post:
        return post.startswith(("村", "社区", "居"))
    return township is not None or village not in known.township_stems


def _plain(name: str) -> str:
    return simplified(seen(name))


def _without_kind(plain: str) -> tuple[str, str | None]:
    """A name without what says its kind (but a 村 may be its own), and the kind that was taken off last."""
    kind = None
    match = _IN_BRACKETS.fullmatch(plain)
    for one, words in _forms()["in_brackets"].items():
        if match and match[2] in words:
            plain, kind = match[1], one
    for ending, one in _endings():
        if plain.endswith(ending) and plain != ending:
            return plain.removesuffix(ending), one
    return plain, kind


@cache
def _endings() -> list[tuple[str, str]]:
    """Endings with the kind they say, the longest first."""
    pairs = [(ending, kind) for kind in (VILLAGE, COMMUNITY) for ending in _forms()[kind]]
    return sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)


@cache
def _forms() -> dict[str, Any]:
    return dict(read_yaml(_FORMS))
