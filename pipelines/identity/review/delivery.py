"""How a decision gets into the inbox: checked against all that was decided before, numbered, written as a delivery.

Belongs here: taking decisions and withdrawals, all or none. Does not belong here: what contradicts what (`standing`), how a
person is asked (`pipelines.cli_review`, `workbook`). A decision is a delivery like any other: nothing counts before it has
landed, and a file that lies in the inbox is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.identity.own_deliveries import as_delivered, inbox_folder, waiting_rows
from pipelines.identity.review.decisions import (
    DATASET,
    WITHDRAWN,
    Decision,
    decisions_of,
    landed_decisions,
    once_each,
)
from pipelines.identity.review.standing import refusals_of, resolve, standing
from pipelines.identity.review.words import decision_text, refusal_text
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.interpret import Interpretation, interpret
from pipelines.sources.reading import read_table

_LONGEST = {"decided_by": 40, "reason": 300}
_STARTS_A_FORMULA = ("=", "+", "-", "@")
_MOST_A_DAY = 9999


@dataclass(frozen=True)
class Draft:
    """What somebody wants to decide; `where` is how a message names it (a row of a workbook, an item)."""

    where: str
    subject_kind: str
    subject_a: str
    subject_b: str
    verdict: str
    decided_by: str
    reason: str


@dataclass(frozen=True)
class Delivered:
    """What was taken: the file in the inbox (none if nothing was new), the new decisions, and the ones that stood already."""

    path: Path | None
    new: tuple[Decision, ...]
    standing: tuple[Decision, ...]


class NotTaken(CunsheError):
    """Nothing was taken. `faults` says, one by one, of which draft what is wanted."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("Nothing is taken.\n" + "\n".join(f"  {fault}" for fault in faults), "Mend it and try again.")


def known_decisions(settings: Settings) -> list[Decision]:
    """Every decision there is, landed or still in the inbox, the oldest first."""
    contract = load_catalog()[DATASET]
    waiting = decisions_of(waiting_rows(settings, contract))
    return once_each([*landed_decisions(settings.landing, date.max, contract), *waiting])


def deliver(settings: Settings, drafts: Iterable[Draft], *, on: date, today: date) -> Delivered:
    """Take all drafts or none. Call it while holding the home's lock. Raises NotTaken with what is wrong with each.

    `on` is the day of the decisions and of their delivery. Who decided the same before is told so, and it is not written
    twice.
    """
    _refuse_day(settings, on, today)
    _refuse_elsewhere(settings)
    known = known_decisions(settings)
    new: list[Decision] = []
    repeated: list[Decision] = []
    faults: list[str] = []
    for draft in drafts:
        decision = _numbered(draft, on, [*known, *new])
        if fault := _unfit(decision):
            faults.append(f"{draft.where}{fault}")
        elif same := _already(decision, [*known, *new]):
            repeated.append(same)
        elif fault := _clash(decision, [*known, *new]):
            faults.append(f"{draft.where}{fault}")
        else:
            new.append(decision)
    if faults:
        raise NotTaken(faults)
    return Delivered(_write(settings, on, new) if new else None, tuple(new), tuple(repeated))


def withdraw(settings: Settings, decision_no: str, *, by: str, reason: str, on: date, today: date) -> Delivered:
    """Take a decision back: only its own decider can. Call it while holding the home's lock."""
    stands = {one.decision_no: one for one in standing(known_decisions(settings))}
    if decision_no not in stands:
        raise CunsheError(f"No decision {decision_no} stands.", "It may be withdrawn already: cunshe review list")
    one = stands[decision_no]
    if one.decided_by != by.strip():
        raise CunsheError(
            f"{decision_no} was decided by {one.decided_by}.", "Only who decided can take it back; talk to each other."
        )
    if on < one.decided_on:
        raise CunsheError(f"{decision_no} was decided on {one.decided_on}.", "It cannot be withdrawn before that day.")
    draft = Draft(f"{decision_no}：", one.subject_kind, one.subject_a, one.subject_b, WITHDRAWN, by, reason)
    return deliver(settings, [draft], on=on, today=today)


