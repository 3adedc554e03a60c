"""Which post a Chinese wording names, as codes of the code table `position`.

Belongs here: exact wordings, former holders, two posts in one text. Does not belong here: who held the post (`linking`),
the codes themselves (`dbt_project/seeds/codes.csv`). A wording that is not known for certain names no post.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.identity.normal.characters import seen, simplified
from pipelines.sources.codes import code_tables

_FORMS = Path(__file__).with_name("post_forms.yml")
_IN_BRACKETS = re.compile(r"(.+)\(([^()]+)\)")


@dataclass(frozen=True)
class Post:
    """A post that a text names: its code, and whether it is said to be held no more."""

    code: str
    former: bool = False


@dataclass(frozen=True)
class _Wordings:
    """Every known wording with its codes; none where the wording is known and names no post of the table."""

    codes: dict[str, tuple[str, ...]]
    one_of: dict[str, tuple[str, ...]]
    former: tuple[str, ...]
    in_office: tuple[str, ...]
    between: re.Pattern[str]


def posts_of(text: str) -> tuple[Post, ...]:
    """The posts that a text names, in its order; empty where one part of it is not known for certain.

    Known parts that are no post of the code table (妇联主席) are left out. "原书记、主任" names none: whether 原 is said
    of both cannot be told.
    """
    known = _wordings()
    plain = simplified(seen(text))
    if plain in known.codes:
        return tuple(Post(code) for code in known.codes[plain])
    parts = known.between.split(plain)
    found: list[Post] = []
    stated = []
    for part in parts:
        bare, former = _bare(part, known)
        if bare not in known.codes:
            return ()
        stated.append(former)
        found.extend(Post(code, former is True) for code in known.codes[bare])
    if True in stated and None in stated:
        return ()
    return tuple(dict.fromkeys(found))


def position_of(text: str) -> str | None:
    """The code of the one post that a text says is held; null for none, for several, and for a former one."""
    posts = posts_of(text)
    return posts[0].code if len(posts) == 1 and not posts[0].former else None


def possible_posts(text: str) -> tuple[str, ...]:
    """Codes of which the text names one, without saying which (委员) or without being the word for it (村长); else none."""
    known = _wordings()
    return known.one_of.get(simplified(seen(text)), ())


def is_known_wording(text: str) -> bool:
    """Whether a text is a wording of posts at all, be it one without a code (村民代表)."""
    known = _wordings()
    plain = simplified(seen(text))
    return plain in known.codes or all(_bare(part, known)[0] in known.codes for part in known.between.split(plain))


def _bare(part: str, known: _Wordings) -> tuple[str, bool | None]:
    """A wording without what is said of its time, and whether that is former, in office, or nothing."""
    if part in known.codes:
        return part, None
    if (match := _IN_BRACKETS.fullmatch(part)) and match[2] in known.former:
        return match[1], True
    for words, former in ((known.former, True), (known.in_office, False)):
        for word in words:
            if part.startswith(word) and part.removeprefix(word) in known.codes:
                return part.removeprefix(word), former
    return part, None


@cache
def _wordings() -> _Wordings:
    """ValueError where one wording would mean two posts."""
    forms: dict[str, Any] = read_yaml(_FORMS)
    pairs: list[tuple[str, tuple[str, ...]]] = [(wording, ()) for wording in forms["no_post"]]
    pairs += [(unit + wording, (code,)) for unit, (wording, code) in product(forms["units"], forms["wordings"].items())]
    pairs += [
        (unit + wording, tuple(codes)) for unit, (wording, codes) in product(forms["units"], forms["both"].items())
    ]
    for body in forms["bodies"]:
        for unit, name, (title, code) in product(forms["units"], body["names"], body["titles"].items()):
            pairs.append((unit + name + title, (code,) if code else ()))
    codes: dict[str, tuple[str, ...]] = {}
    for wording, meant in pairs:
        if codes.setdefault(simplified(seen(wording)), meant) != meant:
            raise ValueError(f"{_FORMS.name}: {wording} has two meanings")
    # What this file says of a wording goes before the code table, whose aliases are for rosters with a column of posts.
    for wording, code in code_tables()["position"].by_spelling.items():
        codes.setdefault(wording, (code,))
    longest_first = {name: tuple(sorted(forms[name], key=len, reverse=True)) for name in ("former", "in_office")}
    one_of = {unit + wording: tuple(meant) for unit, (wording, meant) in product(forms["units"], forms["one_of"].items())}
    return _Wordings(codes, one_of, between=re.compile(forms["between"]), **longest_first)
