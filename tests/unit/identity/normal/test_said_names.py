"""What stands in the place of a name: titles, masks, short forms, calls, other names, relatives; any Unicode says something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity.normal.said_names import CALLED, MASKED, WHOLE, agreement, said_name


@pytest.mark.parametrize(
    ("text", "keys", "kind"),
    [
        ("王建国", ("王建国",), WHOLE),
        ("王建国书记", ("王建国",), WHOLE), ("村主任王建国", ("王建国",), WHOLE), ("王建国（已故）", ("王建国",), WHOLE),
        ("王建国（曾用名王小国）", ("王建国", "王小国"), WHOLE), ("王建国 曾用名：王小国", ("王建国", "王小国"), WHOLE),
        ("李*娟", ("李*娟",), MASKED), ("李某某", ("李某某",), MASKED), ("王？国", ("王?国",), MASKED), ("王(火火)",
        ("王*",), MASKED),
        ("杨**", ("杨*",), MASKED),
        ("老王", ("老王",), CALLED), ("王老三", ("王老三",), CALLED), ("王书记", ("王书记",), CALLED),
    ],
)  # fmt: skip
def test_what_is_said(text: str, keys: tuple[str, ...], kind: str) -> None:
    said = said_name(text)
    assert (said.keys, said.kind, said.of_relative) == (keys, kind, False)


@pytest.mark.parametrize("text", ["王建国（妻）", "王建国之妻", "王建国家属", "王建国(女儿)"])
def test_a_relative_is_somebody_else(text: str) -> None:
    assert said_name(text).of_relative


@pytest.mark.parametrize(
    ("text", "noted"), [("王建国(大)", True), ("王建国1", True), ("王建国*", True), ("王建国（书记）", False), ("王建国", False)]
)
def test_a_note_that_nobody_knows_is_said(text: str, noted: bool) -> None:
    assert said_name(text).noted is noted


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("王健国", "王建国", "homophone"), ("王小国", "王建国", "one_off"), ("王建军", "王建国", "sibling"), ("王强",
        "王刚", "short_alike"),
        ("程明强", "陈明强", "one_off"), ("部德荣", "郭德荣", "one_off"), ("李大明", "王建国", "different"),
        ("李*娟", "李亚娟", "masked"), ("李某某", "李亚娟", "surname"), ("李**", "李娟", "surname"), ("李亚*", "李亚娟",
        "short"), ("李*娟", "王亚娟", "different"),
        ("李亚", "李亚娟", "short"), ("李娟", "李亚娟", "short"), ("亚娟", "李亚娟", "short"), ("李芳", "李亚娟", "different"),
        ("老赵", "赵明", "surname"), ("小王", "王明", "surname"), ("阿亚娟", "李亚娟", "called"), ("阿娟", "李亚娟", "called"),
        ("王老三", "王建国", "surname"), ("王书记", "王建国", "surname"), ("欧阳书记", "欧阳建国", "surname"), ("老赵",
        "王明", "different"),
        ("王建国（曾用名王小国）", "王小国", "same"),
    ],
)  # fmt: skip
def test_whose_name_may_be_meant(text: str, name: str, expected: str) -> None:
    assert agreement(said_name(text), name) == expected


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_unicode_says_something(text: str, name: str) -> None:
    said = said_name(text)
    assert said.keys
    assert agreement(said, said_name(name).key)
    assert agreement(said, said.key) in ("same",)
