"""Invented agreements and impact assessments: the register of a home of the simulation.

Belongs here: what stands in it. Does not belong here: reading a register (`access`), homes (`demo`).
"""

from __future__ import annotations

from typing import Any

from pipelines.files import yaml_text
from pipelines.sources.contract import load_catalog

_SIGNED_ON, _EXPIRES_ON, _ASSESSED_ON = "2019-01-02", "2099-12-31", "2020-10-12"
_HEAD = "# Invented, as all people and papers of the simulation. A real register is kept by the county: docs/operations.md.\n"


def invented_register() -> dict[str, Any]:
    """An agreement for each number that the catalog names, and an assessment of those with sensitive data."""
    agreements: dict[str, dict[str, Any]] = {}
    sensitive: set[str] = set()
    for contract in load_catalog().values():
        entry = agreements.setdefault(
            contract.agreement,
            {"number": contract.agreement, "document_no": f"虚构协议〔2019〕{contract.agreement}号",
             "supplier": contract.department, "purpose": contract.purpose, "legal_basis": contract.legal_basis,
             "grade": contract.grade, "signed_on": _SIGNED_ON, "expires_on": _EXPIRES_ON},
        )  # fmt: skip
        entry["grade"] = max(entry["grade"], contract.grade)
        if contract.is_sensitive:
            sensitive.add(contract.agreement)
    assessment = {"number": "PIA-2020-01", "agreements": sorted(sensitive), "done_on": _ASSESSED_ON, "done_by": "虚构评估人"}
    return {"version": 1, "agreements": list(agreements.values()), "assessments": [assessment]}


def register_text() -> str:
    """The register as the file that lies in a home."""
    return _HEAD + yaml_text(invented_register(), width=120)
