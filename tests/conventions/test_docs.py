"""The documents say what is so: derived pages are fresh, links, named files and make targets exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pipelines import docs_pages
from pipelines.sources.contract import load_catalog
from tests.conventions.tree import ROOT, files_of_ours, read_text

HAND_WRITTEN = [path for path in files_of_ours() if path.suffix == ".md" and path.name not in docs_pages.pages()]
TOP = ("pipelines/", "dbt_project/", "expectations/", "tests/", "docs/", "benchmarks/", ".ci/")


def broken_references(text: str, base: Path, root: Path) -> list[str]:
    """Relative links that lead nowhere, and files or folders of ours named in backticks that do not exist."""
    links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text)
    named = [name for name in re.findall(r"`([\w./-]+)`", text) if name.startswith(TOP)]
    return [link for link in links if not (base / link).exists()] + [n for n in named if not (root / n).exists()]


def unknown_targets(text: str, makefile: str) -> list[str]:
    """`make` targets that a document names and the Makefile lacks."""
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    return sorted(set(re.findall(r"`make ([a-z-]+)", text)) - targets)


@pytest.mark.parametrize("name", sorted(docs_pages.pages()))
def test_derived_pages_are_fresh(name: str) -> None:
    assert read_text(docs_pages.DOCS / name) == docs_pages.pages()[name], "stale; run `make docs`"


def test_references_in_documents_lead_somewhere() -> None:
    assert HAND_WRITTEN
    broken = {
        path.as_posix(): found
        for path in HAND_WRITTEN
        if (found := broken_references(read_text(ROOT / path), (ROOT / path).parent, ROOT))
    }
    assert not broken


def test_documents_name_make_targets_that_exist() -> None:
    makefile = read_text(ROOT / "Makefile")
    unknown = {
        path.as_posix(): found for path in HAND_WRITTEN if (found := unknown_targets(read_text(ROOT / path), makefile))
    }
    assert not unknown


def test_make_test_and_ci_run_every_check() -> None:
    plan = subprocess.run(["make", "-n", "-B", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for tool in ("ruff check", "lint-imports", "mypy", "sqlfluff lint", "pytest"):
        assert tool in plan
    assert plan.rindex("pytest") > plan.rindex("sqlfluff lint"), "the closing line is pytest's"
    assert re.search(r"^make test$", read_text(ROOT / ".ci/run"), re.MULTILINE)


# --- each check on a bad sample -------------------------------------------------------------------------------------


def test_a_changed_contract_makes_the_page_stale() -> None:
    contracts = list(load_catalog().values())
    other = contracts[0].model_copy(update={"version": contracts[0].version + 1})
    assert docs_pages.contracts_page(contracts) != docs_pages.contracts_page([other, *contracts[1:]])


def test_a_changed_threshold_makes_the_page_stale() -> None:
    seeds = ("warning_rules.csv", "parameters.csv", "quality_measures.csv")
    rules, parameters, measures = (docs_pages.seed_rows(name) for name in seeds)
    before = docs_pages.rules_page(rules, parameters, measures)
    for rows, field in ((rules, "red_threshold"), (measures, "full_bound")):
        rows[0][field] = "999"
        after = docs_pages.rules_page(rules, parameters, measures)
        assert after != before
        before = after


def test_pages_are_written_once(tmp_path: Path) -> None:
    assert len(docs_pages.write_pages(tmp_path)) == len(docs_pages.pages())
    assert docs_pages.write_pages(tmp_path) == []
    (tmp_path / "rules.md").write_text("older", encoding="utf-8")
    assert [path.name for path in docs_pages.write_pages(tmp_path)] == ["rules.md"]


def test_broken_references_are_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").touch()
    text = "[a](docs/a.md) [b](docs/b.md) [c](https://example.org/x) `docs/a.md` `docs/gone/` `make test`"
    assert broken_references(text, tmp_path, tmp_path) == ["docs/b.md", "docs/gone/"]


def test_unknown_targets_are_found() -> None:
    assert unknown_targets("`make test` and `make coffee`", "test: lint\n\tx\n") == ["coffee"]
