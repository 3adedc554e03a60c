"""The typed shape of `editions.yml` and `views.yml`: what is published to whom, as data.

Belongs here: loading and checking that file, against itself and against a build. Does not belong here: SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipelines.errors import CunsheError
from pipelines.files import read_yaml

EDITIONS_FILE = Path(__file__).with_name("editions.yml")
ANALYST, AUTHORISED = "analyst", "authorised"
EDITIONS = (ANALYST, AUTHORISED)

# Table → column → type, of the schema `marts` or `seeds` of a build.
Tables = dict[str, dict[str, str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CellRule(_Strict):
    """Where a column's counts stand among the figures of `disclosure`: SQL on the mart."""

    measure: str
    scope: str
    status: str
    week: str = "t.week_start"


class ValueRule(_Strict):
    """A mart's columns that show what a warning rule measured, hidden with the sum behind it."""

    week: str
    counts: tuple[str, ...] = ()
    text: str


class AddedColumn(_Strict):
    """A column that only the analyst edition has."""

    sql: str
    comment: str


class MartRule(_Strict):
    """What the analyst edition does with one mart; the authorised edition has it whole."""

    source: str | None = None
    handled: str = ""
    drop: tuple[str, ...] = ()
    where: str = "true"
    replace: dict[str, str] = {}
    add: dict[str, AddedColumn] = {}
    suppress: tuple[str, ...] = ()
    cells: dict[str, CellRule] = {}
    values: ValueRule | None = None
    order_by: str | None = None

    @property
    def columns(self) -> set[str]:
        """The columns of the mart that this rule names."""
        values = (*self.values.counts, self.values.text) if self.values else ()
        return {*self.drop, *self.replace, *self.suppress, *self.cells, *values}


class ViewRule(_Strict):
    """A Chinese view: its columns by Chinese name, as SQL on the edition."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    comment: str
    source: str
    authorised_source: str | None = None
    columns: dict[str, str]
    analyst_columns: dict[str, str] = {}
    authorised_columns: dict[str, str] = {}


class AgeBand(_Strict):
    """A band of ages by its last year; the last band has none."""

    zh: str
    up_to: int | None = None


class PersonsRule(_Strict):
    """How a person's attributes are shown to analysts (`persons`)."""

    table: str
    area: str
    age_bands: tuple[AgeBand, ...]
    attributes: dict[str, str]

    @model_validator(mode="after")
    def _ends_open(self) -> PersonsRule:
        bounds = [band.up_to for band in self.age_bands]
        if not bounds or bounds[-1] is not None or None in bounds[:-1] or bounds[:-1] != sorted(set(bounds[:-1])):  # type: ignore[type-var]
            raise ValueError("age_bands: rising years, and a last band without")
        return self


class AuditRule(_Strict):
    """What must not be found in the analyst edition."""

    identifier_columns: tuple[str, ...]
    identifier_values: dict[str, str]
    absent_columns: dict[str, tuple[str, ...]] = {}
    absent_rows: dict[str, str] = {}
    person_attributes: tuple[str, ...]


class EditionRules(_Strict):
    """All of `editions.yml`, and the views of `views.yml`."""

    volatile: dict[str, tuple[str, ...]]
    provenance: tuple[str, ...]
    seeds: dict[str, str]
    open_on_restricted: dict[Literal["rules", "indicators"], dict[str, str]]
    marts: dict[str, MartRule]
    persons: PersonsRule
    audit: AuditRule
    views: dict[str, ViewRule]

    def traced(self, table: str, columns: Mapping[str, str]) -> dict[str, str]:
        """The columns (name → type) that the trace hash covers."""
        return {name: kind for name, kind in columns.items() if name not in self.volatile.get(table, ())}

    def told(self, table: str, columns: Mapping[str, str]) -> dict[str, str]:
        """The columns that the content hash covers: what a table says, however it came to know it."""
        return {name: kind for name, kind in self.traced(table, columns).items() if name not in self.provenance}

    def check_build(self, marts: Tables, seeds: Tables) -> None:
        """Raise unless this file and a build speak of the same tables and columns."""
        problems = [f"the build has no seed {name}" for name in sorted(self.seeds.keys() - seeds.keys())]
        problems += [f"the build has no mart {name}" for name in sorted(self.marts.keys() - marts.keys())]
        problems += [
            f"it does not say what to do with mart {name}" for name in sorted(marts.keys() - self.marts.keys())
        ]
        for name, rule in self.marts.items():
            missing = (rule.columns | set(self.volatile.get(name, ()))) - marts.get(name, {}).keys()
            if name in marts and missing:
                problems.append(f"mart {name} has no column {', '.join(sorted(missing))}")
        if problems:
            raise CunsheError(
                f"{EDITIONS_FILE.name} and the build do not fit: {'; '.join(problems)}.",
                f"Mend {EDITIONS_FILE.name} or the mart. Nothing was published.",
            )


@cache
def load_rules(path: Path = EDITIONS_FILE) -> EditionRules:
    """Read `editions.yml` and the `views.yml` beside it; errors name the field."""
    content = read_yaml(path) | {"views": read_yaml(path.with_name("views.yml"))}
    try:
        content["marts"] = _with_conditions(content["marts"], content.pop("conditions"))
        for mart in content["marts"].values():
            mart["source"] = mart.pop("from", None)
        for view in content["views"].values():
            view["source"] = view.pop("from")
            if "authorised_from" in view:
                view["authorised_source"] = view.pop("authorised_from")
        return EditionRules.model_validate(content)
    except (ValidationError, KeyError) as problem:
        raise CunsheError(f"{path.name}: {problem}", "Mend the field.") from None


def _with_conditions(part: Any, conditions: Mapping[str, str]) -> Any:
    """The marts with the named conditions written out."""
    if isinstance(part, dict):
        return {name: _with_conditions(value, conditions) for name, value in part.items()}
    if isinstance(part, str):
        for name, condition in conditions.items():
            part = part.replace("{" + name + "}", f"({condition})")
    return part
