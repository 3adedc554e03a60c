"""How names sound: surname readings, compound surnames, characters nobody reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from pipelines.files import read_yaml
from pipelines.identity.normal import pinyin
from pipelines.identity.normal.names import matching_name
from pipelines.identity.normal.pinyin import name_pinyin
from pipelines.sources.columns.marks import marks

SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "翟": "zhai",
    "缪": "miao", "任": "ren", "华": "hua",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("单于某", "chan yu mou"),
        ("欧阳修", "ou yang xiu"),
        ("吕女", "lv nv"),
        ("王单", "wang dan"),
        ("王乾", "wang qian"),
        ("王昇", "wang sheng"),
        ("單偉（主任）", "shan wei"),
        ("阿依·单某", "a yi dan mou"),
        ("", ""),
    ],
)
def test_sound(name: str, sound: str) -> None:
    assert name_pinyin(name) == sound


@pytest.mark.parametrize(("surname", "sound"), SURNAMES.items())
def test_surnames_have_their_own_readings(surname: str, sound: str) -> None:
    assert name_pinyin(f"{surname}伟") == f"{sound} wei"


def test_names_that_sound_alike() -> None:
    assert name_pinyin("王小芳") == name_pinyin("王晓芳")
    assert name_pinyin("曾伟") != name_pinyin("岑伟")


def test_a_character_without_reading_stands_for_itself() -> None:
    assert name_pinyin("王\ue000") == "wang \ue000"
    assert name_pinyin("王\ue000") != name_pinyin("王\ue001")


def test_no_reading_is_without_effect() -> None:
    readings = read_yaml(pinyin._READINGS)
    for character, reading in readings["surname"].items():
        assert lazy_pinyin(character) != [reading] or character in readings["given"], character
    for character, reading in readings["given"].items():
        assert lazy_pinyin(character) != [reading], character
    assert set(readings["compound"]) <= marks().compound_surnames


@given(st.text(alphabet=st.characters(codec="gb18030"), max_size=6))
def test_every_character_of_a_form_has_one_syllable(text: str) -> None:
    assert len(name_pinyin(text).split()) == len(matching_name(text))
