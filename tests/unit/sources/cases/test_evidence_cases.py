"""What a record says of its person goes to the vault as it was sent; only what no evidence can carry goes back. Rosters stay
strict."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.damaged_id import evidence_of
from pipelines.sources.interpret import Interpretation
from tests.unit.sources.cases.deliveries import DISPOSITIONS, MAN, OPINIONS, POSTS, deliver, read_cell


def codes(read: Interpretation) -> list[str]:
    return [one.code for one in read.rejects]


def vault(**changes: str) -> dict[str, str | None]:
    """What goes to the vault of one row of the dispositions."""
    read = deliver(DISPOSITIONS, changes)
    assert not read.rejects, codes(read)
    return {str(name): None if pd.isna(value) else value for name, value in read.identities.iloc[0].items()}


@pytest.mark.parametrize(
    "text",
    [
        "999901198502290124", "99990119780312O01X", "9999O119780312OO1X", "9.9990119780312E+17", "999901197803120000",
        "99990178031200１",
        "999901780312001", "99990119780312001X（已注销）", "9999011978****001X", "99990119780312001", "999901207803120015",
        "001X",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dataset", [DISPOSITIONS, OPINIONS])
def test_a_damaged_number_of_a_record_goes_on_as_it_was_sent(dataset: str, text: str) -> None:
    assert read_cell(dataset, "id_number", text) == text


@pytest.mark.parametrize("text", [f"“{MAN}”", f'"{MAN}"', f"`{MAN}", f"\u200b{MAN}\u200f", f"'{MAN.lower()}"])
@pytest.mark.parametrize("dataset", [DISPOSITIONS, OPINIONS, POSTS])
def test_quotes_and_unseen_signs_are_no_part_of_a_number(dataset: str, text: str) -> None:
    assert read_cell(dataset, "id_number", text) == MAN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9.99901E+17", "ID_SCIENTIFIC"), ("99990119", "ID_LENGTH"), ("不详", "VALUE_UNKNOWN"),
        (f"{MAN}、999901196001010041", "ID_CHARACTERS"),
        (f"{MAN}（妻子）", "ID_CHARACTERS"), ("张三", "ID_CHARACTERS"),
    ],
)  # fmt: skip
def test_what_says_nothing_of_a_number_goes_back_where_nothing_else_tells(text: str, code: str) -> None:
    assert read_cell(OPINIONS, "id_number", text) == [code]


def test_beside_name_and_village_a_number_may_say_nothing() -> None:
    assert vault(id_number="9.99901E+17")["id_number"] == "9.99901E+17"
    assert vault(id_number="不详")["id_number"] is None
    assert read_cell(DISPOSITIONS, "id_number", "9.99901E+17", village_code="") == ["NOBODY_NAMED"]
    assert read_cell(DISPOSITIONS, "id_number", "", village_code="") == ["NOBODY_NAMED"]
    assert read_cell(DISPOSITIONS, "id_number", "", person_name="", position="") == ["NOBODY_NAMED"]
    assert vault(id_number="", person_name="")["position"] == "P1"


@pytest.mark.parametrize(
    "text", ["999901198502290124", "99990119780312O01X", "9999011978****001X", "99990119780312001X（已注销）"]
)
def test_a_damaged_number_on_a_roster_goes_back(text: str) -> None:
    assert isinstance(read_cell(POSTS, "id_number", text), list)


@pytest.mark.parametrize(
    "text",
    [
        "张三（又名张山）",
        "张三（曾用名：张山）",
        "张三(大)",
        "张*丰",
        "张?丰",
        "张（火火）",
        "张三1",
        "张三 曾用名张山",
        "张三（妻）",
    ],
)
def test_a_noted_or_masked_name_of_a_record_goes_on(text: str) -> None:
    read = deliver(DISPOSITIONS, {"person_name": text})
    assert codes(read) == []
    assert read.identities["person_name"].iloc[0]
    assert [one.code for one in read.notes] == ["NAME_NOTED"]
    assert text not in str(read.notes)


@pytest.mark.parametrize(
    ("text", "code"), [("赵六、钱七", "NAME_SEVERAL"), ("赵六 钱七", "NAME_SEVERAL"), ("#$%", "NAME_UNREADABLE")]
)
def test_several_names_or_none_go_back(text: str, code: str) -> None:
    assert read_cell(DISPOSITIONS, "person_name", text) == [code]


@pytest.mark.parametrize("text", ["张三（已故）", "张三（退休）", "张三【村支书】"])
def test_a_remark_on_a_roster_is_split_off(text: str) -> None:
    assert read_cell(POSTS, "person_name", text) == "张三"


@pytest.mark.parametrize(
    ("text", "code"), [("支书", "P1"), ("党支部书记", "P1"), ("支委", "P3"), ("村委主任", "C1"), ("监委会委员", "S2")]
)
@pytest.mark.parametrize("dataset", [DISPOSITIONS, POSTS])
def test_words_that_surely_mean_one_post_are_that_code(dataset: str, text: str, code: str) -> None:
    assert deliver(dataset, {"position": text}).landed["position"].tolist() == [code]


@pytest.mark.parametrize(
    "text", ["村长", "妇女主任", "文书", "书记、主任", "一肩挑", "委员", "原书记（已免）", "党支部书记兼村委会主任"]
)
def test_other_words_go_to_the_vault_and_never_land(text: str) -> None:
    read = deliver(DISPOSITIONS, {"position": text}, {"disposition_no": "CF-2", "position": "主任"})
    assert read.identities["position"].tolist() == [text, "C1"]
    assert [None if pd.isna(one) else one for one in read.landed["position"]] == [None, "C1"]
    assert [one.code for one in read.notes] == ["POST_IN_WORDS"]
    assert text not in str(read.notes)


@pytest.mark.parametrize("text", ["16000000000", MAN, "x", "<b>书记</b>", "村" * 60])
def test_what_is_no_post_in_any_words_goes_back(text: str) -> None:
    assert read_cell(DISPOSITIONS, "position", text) == ["UNKNOWN_CODE"]


def test_a_roster_takes_no_post_in_words() -> None:
    assert read_cell(POSTS, "position", "村长") == ["UNKNOWN_CODE"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_unicode_ends_the_reading_and_a_required_number_that_goes_on_is_evidence(
    name: str, text: str, post: str
) -> None:
    read = deliver(DISPOSITIONS, {"person_name": name, "id_number": text, "position": post})
    assert len(read.landed) + read.rows_rejected == 1
    assert set(read.landed["position"].dropna()) <= {"P1", "P2", "P3", "C1", "C2", "C3", "S1", "S2", "E1", "X1"}
    opinion = deliver(OPINIONS, {"id_number": text})
    assert all(one == MAN or len(one) == 18 or evidence_of(one) for one in opinion.identities["id_number"])
