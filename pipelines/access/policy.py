"""The policy of `policy.yml`: loaded, checked against the marts, and asked (lawful-use F-14, F-15).

Belongs here: the shape of the policy and the one answer to "who may see this?". Does not belong here: enforcing it in a report,
a database or a page; those compile it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.access.purposes import purposes
from pipelines.errors import CunsheError
from pipelines.files import read_yaml
from pipelines.settings import DBT_PROJECT

POLICY = Path(__file__).with_name("policy.yml")
MARTS = DBT_PROJECT / "models" / "marts"

DataClass = Literal["L1", "L2", "L3", "L4"]
Area = Literal["county", "own_township", "own_villages", "own_dataset", "none"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """What a class means, in both languages."""

    zh: str
    en: str


class RowClass(_Strict):
    """Rows of a relation that have another class: those where the condition (SQL on the relation `t`) holds.

    Rows that are `closed` reach nobody.
    """

    when: str
    data_class: DataClass = Field(alias="class")
    closed: bool = False


class Relation(_Strict):
    """The classes of a mart: its own, and those of columns and rows that have another one."""

    data_class: DataClass = Field(alias="class")
    columns: dict[str, DataClass] = {}
    rows: tuple[RowClass, ...] = ()
    audience: str | None = None


class Grant(_Strict):
    """What a role may see of a group: up to which class, for what, how, and in which state of the round."""

    up_to: DataClass
    purposes: tuple[str, ...]
    group: str | None = None
    mask: Literal["surname"] | None = None
    small_cell: bool = False
    round: Literal["any", "open"] = "any"
    without: tuple[str, ...] = ()

    def reaches(self, what: str, data_class: str) -> bool:
        """Whether it gives a relation or column of this class."""
        return self.up_to >= data_class and what not in self.without


class Role(_Strict):
    """A role: where it sees, what it may see, and what it may not; every group stands in one of the two."""

    zh: str
    area: Area
    source: str
    grants: dict[str, Grant]
    denied: tuple[str, ...]
    edition: Literal["authorised", "analyst"] = "authorised"
    logs: bool = False
    reads_of_own_work: bool = True

    def of_group(self, group: str) -> dict[str, Grant]:
        """The role's grants on a group by their name in the policy, the narrowest class first."""
        found = {name: grant for name, grant in self.grants.items() if (grant.group or name) == group}
        return dict(sorted(found.items(), key=lambda item: item[1].up_to))


@dataclass(frozen=True)
class Verdict:
    """The answer for one role and one relation or column, and where in the policy it stands (`line` counts from 1)."""

    role: str
    what: str
    data_class: str
    grants: dict[str, Grant]
    rule: str
    line: int

    @property
    def is_allowed(self) -> bool:
        return bool(self.grants)


