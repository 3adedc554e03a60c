"""What the analyst edition shows of a person: a pseudonym of the round, and attributes only where k persons share them.

Belongs here: the SQL functions that `editions.yml` uses for persons, and the suppression of attributes. Does not belong here:
which columns and rows an edition has (`editions.yml`), what a round is (`settings`).

Pseudonyms are HMACs under a key of the round, so that the editions of two rounds have no id in common (F-39); within a
round they stay. Attributes are generalised first (bands of age on the round's first day, college or not) and then
suppressed: in each village, every combination that is shown, an empty cell being a value like another, is shown of at least
k persons (k-anonymity with local suppression; Sweeney 2002, DOI 10.1142/S021848850200165X). Attributes are tried in one fixed
order and not in the one that would show the most, because cells that change from week to week add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from pipelines.keys.digests import hmac_pads, keyed_digest, keyed_digest_sql
from pipelines.publishing.rules import EditionRules, PersonsRule
from pipelines.sources.contract import load_catalog

_DIGEST = keyed_digest_sql("'analyst:' || person_id", "getvariable('round_inner_pad')", "getvariable('round_outer_pad')")
_FUNCTIONS = f"""
create or replace temp macro pseudonym(person_id) as 'A' || left({_DIGEST}, 16);
create or replace temp macro whole_years(birth_month) as
    year(getvariable('round_day')) - year(birth_month) - (month(getvariable('round_day')) < month(birth_month))::integer;
"""


def pseudonym_of(person_id: str, key: bytes) -> str:
    """The id that stands for a person in the analyst editions of one round: A and 16 hexadecimal digits."""
    return "A" + keyed_digest(key, f"analyst:{person_id}")[:16]


def prepare_persons(connection: Any, rules: EditionRules, key: bytes, round_day: date, k: int) -> None:
    """Give a connection with the build attached what `editions.yml` speaks of.

    These are the functions `pseudonym(person_id)`, `age_band(birth_month)` and `names_persons(department, dataset)`, and the
    table `shown_attribute`: one row per person shown, an attribute per column, null where fewer than `k` would share it.
    """
    inner, outer = hmac_pads(key)
    for name, value in (("round_inner_pad", inner), ("round_outer_pad", outer), ("round_day", round_day)):
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute(_FUNCTIONS)
    connection.execute(f"create or replace temp macro age_band(birth_month) as {_band_case(rules.persons)}")
    named = ", ".join(f"'{name}'" for name in person_datasets())
    connection.execute(
        f"create or replace temp macro names_persons(department, dataset) as department || '__' || dataset in ({named})"
    )
    _write_shown(connection, rules, k)


def person_datasets() -> list[str]:
    """The datasets whose rows each speak of one person, by the person's ID number."""
    return sorted(name for name, one in load_catalog().items() if any(c.name == "id_number" for c in one.identity_columns))


def _band_case(rule: PersonsRule) -> str:
    whens = [f"when whole_years(birth_month) <= {band.up_to} then '{band.zh}'" for band in rule.age_bands if band.up_to]
    (rest,) = [band.zh for band in rule.age_bands if band.up_to is None]
    return f"case when birth_month is null then null {' '.join(whens)} else '{rest}' end"


def _write_shown(connection: Any, rules: EditionRules, k: int) -> None:
    rule = rules.persons
    listed = ", ".join(f"{expression} as {name}" for name, expression in rule.attributes.items())
    found = connection.execute(
        f"""
        select t.person_id, {rule.area} as area, {listed} from build.marts.{rule.table} as t
        where {rules.marts[rule.table].where} order by t.person_id
        """
    ).to_arrow_table()
    rows = found.to_pylist()
    shown = suppressed(rows, "area", list(rule.attributes), k)
    columns = {name: pa.array([row[name] for row in shown], found.schema.field(name).type) for name in rule.attributes}
    persons = pa.table({"person_id": found.column("person_id"), **columns})
    connection.register("persons_to_show", persons)
    connection.execute("create or replace temp table shown_attribute as select * from persons_to_show")
    connection.unregister("persons_to_show")


def suppressed(rows: Sequence[Mapping[str, Any]], area: str, attributes: Sequence[str], k: int) -> list[dict[str, Any]]:
    """The attributes of each row, None where they may not be shown.

    In each area, every combination of what is shown (None included) is that of at least `k` rows; an area of fewer than `k` rows
    shows nothing. The outcome depends on the rows' values alone, not on their order.
    """
    shown: list[dict[str, Any]] = [dict.fromkeys(attributes) for _ in rows]
    areas: dict[Any, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        areas[row[area]].append(number)
    for place, members in areas.items():
        if place is not None:
            _show(rows, shown, members, attributes, k)
    return shown


def _show(
    rows: Sequence[Mapping[str, Any]], shown: list[dict[str, Any]], members: Sequence[int], attributes: Sequence[str], k: int
) -> None:
    """Show the first attribute in groups of at least k, the rest of the members without it, and go on in each group."""
    if not attributes or len(members) < k:
        return
    attribute, *others = attributes
    groups: dict[Any, list[int]] = defaultdict(list)
    for number in members:
        groups[rows[number][attribute]].append(number)
    hidden = groups.pop(None, [])
    for value in [value for value, group in groups.items() if len(group) < k]:
        hidden += groups.pop(value)
    for value in _smallest_first(groups):
        if not 0 < len(hidden) < k:
            break
        hidden += groups.pop(value)
    for value, group in groups.items():
        for number in group:
            shown[number][attribute] = value
    for group in (*groups.values(), hidden):
        _show(rows, shown, group, others, k)


def _smallest_first(groups: Mapping[Any, Sequence[int]]) -> Iterable[Any]:
    return sorted(groups, key=lambda value: (len(groups[value]), str(value)))
