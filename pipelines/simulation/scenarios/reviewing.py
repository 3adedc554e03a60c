"""A joint review of a county's nominees: who was sent to which round, what each department answered, what people decided.

Belongs here: the rows of the review's datasets, for any number of departments and rounds. Does not belong here: how many
nominees a county had, and who was elected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from random import Random

from pipelines.simulation.departments import person_cells, person_facts
from pipelines.simulation.formats import Row
from pipelines.simulation.geography import Village
from pipelines.simulation.ledgers.review import decided_cells, disposition_row, examined_row, letter_row, request_row
from pipelines.simulation.people import Person
from pipelines.simulation.scenarios.ground import People
from pipelines.simulation.scenarios.teams import Member
from pipelines.simulation.timeline import days

_VALID_DAYS = 180
# What a department finds, under which rule, and why people exclude or keep the person for it.
_GROUNDS = (
    ("court", "R02", "有生效裁判，受过刑事处罚"),
    ("discipline_inspection", "R05", "党纪处分影响期未满，拟任职务高于现职"),
    ("court", "R13", "失信被执行人名单未撤销"),
    ("agriculture", "R16", "经管认定的集体款项未结清"),
    ("political_legal", "R03", "有涉黑涉恶处理决定"),
    ("natural_resources", "R14", "违法用地未整改"),
)
_EXPLAINED = (
    ("natural_resources", "R14", "当事人是同户他人，不是本人"),
    ("agriculture", "R16", "款项存在争议，没有认定"),
    ("court", "R13", "已履行完毕，名单信息已撤销"),
)


@dataclass(frozen=True)
class Round:
    """One round: letters go out on a day, answers are due on another, windows are tested on a third."""

    number: int
    asked_on: date
    due_on: date
    cut_off_on: date


@dataclass(frozen=True)
class Nominee:
    """A person named for posts in a village. `held`: the post of the last term by which a department knows the person."""

    person: Person
    village: Village
    positions: tuple[str, ...]
    is_elected: bool = False
    is_reviewed: bool = True
    held: str | None = None


@dataclass(frozen=True)
class Plan:
    """How a county reviewed. Each nominee goes to one round, in turn by `first`, or to all of them where `first` is empty;
    `again` of those whom a department held up go to the last round too.
    """

    departments: tuple[str, ...]
    rounds: tuple[Round, ...]
    first: tuple[int, ...] = ()
    again: int = 0
    excluded: int = 0
    revoked: int = 0  # excluded, and taken back on appeal
    kept: int = 0
    pending: int = 0  # examined, not decided


def nominees_of(
    team: Sequence[Member], last_team: Sequence[Member], people: People, villages: Sequence[Village], others: int, gone: int = 0
) -> list[Nominee]:
    """The elected, so many others, and `gone` more who withdrew before any department had answered."""
    held = {one.person: one.positions[0] for one in last_team}
    elected = [Nominee(one.person, one.village, one.positions, is_elected=True, held=held.get(one.person)) for one in team]
    losing = [
        Nominee(people.person(30 + place % 28), villages[place % len(villages)], ("C3",), is_reviewed=place < others)
        for place in range(others + gone)
    ]
    return elected + losing


def review_rows(rng: Random, plan: Plan, nominees: Sequence[Nominee]) -> dict[str, list[Row]]:
    """The rows of every dataset of the review."""
    return _Review(rng, plan, nominees).rows()


class _Review:
    def __init__(self, rng: Random, plan: Plan, nominees: Sequence[Nominee]) -> None:
        self._rng, self._plan, self._nominees = rng, plan, list(nominees)
        losing = [one for one in self._nominees if not one.is_elected and one.is_reviewed]
        numbers = (plan.excluded, plan.revoked, plan.kept, plan.pending, plan.again)
        picked = iter(rng.sample(losing, sum(numbers)))
        out, revoked, kept, pending, again = ([next(picked) for _ in range(number)] for number in numbers)
        self._ground = dict(zip([*out, *revoked], cycle(self._of_panel(_GROUNDS)), strict=False))
        self._explained = dict(zip([*kept, *pending], cycle(self._of_panel(_EXPLAINED)), strict=False))
        self._revoked, self._pending, self._again = set(revoked), set(pending), set(again)
        self._sent = {one: self._rounds_of(place, one) for place, one in enumerate(self._nominees)}

    def _of_panel(self, grounds: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        return [one for one in grounds if one[0] in self._plan.departments]

    def _rounds_of(self, place: int, nominee: Nominee) -> tuple[Round, ...]:
        plan = self._plan
        if not plan.first:
            return plan.rounds
        first = plan.rounds[plan.first[place % len(plan.first)] - 1]
        return (first, plan.rounds[-1]) if nominee in self._again and first is not plan.rounds[-1] else (first,)

    def rows(self) -> dict[str, list[Row]]:
        panel = self._plan.departments
        found: dict[str, list[Row]] = {
            "organisation__candidates": [row for one in self._nominees for row in self._candidate(one)],
            "organisation__review_panels": [
                letter_row(one.number, name, one.asked_on, one.due_on, one.cut_off_on)
                for one in self._plan.rounds
                for name in panel
            ],
            "organisation__review_requests": self._requests(),
            "organisation__review_decisions": self._decisions(),
            "discipline_inspection__dispositions": self._dispositions(),
            "organisation__collected_opinions": [],
        }
        for number, (nominee, one) in enumerate(self._asked(), start=1):
            for department in panel:
                if nominee.is_reviewed:
                    name, row = self._opinion(number, nominee, one, department)
                    found.setdefault(name, []).append(row)
        return found

    def _asked(self) -> list[tuple[Nominee, Round]]:
        return [(nominee, one) for nominee, rounds in self._sent.items() for one in rounds]

    def _candidate(self, one: Nominee) -> list[Row]:
        last = self._sent[one][-1]
        gone = (one in self._ground and one not in self._revoked) or not one.is_reviewed
        return [
            {
                **person_cells(one.person),
                "village_code": one.village.code,
                "position": position,
                **person_facts(one.person),
                "nominated_on": self._plan.rounds[0].asked_on - days(5),
                "review_round": last.number,
                "sent_for_review_on": last.asked_on,
                "is_on_nominee_list": one.is_elected and position in ("P1", "C1"),
                "candidate_status": "elected" if one.is_elected else "withdrawn" if gone else "not_elected",
                "notice_kind": "signed",
                "notice_no": f"告知-{one.village.code[6:]}-{position}",
            }
            for position in one.positions
        ]

    def _requests(self) -> list[Row]:
        return [
            request_row(f"S{number:06d}", nominee.person, nominee.village.code, one.number, one.asked_on)
            for number, (nominee, one) in enumerate(self._asked(), start=1)
        ]

    def _opinion(self, number: int, nominee: Nominee, one: Round, department: str) -> tuple[str, Row]:
        """One answer, and the dataset it comes in: discipline inspection and public security answer for themselves."""
        conclusion, rule = self._answer(nominee, one, department)
        answered_on = one.asked_on + days(self._rng.randint(1, (one.due_on - one.asked_on).days))
        row: Row = {
            "opinion_no": f"Y{self._plan.departments.index(department):02d}N{number:06d}",
            **person_cells(nominee.person),
            "review_round": one.number,
            "answered_on": answered_on,
            "conclusion": conclusion,
            "rule_id": rule,
            "influence_until": None,
            "valid_until": answered_on + days(_VALID_DAYS),
        }
        if department in ("discipline_inspection", "public_security"):
            return f"{department}__opinions", row
        return "organisation__collected_opinions", {**row, "reviewer": department, "event_on": None, "document_no": None}

    def _answer(self, nominee: Nominee, one: Round, department: str) -> tuple[str, str | None]:
        for found, conclusion in ((self._ground, "FAIL"), (self._explained, "EXPLAIN")):
            if nominee in found and found[nominee][0] == department:
                return conclusion, found[nominee][1]
        # held up at first; the later round has the answer
        if nominee in self._again and department == "discipline_inspection" and one is not self._sent[nominee][-1]:
            return "HOLD", "R08"
        return ("PASS" if self._rng.random() < 0.5 else "NO_RECORD_FOUND"), None

    def _decisions(self) -> list[Row]:
        cases = [*self._ground.items(), *self._explained.items()]
        return [self._decision(number, nominee, *ground[1:]) for number, (nominee, ground) in enumerate(cases, start=1)]

    def _decision(self, number: int, nominee: Nominee, rule: str, reason: str) -> Row:
        last = self._sent[nominee][-1]
        examined_on = last.due_on + days(3)
        row = examined_row(f"D{number:05d}", nominee.person, nominee.village.code, last.number, examined_on)
        if nominee in self._pending:
            return row
        decided_on = examined_on + days(4)
        excluded = nominee in self._ground
        row |= {"heard_on": examined_on + days(2), "notice_on": decided_on + days(1)}
        row |= decided_cells("exclude" if excluded else "keep", decided_on, rule, reason)
        if nominee in self._revoked or (excluded and number % 12 == 0):
            outcome = "revoked" if nominee in self._revoked else "upheld"
            row |= {"appeal_on": decided_on + days(3), "appeal_outcome": outcome}
        return row

    def _dispositions(self) -> list[Row]:
        """Those behind the answers of discipline inspection, and old ones of officials, named by their post, long over."""
        in_force = [one for one, ground in self._ground.items() if ground[1] == "R05"]
        held = [one for one in self._nominees if one.held][:20]
        start = self._plan.rounds[0].cut_off_on
        rows: list[Row] = []
        for number, nominee in enumerate([*in_force, *held], start=1):
            is_old = number > len(in_force)
            post = (nominee.village.code, str(nominee.held)) if is_old else None
            kind = "party_warning" if is_old else "party_serious_warning"
            decided_on = start - days(600 if is_old else 200 + number)
            rows.append(disposition_row(f"C{number:04d}", nominee.person, kind, decided_on, post))
        return rows
