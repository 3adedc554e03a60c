"""The import contracts of pyproject.toml hold, and break where they should (shown on a project of empty rooms)."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conventions.tree import ROOT, read_text

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=root, capture_output=True, text=True, check=False)


def test_imports_run_one_way() -> None:
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout


@pytest.fixture(scope="module")
def empty_rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same contracts over packages that hold nothing."""
    root = tmp_path_factory.mktemp("rooms")
    project = read_text(ROOT / "pyproject.toml")
    (root / "pyproject.toml").write_text(project, encoding="utf-8")
    contracts = tomllib.loads(project)["tool"]["importlinter"]["contracts"]
    for name in set(re.findall(r"\b(?:pipelines|expectations)(?:\.\w+)?", str(contracts))):
        package = root / name.replace(".", "/")
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
    return root


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("pipelines/sources", "import pipelines.landing", "Imports run one way"),
        ("pipelines/landing", "import dagster", "Pure rooms know no Dagster"),
        ("expectations", "import pipelines.identity", "Expectations know the contracts and nothing else of ours"),
        ("pipelines/reports", "import expectations", "Only the landing runs the expectations"),
        ("pipelines/simulation", "import pipelines.landing", "The simulated departments know what departments know"),
    ],
)
def test_each_contract_breaks(empty_rooms: Path, room: str, line: str, contract: str) -> None:
    module = empty_rooms / room / "__init__.py"
    module.write_text(line, encoding="utf-8")
    try:
        verdict = lint_imports(empty_rooms)
    finally:
        module.write_text("", encoding="utf-8")
    assert verdict.returncode == 1
    assert re.search(rf"{re.escape(contract)}\s+BROKEN", verdict.stdout), verdict.stdout


def test_empty_rooms_keep_every_contract(empty_rooms: Path) -> None:
    assert lint_imports(empty_rooms).returncode == 0
