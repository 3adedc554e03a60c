"""The typed shape of a catalog file: one YAML = one dataset = its data contract.

Belongs here: loading and checking `catalog/*.yml`; every other room asks this one what a dataset is. Does not belong
here: reading deliveries (`reading`, `interpret`), what a suite expects (`expectations/suites`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.settings import CATALOG
from pipelines.sources.codes import code_tables
from pipelines.sources.forbidden import general_groups, is_listed
from pipelines.sources.headers import normal_header, synonyms_by_column
from pipelines.sources.source import Source, overridden

ColumnType = Literal[
    "text", "code", "integer", "decimal", "date", "month", "boolean", "village_code", "region_code",
    "own_id", "id_number", "person_name", "phone", "email",
]  # fmt: skip
# Who may learn anything from a value: everybody who reads our figures; those who answer for a team; those who examine what
# the joint review has found. Each wider circle knows what the narrower ones know (`pipelines/reports/audiences.yml`).
Audience = Literal["open", "posts", "review"]
# What may still go on where its end is empty: a post, a validity, a village, a matter.
OpenEnd = Literal["held", "valid", "exists", "open"]
EVIDENCE = frozenset({"village", "position", "day", "since", "until"})
PART_DIGITS = 9  # of a village's or township's division code: those of its township
_PLACES = ("village_code", "region_code")
_AS_SENT = {"may_be_damaged": "id_number", "may_be_noted": "person_name", "may_be_in_words": "code"}
IDENTITY_TYPES = frozenset({"id_number", "person_name", "phone", "email"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A text in both languages."""

    zh: str
    en: str


class Owner(_Strict):
    """The office that answers for the data, and its team in Dagster."""

    zh: str
    team: str


class Cadence(_Strict):
    """How often the department has promised to deliver, in days; null where it delivers only when there is something.

    Nothing is ever late, missing or old of what comes only when there is something.
    """

    every_days: int | None


class RowFloor(_Strict):
    """Fewest rows of a delivery: in all, and as a share of the last accepted one (1 = no fewer)."""

    minimum: int = 0
    share_of_last: float | None = None


class Forbidden(_Strict):
    """Columns that must not be shared: dropped before anything is written, and counted.

    Either headers of this dataset's own, or one of the groups of `forbidden.yml`, which hold for every dataset, to say more
    about it. `hold`: a delivery that has such a column is not taken at all.
    """

    headers: tuple[str, ...] = ()
    why: str = ""
    group: str | None = None
    hold: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Forbidden:
        if (self.group is None) != bool(self.headers and self.why):
            raise ValueError("forbidden: either 'headers' with 'why', or a 'group' of forbidden.yml")
        if self.group is not None and self.group not in general_groups():
            raise ValueError(f"forbidden: forbidden.yml has no group '{self.group}'")
        return self


class ForbiddenValues(_Strict):
    """Rows that must not be shared, known by what one column says: dropped while reading, and counted.

    A row is dropped where its `column` reads as one of `codes`, or cannot be read and holds one of `words`; also where
    another of its cells is a spelling of these codes and nothing else, for then the row has slipped sideways.
    """

    column: str
    codes: tuple[str, ...]
    words: tuple[str, ...] = ()
    why: str


