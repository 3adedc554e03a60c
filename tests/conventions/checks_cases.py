"""The list of intake cases: each case stands in the page once, and page and tests know each other.

Each function takes the root of a project, so that it can be shown a broken one.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

PAGE = Path("docs/intake-cases.md")
CASES = Path("tests/unit/sources/cases")
ALL_CASES = tuple(f"E-{number:02d}" for number in range(1, 69))
SHORT = {name: f"test_{file}_cases.py" for name, file in dict(value="value", texts="text", rows="row", reading="reading").items()}


def rows_of(root: Path) -> list[list[str]]:
    """The rows of the page's table: case, description, handling, tests."""
    lines = (root / PAGE).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| E-\d", line)]


def missing_cases(root: Path) -> list[str]:
    """Cases that are not in the page, or twice, or without a handling, or out of order."""
    found = [row[0] for row in rows_of(root)]
    faults = [f"{case}: in the page {found.count(case)} times" for case in ALL_CASES if found.count(case) != 1]
    faults += [f"{row[0]}: no such case" for row in rows_of(root) if row[0] not in ALL_CASES]
    faults += [f"{row[0]}: not four filled cells" for row in rows_of(root) if len(row) != 4 or not all(row)]
    return faults if faults or found == sorted(found) else ["the cases are out of order"]


def stray_tests(root: Path) -> list[str]:
    """Tests that the page names and that do not exist."""
    return [name for _, _, _, cell in rows_of(root) for name in _named(cell) if not _exists(root, name)]


def unlisted_tests(root: Path) -> list[str]:
    """Tests of a case (`test_eNN_…`) that the page does not name in that case's row."""
    listed = {row[0]: set(_named(row[3])) for row in rows_of(root)}
    short = {file: name for name, file in SHORT.items()}
    return [
        f"{short.get(path.name, path.name)}::{name}"
        for path in sorted((root / CASES).glob("test_*.py"))
        for name in _functions(path)
        if (match := re.match(r"test_e(\d\d)_", name))
        and f"{short.get(path.name, path.name)}::{name}" not in listed.get(f"E-{match[1]}", ())
    ]


def _named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+::[^`]+)`", cell)


def _exists(root: Path, name: str) -> bool:
    place, _, test = name.partition("::")
    path = root / CASES / SHORT[place] if place in SHORT else root / "tests" / place
    path = path if path.is_file() else root / place
    if not path.is_file():
        return False
    if path.suffix == ".yml":
        return re.search(rf"^ *- name: {re.escape(test)}$", path.read_text(encoding="utf-8"), re.MULTILINE) is not None
    return test in _functions(path)


def _functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