def _numbered(draft: Draft, on: date, known: Iterable[Decision]) -> Decision:
    """The draft under the next number of its day."""
    day = f"D{on:%Y%m%d}"
    taken = [int(one.decision_no[9:]) for one in known if one.decision_no.startswith(day) and one.decision_no[9:].isdigit()]
    serial = max(taken, default=0) + 1
    if serial > _MOST_A_DAY:
        raise CunsheError(f"{on} has {_MOST_A_DAY} decisions already.", "Give another day: --on")
    by, reason = (" ".join(text.split()) for text in (draft.decided_by, draft.reason))
    return Decision(
        on, f"{day}{serial:04d}", draft.subject_kind, draft.subject_a, draft.subject_b, draft.verdict, by, reason
    )


def _unfit(decision: Decision) -> str | None:
    """What is wrong with a decision by itself: above all, whether landing would take its row."""
    for name, longest in _LONGEST.items():
        text = getattr(decision, name)
        header = load_catalog()[DATASET].column(name).headers[0]
        if len(text) > longest:
            return f"“{header}”超过{longest}字"
        if text.startswith(_STARTS_A_FORMULA):
            return f"“{header}”不能以 = + - @ 开头"
    read = _read_back([decision])
    return f"{read.rejects[0].zh}：{read.rejects[0].fix_zh}" if read.rejects else None


def _already(decision: Decision, known: Iterable[Decision]) -> Decision | None:
    """The standing decision, by whomever, that says the same of the pair."""
    if decision.verdict == WITHDRAWN:
        return None
    said = (decision.pair, decision.verdict)
    return next((one for one in resolve(known).used if (one.pair, one.verdict) == said), None)


def _clash(decision: Decision, known: list[Decision]) -> str | None:
    """What of the known decisions it contradicts, all of them shown."""
    if decision.verdict == WITHDRAWN:
        return None
    if refusals := refusals_of(decision, known):
        return refusal_text(refusals[0], decision)
    if decision not in resolve([*known, decision]).used:
        back = max(one for one in known if (one.pair, one.verdict) == (decision.pair, WITHDRAWN))
        return f"与此后的撤回不符：{decision_text(back)}；请用撤回当日或以后的日期"
    return None


def _write(settings: Settings, on: date, decisions: list[Decision]) -> Path:
    """A file of its own in the folder of the day."""
    path = inbox_folder(settings, load_catalog()[DATASET]) / on.isoformat() / f"decisions-{decisions[0].decision_no}.csv"
    if path.exists():
        raise CunsheError(f"{path} is there already.", "A delivery is never changed; look into that file.")
    if len(_read_back(decisions).landed) != len(decisions):
        raise CunsheError("The decisions could not be read back as they were given.", "Report this; nothing is written.")
    write_whole(path, _content(decisions))
    return path


def _content(decisions: Iterable[Decision]) -> bytes:
    return as_delivered(load_catalog()[DATASET], map(asdict, decisions)).encode()


def _read_back(decisions: Iterable[Decision]) -> Interpretation:
    contract = load_catalog()[DATASET]
    return interpret(read_table(_content(decisions), contract.known_headers), contract)


def _refuse_day(settings: Settings, on: date, today: date) -> None:
    if not settings.first_week <= on <= today:
        raise CunsheError(
            f"{on} cannot be the day of a decision.", f"Give a day from {settings.first_week} to today, {today}: --on"
        )


def _refuse_elsewhere(settings: Settings) -> None:
    contract = load_catalog()[DATASET]
    source = contract.deployed(settings.source_override(contract.department, contract.dataset)).source
    if source.kind != "folder" or source.url is not None:
        raise CunsheError(
            "This home reads its decisions from elsewhere, not from the inbox.",
            f"Decide there, or take the setting {contract.source_setting} away.",
        )
