"""The cases of the intake as data: what is delivered, and what must come of it.

Belongs here: the typed shape of a case, loading both forms strictly. Does not belong here: delivering one (`run`), writing the
files of the compact form (`compact`).

A case is a folder `cases/<name>/` with `case.yml` and the files that are delivered. Files directly in it are delivered on
`DAY`, those in a folder named by a date on that date, the days one after the other. Many cases of one cell or one row each are
entries of a list, `cases/<subject>.yml` (`compact`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, StrictStr, TypeAdapter, ValidationError, model_validator

from pipelines.checks.intake.compact import Compact, Sent, deliveries
from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.sources.contract import load_catalog

CASES = Path(__file__).with_name("cases")
DAY = date(2020, 12, 3)
VILLAGES = ("999901001201", "999901001202", "999901001203", "999901002201")
_ELSEWHERE = Path(__file__).with_name("elsewhere.yml")
_CASE = "case.yml"
_NOT_SENT = frozenset({_CASE, "source.yml"})  # the second says more to a builder

# Of a delivered file: accepted whole; accepted with rows set aside, or with a note that asks; held, or reported as not taken in;
# not taken in and no word said, as is right for half files and what an operating system leaves in a folder.
Outcome = Literal["read", "asked", "refused", "passed_over"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(Strict):
    """What must come of one delivered file (`file`), or of the day of an API or a database (`file`: the day).

    Rows are the sender's row numbers. `values`: column of the contract → landed value as text, '' for none; an identity column's
    is that which goes to the vault. `asked`: all rows set aside, with their codes (none: whatever they are). `held`: the codes a
    delivery is held for, or of the failure of a source. `notes`: codes of notes that must be there. Where several outcomes are
    right, `outcome` lists them, and what is said of a row holds if it came to that.
    """

    file: str
    day: date | None = None
    outcome: tuple[Outcome, ...]
    values: dict[int, dict[str, StrictStr]] = {}
    asked: dict[int, tuple[str, ...]] = {}
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, content: Any) -> Any:
        if isinstance(content, dict) and isinstance(content.get("outcome"), str):
            return {**content, "outcome": (content["outcome"],)}
        return content

    @model_validator(mode="after")
    def _fits_its_outcome(self) -> Expected:
        if self.asked and "asked" not in self.outcome:
            raise ValueError(f"{self.file}: 'asked' goes with the outcome asked")
        if self.held and "refused" not in self.outcome:
            raise ValueError(f"{self.file}: 'held' goes with the outcome refused")
        if self.values and not {"read", "asked"} & set(self.outcome):
            raise ValueError(f"{self.file}: 'values' goes with the outcome read or asked")
        return self


class _Folder(Strict):
    """`case.yml`. `apart`: its files are variants of one delivery, each is tried by itself. `in_force`: the files whose rows
    stand in the end. `build`: a function of `builders`, for what no repository can keep."""

    kind: str
    zh: str
    en: str
    dataset: str
    expect: tuple[Expected, ...]
    build: str | None = None
    apart: bool = False
    in_force: tuple[str, ...] | None = None
    village_codes: tuple[str, ...] = VILLAGES


@dataclass(frozen=True)
class Case:
    """A case as it is run: `folder` holds its files; those of the compact form are in `files`."""

    name: str
    kind: str
    zh: str
    en: str
    dataset: str
    expect: tuple[Expected, ...]
    folder: Path | None = None
    files: tuple[Sent, ...] = ()
    build: str | None = None
    in_force: tuple[str, ...] | None = None
    village_codes: tuple[str, ...] = VILLAGES

    def days(self) -> list[date]:
        """The days of its deliveries, oldest first."""
        if self.folder is None:
            return [DAY]
        dated = sorted(day for path in self.folder.iterdir() if path.is_dir() and (day := as_day(path.name)))
        beside = any(path.is_file() and path.name not in _NOT_SENT for path in self.folder.iterdir())
        return sorted({*dated, *([DAY] if beside or not dated else [])})

    def delivered(self, day: date) -> Iterator[tuple[str, bytes]]:
        """Name and content of the files of a day: of a folder those that are expected, where each is tried by itself."""
        if self.folder is None:
            yield from ((sent.name, sent.content) for sent in self.files)
            return
        below = self.folder / day.isoformat()
        beside = (
            [path for path in self.folder.iterdir() if path.is_file() and path.name not in _NOT_SENT]
            if day == DAY
            else []
        )
        for path in sorted([*beside, *(below.iterdir() if below.is_dir() else [])]):
            if not self.files or path.name in {sent.name for sent in self.files}:
                yield path.name, path.read_bytes()


def load_cases(folder: Path = CASES) -> list[Case]:
    """All cases in the order of their names. Raises CunsheError, with file and field, for one that is not as it must be."""
    folders = [case for path in sorted(folder.glob(f"*/{_CASE}")) for case in _of_folder(path)]
    compact = [case for path in sorted(folder.glob("*.yml")) for case in _of_list(path)]
    return [*compact, *folders]


def decided_elsewhere() -> dict[str, str]:
    """The cases of `docs/intake-cases.md` that no delivery decides by itself, with the reason."""
    reasons: dict[str, str] = read_yaml(_ELSEWHERE)
    return reasons


def as_day(text: str) -> date | None:
    """The date that a name is, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_folder(path: Path) -> Iterator[Case]:
    said = _checked(_FOLDER, read_yaml(path), path)
    _known(said.dataset, path)
    common = {
        name: getattr(said, name) for name in ("kind", "zh", "en", "dataset", "build", "in_force", "village_codes")
    }
    if not said.apart:
        yield Case(path.parent.name, expect=said.expect, folder=path.parent, **common)
        return
    for expected in said.expect:
        only = (Sent(expected.file, b""),)
        yield Case(f"{path.parent.name}/{expected.file}", expect=(expected,), folder=path.parent, files=only, **common)


def _of_list(path: Path) -> Iterator[Case]:
    counts: dict[str, int] = {}
    for entry in _checked(_LIST, read_yaml(path), path):
        _known(entry.dataset, path)
        for content in deliveries(entry):
            counts[entry.kind] = counts.get(entry.kind, 0) + 1
            name = f"{path.stem}/{entry.kind}-{counts[entry.kind]:02d}"
            expected = _checked(_EXPECTED, {"file": content.name, **entry.expected()}, path)
            yield Case(name, entry.kind, entry.zh, entry.en, entry.dataset, (expected,), files=(content,))


def _known(dataset: str, path: Path) -> None:
    if dataset not in load_catalog():
        raise CunsheError(f"{path.name}: no dataset '{dataset}'", "Name a dataset of the catalog.")


_FOLDER, _EXPECTED = TypeAdapter(_Folder), TypeAdapter(Expected)
_LIST: TypeAdapter[Sequence[Compact]] = TypeAdapter(Sequence[Compact])


def _checked(shape: TypeAdapter[Any], content: Any, path: Path) -> Any:
    try:
        return shape.validate_python(content)
    except ValidationError as problem:
        where = f"{path.parent.name}/{path.name}"
        fields = "; ".join(f"{'.'.join(map(str, wrong['loc'])) or 'file'}: {wrong['msg']}" for wrong in problem.errors())
        raise CunsheError(f"{where}: {fields}", "Mend the field in the file of the case.") from None
