"""The deployment's register of agreements and impact assessments, and whether a dataset may be taken in under it.

Belongs here: reading `<home>/agreements.yml`, judging a dataset by it, suspending an agreement and lifting that. Does not belong
here: landing (`landing` asks before it fetches), printing (`cli_agreement`).

政务数据共享条例 art. 20, 25, 27: an agreement says what for and until when, and misuse suspends the sharing; 个人信息保护法
art. 55, 56: sensitive personal information is assessed before it is handled, and the record is kept for three years.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from pipelines.access.events import Event, append, newest_by_subject
from pipelines.access.purposes import purposes
from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.settings import Settings
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.parameters import parameter
from pipelines.sources.reasons import Reason, reason

SUSPENDED, RESUMED = "suspended", "resumed"
ASSESSMENT_KEPT_MONTHS = 36  # 个人信息保护法 art. 56
# The reasons for which a dataset is not taken in under its agreement.
HOLDS = frozenset(
    {"AGREEMENT_NONE", "AGREEMENT_DIFFERS", "AGREEMENT_NOT_YET", "AGREEMENT_EXPIRED", "AGREEMENT_SUSPENDED", "ASSESSMENT_DUE"}
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Agreement(_Strict):
    """An agreement with a supplier: under which number and paper, what for, on which basis, from when until when."""

    number: str
    document_no: str
    supplier: str
    purpose: str
    legal_basis: str
    grade: Literal["L1", "L2", "L3", "L4"]
    signed_on: date
    expires_on: date

    @field_validator("purpose")
    @classmethod
    def _listed(cls, purpose: str) -> str:
        if purpose not in purposes():
            raise ValueError(f"'{purpose}' is no purpose; one of {', '.join(purposes())}")
        return purpose

    @model_validator(mode="after")
    def _in_order(self) -> Agreement:
        if self.expires_on < self.signed_on:
            raise ValueError(f"agreement {self.number} expires before it is signed")
        return self


class Assessment(_Strict):
    """An impact assessment (个人信息保护影响评估) and the agreements it is about."""

    number: str
    agreements: tuple[str, ...]
    done_on: date
    done_by: str

    @property
    def due_on(self) -> date:
        """From which day on it must have been done again."""
        return months_after(self.done_on, parameter("assessment_refresh_months", self.done_on))

    @property
    def kept_until(self) -> date:
        return months_after(self.done_on, ASSESSMENT_KEPT_MONTHS)


class Register(_Strict):
    """What stands in `agreements.yml`."""

    version: Literal[1]
    agreements: tuple[Agreement, ...]
    assessments: tuple[Assessment, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Register:
        numbers = [one.number for one in self.agreements]
        if double := sorted({one for one in numbers if numbers.count(one) > 1}):
            raise ValueError(f"written twice: {', '.join(double)}")
        if unknown := sorted({name for one in self.assessments for name in one.agreements} - set(numbers)):
            raise ValueError(f"an assessment names no agreement of the register: {', '.join(unknown)}")
        return self

    @cached_property
    def by_number(self) -> dict[str, Agreement]:
        return {one.number: one for one in self.agreements}

    def assessment_of(self, number: str) -> Assessment | None:
        """The newest assessment of an agreement."""
        return max((one for one in self.assessments if number in one.agreements), key=lambda one: one.done_on, default=None)


@dataclass(frozen=True)
class Standing:
    """Whether a dataset may be taken in: `hold` is why not; `note` what must be seen to although it may."""

    hold: Reason | None = None
    note: Reason | None = None


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def load_register(settings: Settings) -> Register | None:
    """The register of the home; None where there is none. Raises CunsheError for one that cannot be read or is wrong."""
    path = settings.agreements
    if not path.exists():
        return None
    try:
        return Register.model_validate(read_yaml(path))
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problem.errors())
        raise CunsheError(f"{path}: {faults}", "Mend the register; docs/operations.md says what stands in it.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise CunsheError(f"{path} is no YAML file.", "Mend the register; docs/operations.md says what stands in it.") from None


def standing(settings: Settings, contract: Contract, day: date) -> Standing:
    """Whether deliveries of a dataset may be taken in on `day`, by the register and by what people have suspended.

    Without a register nothing is held, unless the setting `require_agreements` asks for one: a county that has run so far must
    not stand still because the program has learnt of agreements; but it is told each week.
    """
    number = contract.agreement
    event = newest_by_subject(settings.suspensions).get(number)
    if event is not None and event.kind == SUSPENDED:
        return Standing(hold=reason("AGREEMENT_SUSPENDED", number=number, day=event.at.date(), why=event.reason))
    register = load_register(settings)
    if register is None:
        missing = reason("AGREEMENT_NONE", number=number)
        return Standing(hold=missing) if settings.require_agreements else Standing(note=missing)
    agreement = register.by_number.get(number)
    if agreement is None:
        return Standing(hold=reason("AGREEMENT_NONE", number=number))
    if why := _difference(agreement, contract):
        return Standing(hold=reason("AGREEMENT_DIFFERS", number=number, what=why))
    if day < agreement.signed_on:
        return Standing(hold=reason("AGREEMENT_NOT_YET", number=number, day=agreement.signed_on))
    if day > agreement.expires_on:
        return Standing(hold=reason("AGREEMENT_EXPIRED", number=number, day=agreement.expires_on))
    return _assessed(settings, register, contract, day) or _expiring(agreement, day)


def _difference(agreement: Agreement, contract: Contract) -> str | None:
    """In what an agreement does not cover a dataset: supplier, purpose or grade."""
    if agreement.supplier != contract.department:
        return "供数部门"
    if agreement.purpose != contract.purpose:
        return "用途"
    return "分级" if contract.grade > agreement.grade else None


def _assessed(settings: Settings, register: Register, contract: Contract, day: date) -> Standing | None:
    """Sensitive data wait for a valid assessment; those of invented people come with a note."""
    if not contract.is_sensitive:
        return None
    assessment = register.assessment_of(contract.agreement)
    if assessment is not None and assessment.done_on <= day < assessment.due_on:
        return None
    due = reason("ASSESSMENT_DUE", number=contract.agreement)
    return Standing(note=due) if settings.allow_unassigned_area else Standing(hold=due)


def _expiring(agreement: Agreement, day: date) -> Standing:
    left = (agreement.expires_on - day).days
    if left > parameter("agreement_notice_days", day):
        return Standing()
    return Standing(note=reason("AGREEMENT_EXPIRING", number=agreement.number, day=agreement.expires_on))


def notes(settings: Settings, catalog: Mapping[str, Contract], day: date) -> list[str]:
    """What must be seen to on `day`, one line per finding with its datasets, for people."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, contract in catalog.items():
        stands = standing(settings, contract, day)
        if why := stands.hold or stands.note:
            if why.code == "AGREEMENT_NONE" and stands.note:
                return [f"{why.en}; {_NO_REGISTER}"]
            found.setdefault((why.en, "held" if stands.hold else "note"), []).append(name)
    return [f"{en} ({kind}: {', '.join(names)})" for (en, kind), names in found.items()]


