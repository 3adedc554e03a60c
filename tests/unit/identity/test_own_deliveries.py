"""What this house delivers to itself: no cell runs in a spreadsheet, and every text comes back as it was."""

from __future__ import annotations

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity.own_deliveries import as_delivered
from pipelines.sources.columns.texts import formula_safe, plain_text, without_escape
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table

CONTRACT = load_catalog()["organisation__warning_answers"]
SIGNS = tuple("=+-@\t\r\n＝＋－＠")
TEXTS = st.text(st.sampled_from("=+-@'＝＋ \t\r\n\",;甲乙1"), max_size=6)
TEXTS |= st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
ANSWER = {
    "answer_no": "HF1", "warning_id": "W0123456789ab", "village_code": "999901001201", "recipient_id": "county",
    "step": "take_in_hand", "handler_code": "Z01", "stepped_on": "2020-12-08", "measure": "", "promised_on": None,
}  # fmt: skip


@given(TEXTS)
def test_no_cell_starts_a_formula_and_the_escape_comes_off(text: str) -> None:
    safe = formula_safe(text)
    assert not safe.startswith(SIGNS)
    stripped = plain_text(pd.Series([text], dtype="str"))[0]
    if not pd.isna(stripped):
        assert without_escape(pd.Series([formula_safe(str(stripped))], dtype="str"))[0] == stripped


@given(TEXTS)
def test_a_text_that_lands_lands_as_it_was(text: str) -> None:
    content = as_delivered(CONTRACT, [{**ANSWER, "measure": text}])
    (_, line) = csv.reader(io.StringIO(content, newline=""))
    assert not any(cell.startswith(SIGNS) for cell in line)
    read = interpret(read_table(content.encode("utf-8-sig"), CONTRACT.known_headers), CONTRACT)
    if len(read.landed):
        assert read.landed["measure"].tolist() == [plain_text(pd.Series([text], dtype="str"))[0]]


def test_formulas_in_texts_and_codes_come_back() -> None:
    texts = ["=1+1", "@单位", "'=x", "-已办"]
    rows = [{**ANSWER, "answer_no": f"HF{number}", "measure": text} for number, text in enumerate(texts)]
    content = as_delivered(CONTRACT, [*rows, {**ANSWER, "step": "=cmd", "measure": "好"}])
    assert "=cmd" in content and ",=cmd" not in content
    read = interpret(read_table(content.encode("utf-8-sig"), CONTRACT.known_headers), CONTRACT)
    assert read.landed["measure"].tolist() == texts