class Column(_Strict):
    """One column: its name here, the Chinese headers it is known by, and what its cells may be."""

    name: str
    headers: tuple[str, ...]
    type: ColumnType
    required: bool
    zh: str
    en: str
    codes: str | None = None
    identity: bool = False
    minimum: int | None = None
    maximum: int | None = None
    unit: str | None = None  # of a number: what its cells and its header may be written in
    identifier: bool = False  # a text that is a number or code: compared in plain forms without blanks
    told_by_id: Literal["sex", "birth_month"] | None = None  # what the ID number in the row says as well
    one_line: bool = False  # a text that is a name: it stands in headings and headers, so no line may end in it
    sensitive: bool = False  # sensitive personal information (个人信息保护法 art. 28): needs an impact assessment
    may_be_absent: bool = False  # the whole column may be missing from a delivery; it is empty then
    audience: Audience = "open"  # not open: the column is restricted, though its row may be counted
    open_end: OpenEnd | None = None  # of what a date is the end, if it is empty while that goes on (在任, 长期)
    synonyms: tuple[str, ...] = ()  # further words for it, from `headers.yml`; an own header in a file comes first
    counts: Literal["shown", "stored"] | None = None  # of a workbook's number that is shown rounded; without it the row waits
    # Each goes to the vault as it was sent: a damaged ID number, a name with notes, a post in words (no code lands then).
    may_be_damaged: bool = False
    may_be_noted: bool = False
    may_be_in_words: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Column:
        if self.unit is not None and self.type not in ("integer", "decimal"):
            raise ValueError(f"column {self.name}: 'unit' goes with a number")
        if self.may_be_absent and (self.required or self.identity):
            raise ValueError(f"column {self.name}: 'may_be_absent' goes with a column that is neither required nor identity")
        if self.counts is not None and self.type not in ("integer", "decimal"):
            raise ValueError(f"column {self.name}: 'counts' goes with a number")
        if self.open_end and (self.type != "date" or self.required):
            raise ValueError(f"column {self.name}: 'open_end' goes with a date that is not required")
        for flag, kind in _AS_SENT.items():
            if getattr(self, flag) and self.type != kind:
                raise ValueError(f"column {self.name}: '{flag}' goes with type {kind}")
        if self.may_be_in_words and self.required:
            raise ValueError(f"column {self.name}: 'may_be_in_words' goes with a column that is not required")
        if (self.identifier or self.one_line) and self.type != "text":
            raise ValueError(f"column {self.name}: 'identifier' and 'one_line' go with type text")
        if (self.type == "code") != (self.codes is not None):
            raise ValueError(f"column {self.name}: 'codes' goes with type code, and only with it")
        if self.codes is not None and self.codes not in code_tables():
            raise ValueError(f"column {self.name}: code table '{self.codes}' is not in dbt_project/seeds")
        if self.identity != (self.type in IDENTITY_TYPES):
            raise ValueError(f"column {self.name}: type {self.type} must{'' if not self.identity else ' not'} be identity")
        return self

    @property
    def own_names(self) -> tuple[str, ...]:
        """What its column is called in a file by agreement: the contract's headers, and its name here."""
        return (*self.headers, self.name)

    @property
    def is_year(self) -> bool:
        """Whether its numbers are years, by the bounds the contract sets them."""
        return self.type == "integer" and (self.minimum or 0) >= 1900 and (self.maximum or 9999) < 2200


