"""Names in the form in which they are compared: variants, titles, rare characters, exceptions."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipelines.files import read_yaml
from pipelines.identity.normal import characters
from pipelines.identity.normal.names import matching_name, matching_names, surname_and_given

FORMS = read_yaml(characters._FORMS)
TWO_NAMES = """
甯伟/宁伟 仝伟/同伟 於伟/于伟 麴伟/曲伟 氾伟/泛伟 谿伟/溪伟 肖伟/萧伟 付伟/傅伟 闫伟/阎伟 凃伟/涂伟
王乾/王干 王昇/王升 王陞/王升 王釐/王厘 王鉅/王巨 王喆/王哲 王祐/王佑 王吒/王咤 王芸/王艺
"""
ONE_NAME = """
後伟/后伟 葉伟/叶伟 鍾伟/钟伟 锺伟/钟伟 鐘伟/钟伟 範伟/范伟 薑伟/姜伟 瀋伟/沈伟 餘伟/余伟 寧伟/宁伟 閆伟/闫伟 閻伟/阎伟 蕭伟/萧伟
麴伟/麹伟 王於/王于 王鉅/王钜 王脩/王修
"""


@pytest.mark.parametrize(
    ("sent", "form"),
    [
        ("張三丰", "张三丰"),
        ("黃郞戶", "黄郎户"),
        ("羣", "群"),
        ("张　三", "张三"),
        ("李 四", "李四"),
        ("王五\u00a0\u200b", "王五"),
        ("\ufeff王\u200d小芳", "王小芳"),
        ("⼭本", "山本"),
        ("⻢建国", "马建国"),
        ("葛\U000e0100城", "葛城"),
        ("张三（主任）", "张三"),
        ("張三(書記)", "张三"),
        ("张三(新)(主任)", "张三"),
        ("李四*#", "李四"),
        ("李四 ※", "李四"),
        ("张三【补】", "张三"),
        ("张三同志", "张三"),
        ("张三(主任)同志", "张三"),
        ("张同志", "张同志"),
        ("王頴", "王颖"),
        ("", ""),
    ],
)
def test_form(sent: str, form: str) -> None:
    assert matching_name(sent) == form


@pytest.mark.parametrize("dot", ["·", "•", "．", "・", ".", "‧", "∙", "⋅", "･", " · "])
def test_middle_dots_are_dropped(dot: str) -> None:
    assert matching_name(f"阿依{dot}某某") == "阿依某某"


@pytest.mark.parametrize("rare", ["王𬱖", "䶮", "㛃", "𬤝", "𠮷田", "𰻝", "\ue000某", "\U000323af某", "王(火火)"])
def test_rare_characters_and_what_is_no_known_note_stay(rare: str) -> None:
    assert matching_name(rare) == rare


@pytest.mark.parametrize("pair", TWO_NAMES.split())
def test_names_that_two_id_cards_can_bear_stay_two(pair: str) -> None:
    one, other = map(matching_name, pair.split("/"))
    assert one != other


@pytest.mark.parametrize("pair", ONE_NAME.split())
def test_two_ways_to_write_one_name_are_one(pair: str) -> None:
    one, other = map(matching_name, pair.split("/"))
    assert one == other


def test_a_context_does_not_change_a_character() -> None:
    # OpenCC alone, given the whole text, keeps 乾 in 乾隆 and makes it 干 in 王乾; both stay here.
    assert matching_name("乾隆") == "乾隆"
    assert matching_name("王乾") == "王乾"


def test_no_exception_is_without_effect() -> None:
    to_simplified = OpenCC("t2s")
    for sent, form in (FORMS["kept"] | FORMS["kept_as_surname"] | FORMS["folded"]).items():
        assert to_simplified.convert(sent) != form, sent
    for form in FORMS["folded"].values():
        assert matching_name(f"王{form}") == f"王{form}", form


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("於乾張三锺(主任)（新）同志 *※·.e\u0301\u200b")),
        max_size=12,
    )
)
def test_a_form_has_itself_as_form(text: str) -> None:
    assert matching_name(matching_name(text)) == matching_name(text)


@given(
    st.text(alphabet="王李张於锺建国伟芳乾", min_size=2, max_size=4),
    st.text(alphabet=" \u3000\u00a0\u200b\ufeff\t", max_size=3),
    st.sampled_from(["", "（主任）", "*", "（新）", " (书记)"]),
    st.integers(0, 4),
)
def test_what_surrounds_a_name_changes_nothing(name: str, blank: str, note: str, at: int) -> None:
    assert matching_name(name[:at] + blank + name[at:] + note) == matching_name(name)


@given(st.lists(st.one_of(st.none(), st.sampled_from(["張三", "张三", "李 四", "𬱖", ""])), max_size=8))
def test_a_column_is_its_names_one_by_one(names: list[str | None]) -> None:
    forms = matching_names(pd.Series(names, dtype="str"))
    assert [None if pd.isna(one) else one for one in forms] == [
        one if one is None else matching_name(one) for one in names
    ]


def test_a_column_keeps_its_index() -> None:
    assert matching_names(pd.Series({7: "張三", 3: None}, dtype="str")).index.tolist() == [7, 3]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王建国", ("王", "建国")),
        ("歐陽修", ("欧阳", "修")),
        ("司马", ("司", "马")),
        ("欧阳建国（主任）", ("欧阳", "建国")),
        ("张李小芳", ("张", "李小芳")),
        ("於伟", ("於", "伟")),
        ("阿依·某某", ("", "阿依某某")),
        ("买买提某某", ("", "买买提某某")),
        ("王", ("王", "")),
        ("", ("", "")),
    ],
)
def test_surname_and_given(name: str, parts: tuple[str, str]) -> None:
    assert surname_and_given(name) == parts


@given(st.text(max_size=8))
def test_surname_and_given_are_the_whole_form(name: str) -> None:
    assert "".join(surname_and_given(name)) == matching_name(name)
