"""`cunshe check rules`: every rule from a department's file to its readers; and a rule whose text is broken stops itself alone.

How a rule is judged is tested with made-up readings in tests/unit/checks; here the county goes the whole way.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Built
from tests.integration.copies import copy_project
from tests.integration.homes import Home
from tests.unit.reports.page_reader import read_page

pytestmark = pytest.mark.long

# Rules broken on purpose: the file, what stands there, what is put in its place, and why its warnings are held back.
BROKEN = {
    "petition_open": ("petition_open.sql", "\"'信访事项未办结'\"", "'null'", "no_text"),
    "review_hold": ("review_hold.sql", "'联审结论为暂缓'", "'联审结论为暂缓，电话16000000001'", "identity_sign"),
}


@dataclass(frozen=True)
class Checked:
    """What the command said, and the home it ran in."""

    home: Home
    rules: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def every_rule(once: Built) -> Home:
    """The county in which every rule fires, run."""
    return once("rules", lambda path: Home(path).cunshe("check", "rules", "--json", "--keep", str(path)))


@pytest.fixture(scope="module")
def broken(every_rule: Home, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The same deliveries, already landed, in a project in which two rules are broken."""
    root = copy_project(tmp_path_factory.mktemp("rules") / "project")
    for file, text, instead, _ in BROKEN.values():
        path = root / "dbt_project" / "models" / "warnings" / f"rule_{file}"
        assert path.read_text("utf-8").count(text) == 1, f"{file} no longer has the text that is broken here"
        path.write_text(path.read_text("utf-8").replace(text, instead), encoding="utf-8")
    home = Home(root / "var")
    shutil.copytree(every_rule.path, home.path, ignore=shutil.ignore_patterns("published", "reports", "dbt"))
    done = run_check(home, root)
    assert done.returncode == 1, done.stderr
    return Checked(home, {one["rule_id"]: one for one in json.loads(done.stdout)})


def run_check(home: Home, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "check", "rules", "--json", "--keep", str(home.path)]
    environment = {**home.environment, "PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_every_rule_fires_is_published_and_is_read(every_rule: Home) -> None:
    printed = every_rule.cunshe("check", "rules", "--json", "--keep", str(every_rule.path))
    found = json.loads(printed.stdout)
    assert len(found) == 42
    assert [one["rule_id"] for one in found if one["missing"]] == []


def test_a_rule_broken_on_purpose_makes_the_check_fail_and_no_other_rule(broken: Checked) -> None:
    failed = {rule: one["missing"] for rule, one in broken.rules.items() if one["missing"]}
    assert set(failed) == set(BROKEN)
    for rule, (*_, reason) in BROKEN.items():
        assert f"held back: {reason}" in failed[rule]


def test_the_county_reads_what_was_held_back_where_and_why(broken: Checked) -> None:
    (path,) = (broken.home.path / "reports").glob("*/*/county.html")
    text = read_page(path.read_text("utf-8")).one("p", class_="withheld").text
    assert "规则petition_open" in text and "没有情况说明" in text and "示例11村" in text
    assert "16000000001" not in path.read_text("utf-8")
    assert set(broken.home.status()["withheld"]) == set(BROKEN)
