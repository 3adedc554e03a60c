"""How a name sounds: its syllables in pinyin without tones.

Belongs here: readings. They come from pypinyin character by character (its phrases are of a language, not of names), with
surnames and names as `readings.yml` has them. Does not belong here: how near two sounds are (`linking`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from pipelines.files import read_yaml
from pipelines.identity.normal.names import surname_and_given

_READINGS = Path(__file__).with_name("readings.yml")


def name_pinyin(name: str) -> str:
    """The syllables of a name, joined with a blank: 单雄信 is `shan xiong xin`, ü is written v.

    A character without a known reading stands for itself, so two such names still differ.
    """
    surname, given = surname_and_given(name)
    return " ".join([*_surname_syllables(surname), *map(_syllable, given)])


@cache
def _surname_syllables(surname: str) -> tuple[str, ...]:
    readings = _readings()
    if compound := readings["compound"].get(surname):
        return tuple(compound.split())
    if len(surname) == 1 and surname in readings["surname"]:
        return (readings["surname"][surname],)
    return tuple(map(_syllable, surname))


@cache
def _syllable(character: str) -> str:
    known: str | None = _readings()["given"].get(character)
    return known or "".join(lazy_pinyin(character))


@cache
def _readings() -> dict[str, Any]:
    return dict(read_yaml(_READINGS))
