"""Every dataset, indicator and rule is whole; the second half breaks a small project piece by piece."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conventions import checks_pieces as checks
from tests.conventions.tree import ROOT, read_text

INDICATORS = ("indicators.csv", "indicator_id", "indicators", "ind_")
RULES = ("warning_rules.csv", "rule_id", "warnings", "rule_")


def test_every_dataset_is_whole() -> None:
    assert checks.catalog_names(ROOT)
    assert not checks.missing_dataset_pieces(ROOT)


@pytest.mark.parametrize("seed", [INDICATORS, RULES], ids=["indicators", "rules"])
def test_every_row_of_the_seed_has_its_model(seed: tuple[str, str, str, str]) -> None:
    assert not checks.missing_seed_pieces(ROOT, *seed)


def test_every_model_is_described_in_both_languages() -> None:
    assert not checks.undescribed_models(ROOT)


@pytest.mark.parametrize("name", checks.catalog_names(ROOT))
def test_every_suite_says_who_and_how_bad_and_how_to_mend(name: str) -> None:
    suite = ROOT / "expectations" / "suites" / f"{name}.yml"
    assert not checks.bad_expectations(yaml.safe_load(read_text(suite)))


def test_the_import_contracts_know_every_room() -> None:
    assert not checks.unlisted_rooms(ROOT, _project())


def _project() -> dict[str, Any]:
    return tomllib.loads(read_text(ROOT / "pyproject.toml"))


# --- a small project, whole and then broken -------------------------------------------------------------------------

MART = """
models:
  - name: village_file
    description: "每个村社一行 / One row per village"
    columns: [{name: village_id, description: "村社 / Village"}]
  - name: ind_a
    description: "指标 / Indicator"
  - name: stg_d__s
    description: "整理 / Staged"
"""
FILES = {
    "pipelines/sources/catalog/d__s.yml": "title: x\n",
    "expectations/suites/d__s.yml": "x: 1\n",
    "dbt_project/models/staging/d/stg_d__s.sql": "select 1\n",
    "dbt_project/models/indicators/ind_a.sql": "select 1\n",
    "dbt_project/models/marts/village_file.sql": "select 1\n",
    "dbt_project/models/marts/_marts.yml": MART,
    "dbt_project/seeds/indicators.csv": "indicator_id,name_zh\na,甲\n",
    "tests/fixtures/d__s/whole.csv": "x\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_small_project_is_whole(small: Path) -> None:
    assert checks.missing_dataset_pieces(small) == []
    assert checks.missing_seed_pieces(small, *INDICATORS) == []
    assert checks.undescribed_models(small) == []


@pytest.mark.parametrize(
    "piece",
    ["expectations/suites/d__s.yml", "dbt_project/models/staging/d/stg_d__s.sql", "tests/fixtures/d__s/whole.csv"],
)
def test_a_missing_piece_is_named(small: Path, piece: str) -> None:
    (small / piece).unlink()
    named = piece if piece.endswith(("yml", "sql")) else "tests/fixtures/d__s"
    assert checks.missing_dataset_pieces(small) == [f"d__s: {named} is missing"]


def test_pieces_of_a_dataset_that_is_gone_are_named(small: Path) -> None:
    (small / "pipelines/sources/catalog/d__s.yml").unlink()
    assert len(checks.missing_dataset_pieces(small)) == 2


def test_a_seed_row_without_model_and_a_model_without_row_are_named(small: Path) -> None:
    (small / "dbt_project/models/indicators/ind_a.sql").rename(small / "dbt_project/models/indicators/ind_b.sql")
    assert checks.missing_seed_pieces(small, *INDICATORS) == [
        "indicators.csv: no model models/indicators/ind_a.sql",
        "models/indicators/ind_b.sql: no row 'b' in seeds/indicators.csv",
    ]
    assert checks.missing_seed_pieces(small, *RULES) == ["dbt_project/seeds/warning_rules.csv is missing"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("每个村社一行 / One row per village", "村社 / Villages"),
        ("每个村社一行 / One row per village", "每个村社一行"),
        ("村社 / Village", "Village"),
        ("指标 / Indicator", "Indicator / 指标"),
        ("name: stg_d__s", "name: stg_other"),
        ('columns: [{name: village_id, description: "村社 / Village"}]', "columns: []"),
    ],
)
def test_a_poor_description_is_found(small: Path, good: str, bad: str) -> None:
    (small / "dbt_project/models/marts/_marts.yml").write_text(MART.replace(good, bad), encoding="utf-8")
    assert len(checks.undescribed_models(small)) == 1


def test_a_suite_that_does_not_say_enough_is_found() -> None:
    expectation = {"type": "expect_x", "severity": "warning", "fix_zh": "请补报"}
    assert checks.bad_expectations({"owner": "o", "expectations": [expectation]}) == []
    assert checks.bad_expectations({"owner": "o", "expectations": []}) == ["suite: no expectation"]
    assert checks.bad_expectations({"expectations": [expectation]}) == ["suite: no owner"]
    assert len(checks.bad_expectations({"owner": "o", "expectations": [{**expectation, "severity": "bad"}]})) == 1
    assert len(checks.bad_expectations({"owner": "o", "expectations": [{**expectation, "fix_zh": "mend"}]})) == 1


def test_a_room_the_contracts_forget_is_found(tmp_path: Path) -> None:
    (tmp_path / "pipelines" / "attic").mkdir(parents=True)
    (tmp_path / "pipelines" / "attic" / "__init__.py").touch()
    assert checks.unlisted_rooms(tmp_path, _project()) == [
        "pipelines.attic: not in the layers",
        "pipelines.attic: not kept from Dagster",
    ]
