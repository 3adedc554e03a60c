"""What a record says in the place of a name, and whether somebody's name may be meant by it.

Belongs here: whole names with what stands beside them (another name, a relative), masked and shortened names, what people are
called. Does not belong here: forms of one whole name (`names`), who is meant (`linking`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.identity.normal.characters import seen, words_of_names
from pipelines.identity.normal.names import matching_name, surname_and_given
from pipelines.identity.normal.pinyin import name_pinyin

WHOLE, MASKED, CALLED = "whole", "masked", "called"
_IN_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]?")
_HAN = r"[^\W\d_]"
# Of a name of three characters; see `_shortened`.
_SHORT, _LONG = 2, 3


@dataclass(frozen=True)
class SaidName:
    """A text in the place of a name.

    `keys` are the whole names it may be, in matching form, the one it is written under first; a `kind` other than whole says that
    this first one is none. `noted`: something stands beside it of which nobody knows what it says. `of_relative`: the record is
    about somebody else, a relative of the one named.
    """

    keys: tuple[str, ...]
    kind: str = WHOLE
    noted: bool = False
    of_relative: bool = False

    @property
    def key(self) -> str:
        """The name it is written under."""
        return self.keys[0]


def said_name(text: str) -> SaidName:
    """Take a text apart. Any text says something; the name of nobody is the worst of it."""
    plain = matching_name(text)
    starred = seen(text).endswith("*")  # a footnote, or a character that is not shown
    if re.fullmatch(f"{_HAN}{{2,}}", plain) and not _is_more(plain):
        return SaidName((plain,), _kind(plain), noted=starred)
    rest, others = _without_other_names(seen(text))
    notes = [note for note in _IN_BRACKETS.findall(rest) if note]
    base = matching_name(_IN_BRACKETS.sub("", rest))
    words = words_of_names()
    of_relative = any(note in words["relative_in_brackets"] for note in map(matching_name, notes))
    behind = next(
        (word for word in words["relative_behind"] if base.endswith(word) and len(base) >= len(word) + 2), None
    )
    bare = re.sub(r"[\W\d]+$", "", base) if _kind(base) != MASKED else base
    noted = (bool(re.search(r"[(\[【〔]", plain)) and not others) or bare != base
    if len(bare) == 1:  # 王(火火): a surname, and a character that could not be typed
        bare += "*"
    keys = tuple(dict.fromkeys([bare or base or plain, *others]))
    return SaidName(keys, _kind(keys[0]), noted or starred, of_relative or behind is not None)


def _is_more(plain: str) -> bool:
    """Whether a plain word holds more than a name: another one, or a relative."""
    words = words_of_names()
    return any(word in plain[1:] for word in words["other_name"]) or plain.endswith(words["relative_behind"])


def _without_other_names(plain: str) -> tuple[str, list[str]]:
    """A text without the other names it gives its person, and these."""
    found = re.compile(
        rf"(?<=.)[(\[【〔,，;；/]?({'|'.join(words_of_names()['other_name'])})[:：为叫]?({_HAN}{{2,6}})[)\]】〕]?"
    )
    others = [matching_name(match[2]) for match in found.finditer(plain)]
    return (found.sub("", plain), others) if others else (plain, [])


@cache
def _mask_signs() -> str:
    return "".join(re.escape(sign) for sign in words_of_names()["masks"])


def _kind(key: str) -> str:
    if (
        (len(key) > 1
        and re.search(f"[{_mask_signs()}]", key[1:]))
        or re.search(f"[{_mask_signs().replace('某', '')}]", key)
    ):
        return MASKED
    return CALLED if _is_call(key) else WHOLE


def _is_call(key: str) -> bool:
    """Whether nobody is registered under such a name: 老王, 王老三, 王书记. 阿伟 and 小伟 may be registered."""
    called = words_of_names()["called"]
    return (
        (len(key) == 2 and key[0] == "老")
        or (len(key) == 3 and key[1] == called["between"] and key[2] in called["order"])
        or any(key.endswith(word) and 1 <= len(key) - len(word) <= 2 for word in called["behind_surname"])
    )


def agreement(said: SaidName, name: str) -> str:
    """How a registered name (in matching form) goes with what is said.

    same, homophone; masked, called, short: it may be meant by it; surname: of a mask or a call nothing but the surname agrees;
    one_off (one character, or one that sounds nearly the same), sibling,
    short_alike: another name that is near; different.
    """
    if name in said.keys:
        return "same"
    if said.kind == MASKED:
        shown = re.sub(f"[{_mask_signs()}]", "", said.key)
        agrees = "surname" if shown == surname_and_given(name)[0] else "masked"
        return agrees if _under_mask(said.key, name) else "different"
    surname, given = surname_and_given(name)
    if surname and said.key in _calls_by_given(given):
        return "called"
    if surname and said.key in _calls_by_surname(surname):
        return "surname"
    if said.kind == CALLED:
        return "different"
    if any(len(key) == len(name) and name_pinyin(key) == name_pinyin(name) for key in said.keys):
        return "homophone"
    if _shortened(said.key, name, surname, given):
        return "short"
    return _near(said.key, name, surname)


def _under_mask(masked: str, name: str) -> bool:
    """Masks are seldom as long as what they hide: a run of signs is one character or more, what is shown stands where it
    stands."""
    pieces = re.split(f"[{_mask_signs()}]+", masked)
    return any(pieces) and re.fullmatch("(.+)".join(map(re.escape, pieces)), name, re.DOTALL) is not None


def _calls_by_given(given: str) -> set[str]:
    called = words_of_names()["called"]
    return {before + part for before in called["before_given"] for part in (given, given[-1:]) if part}


def _calls_by_surname(surname: str) -> set[str]:
    called = words_of_names()["called"]
    return {
        *(before + surname for before in called["before_surname"]),
        *(surname + called["between"] + order for order in called["order"]),
        *(surname + title for title in called["behind_surname"]),
        *([surname] if len(surname) > 1 else []),  # 欧阳书记
    }


def _shortened(key: str, name: str, surname: str, given: str) -> bool:
    """A name of three characters of which one was left out: 李亚, 李娟 or 亚娟 for 李亚娟."""
    if len(name) != _LONG or len(key) != _SHORT or not surname:
        return False
    return key in {name[:2], surname + given[-1], name[1:]}


def _sound(name: str) -> str:
    """How a name sounds where n and ng, and z and zh, are one: 陈 and 程, 彬 and 兵."""
    return re.sub("([zcs])h", r"\1", re.sub("ng( |$)", r"n\1", name_pinyin(name)))


def _near(key: str, name: str, surname: str) -> str:
    own = surname_and_given(key)[0]
    if len(key) != len(name):
        return "different"
    if _sound(key) == _sound(name):
        return "one_off"
    if own != surname:
        # a surname misread, before the same two characters: whoever shares those is no brother
        return "one_off" if len(name) == _LONG == len(own) + 2 and key[1:] == name[1:] else "different"
    if len(name) == _SHORT:
        return "short_alike"
    apart = [place for place, sign in enumerate(key) if sign != name[place]]
    if len(apart) > 1 or len(name) < _LONG:
        return "different"
    # brothers and sisters share the surname and the character of their generation
    return "one_off" if apart[0] == len(surname) else "sibling"
