"""dbt's source declarations, derived from the catalog: the tables that landing and identity put into the build file.

Belongs here: the shape (name, columns, types, asset key) of every table that dbt reads. Does not belong here: filling
them (`landing.load`, `identity`). The YAML is generated before every dbt call and never committed, so that a dataset is
described in its catalog file only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.files import yaml_text
from pipelines.settings import DBT_PROJECT
from pipelines.sources.contract import Contract, load_catalog

SOURCES_FILE = DBT_PROJECT / "models" / "_sources.generated.yml"

SQL_TYPES = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,2)",
    "date": "DATE",
    "month": "DATE",
    "boolean": "BOOLEAN",
}

# The row's way back to its delivery, carried by every landed row.
LINEAGE = {"_delivery_id": "VARCHAR", "_row": "BIGINT", "_delivered_at": "DATE"}

LANDING_TABLES: dict[str, dict[str, str]] = {
    "delivery": {
        "delivery_id": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "delivered_at": "DATE",
        "landed_at": "TIMESTAMP",
        "verdict": "VARCHAR",
        "duplicate_of": "VARCHAR",
        "sha256": "VARCHAR",
        "file_name": "VARCHAR",
        "reasons_zh": "VARCHAR",
        "reasons_en": "VARCHAR",
        "rows_read": "BIGINT",
        "rows_landed": "BIGINT",
        "rows_quarantined": "BIGINT",
        "values_redacted": "BIGINT",
        "contract_version": "INTEGER",
        "released_by": "VARCHAR",  # who let it pass a hold, and why
        "release_reason": "VARCHAR",
    },
    # Of datasets that come in parts: each part that has rows in a delivery.
    "delivery_part": {"delivery_id": "VARCHAR", "part": "VARCHAR"},
    "quarantine": {
        "delivery_id": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "file_name": "VARCHAR",
        "sheet": "VARCHAR",
        "row_no": "BIGINT",
        "column_name": "VARCHAR",
        "code": "VARCHAR",
        "message_zh": "VARCHAR",
        "message_en": "VARCHAR",
        "fix_zh": "VARCHAR",
    },
    "return_line": {
        "delivery_id": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "file_name": "VARCHAR",
        "sheet": "VARCHAR",
        "row_no": "BIGINT",
        "column_name": "VARCHAR",
        "code": "VARCHAR",
        "message_zh": "VARCHAR",
        "fix_zh": "VARCHAR",
        "opened_on": "DATE",
        "closed_on": "DATE",
        "closed_by_delivery_id": "VARCHAR",
    },
    "quality_result": {
        "delivery_id": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "expectation": "VARCHAR",
        "column_name": "VARCHAR",
        "severity": "VARCHAR",
        "success": "BOOLEAN",
        "unexpected_count": "BIGINT",
        "observed": "VARCHAR",
        "fix_zh": "VARCHAR",
    },
    "dataset": {
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "title_zh": "VARCHAR",
        "title_en": "VARCHAR",
        "owner_zh": "VARCHAR",
        "kind": "VARCHAR",
        "every_days": "INTEGER",
        "grade": "VARCHAR",
        "audience": "VARCHAR",  # who may learn anything of its rows
        "restricted_headers": "VARCHAR",  # headers of what not everybody may learn, with 、 between them
        "is_spine": "BOOLEAN",
        "failure_zh": "VARCHAR",  # why the source could not be had in the run's week
        "is_suspended": "BOOLEAN",  # whether that is its agreement (none, expired, suspended)
    },
    "run": {
        "week": "DATE",
        "as_of": "DATE",
        "county_code": "VARCHAR",
        "county_name": "VARCHAR",
        "small_cell": "INTEGER",
    },
    # What readers were last shown for the week before: one row, or none where nothing was published for it.
    "published": {
        "build_id": "VARCHAR",
        "rules_changed": "BOOLEAN",
        "code_changed": "BOOLEAN",
    },
    "published_delivery": {"delivery_id": "VARCHAR"},
    "published_item": {
        "file": "VARCHAR",  # village, person
        "subject_id": "VARCHAR",
        "village_id": "VARCHAR",
        "section": "VARCHAR",
        "item": "VARCHAR",
        "item_zh": "VARCHAR",
        "value": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "delivery_id": "VARCHAR",
        "row_no": "BIGINT",
        "restricted": "BOOLEAN",
    },
    "published_link": {"delivery_id": "VARCHAR", "row_no": "BIGINT", "person_id": "VARCHAR"},
    "record_content": {"dataset": "VARCHAR", "delivery_id": "VARCHAR", "row_no": "BIGINT", "content": "VARCHAR"},
    "mended_row": {"delivery_id": "VARCHAR", "row_no": "BIGINT"},
}

IDENTITY_TABLES: dict[str, dict[str, str]] = {
    "person_link": {
        "_delivery_id": "VARCHAR",
        "_row": "BIGINT",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "person_id": "VARCHAR",
        "rule": "VARCHAR",
        "decision_no": "VARCHAR",
    },
    "person": {"person_id": "VARCHAR", "first_delivered_at": "DATE"},
    "unlinked": {"_delivery_id": "VARCHAR", "department": "VARCHAR", "dataset": "VARCHAR", "records": "BIGINT"},
    "review_item": {
        "item_id": "VARCHAR",
        "subject_kind": "VARCHAR",
        "subject_a": "VARCHAR",
        "subject_b": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "rule": "VARCHAR",
        "weight": "DOUBLE",  # in bits
        "evidence": "VARCHAR",
        "opened_on": "DATE",
        "state": "VARCHAR",  # waiting, disputed
    },
    "village_registry": {
        "village_code": "VARCHAR",
        "village_id": "VARCHAR",
        "valid_from": "DATE",
        "valid_to": "DATE",
        "named_from": "DATE",
        "named_to": "DATE",
    },
    "village_place": {"village_code": "VARCHAR", "from_on": "DATE", "until_on": "DATE", "village_id": "VARCHAR"},
    "village_lineage": {
        "from_id": "VARCHAR",
        "to_id": "VARCHAR",
        "steps": "INTEGER",
        "effective_on": "DATE",
        "ended_on": "DATE",
        "share": "DOUBLE",
        "kind": "VARCHAR",
        "basis": "VARCHAR",
        "document_no": "VARCHAR",
    },
    "village_history": {
        "village_id": "VARCHAR",
        "attribute": "VARCHAR",
        "value_code": "VARCHAR",
        "value_name": "VARCHAR",
        "valid_from": "DATE",
        "valid_to": "DATE",
    },
    "village_proposal": {
        "kind": "VARCHAR",
        "old_id": "VARCHAR",
        "old_code": "VARCHAR",
        "new_id": "VARCHAR",
        "new_code": "VARCHAR",
        "evidence": "VARCHAR",
        "opened_on": "DATE",
        "state": "VARCHAR",
        "decision_no": "VARCHAR",
    },
}


def landed_types(contract: Contract) -> dict[str, str]:
    """Column → SQL type of a dataset's landed rows, lineage last."""
    return {
        **{column.name: SQL_TYPES.get(column.type, "VARCHAR") for column in contract.landed_columns},
        **LINEAGE,
    }


