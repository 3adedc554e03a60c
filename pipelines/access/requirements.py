"""What lawful use asks, how far it is met, and which test shows it: read from `requirements.yml`, and the page made of it.

Belongs here: the shape of the table and its page. Does not belong here: meeting a requirement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipelines.errors import CunsheError
from pipelines.files import read_yaml

FILE = Path(__file__).with_name("requirements.yml")
IDS = tuple(f"F-{number:02d}" for number in range(1, 41))
STATES = {"met": "已满足 met", "partly": "部分满足 partly", "open": "未满足 open"}


class Requirement(BaseModel):
    """One requirement: in both languages, its source in law, its state, what meets it, what shows it, what remains."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    law: str
    state: Literal["met", "partly", "open"]
    met_by: str
    tests: tuple[str, ...]
    remains: str = ""

    @model_validator(mode="after")
    def _shown(self) -> Requirement:
        if (self.state == "open") != (not self.tests):
            raise ValueError("what is met, wholly or partly, names a test; what is open names none")
        if self.state != "met" and not self.remains:
            raise ValueError("what is not wholly met says what remains")
        return self


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    requirements: dict[str, Requirement]

    @model_validator(mode="after")
    def _all(self) -> _Table:
        if tuple(self.requirements) != IDS:
            raise ValueError(f"missing, unknown or out of order: {', '.join(sorted(set(IDS) ^ set(self.requirements)))}")
        return self


def requirements_of(content: Any) -> Mapping[str, Requirement]:
    """The table from the content of its file. Raises CunsheError that names each fault."""
    try:
        return _Table.model_validate(content).requirements
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problem.errors())
        raise CunsheError(f"requirements.yml: {faults}", "Mend it in pipelines/access/requirements.yml.") from None


@cache
def load_requirements() -> Mapping[str, Requirement]:
    """The requirements by id, F-01 to F-40."""
    return requirements_of(read_yaml(FILE))


def lawful_use_parts(requirements: Mapping[str, Requirement]) -> list[str]:
    """The parts of docs/lawful-use.md below its title: what it is, the counts, one row per requirement, and what shows it."""
    counts = Counter(one.state for one in requirements.values())
    head = "| 编号 Id | 要求 Requirement | 依据 Source | 状态 State | 如何满足 Met by | 尚缺 Remains |"
    rows = [head, "| --- | --- | --- | --- | --- | --- |"]
    rows += [
        f"| {name} | {one.zh}<br>{one.en} | {one.law} | {STATES[one.state]} | {_cell(one.met_by)} | {_cell(one.remains)} |"
        for name, one in requirements.items()
    ]
    shown = ["| 编号 Id | 测试 Tests |", "| --- | --- |"]
    shown += [f"| {name} | {'<br>'.join(_test(test) for test in one.tests) or '—'} |" for name, one in requirements.items()]
    return [
        "每项要求的状态、证明它的测试和尚缺的部分。法律依据由使用单位的法制机构核定。\n\n"
        "Each requirement with its state, the tests that show it and what remains. The law is the owner's to confirm.",
        f"{counts['met']} {STATES['met']}，{counts['partly']} {STATES['partly']}，{counts['open']} {STATES['open']}",
        "\n".join(rows),
        "## 证明 What shows it",
        "\n".join(shown),
    ]


def _test(test: str) -> str:
    path, _, name = test.partition("::")
    return f"`{path}` {name}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "—"
