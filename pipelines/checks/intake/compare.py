"""What came of a case beside what is right: outcome, landed values, what went to the vault, reasons.

Belongs here: reading back what landed, in texts that a case can name, and the differences in words. A difference never quotes
what stands in an identity column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.checks.intake.cases import Case, Expected, Outcome, as_day
from pipelines.landing.landed import plain_rows, read_quarantine, read_rows
from pipelines.landing.ledger import Delivery
from pipelines.sources.contract import Contract
from pipelines.sources.masking import without_numbers
from pipelines.sources.reasons import Reason, reason_texts


@dataclass(frozen=True)
class Rows:
    """Of one delivery: landed rows (with what went to the vault) by the sender's row number, and the codes of set-aside ones."""

    landed: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrived:
    """What came of all deliveries of a case. `in_force`: the files whose rows stand in the end."""

    contract: Contract
    ledger: list[Delivery]
    rows: dict[str, Rows]
    failures: list[tuple[date, Reason]]
    in_force: list[str]


@dataclass(frozen=True)
class Result:
    """A case as it came out: an outcome for each expected file, and every difference in words."""

    name: str
    kind: str
    zh: str
    en: str
    outcomes: tuple[Outcome | None, ...]
    wrong: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"name": self.name, "kind": self.kind, "zh": self.zh, "en": self.en, "wrong": list(self.wrong)}


def stopped(case: Case, why: str) -> Result:
    """The result of a case that stopped the run itself."""
    return Result(case.name, case.kind, case.zh, case.en, tuple(None for _ in case.expect), (why,))


def compare(case: Case, arrived: Arrived) -> Result:
    """The result of a case that ran to its end."""
    outcomes: list[Outcome | None] = []
    wrong: list[str] = []
    for expected in case.expect:
        delivery = _delivery_of(expected, arrived.ledger, is_only=len(case.expect) == 1)
        outcome, differences = _of_file(expected, arrived, delivery)
        outcomes.append(outcome)
        wrong += [f"{expected.file}: {difference}" for difference in differences]
    if case.in_force is not None and sorted(map(without_numbers, case.in_force)) != sorted(arrived.in_force):
        wrong.append(f"in force: {', '.join(arrived.in_force) or 'nothing'} instead of {', '.join(case.in_force)}")
    return Result(case.name, case.kind, case.zh, case.en, tuple(outcomes), tuple(wrong))


def _of_file(expected: Expected, arrived: Arrived, delivery: Delivery | None) -> tuple[Outcome, list[str]]:
    outcome, codes = _outcome(expected, arrived, delivery)
    differences = []
    if outcome not in expected.outcome:
        differences.append(f"{outcome} instead of {' or '.join(expected.outcome)}")
    if outcome == "refused" and expected.held and set(codes) != set(expected.held):
        differences.append(f"held for {_list(codes)} instead of {_list(expected.held)}")
    if delivery is not None and outcome in ("read", "asked"):
        differences += _of_rows(expected, arrived, delivery)
    elif outcome == "refused" and "refused" not in expected.outcome:
        differences.append(f"held for {_list(codes)}")
    return outcome, differences


def _delivery_of(expected: Expected, ledger: list[Delivery], *, is_only: bool) -> Delivery | None:
    """The newest delivery of a file, or of a day of a source that has no files. The only file of a case may be shown by another
    name than it has."""
    day = expected.day or as_day(expected.file)
    then = [delivery for delivery in ledger if day is None or delivery.delivered_at == day]
    if as_day(expected.file) is None and not is_only:
        then = [delivery for delivery in then if delivery.file_name == without_numbers(expected.file)]
    return then[-1] if then else None


