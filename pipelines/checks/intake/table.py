"""The table of `cunshe check intake`: what came of the cases of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.checks.intake.cases import Outcome, decided_elsewhere
from pipelines.checks.intake.compare import Result

_COUNTED: tuple[Outcome, ...] = ("read", "asked", "refused", "passed_over")


@dataclass(frozen=True)
class Line:
    """Of one kind, or of all: cases, what came of their files that came out right, and the cases that are wrong."""

    kind: str
    cases: int
    outcomes: dict[str, int]
    wrong: int

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"kind": self.kind, "cases": self.cases, **self.outcomes, "wrong": self.wrong}


def lines(results: Sequence[Result]) -> list[Line]:
    """One line per kind, in the order of their names, and one of them all."""
    kinds = sorted({result.kind for result in results})
    return [*(_line(kind, [result for result in results if result.kind == kind]) for kind in kinds), _line("total", results)]


def _line(kind: str, results: Sequence[Result]) -> Line:
    right = [outcome for result in results if not result.wrong for outcome in result.outcomes]
    wrong = sum(bool(result.wrong) for result in results)
    return Line(kind, len(results), {outcome: right.count(outcome) for outcome in _COUNTED}, wrong)


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """The table, each wrong case with what differed, and the kinds that are decided elsewhere."""
    return {
        "kinds": [line.as_json() for line in lines(results)[:-1]],
        "total": lines(results)[-1].as_json(),
        "wrong": [result.as_json() for result in results if result.wrong],
        "elsewhere": decided_elsewhere(),
    }


def as_text(results: Sequence[Result]) -> str:
    """The table in columns, below it each wrong case in words and the kinds that are decided elsewhere."""
    table = [["kind", "cases", *_COUNTED, "wrong"]]
    for line in lines(results):
        table.append([line.kind, *map(str, (line.cases, *line.outcomes.values(), line.wrong))])
    text = [_row(cells, table) for cells in table]
    text += [said for result in results if result.wrong for said in _wrong(result)]
    text += [f"{kind} is decided elsewhere: {why}" for kind, why in decided_elsewhere().items()]
    return "\n".join(text)


def _wrong(result: Result) -> Iterable[str]:
    yield f"{result.name} ({result.zh} / {result.en}):"
    yield from (f"  {difference}" for difference in result.wrong)


def _row(cells: Sequence[str], table: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[place]) for line in table) for place in range(len(cells))]
    return "  ".join(
        [cells[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))]
    )
