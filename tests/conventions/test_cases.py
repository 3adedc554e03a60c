"""Every case of the mess has its place in `docs/intake-cases.md`, and page and tests agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conventions.checks_cases import ALL_CASES, CASES, PAGE, missing_cases, stray_tests, unlisted_tests
from tests.conventions.tree import ROOT


def test_every_case_is_in_the_page() -> None:
    assert missing_cases(ROOT) == []


def test_every_test_that_the_page_names_exists() -> None:
    assert stray_tests(ROOT) == []


def test_every_test_of_a_case_is_in_the_page() -> None:
    assert unlisted_tests(ROOT) == []


# --- each check on a bad sample -------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / PAGE).parent.mkdir()
    rows = [f"| {case} | what | how | — |" for case in ALL_CASES]
    rows[0] = "| E-01 | what | how | `value::test_e01_one` · `models/x.yml::two` |"
    (tmp_path / PAGE).write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / CASES).mkdir(parents=True)
    (tmp_path / CASES / "test_value_cases.py").write_text("def test_e01_one(): ...\n", encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/x.yml").write_text("unit_tests:\n  - name: two\n", encoding="utf-8")
    return tmp_path


def change(root: Path, old: str, new: str) -> None:
    text = (root / PAGE).read_text(encoding="utf-8")
    assert old in text
    (root / PAGE).write_text(text.replace(old, new), encoding="utf-8")


def test_a_good_sample_passes(root: Path) -> None:
    assert (missing_cases(root), stray_tests(root), unlisted_tests(root)) == ([], [], [])


@pytest.mark.parametrize(
    ("old", "new"), [("| E-64 | what | how | — |", ""), ("E-64", "E-63"), ("| E-64 | what | how |", "| E-64 | what |  |")]
)
def test_a_case_that_is_missing_double_or_unhandled_is_found(root: Path, old: str, new: str) -> None:
    change(root, old, new)
    assert missing_cases(root)


@pytest.mark.parametrize(
    ("old", "new"), [("test_e01_one", "test_e01_two"), ("x.yml::two", "x.yml::three"), ("models/x", "models/y")]
)
def test_a_named_test_that_does_not_exist_is_found(root: Path, old: str, new: str) -> None:
    change(root, old, new)
    assert stray_tests(root)


def test_a_test_that_the_page_forgets_is_found(root: Path) -> None:
    change(root, "`value::test_e01_one` · ", "")
    assert unlisted_tests(root) == ["value::test_e01_one"]
