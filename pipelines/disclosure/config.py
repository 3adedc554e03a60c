"""The typed shape of `disclosure.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipelines.files import read_yaml

FILE = Path(__file__).with_name("disclosure.yml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleSum(_Strict):
    """The sum over a village's open matters that a warning rule shows."""

    measure: str
    is_known: bool


class Petitions(_Strict):
    """How counts of petition matters hang together."""

    base: str
    parts: tuple[str, ...]
    statuses: tuple[str, ...]
    open: tuple[str, ...]
    only_open: tuple[str, ...]
    copies: tuple[str, ...]
    dear: dict[str, float]
    rules: dict[str, RuleSum]

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures, the base first."""
        return (self.base, *self.parts)


class Indicators(_Strict):
    """How restricted indicators hang together with other figures."""

    same_as: dict[str, str]


class Protected(_Strict):
    """All of `disclosure.yml`."""

    word: str
    petitions: Petitions
    indicators: Indicators


@cache
def protected() -> Protected:
    """What is protected, as the file says."""
    return Protected.model_validate(read_yaml(FILE))


def hidden_word(cell: int) -> str:
    """What stands in the place of a hidden count; the same whatever it was hidden for."""
    return protected().word.format(cell=cell)