class Policy(_Strict):
    """The whole policy. Use `load_policy`, which also checks it against the marts."""

    version: Literal[1]
    classes: dict[DataClass, Words]
    audiences: dict[Literal["open", "posts", "review"], DataClass]
    purposes_of_L4: tuple[str, ...]
    groups: dict[str, dict[str, Relation]]
    beyond_dbt: tuple[str, ...]
    recipients: dict[str, str]
    roles: dict[str, Role]
    alone: tuple[str, ...]

    @model_validator(mode="after")
    def _whole(self) -> Policy:
        wrong = [*self._unknown_names(), *self._undecided(), *self._forbidden_grants()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _unknown_names(self) -> Iterable[str]:
        names = [name for group in self.groups.values() for name in group]
        yield from (f"{name} stands in two groups" for name in sorted({one for one in names if names.count(one) > 1}))
        yield from (f"recipient {kind}: no role {role}" for kind, role in self.recipients.items() if role not in self.roles)
        yield from (f"alone: no role {name}" for name in self.alone if name not in self.roles)
        for name, role in self.roles.items():
            for label, grant in role.grants.items():
                yield from (f"{name}.{label}: no purpose {one}" for one in grant.purposes if one not in purposes())

    def _undecided(self) -> Iterable[str]:
        for name, role in self.roles.items():
            granted = {grant.group or label for label, grant in role.grants.items()}
            yield from (f"{name}: no group {one}" for one in sorted((granted | set(role.denied)) - set(self.groups)))
            yield from (f"{name}: {one} is granted and denied" for one in sorted(granted & set(role.denied)))
            yield from (f"{name}: {one} is not decided" for one in sorted(set(self.groups) - granted - set(role.denied)))

    def _forbidden_grants(self) -> Iterable[str]:
        for name, role in self.roles.items():
            if name in self.alone and role.grants:
                yield f"{name} sees no content, and has grants"
            for label, grant in role.grants.items():
                if not grant.purposes:
                    yield f"{name}.{label} has no purpose"
                if grant.up_to == "L4" and (set(grant.purposes) - set(self.purposes_of_L4) or grant.round != "open"):
                    yield f"{name}.{label}: L4 is for {', '.join(self.purposes_of_L4)} in an open round only"

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """Every relation by its name."""
        return {name: relation for group in self.groups.values() for name, relation in group.items()}

    def group_of(self, relation: str) -> str:
        """The group a relation stands in. Raises CunsheError for one that the policy does not know."""
        for group, members in self.groups.items():
            if relation in members:
                return group
        raise CunsheError(f"The policy knows no relation '{relation}'.", f"It knows: {', '.join(sorted(self.relations))}.")

    def role(self, name: str) -> Role:
        """A role by its name. Raises CunsheError for one that the policy does not know."""
        if name not in self.roles:
            raise CunsheError(f"The policy knows no role '{name}'.", f"It knows: {', '.join(self.roles)}.")
        return self.roles[name]

    def decide(self, role: str, relation: str, column: str | None = None) -> Verdict:
        """What a role may see of a relation, or of one of its columns: the grants that reach it, or the refusal."""
        member, group = self.role(role), self.group_of(relation)
        entry = self.relations[relation]
        if column is not None and column not in mart_columns().get(relation, frozenset({column})):
            raise CunsheError(f"{relation} has no column '{column}'.", "Its columns stand in the YAML beside the model.")
        data_class = entry.columns.get(column or "", entry.data_class)
        what = relation if column is None else f"{relation}.{column}"
        grants = member.of_group(group)
        reaching = {label: one for label, one in grants.items() if one.reaches(what, data_class)}
        if not grants:
            return Verdict(role, what, data_class, {}, f"roles.{role}.denied: {group}", _line("roles", role, "denied"))
        label = next(iter(reaching), next(reversed(grants)))
        rule = f"roles.{role}.grants.{label}" + ("" if reaching else f" (up_to {grants[label].up_to})")
        return Verdict(role, what, data_class, reaching, rule, _line("roles", role, "grants", label))

    def permits(self, role: str, data_class: str, group: str) -> bool:
        """Whether a role may see rows of a class in a group, for whatever purpose."""
        return any(grant.up_to >= data_class for grant in self.role(role).of_group(group).values())

    def check_combination(self, roles: Iterable[str]) -> None:
        """Raises CunsheError where somebody would hold roles that exclude one another (F-15)."""
        wanted = sorted({*roles})
        for name in wanted:
            self.role(name)
        apart = [name for name in wanted if name in self.alone]
        if apart and len(wanted) > 1:
            raise CunsheError(
                f"{self.roles[apart[0]].zh} ({apart[0]}) cannot be combined with another role.",
                "Give the roles to different people.",
            )


def mart_faults(policy: Policy, columns: Mapping[str, Iterable[str]]) -> list[str]:
    """What of the policy and the marts does not fit: relations missing on either side, columns that are none."""
    known = {name: set(members) for name, members in columns.items()}
    missing = [f"the mart {name} is in no group" for name in sorted(known.keys() - policy.relations.keys())]
    gone = [f"{name} is no mart" for name in sorted(policy.relations.keys() - known.keys() - set(policy.beyond_dbt))]
    for name, relation in policy.relations.items():
        named = {*relation.columns, *([relation.audience] if relation.audience else [])}
        gone += [f"{name} has no column {one}" for one in sorted(named - known.get(name, named))]
    without = {one for role in policy.roles.values() for grant in role.grants.values() for one in grant.without}
    columns_known = {f"{name}.{column}" for name, members in known.items() for column in members}
    gone += [f"without: {one} is no column" for one in sorted(without - columns_known)]
    return missing + gone


@cache
def mart_columns() -> dict[str, frozenset[str]]:
    """The marts and their columns, as their YAML describes them."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(MARTS.glob("*.yml")):
        for model in (read_yaml(path) or {}).get("models") or []:
            found[model["name"]] = frozenset(column["name"] for column in model.get("columns", []))
    return found


def policy_of(content: Any) -> Policy:
    """A policy from the content of its file. Raises CunsheError that names each fault."""
    try:
        return Policy.model_validate(content)
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(str(part) for part in one['loc']) or 'policy'}: {one['msg']}" for one in problem.errors())
        raise CunsheError(f"policy.yml: {faults}", "Mend it in pipelines/access/policy.yml.") from None


@cache
def load_policy() -> Policy:
    """The policy, checked against the marts. Raises CunsheError where they do not fit."""
    policy = policy_of(read_yaml(POLICY))
    if faults := mart_faults(policy, mart_columns()):
        raise CunsheError(f"policy.yml: {'; '.join(faults)}", "Put each mart into a group of pipelines/access/policy.yml.")
    return policy


def _line(*path: str) -> int:
    """The line of the policy file on which the entry under this path begins."""
    node = _tree()
    line = 1
    for name in path:
        key, node = next((key, value) for key, value in node.value if key.value == name)
        line = key.start_mark.line + 1
    return line


@cache
def _tree() -> Any:
    return yaml.compose(POLICY.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
