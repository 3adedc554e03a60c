"""The typed shape of a suite file.

Belongs here: loading and checking `suites/*.yml`. Does not belong here: running them (`runner`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.errors import CunsheError
from pipelines.settings import SUITES

Severity = Literal["critical", "warning"]
# What a suite may ask of the run: `{context: <name>}` in an expectation's arguments.
CONTEXT_NAMES = frozenset({"village_codes", "delivered_at"})


class Expectation(BaseModel):
    """One expectation.

    `critical` sets the failing rows aside, or holds the delivery where the expectation speaks of the whole table;
    `warning` only shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    type: str
    kwargs: dict[str, Any]
    severity: Severity
    zh: str
    en: str
    fix_zh: str

    @property
    def column(self) -> str | None:
        """The column a finding is reported under."""
        return self.kwargs.get("column") or self.kwargs.get("column_A")

    def needs(self, name: str) -> bool:
        """Whether an argument is taken from the run's context under `name`."""
        return any(isinstance(value, dict) and value.get("context") == name for value in self.kwargs.values())


class Suite(BaseModel):
    """The expectations of one dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    expectations: tuple[Expectation, ...]

    def needs(self, name: str) -> bool:
        return any(expectation.needs(name) for expectation in self.expectations)


class Context(BaseModel):
    """What a suite may compare a delivery with: the village codes in force (None: no list yet) and its date."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    village_codes: frozenset[str] | None
    delivered_at: date


@cache
def load_suite(name: str, folder: Path = SUITES) -> Suite:
    """Read `suites/<name>.yml`. Errors name the file and the field."""
    path = folder / f"{name}.yml"
    try:
        suite = Suite(**yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CunsheError(f"Dataset {name} has no suite.", f"Write expectations/suites/{path.name}.") from None
    except ValidationError as problem:
        fields = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors())
        raise CunsheError(f"suite {path.name}: {fields}", "Mend the field in the suite file.") from None
    for expectation in suite.expectations:
        wanted = {value["context"] for value in expectation.kwargs.values() if isinstance(value, dict)}
        if wanted - CONTEXT_NAMES:
            raise CunsheError(
                f"suite {path.name}: {expectation.id}: no such context: {', '.join(sorted(wanted - CONTEXT_NAMES))}",
                f"Known are {', '.join(sorted(CONTEXT_NAMES))}.",
            )
    return suite
