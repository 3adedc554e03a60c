"""The audit between writing and publishing: the files are opened again and must hold what they should, and no more.

Belongs here: checks on a written edition. Does not belong here: checks on the marts themselves (dbt tests).
An audit that fails names table and column, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.disclosure.decisions import Decisions
from pipelines.errors import CunsheError
from pipelines.publishing.cells_audit import open_cells
from pipelines.publishing.content import quoted, table_hash
from pipelines.publishing.editions import mart_query, rule_of, tables_of
from pipelines.publishing.rules import ANALYST, AUTHORISED, EditionRules


def audit_edition(
    connection: Any, rules: EditionRules, edition: str, build_id: str, hashes: Mapping[str, str], small_cell: int, k: int,
    decisions: Decisions,
) -> dict[str, int]:  # fmt: skip
    """Check one written edition (attached as `edition`) against the build (attached as `build`); rows per table.

    For the analyst edition the connection must have been given what `prepare_persons` gives.
    """
    problems = [
        *_wrong_build(connection, edition, build_id),
        *_wrong_counts(connection, rules, edition, small_cell),
        *_wrong_views(connection, rules),
    ]
    if edition == AUTHORISED:
        problems += [*_changed(connection, rules, hashes), *_nameless(connection)]
    if edition == ANALYST:
        problems += [*_identifier_columns(connection, rules), *_identifier_values(connection, rules)]
        problems += open_cells(connection, decisions, small_cell)
        problems += [*_absent(connection, rules), *_fewer_than_k(connection, rules, k)]
    if problems:
        raise CunsheError(
            f"The {edition} edition did not pass its audit: {'; '.join(problems)}.",
            "Nothing was published; readers still see the build before.",
        )
    return {
        table: _count(connection, f"edition.marts.{quoted(table)}")
        for table in tables_of(connection, "edition", "marts")
    }


def _count(connection: Any, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchone()[0])


def _wrong_build(connection: Any, edition: str, build_id: str) -> Iterator[str]:
    rows = connection.execute("select build_id, edition from edition.marts.build").fetchall()
    if rows != [(build_id, edition)]:
        yield "marts.build does not name this build"


def _wrong_counts(connection: Any, rules: EditionRules, edition: str, small_cell: int) -> Iterator[str]:
    present = tables_of(connection, "edition", "marts")
    for mart, columns in tables_of(connection, "build", "marts").items():
        if mart not in present:
            yield f"{mart} is missing"
            continue
        due = _count(connection, f"({mart_query(mart, columns, rule_of(rules, edition, mart), small_cell)})")
        found = _count(connection, f"edition.marts.{quoted(mart)}")
        if due != found:
            yield f"{mart} has {found} rows instead of {due}"
    for seed, name in rules.seeds.items():
        if _count(connection, f"build.seeds.{quoted(seed)}") != _count(connection, f"edition.marts.{quoted(name)}"):
            yield f"{name} has not the rows of seed {seed}"


def _wrong_views(connection: Any, rules: EditionRules) -> Iterator[str]:
    connection.execute("use edition")
    for name, rule in rules.views.items():
        base = rule.source.split()[0]
        if _count(connection, f"main.{quoted(name)}") != _count(connection, base):
            yield f"view {name} has not one row per row of {base}"


def _changed(connection: Any, rules: EditionRules, hashes: Mapping[str, str]) -> Iterator[str]:
    """The authorised edition has every mart whole: its fingerprints are the build's."""
    for mart, columns in tables_of(connection, "build", "marts").items():
        if table_hash(connection, f"edition.marts.{quoted(mart)}", rules.traced(mart, columns)) != hashes[mart]:
            yield f"{mart} is not what was built"


def _nameless(connection: Any) -> Iterator[str]:
    persons, named = (
        _count(connection, "edition.marts.person_table"),
        _count(connection, "edition.marts.person_identity where person_name is not null"),
    )
    if persons != named:
        yield f"{persons - named} of {persons} persons have no name in the vault"


def _identifier_columns(connection: Any, rules: EditionRules) -> Iterator[str]:
    for schema in ("marts", "main"):
        for table, columns in tables_of(connection, "edition", schema).items():
            for column in columns:
                if any(re.fullmatch(pattern, column) for pattern in rules.audit.identifier_columns):
                    yield f"{table} has a column {column}"


def _identifier_values(connection: Any, rules: EditionRules) -> Iterator[str]:
    patterns = rules.audit.identifier_values
    for table, columns in tables_of(connection, "edition", "marts").items():
        checks = [(column, what) for column, kind in columns.items() if kind == "VARCHAR" for what in patterns]
        if not checks:
            continue
        counts = connection.execute(
            "select "
            + ", ".join(f"count(*) filter (regexp_matches({quoted(column)}, ?))" for column, _ in checks)
            + f" from edition.marts.{quoted(table)}",
            [patterns[what] for _, what in checks],
        ).fetchone()
        for (column, what), count in zip(checks, counts, strict=True):
            if count:
                yield f"{count} value(s) of {table}.{column} look like a {what}"


def _absent(connection: Any, rules: EditionRules) -> Iterator[str]:
    """Columns and rows that would lead from a person to a record, or say what is not said of persons."""
    present = tables_of(connection, "edition", "marts")
    for table, columns in rules.audit.absent_columns.items():
        yield from (f"{table} has a column {column}" for column in columns if column in present[table])
    for table, condition in rules.audit.absent_rows.items():
        count = _count(connection, f"edition.marts.{quoted(table)} as t where {condition}")
        if count:
            yield f"{count} row(s) of {table} are not for analysts ({condition})"


def _fewer_than_k(connection: Any, rules: EditionRules, k: int) -> Iterator[str]:
    """Combinations of attributes that fewer than k persons of an area share; an empty cell is a value like another."""
    table = rules.persons.table
    attributes = [name for name in rules.audit.person_attributes if name in tables_of(connection, "edition", "marts")[table]]
    if not attributes:
        return
    listed = ", ".join(quoted(name) for name in attributes)
    shown = f"coalesce({', '.join(f'{quoted(name)}::varchar' for name in attributes)}) is not null"
    count = _count(
        connection,
        f"""(select 1 from edition.marts.{quoted(table)} as t where {shown}
        group by {rules.persons.area}, {listed} having count(*) < {k})""",
    )
    if count:
        yield f"{count} combination(s) of {table}.{', '.join(attributes)} are those of fewer than {k} persons of an area"
