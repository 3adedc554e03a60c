"""What nobody sees in a text, and what elsewhere would be taken for more than text. `docs/intake-cases.md` lists all cases."""

from __future__ import annotations

import pytest

from tests.unit.sources.cases.deliveries import POSTS, PROFILE, VILLAGES, read_cell

STEERING = ["\x00", "\x1b", "\x7f", "\x9b", "\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\ufeff", "\U000e0041"]


@pytest.mark.parametrize("sign", STEERING)
def test_e65_what_steers_how_others_are_shown_is_set_aside(sign: str) -> None:
    assert read_cell(POSTS, "person_name", f"李{sign}四") == ["TEXT_CONTROL"]
    assert read_cell(VILLAGES, "village_name", f"甲{sign}溪村") == ["TEXT_CONTROL"]
    assert read_cell(PROFILE, "difficulties", f"资金{sign}不足") == ["TEXT_CONTROL"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t"])
def test_e65_a_line_end_in_the_name_of_a_village_is_set_aside(end: str) -> None:
    assert read_cell(VILLAGES, "village_name", f"甲溪村{end}Bcc: x") == ["TEXT_CONTROL"]
    assert read_cell(VILLAGES, "managing_unit_name", f"甲{end}镇") == ["TEXT_CONTROL"]


@pytest.mark.parametrize(
    "name",
    ["阿依古丽·买买提", "迪丽热巴•迪力木拉提", "李　四", "𠮷田", "欧阳㛃", "\U00030edd某", "\u200b张三\ufeff", "旦增·次仁·某"],
)
def test_e65_real_names_and_texts_pass(name: str) -> None:
    assert isinstance(read_cell(POSTS, "person_name", name), str)
    assert read_cell(PROFILE, "difficulties", "资金不足；\n道路失修（二期）") == "资金不足；\n道路失修（二期）"
    assert read_cell(VILLAGES, "village_name", "㙟头·甲（新）村") == "㙟头·甲（新）村"


@pytest.mark.parametrize("markup", ["<b>甲</b>", "＜script＞x", "</td>", "<!-- x -->", "< img src=x>", "<?xml?>"])
def test_e66_markup_is_set_aside(markup: str) -> None:
    assert read_cell(VILLAGES, "village_name", f"甲{markup}村") == ["TEXT_MARKUP"]
    assert read_cell(PROFILE, "difficulties", markup) == ["TEXT_MARKUP"]
    assert read_cell(POSTS, "person_name", f"张三{markup}")[0] in ("NAME_UNREADABLE", "NAME_SEVERAL")


@pytest.mark.parametrize("text", ["评分<60分的", "3 < 5", "收入>10万元", "《村规民约》<试行>", "a->b"])
def test_e66_a_comparison_is_no_markup(text: str) -> None:
    assert read_cell(PROFILE, "difficulties", text) == text


@pytest.mark.parametrize("text", ["=1+1", "+经费", "-村道", "@某单位", "＝SUM(A1)", "'=x", "''-x"])
def test_e67_the_apostrophe_before_a_formula_sign_comes_off(text: str) -> None:
    assert read_cell(PROFILE, "difficulties", f"'{text}") == text
    assert read_cell(PROFILE, "difficulties", "'村道'") == "'村道'", "another apostrophe is a part of the text"
