"""docs/lawful-use.md: every requirement is there, and what is said to be met names tests that exist."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from pipelines.access.requirements import FILE, IDS, lawful_use_parts, load_requirements, requirements_of
from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from tests.conventions.tree import ROOT


def missing_tests(tests: Iterable[str], root: Path = ROOT) -> list[str]:
    """Named tests (`file::function`, or `file::name` of a dbt unit test) that are not there."""
    return [test for test in tests if not _exists(*test.split("::"), root=root)]


def _exists(path: str, name: str, root: Path) -> bool:
    file = root / path
    if not file.is_file():
        return False
    if file.suffix == ".yml":
        return name in {one["name"] for one in (read_yaml(file) or {}).get("unit_tests", [])}
    functions = (node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef))
    return name.startswith("test_") and name in {node.name for node in functions}


def test_every_requirement_is_there_and_none_else() -> None:
    assert tuple(load_requirements()) == IDS and len(IDS) == 40


def test_every_named_test_exists() -> None:
    named = [test for one in load_requirements().values() for test in one.tests]
    assert len(named) >= 40
    assert missing_tests(named) == []


def test_commands_named_exist() -> None:
    from pipelines.cli import app

    groups = {group.name for group in app.registered_groups}
    said = " ".join(one.met_by for one in load_requirements().values())
    assert set(re.findall(r"cunshe (\w+)", said)) <= groups


def test_both_languages_and_a_source_are_said() -> None:
    for name, one in load_requirements().items():
        assert re.search(r"[\u4e00-\u9fff]", one.zh) and not re.search(r"[\u4e00-\u9fff]", one.en) and one.law, name


# --- each check on a bad sample -------------------------------------------------------------------------------------


def test_a_test_that_is_gone_is_found(tmp_path: Path) -> None:
    source = "def test_here():\n    pass\n\n\nclass Other:\n    def test_inside(self):\n        pass\n"
    (tmp_path / "t.py").write_text(source, "utf-8")
    (tmp_path / "u.yml").write_text("unit_tests:\n- {name: here}\n", "utf-8")
    assert missing_tests(["t.py::test_here", "u.yml::here"], tmp_path) == []
    bad = ["t.py::test_gone", "t.py::Other", "t.py::test_inside", "gone.py::test_here", "u.yml::gone"]
    assert missing_tests(bad, tmp_path) == bad


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.pop("F-07"), "F-07"),
        (lambda r: r.update({"F-41": r["F-40"]}), "F-41"),
        (lambda r: r["F-02"].update(tests=[]), "names a test"),
        (lambda r: r["F-14"].update(remains=""), "says what remains"),
        (lambda r: r["F-14"].update(state="done"), "state"),
    ],
)
def test_a_table_with_a_hole_is_refused(change: Callable[[dict[str, Any]], object], said: str) -> None:
    content = copy.deepcopy(read_yaml(FILE))
    change(content["requirements"])
    with pytest.raises(CunsheError, match=said):
        requirements_of(content)


def test_a_changed_state_makes_the_page_stale() -> None:
    requirements = dict(load_requirements())
    before = lawful_use_parts(requirements)
    requirements["F-14"] = requirements["F-14"].model_copy(update={"state": "met"})
    assert lawful_use_parts(requirements) != before