_NO_REGISTER = "the home has no register (agreements.yml), so nothing says what each supplier agreed to; see docs/operations.md"


def suspend(settings: Settings, number: str, *, by: str, reason: str) -> Event:
    """Take in nothing more under an agreement until it is resumed. Call it while holding the home's lock."""
    _known(settings, number)
    event = newest_by_subject(settings.suspensions).get(number)
    if event is not None and event.kind == SUSPENDED:
        raise CunsheError(f"Agreement {number} is suspended already, since {event.at:%Y-%m-%d}.", "See: cunshe agreement list")
    return append(settings.suspensions, SUSPENDED, number, by=by, reason=reason)


def resume(settings: Settings, number: str, *, by: str, reason: str) -> Event:
    """Take in under an agreement again; what waits at the source comes with the next run."""
    event = newest_by_subject(settings.suspensions).get(number)
    if event is None or event.kind != SUSPENDED:
        raise CunsheError(f"Agreement {number} is not suspended.", "See: cunshe agreement list")
    return append(settings.suspensions, RESUMED, number, by=by, reason=reason)


def resumed_at(settings: Settings, number: str) -> datetime | None:
    """When an agreement was resumed last; misuse is counted from then on."""
    event = newest_by_subject(settings.suspensions).get(number)
    return event.at if event is not None and event.kind == RESUMED else None


def is_suspended(settings: Settings, number: str) -> bool:
    """Whether an agreement is suspended now."""
    event = newest_by_subject(settings.suspensions).get(number)
    return event is not None and event.kind == SUSPENDED


def _known(settings: Settings, number: str) -> None:
    named = {contract.agreement for contract in load_catalog().values()}
    register = load_register(settings)
    if number not in named | set(register.by_number if register else ()):
        raise CunsheError(f"No dataset and no register names an agreement {number}.", f"Named are: {', '.join(sorted(named))}.")

