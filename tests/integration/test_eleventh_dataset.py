"""A new dataset of a new department takes the files that the README names, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from pipelines.settings import PROJECT_ROOT, SETTINGS_FILE
from pipelines.simulation import simulate
from tests.integration.copies import copy_project, git, python
from tests.integration.homes import FIRST

NAME = "justice__mediations"
# Where a piece goes, as the README's section "Add a dataset" writes it, and what is put there.
PIECES = {
    "pipelines/sources/catalog/<department>__<dataset>.yml": """\
title: {zh: 人民调解案件, en: People's mediation cases}
owner: {zh: 区司法局人民参与和促进法治科, team: justice}
contact: 司法局数据联络员
legal_basis: 人民调解法；政务数据共享条例第二十条
purpose: 村级风险研判
agreement: JU-01
grade: L2
source: {kind: folder}
cadence: {every_days: 7}
kind: events
key: [case_no]
row_floor: {minimum: 0}
version: 1
columns:
  - {name: case_no, headers: [案件编号], type: text, required: true, zh: 案件编号, en: Number of the case}
  - {name: village_code, headers: [村社代码], type: village_code, required: true, zh: 村社的12位代码, en: Code of the village}
  - {name: accepted_on, headers: [受理日期], type: date, required: true, zh: 受理日期, en: Day of acceptance}
  - {name: agreed_on, headers: [达成日期], type: date, required: false, zh: 达成协议日期, en: Day of the agreement}
ignored: [序号]
forbidden:
  - {headers: [当事人], why: 当事人信息不在共享范围}
""",
    "expectations/suites/<department>__<dataset>.yml": """\
owner: 区司法局人民参与和促进法治科
expectations:
  - id: not_agreed_before_accepted
    type: ExpectColumnPairValuesAToBeGreaterThanB
    kwargs: {column_A: agreed_on, column_B: accepted_on, or_equal: true, ignore_row_if: either_value_is_missing}
    severity: critical
    zh: 达成日期早于受理日期
    en: agreed before it was accepted
    fix_zh: 请核对受理日期和达成日期
""",
    "dbt_project/models/staging/<department>/stg_<department>__<dataset>.sql": """\
select
    case_no,
    village_code,
    accepted_on,
    agreed_on,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'justice__mediations') }}
""",
    "tests/fixtures/<department>__<dataset>/": """\
案件编号,村社代码,受理日期,达成日期
J-1,999901001201,2020-11-02,2020-11-20
J-2,999901001202,2020-11-03,
""",
}
DESCRIPTION = """\
version: 2

models:
  - name: stg_justice__mediations
    description: "人民调解案件：报送的每行一行 / People's mediation cases: one row per row as landed"
"""
BAD_SAMPLE = "not_agreed_before_accepted: {row: 2, column: 达成日期, value: '2020-10-01'}\n"


def path_of(place: str) -> str:
    department, dataset = NAME.split("__")
    return place.replace("<department>", department).replace("<dataset>", dataset)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the new dataset's files in it."""
    root = copy_project(tmp_path_factory.mktemp("eleventh") / "project")
    write_docs(root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "-c", "user.name=t", "-c", "user.email=t@127.0.0.1", "commit", "-q", "-m", "before")
    for place, content in PIECES.items():
        path = root / path_of(place)
        files = {path: content}
        if place.endswith("/"):
            files = {path / "good.csv": content, path / "bad.yml": BAD_SAMPLE}
        if place.endswith(".sql"):
            files[path.with_name("_justice.yml")] = DESCRIPTION
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return root


def write_docs(root: Path) -> None:
    """What `make docs` does."""
    for module in ("pipelines.sources.dbt_models", "pipelines.docs_pages"):
        python(root, "-m", module)


def test_the_readme_names_these_places() -> None:
    section = (PROJECT_ROOT / "README.md").read_text("utf-8").split("## Add a dataset")[1].split("\n## ")[0]
    assert set(re.findall(r"`([^`]*<dataset>[^`]*)`", section)) == set(PIECES)


def test_a_convention_test_names_what_is_forgotten(copy: Path) -> None:
    from tests.conventions.checks_pieces import missing_dataset_pieces

    assert missing_dataset_pieces(copy) == []
    for place in list(PIECES)[1:]:
        path = copy / path_of(place)
        aside = path.with_name(f"{path.name}.aside")
        path.rename(aside)
        assert any(path_of(place).rstrip("/") in one for one in missing_dataset_pieces(copy))
        aside.rename(path)


def test_only_these_files_and_what_derives_from_them_change(copy: Path) -> None:
    write_docs(copy)
    changed = {line[3:] for line in git(copy, "status", "--porcelain", "-uall").splitlines()}
    allowed = tuple(path_of(place) for place in PIECES)
    beside = "dbt_project/models/staging/justice/_justice.yml"
    assert {name for name in changed if not name.startswith(allowed)} == {beside, "docs/data-contracts.md"}


def test_the_tests_of_the_pieces_take_it_up(copy: Path) -> None:
    printed = python(
        copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/conventions/test_pieces.py",
        "tests/unit/sources/test_fixtures.py", "-k", "pieces or justice",
    )  # fmt: skip
    assert "test_good_sample_lands_whole[justice__mediations] PASSED" in printed
    assert "not_agreed_before_accepted" in printed


def test_it_is_landed_built_and_shown(copy: Path, tmp_path: Path) -> None:
    home = tmp_path / "var"
    simulate(home / "inbox", weeks=1, villages=6, seed=3)
    (home / SETTINGS_FILE).write_text("CUNSHE_ALLOW_UNASSIGNED_AREA=true\n", encoding="utf-8")
    drop = home / "inbox" / "justice" / "mediations" / "2020-11-26" / "调解.csv"
    drop.parent.mkdir(parents=True)
    shutil.copyfile(copy / "tests" / "fixtures" / NAME / "good.csv", drop)
    python(copy, "-m", "pipelines.cli", "run", "--week", FIRST, home=home)
    status = json.loads(python(copy, "-m", "pipelines.cli", "status", "--json", home=home))
    feed = status["datasets"]["justice/mediations"]
    assert (feed["state"], feed["landed"]) == ("fresh", 2)
    page = (Path(status["report_folder"]) / "county.html").read_text("utf-8")
    assert "人民调解案件" in page