def source_declarations() -> dict[str, Any]:
    """The content of dbt's sources YAML; asset keys tie each source table to the Dagster asset that fills it."""
    landed = [
        _table(contract.name, landed_types(contract), ["landing", contract.department, contract.dataset],
               f"{contract.title.zh} / {contract.title.en}")
        for contract in load_catalog().values()
    ]
    ledger = [_table(name, types, ["landing", "ledger"]) for name, types in LANDING_TABLES.items()]
    identity = [_table(name, types, ["identity", name]) for name, types in IDENTITY_TABLES.items()]
    return {
        "version": 2,
        "sources": [
            {"name": "landing", "schema": "landing", "tables": landed + ledger},
            {"name": "identity", "schema": "identity", "tables": identity},
        ],
    }


def _table(name: str, types: dict[str, str], asset_key: list[str], description: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "config": {"meta": {"dagster": {"asset_key": asset_key}}},
        "columns": [{"name": column, "data_type": sql_type} for column, sql_type in types.items()],
    }


def write_source_declarations(path: Path = SOURCES_FILE) -> Path:
    """Write the sources YAML if its content changed (an unchanged file keeps dbt's partial parsing valid)."""
    text = "# Generated from the catalog; see pipelines/sources/dbt_sources.py.\n" + yaml_text(source_declarations())
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    return path


if __name__ == "__main__":
    print(write_source_declarations())
