"""The closed list of purposes, and whether a look has one that fits (lawful-use F-01).

Belongs here: the list (`purposes.yml`) and its question. Does not belong here: writing a look into the log (`identity`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.sources.contract import load_catalog

_FILE = Path(__file__).with_name("purposes.yml")


class _Purpose(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str


class _Purposes(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    purposes: dict[str, _Purpose]
    sections: dict[str, tuple[str, ...]]


@cache
def _content() -> _Purposes:
    content: Any = read_yaml(_FILE)
    return _Purposes.model_validate(content)


def purposes() -> tuple[str, ...]:
    """The codes of all purposes."""
    return tuple(_content().purposes)


def purposes_of(what: str) -> tuple[str, ...]:
    """For what a dataset (`<department>__<dataset>`) or a section of a person's file may be used.

    Raises CunsheError for what is neither.
    """
    if contract := load_catalog().get(what):
        return (contract.purpose,)
    if what in _content().sections:
        return _content().sections[what]
    raise CunsheError(f"'{what}' is no dataset and no section of a person's file.", "See pipelines/access/purposes.yml.")


def require_purpose(code: str, what: str) -> str:
    """The purpose, where it fits what is looked at; a look for another purpose is refused.

    `code` is one of `purposes()`, `what` a dataset or a section. Raises CunsheError (个人信息保护法 art. 6 and 34,
    政务数据共享条例 art. 25: no wider use than agreed).
    """
    if code not in purposes():
        raise CunsheError(f"'{code}' is no purpose.", f"Give one of: {', '.join(purposes())}.")
    if code not in purposes_of(what):
        raise CunsheError(
            f"What is kept of '{what}' may not be looked at for the purpose {code}.",
            f"It was given for {', '.join(purposes_of(what))} only; another use needs an agreement of its own.",
        )
    return code