def _outcome(expected: Expected, arrived: Arrived, delivery: Delivery | None) -> tuple[Outcome, list[str]]:
    day = expected.day or as_day(expected.file)
    failed = [why.code for failed_on, why in arrived.failures if day is None or failed_on == day]
    if delivery is None or (failed and delivery.duplicate_of):
        # That a file is waited for may be said; it is no delivery.
        is_waited_for = delivery is None and "passed_over" in expected.outcome
        return ("refused", failed) if failed and not is_waited_for else ("passed_over", [])
    if delivery.verdict == "held":
        return "refused", [hold["code"] for hold in delivery.holds]
    asks = expected.outcome == ("asked",) and not expected.asked and expected.notes
    if arrived.rows[delivery.delivery_id].asked or (asks and set(expected.notes) <= set(note_codes(delivery))):
        return "asked", []
    return "read", []


def _of_rows(expected: Expected, arrived: Arrived, delivery: Delivery) -> Iterator[str]:
    rows = arrived.rows[delivery.delivery_id]
    if expected.asked or expected.outcome == ("read",):
        for row in sorted(rows.asked.keys() | expected.asked.keys()):
            got, wanted = rows.asked.get(row, ()), expected.asked.get(row)
            if not got and "read" in expected.outcome:
                continue
            if not got:
                yield f"row {row} is not set aside"
            elif wanted is None:
                yield f"row {row} is set aside for {_list(got)}"
            elif wanted and set(got) != set(wanted):
                yield f"row {row} is set aside for {_list(got)} instead of {_list(wanted)}"
    for row, values in expected.values.items():
        if row not in rows.landed:
            if row not in rows.asked or "asked" not in expected.outcome or len(expected.outcome) == 1:
                yield f"row {row} has not landed"
            continue
        yield from _of_values(arrived.contract, row, rows.landed[row], values)
    if missing := sorted(set(expected.notes) - set(note_codes(delivery))):
        yield f"no note {_list(missing)}"
    if expected.rows is not None and len(rows.landed) != expected.rows:
        yield f"{len(rows.landed)} rows landed instead of {expected.rows}"


def _of_values(contract: Contract, row: int, landed: dict[str, Any], values: dict[str, str]) -> Iterator[str]:
    for name, wanted in values.items():
        column = contract.column(name)
        got = value_text(landed.get(name), column.type)
        if got != wanted:
            said = "something else" if column.identity else f"'{got}' instead of '{wanted}'"
            yield f"row {row} {name}: {said}"


def value_text(value: Any, type_: str) -> str:
    """A landed value as a case writes it: none is empty, a month without its day, numbers without useless zeros."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()[:7] if type_ == "month" else value.isoformat()[:10]
    return str(value)


def rows_of(landing: Path, delivery: Delivery, identities: pd.DataFrame | None) -> Rows:
    """What a delivery has landed and what of it was set aside."""
    asked: dict[int, list[str]] = {}
    for line in read_quarantine(landing, delivery):
        asked.setdefault(line["row_no"] or 0, []).append(line["code"])
    landed: dict[int, dict[str, Any]] = {}
    if delivery.verdict == "accepted":
        landed = {int(row["_row"]): row for row in plain_rows(read_rows(landing, delivery))}
        sealed = identities.to_dict("index") if identities is not None else {}
        landed = {
            row: {**{str(name): told for name, told in sealed.get(row, {}).items()}, **own}
            for row, own in landed.items()
        }
    return Rows(landed, {row: tuple(codes) for row, codes in asked.items()})


def note_codes(delivery: Delivery) -> list[str]:
    """The codes of a delivery's notes. Its record keeps their words, in which each text is known again."""
    texts = [text.partition("：")[2] for text in delivery.reasons_zh]
    return [code for text in texts for code, pattern in _patterns().items() if pattern.fullmatch(text)]


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    def pattern(text: str) -> str:
        return ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", text))

    return {
        code: re.compile(f"{pattern(texts['zh'])}。{pattern(texts['fix_zh'])}。", re.DOTALL)
        for code, texts in reason_texts().items()
        if re.sub(r"\{\w+\}|\W", "", texts["zh"])
    }


def _list(codes: Any) -> str:
    return "、".join(sorted(set(codes))) or "nothing"
