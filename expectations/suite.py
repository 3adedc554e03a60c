"""The typed shape of a suite file.

Belongs here: loading and checking `suites/*.yml`. Does not belong here: running them (`runner`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.settings import SUITES

Severity = Literal["critical", "warning"]
# What a suite may ask of the run, and what is said where the run does not know it (yet).
CONTEXT_NAMES = {
    "village_codes": "no village list has been accepted yet",
    "village_codes_ever": "no village list has been accepted yet",
    "delivered_at": "the delivery has no date",
    "rows_before": "no earlier delivery to compare with",
    "share_before": "no earlier delivery to compare with",
}
_SHARE_OF = "share_of"


class Reference(BaseModel):
    """An argument taken from the run: `{context: rows_before, times: 0.5, plus: 10}`; times and plus go with figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    context: str
    times: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)

    @field_validator("context")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in CONTEXT_NAMES:
            raise ValueError(f"no such context: {name}; known are {', '.join(CONTEXT_NAMES)}")
        return name


class Expectation(BaseModel):
    """One expectation.

    `critical` sets the failing rows aside, or holds the delivery where the expectation speaks of the whole table;
    `warning` only shows. With `share_of: <code>` among its arguments it speaks of that code's share of the rows instead of
    the column's own values.
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

    @field_validator("kwargs", mode="before")
    @classmethod
    def _references(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {name: Reference(**value) if isinstance(value, dict) else value for name, value in kwargs.items()}

    @property
    def share_of(self) -> str | None:
        """The code whose share of the rows is meant, if it is a share."""
        return self.kwargs.get(_SHARE_OF)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments as Great Expectations knows them."""
        return {name: value for name, value in self.kwargs.items() if name != _SHARE_OF}

    @property
    def asks(self) -> frozenset[str]:
        """The names of the run's context that arguments are taken from."""
        return frozenset(value.context for value in self.kwargs.values() if isinstance(value, Reference))


class Suite(BaseModel):
    """The expectations of one dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    expectations: tuple[Expectation, ...]

    def needs(self, name: str) -> bool:
        """Whether any expectation asks the run for `name`."""
        return any(name in expectation.asks for expectation in self.expectations)

    @property
    def shares(self) -> frozenset[tuple[str, str]]:
        """The columns and codes whose shares are compared with the last accepted delivery."""
        return frozenset(
            (one.column, one.share_of) for one in self.expectations if one.column is not None and one.share_of is not None
        )


class Context(BaseModel):
    """What a suite may compare a delivery with: the village codes in force, those that any list or change of villages has
    ever named, its date, and the last accepted delivery of the dataset (rows, and shares by column and code). None: not known.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    village_codes: frozenset[str] | None
    delivered_at: date
    rows_before: int | None = None
    village_codes_ever: frozenset[str] | None = None
    shares_before: Mapping[tuple[str, str], float] | None = None

    def value(self, name: str, expectation: Expectation) -> Any:
        """What the run knows under `name`, for this expectation."""
        if name != "share_before":
            return getattr(self, name)
        return (self.shares_before or {}).get((str(expectation.column), str(expectation.share_of)))

    def lacks(self, expectation: Expectation) -> str | None:
        """Why an expectation cannot be tried on this delivery, or None."""
        return next((CONTEXT_NAMES[name] for name in expectation.asks if self.value(name, expectation) is None), None)


@cache
def load_suite(name: str, folder: Path = SUITES) -> Suite:
    """Read `suites/<name>.yml`. Errors name the file and the field."""
    path = folder / f"{name}.yml"
    try:
        return Suite(**read_yaml(path))
    except FileNotFoundError:
        raise CunsheError(f"Dataset {name} has no suite.", f"Write expectations/suites/{path.name}.") from None
    except ValidationError as problem:
        fields = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors())
        raise CunsheError(f"suite {path.name}: {fields}", "Mend the field in the suite file.") from None