class Contract(_Strict):
    """A dataset as its department has promised to deliver it."""

    department: str
    dataset: str
    title: Words
    owner: Owner
    contact: str
    legal_basis: str
    purpose: str
    agreement: str  # number of the supplier's agreement, as the deployment's register has it
    grade: Literal["L1", "L2", "L3", "L4"]
    # Not open: the dataset is restricted. Nobody outside this circle may learn even that it has a row.
    audience: Audience = "open"
    source: Source
    cadence: Cadence
    kind: Literal["snapshot", "events"]
    # Of a snapshot that each township fills in for itself: it comes as one file, sheet or member of an archive per township
    # (or several townships in one), and each is replaced by its own newest alone.
    parts: Literal["township"] | None = None
    key: tuple[str, ...]
    row_floor: RowFloor
    version: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    forbidden_values: tuple[ForbiddenValues, ...] = ()
    spine: bool = False
    # What tells its person apart beside name and number, by the column that says it; goes along to the vault. `day`: that
    # of the fact; `since` and `until`: of a post that was held.
    evidence: dict[str, str] = {}

    @property
    def is_work_secret(self) -> bool:
        """Whether its rows are work secrets (grade L4): they lie encrypted in landing."""
        return self.grade == "L4"

    @field_validator("columns")
    @classmethod
    def _distinct(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        headers = [header for column in columns for header in column.headers]
        for seen in (headers, [column.name for column in columns]):
            double = {item for item in seen if seen.count(item) > 1}
            if double:
                raise ValueError(f"written twice: {', '.join(sorted(double))}")
        return columns

    @model_validator(mode="after")
    def _key_exists(self) -> Contract:
        missing = set(self.key) - {column.name for column in self.columns}
        if missing:
            raise ValueError(f"key: no such column: {', '.join(sorted(missing))}")
        if unknown := set(self.evidence) - EVIDENCE:
            raise ValueError(f"evidence: {', '.join(sorted(unknown))}: only {', '.join(sorted(EVIDENCE))} are")
        if unknown := set(self.evidence.values()) - {column.name for column in self.columns}:
            raise ValueError(f"evidence: no such column: {', '.join(sorted(unknown))}")
        if self.spine and any(getattr(column, flag) for column in self.columns for flag in _AS_SENT):
            raise ValueError("a roster makes persons: its ID numbers must be whole, its names names, its posts codes")
        if {column.name for column in self.columns if column.may_be_in_words} - set(self.evidence.values()):
            raise ValueError("'may_be_in_words' is for a column that is evidence")
        told = [column.name for column in self.columns if column.told_by_id]
        if told and sum(column.type == "id_number" for column in self.columns) != 1:
            raise ValueError(f"told_by_id needs one column of type id_number: {', '.join(told)}")
        return self

    @model_validator(mode="after")
    def _parts_are_told(self) -> Contract:
        if self.parts is None:
            return self
        if self.kind != "snapshot" or self.identity_columns:
            raise ValueError("parts: goes with a snapshot that names nobody; events need none, a roster is one list")
        if self.part_column is None:
            raise ValueError("parts: the key has no village_code or region_code that tells the township")
        if self.row_floor.share_of_last is None:
            raise ValueError("parts: row_floor needs a share_of_last, by which each part is held that has lost its rows")
        return self

    @model_validator(mode="after")
    def _forbidden_codes_exist(self) -> Contract:
        known = {column.name: column.codes for column in self.columns}
        for rule in self.forbidden_values:
            table = known.get(rule.column)
            if table is None or (unknown := set(rule.codes) - code_tables()[table].labels.keys()):
                missing = f"no such code: {', '.join(sorted(unknown))}" if table else "no such column of codes"
                raise ValueError(f"forbidden_values of {rule.column}: {missing}")
        return self

    @property
    def name(self) -> str:
        """`<department>__<dataset>`, the name of the catalog file, the landing table and the suite."""
        return f"{self.department}__{self.dataset}"

    @property
    def landed_columns(self) -> tuple[Column, ...]:
        """The columns that are written to landing: all but the identity columns."""
        return tuple(column for column in self.columns if not column.identity)

    @property
    def identity_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.identity)

    @property
    def vault_columns(self) -> tuple[Column, ...]:
        """What the vault gets of a dataset with identities: these, and the columns of its evidence."""
        named = set(self.evidence.values())
        return tuple(column for column in self.columns if column.identity or (self.identity_columns and column.name in named))

    @property
    def place_column(self) -> str | None:
        """The column that says of which village or township a row is: one of the key before others; None if there is none."""
        of_key = [name for name in self.key if self.column(name).type in _PLACES]
        others = [column.name for column in self.landed_columns if column.type in _PLACES and column.required]
        return next(iter([*of_key, *others]), None)

    @property
    def part_column(self) -> str | None:
        """The column whose first digits are a row's part; None for a dataset that has no parts."""
        name = self.place_column
        return name if self.parts and name in self.key else None

    @property
    def is_sensitive(self) -> bool:
        """Whether it has sensitive personal information, so that an impact assessment must come first."""
        return any(column.sensitive for column in self.columns)

    @property
    def restricted_columns(self) -> tuple[Column, ...]:
        """The landed columns from which not everybody may learn anything: all of them, where the dataset is restricted."""
        return tuple(column for column in self.landed_columns if not self.audience == column.audience == "open")

    @property
    def forbidden_headers(self) -> frozenset[str]:
        """The headers that are forbidden here as they are written; `forbidden_by` also knows the endings of some."""
        own = {header for group in self.forbidden for header in group.headers}
        return frozenset(own | {one for group in general_groups().values() for one in group.headers if one[-1] != "*"})

    def forbidden_by(self, header: str) -> Forbidden | None:
        """What forbids a header of a delivery: this contract, or else the general list; None if nothing does.

        A header that the contract consumes or ignores by name is not forbidden.
        """
        agreed = {name for column in self.columns for name in (*column.own_names, *column.synonyms)} | set(self.ignored)
        if normal_header(header) in map(normal_header, agreed):
            return None
        general = tuple(Forbidden(group=name) for name in general_groups())
        for one in (*self.forbidden, *general):
            if is_listed(header, one.headers if one.group is None else general_groups()[one.group].headers):
                return one
        return None

    @property
    def known_headers(self) -> frozenset[str]:
        """Every header this contract has a word for: by these the header row of a file is found."""
        agreed = {header for column in self.columns for header in (*column.own_names, *column.synonyms)}
        return frozenset(agreed | self.forbidden_headers | set(self.ignored))

    @property
    def source_setting(self) -> str:
        """The setting by which a deployment says where this dataset comes from."""
        return f"CUNSHE_SOURCES__{self.department.upper()}__{self.dataset.upper()}"

    def as_sent(self, header: Iterable[str]) -> Contract:
        """The contract without the columns that may be absent and are, by the header of a delivery."""
        there = set(map(normal_header, header))
        absent = {
            column.name
            for column in self.columns
            if column.may_be_absent and not there & set(map(normal_header, (*column.own_names, *column.synonyms)))
        }
        if not absent:
            return self
        return self.model_copy(update={"columns": tuple(column for column in self.columns if column.name not in absent)})

    def deployed(self, setting: Mapping[str, Any]) -> Contract:
        """The contract as a deployment uses it: its own setting over the catalog's source."""
        if not setting:
            return self
        return self.model_copy(update={"source": overridden(self.source, setting, self.source_setting)})

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        return next(column for column in self.columns if column.name == name)


