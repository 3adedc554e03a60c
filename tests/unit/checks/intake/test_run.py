"""The runner of the cases: what is right passes, and each thing that differs is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.checks.intake import run
from pipelines.checks.intake.cases import Case, Expected, load_cases
from pipelines.checks.intake.compare import Result, value_text
from pipelines.checks.intake.run import Bench, run_case
from pipelines.checks.intake.table import as_json, as_text

LIST = """
- {kind: k, zh: 甲, en: a, dataset: organisation__posts, outcome: asked,
   rows: [{姓名: 张三（主任）}, {职务: 理事长, 任职日期: 年底前}], asked: {3: [DATE_IN_WORDS]},
   landed: 1, notes: [NAME_NOTE_LEFT_OUT],
   values: {2: {person_name: 张三, birth_month: 1978-03, ended_on: '', is_full_time: 'true', term_year: '2017'}}}
- {kind: k, zh: 乙, en: b, dataset: organisation__posts, left_out: [姓名], outcome: refused, held: [COLUMN_MISSING]}
"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder: Path = tmp_path_factory.mktemp("cases")
    (folder / "list.yml").write_text(LIST, encoding="utf-8")
    return load_cases(folder)


def wrong(case: Case, **other: object) -> tuple[str, ...]:
    """What is named as wrong where this is expected instead."""
    said = Expected.model_validate({**case.expect[0].model_dump(exclude_defaults=True), **other})
    return run_case(replace(case, expect=(said,))).wrong


def test_what_is_right_is_not_wrong(cases: list[Case]) -> None:
    results = [run_case(case) for case in cases]
    assert [result.wrong for result in results] == [(), ()]
    assert [result.outcomes for result in results] == [("asked",), ("refused",)]


def test_each_difference_is_named(cases: list[Case]) -> None:
    asked, refused = cases
    aside = "a.csv: row 3 is set aside for DATE_IN_WORDS"
    assert wrong(asked, outcome="read", asked={}) == ("a.csv: asked instead of read", aside)
    assert wrong(asked, asked={3: ["NOT_A_DATE"]}) == (f"{aside} instead of NOT_A_DATE",)
    assert wrong(asked, asked={2: []}) == ("a.csv: row 2 is not set aside", aside)
    assert wrong(asked, values={2: {"birth_month": "1978-04"}}) == (
        "a.csv: row 2 birth_month: '1978-03' instead of '1978-04'",
    )
    assert wrong(asked, values={3: {"position": "E1"}}) == ("a.csv: row 3 has not landed",)
    assert wrong(asked, rows=3) == ("a.csv: 2 rows landed instead of 3",)
    assert wrong(asked, notes=["FOOTERS_LEFT_OUT"]) == ("a.csv: no note FOOTERS_LEFT_OUT",)
    assert wrong(asked, day="2020-12-04") == ("a.csv: passed_over instead of asked",)
    assert wrong(refused, held=["FILE_EMPTY"]) == ("a.csv: held for COLUMN_MISSING instead of FILE_EMPTY",)
    assert wrong(refused, outcome="read", held=[]) == (
        "a.csv: refused instead of read",
        "a.csv: held for COLUMN_MISSING",
    )


def test_codes_need_not_be_said_and_several_outcomes_may_be_right(cases: list[Case]) -> None:
    asked, refused = cases
    assert wrong(asked, asked={3: []}) == ()
    assert wrong(asked, outcome=["read", "asked"], asked={}, values={3: {"position": "E1"}}) == ()
    assert wrong(refused, outcome=["read", "refused"], held=[]) == ()


def test_a_file_that_nobody_took_is_passed_over_and_not_refused(cases: list[Case], tmp_path: Path) -> None:
    (tmp_path / "Thumbs.db").write_bytes(cases[0].files[0].content)
    said = (Expected(file="Thumbs.db", outcome=("passed_over",)), Expected(file="名册.csv", outcome=("refused",)))
    half = replace(cases[0], folder=tmp_path, files=(), expect=said)
    assert run_case(half).wrong == ("名册.csv: passed_over instead of refused",)


def test_an_identity_is_compared_and_never_quoted(cases: list[Case]) -> None:
    (said,) = wrong(cases[0], values={2: {"person_name": "李四"}})
    assert said == "a.csv: row 2 person_name: something else"


def test_a_case_that_ends_the_process_is_wrong_and_the_next_one_runs(cases: list[Case]) -> None:
    ending = replace(cases[0], dataset="organisation__posts", build="api", folder=Path("nowhere"))
    with Bench() as bench:
        assert bench.run(ending).wrong == ("the run raised FileNotFoundError",)
        (process,) = bench.processes()
        process.kill()
        assert bench.run(cases[1]).wrong in ((), ("the process of the run was ended",))
        assert bench.run(cases[1]).wrong == ()


def test_a_case_that_hangs_is_wrong(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_SECONDS", 0)
    with Bench() as bench:
        assert bench.run(cases[0]).wrong == ("the run did not end within 0 seconds",)


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (None, "text", ""),
        (float("nan"), "decimal", ""),
        (5030.0, "decimal", "5030"),
        (0.3, "decimal", "0.3"),
        (10, "integer", "10"),
        (True, "boolean", "true"),
    ],
)
def test_values_are_compared_as_texts(value: object, type_: str, text: str) -> None:
    assert value_text(value, type_) == text


def test_the_table_counts_by_kind_and_names_what_is_wrong() -> None:
    results = [
        Result("a", "k", "甲", "a", ("read", "asked"), ()),
        Result("b", "k", "乙", "b", ("refused",), ("b.csv: refused instead of read",)),
        Result("c", "l", "丙", "c", (None,), ("the process of the run was ended",)),
        Result("d", "l", "丁", "d", ("passed_over",), ()),
    ]
    said = as_json(results)
    assert said["kinds"][0] == {
        "kind": "k",
        "cases": 2,
        "read": 1,
        "asked": 1,
        "refused": 0,
        "passed_over": 0,
        "wrong": 1,
    }
    assert said["total"] == {
        "kind": "total",
        "cases": 4,
        "read": 1,
        "asked": 1,
        "refused": 0,
        "passed_over": 1,
        "wrong": 2,
    }
    assert [one["name"] for one in said["wrong"]] == ["b", "c"]
    text = as_text(results).splitlines()
    assert [len(line) for line in text[:4]] == [len(text[0])] * 4
    assert text[4:6] == ["b (乙 / b):", "  b.csv: refused instead of read"]
    assert text[-1].startswith("E-59 is decided elsewhere: ")
    assert "E-59" in said["elsewhere"]
