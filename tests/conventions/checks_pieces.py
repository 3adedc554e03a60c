"""Adding a dataset, an indicator or a rule takes a few pieces each; these functions name the pieces that are missing.

Each function takes the root of a project, so that it can be shown a broken one.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import yaml

SEVERITIES = frozenset({"critical", "warning"})


def catalog_names(root: Path) -> list[str]:
    """`<department>__<dataset>` of every catalog file."""
    return sorted(path.stem for path in (root / "pipelines" / "sources" / "catalog").glob("*.yml"))


def missing_dataset_pieces(root: Path) -> list[str]:
    """What a dataset of the catalog lacks: suite, staging model, fixture; and pieces whose catalog file is gone."""
    names = catalog_names(root)
    missing = []
    for name in names:
        department = name.split("__")[0]
        pieces = (
            Path(f"expectations/suites/{name}.yml"),
            Path(f"dbt_project/models/staging/{department}/stg_{name}.sql"),
            Path(f"tests/fixtures/{name}"),
        )
        missing += [f"{name}: {piece.as_posix()} is missing" for piece in pieces if not _present(root / piece)]
    orphans = [path for path in (root / "expectations/suites").glob("*.yml") if path.stem not in names]
    staged = (root / "dbt_project/models/staging").glob("*/stg_*.sql")
    orphans += [path for path in staged if path.stem.removeprefix("stg_") not in names]
    missing += [f"{path.relative_to(root).as_posix()}: no such dataset in the catalog" for path in orphans]
    return missing


def _present(piece: Path) -> bool:
    return any(piece.iterdir()) if piece.is_dir() else piece.is_file()


def missing_seed_pieces(root: Path, seed: str, key: str, folder: str, prefix: str) -> list[str]:
    """Rows of a seed without their model, and models without their row."""
    seed_file = root / "dbt_project" / "seeds" / seed
    if not seed_file.exists():
        return [f"dbt_project/seeds/{seed} is missing"]
    with seed_file.open(encoding="utf-8", newline="") as lines:
        ids = {row[key] for row in csv.DictReader(lines)}
    models = {path.stem.removeprefix(prefix) for path in (root / "dbt_project/models" / folder).glob(f"{prefix}*.sql")}
    return [f"{seed}: no model models/{folder}/{prefix}{name}.sql" for name in sorted(ids - models)] + [
        f"models/{folder}/{prefix}{name}.sql: no row '{name}' in seeds/{seed}" for name in sorted(models - ids)
    ]


def undescribed_models(root: Path) -> list[str]:
    """dbt models without a description in Chinese and English; for marts, also columns and the grain."""
    described = _model_entries(root)
    found = []
    for path in sorted((root / "dbt_project" / "models").rglob("*.sql")):
        entry = described.get(path.stem)
        if entry is None or not in_both_languages(entry.get("description", "")):
            found.append(f"{path.stem}: no description as '中文 / English'")
            continue
        if "marts" in path.parts:
            found += _mart_faults(path.stem, entry)
    return found


def _mart_faults(name: str, entry: dict[str, Any]) -> list[str]:
    zh, _, en = entry["description"].partition("/")
    faults = []
    if not (re.match(r"\s*每.*一行", zh, re.DOTALL) and en.strip().lower().startswith("one row per")):
        faults.append(f"{name}: the description must start with 每…一行 / one row per …")
    columns = entry.get("columns") or []
    if not columns:
        faults.append(f"{name}: no column is described")
    return faults + [
        f"{name}.{column['name']}: no description as '中文 / English'"
        for column in columns
        if not in_both_languages(column.get("description", ""))
    ]


def _model_entries(root: Path) -> dict[str, dict[str, Any]]:
    entries = {}
    for path in (root / "dbt_project" / "models").rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []:
            entries[model["name"]] = model
    return entries


def in_both_languages(description: str) -> bool:
    """True for '中文 / English'."""
    zh, slash, en = description.partition("/")
    return bool(slash and re.search(r"[\u4e00-\u9fff]", zh) and re.search(r"[A-Za-z]{2,}", en))


def bad_expectations(suite: dict[str, Any]) -> list[str]:
    """What a suite does not say: who owns it, how severe each expectation is, how a failure is mended."""
    found = [] if suite.get("owner") else ["suite: no owner"]
    expectations = suite.get("expectations") or []
    if not expectations:
        found.append("suite: no expectation")
    for number, expectation in enumerate(expectations, start=1):
        label = f"expectation {number} ({expectation.get('type', 'without type')})"
        if expectation.get("severity") not in SEVERITIES:
            found.append(f"{label}: severity must be one of {', '.join(sorted(SEVERITIES))}")
        if not re.search(r"[\u4e00-\u9fff]", str(expectation.get("fix_zh") or expectation.get("fix") or "")):
            found.append(f"{label}: no fix in Chinese")
    return found


def unlisted_rooms(root: Path, config: dict[str, Any]) -> list[str]:
    """Rooms of `pipelines` that the import contracts forget: not in the layers, or pure and not kept from Dagster."""
    contracts = {contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]}
    layered = set(re.findall(r"[\w.]+", " ".join(contracts["layers"]["layers"])))
    pure = set(contracts["pure"]["source_modules"])
    rooms = {
        f"pipelines.{path.stem}"
        for path in (root / "pipelines").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    return [f"{room}: not in the layers" for room in sorted(rooms - layered - OUTSIDE_THE_LAYERS)] + [
        f"{room}: not kept from Dagster" for room in sorted(rooms - pure - MAY_KNOW_DAGSTER)
    ]


# The simulation has a contract of its own.
OUTSIDE_THE_LAYERS = frozenset({"pipelines.simulation"})
MAY_KNOW_DAGSTER = frozenset(
    {"pipelines.assets", "pipelines.automation", "pipelines.cli", "pipelines.definitions", "pipelines.event_log", "pipelines.run"}
)