def load_contract(path: Path) -> Contract:
    """Read one catalog file. Errors name the file and the field."""
    try:
        content = read_yaml(path)
        department, dataset = path.stem.split("__")
        return _with_synonyms(Contract(department=department, dataset=dataset, **content))
    except ValidationError as problem:
        fields = "; ".join(
            f"{'.'.join(str(part) for part in error['loc']) or 'file'}: {error['msg']}" for error in problem.errors()
        )
        raise CunsheError(f"catalog file {path.name}: {fields}", "Mend the field in the catalog file.") from None
    except (yaml.YAMLError, ValueError, TypeError) as problem:
        raise CunsheError(
            f"catalog file {path.name} cannot be read: {problem}",
            "The name must be <department>__<dataset>.yml and the content one YAML mapping.",
        ) from None


def _with_synonyms(contract: Contract) -> Contract:
    """The contract whose columns know the words that mean the same as their headers and nothing else in it."""
    named = {column.name: (column.own_names, column.type) for column in contract.columns}
    also = synonyms_by_column(named, (*contract.ignored, *contract.forbidden_headers))
    columns = tuple(column.model_copy(update={"synonyms": also[column.name]}) for column in contract.columns)
    return contract.model_copy(update={"columns": columns})


@cache
def load_catalog(folder: Path = CATALOG) -> dict[str, Contract]:
    """All contracts by name, in the order of their names."""
    return {path.stem: load_contract(path) for path in sorted(folder.glob("*.yml"))}
