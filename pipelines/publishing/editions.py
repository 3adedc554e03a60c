"""Writing one edition: the marts as its readers may see them, comments, Chinese views, the row that names the build.

Belongs here: turning `editions.yml` into SQL. Does not belong here: what may be seen (`editions.yml`), checking the
result (`audit`), folders and pointer (`publish`, `pointer`).

The connection has the build attached as `build` (read-only) and the new edition as `edition`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.publishing.comments import Comments, comment_all, comments_of
from pipelines.publishing.content import quoted
from pipelines.publishing.rules import ANALYST, EditionRules, MartRule, Tables, ViewRule

BUILD_COLUMNS = {
    "build_id": "构建编号 / Id of the build",
    "week": "所属周 / ISO week of the build",
    "as_of": "数据截止日 / The build sees what was delivered up to the end of this day",
    "code_version": "程序版本 / Version of the code",
    "content_hash": "内容指纹 / Content hash of the marts",
    "built_at": "构建时间 / When it was built",
    "edition": "版本（分析版、授权版） / Edition: analyst or authorised",
}
IDENTITY_COLUMNS = {
    "person_id": "人员编号 / Id of the person",
    "person_name": "最近一次名册上的姓名 / Name on the newest roster",
    "id_number_masked": "公民身份号码（掩码） / Resident identity number, masked",
}


def tables_of(connection: Any, catalog: str, schema: str) -> Tables:
    """Tables of a schema with their columns and types."""
    tables: Tables = {}
    for table, column, kind in connection.execute(
        """
        select table_name, column_name, data_type from duckdb_columns()
        where database_name = ? and schema_name = ? order by table_name, column_index
        """,
        [catalog, schema],
    ).fetchall():
        tables.setdefault(table, {})[column] = kind
    return tables


def mart_query(name: str, columns: Mapping[str, str], rule: MartRule | None, small_cell: int) -> str:
    """The SELECT that makes a mart of an edition; without a rule it is the mart as built."""
    if rule is None:
        return f"select * from build.marts.{quoted(name)}"
    parts = []
    for column in columns:
        if column in rule.drop:
            continue
        if column in rule.replace:
            parts.append(f"({rule.replace[column].replace('{small_cell}', str(small_cell))}) as {quoted(column)}")
        elif column in rule.suppress:
            parts += _suppressed(column, rule.suppress_where, small_cell)
        else:
            parts.append(f"t.{quoted(column)}")
    parts += [f"({column.sql}) as {quoted(name)}" for name, column in rule.add.items()]
    order = f" order by {rule.order_by}" if rule.order_by else ""
    return f"select {', '.join(parts)} from build.marts.{quoted(name)} as t where {rule.where}{order}"


def _suppressed(column: str, where: str, small_cell: int) -> list[str]:
    cell = f"t.{quoted(column)}"
    small = f"{cell} > 0 and {cell} < {small_cell} and ({where})"
    return [
        f"case when {small} then null else {cell} end as {quoted(column)}",
        f"case when {small} then '<{small_cell}' end as {quoted(column + '_suppressed')}",
    ]


def rule_of(rules: EditionRules, edition: str, mart: str) -> MartRule | None:
    """What an edition does with a mart: None for the whole of it."""
    return rules.marts[mart] if edition == ANALYST else None


def write_marts(connection: Any, rules: EditionRules, edition: str, small_cell: int) -> None:
    """Copy marts and code tables, with their comments."""
    connection.execute("create schema edition.marts")
    texts = comments_of(connection, "build", "marts")
    if edition == ANALYST:
        texts |= {(mart, name): column.comment for mart, rule in rules.marts.items() for name, column in rule.add.items()}
    for mart, columns in tables_of(connection, "build", "marts").items():
        query = mart_query(mart, columns, rule_of(rules, edition, mart), small_cell)
        connection.execute(f"create table edition.marts.{quoted(mart)} as {query}")
    seed_texts = comments_of(connection, "build", "seeds")
    for seed, name in rules.seeds.items():
        connection.execute(f"create table edition.marts.{quoted(name)} as select * from build.seeds.{quoted(seed)}")
        texts |= {(name, column): text for (table, column), text in seed_texts.items() if table == seed}
    comment_all(connection, "table", "marts", _present(tables_of(connection, "edition", "marts"), texts))


def _present(tables: Tables, texts: Comments) -> Comments:
    """The comments whose table and column the edition has, and the same for the marks of suppressed counts."""
    present = {}
    for (table, column), text in texts.items():
        if column is None or column in tables[table]:
            present[table, column] = text
        if column is not None and f"{column}_suppressed" in tables[table]:
            present[table, f"{column}_suppressed"] = f"（小数目抑制标记） / suppressed small count: {text}"
    return present


def write_build_row(connection: Any, values: Mapping[str, Any]) -> None:
    """Write `marts.build`: one row that says which build this is."""
    connection.execute(
        """
        create table edition.marts.build as
        select $build_id::varchar as build_id, $week::varchar as week, $as_of::date as as_of,
            $code_version::varchar as code_version, $content_hash::varchar as content_hash,
            $built_at::timestamp as built_at, $edition::varchar as edition
        """,
        dict(values),
    )
    texts: Comments = {("build", column): text for column, text in BUILD_COLUMNS.items()}
    whole = "每个文件一行：这是哪一次构建 / One row: which build this file is"
    comment_all(connection, "table", "marts", {("build", None): whole, **texts})


def write_person_identity(connection: Any, identities: Any) -> None:
    """Write `marts.person_identity` for the persons of the build; only ever into the authorised edition.

    `identities` is an Arrow table of person_id, person_name, id_number_masked.
    """
    connection.register("identities", identities)
    connection.execute(
        """
        create table edition.marts.person_identity as
        select identities.person_id, identities.person_name, identities.id_number_masked
        from identities semi join edition.marts.person_table using (person_id) order by person_id
        """
    )
    connection.unregister("identities")
    texts: Comments = {("person_identity", column): text for column, text in IDENTITY_COLUMNS.items()}
    whole = "每名在册人员一行 / One row per person in scope"
    comment_all(connection, "table", "marts", {("person_identity", None): whole, **texts})


def write_views(connection: Any, rules: EditionRules, edition: str) -> None:
    """Make the Chinese views; their columns carry the comment of the column they show."""
    connection.execute("use edition")
    known = comments_of(connection, "edition", "marts")
    texts: Comments = {}
    for name, rule in rules.views.items():
        columns, source = view_columns(rule, edition), rule.source
        if edition != ANALYST and rule.authorised_source:
            source = rule.authorised_source
        listed = ", ".join(f"{expression} as {quoted(title)}" for title, expression in columns.items())
        connection.execute(f"create view {quoted(name)} as select {listed} from {source}")
        tables = _aliases(source)
        texts[name, None] = rule.comment
        for title, expression in columns.items():
            alias, _, column = expression.partition(".")
            texts[name, title] = known.get((tables.get(alias, ""), column), title)
    comment_all(connection, "view", "main", texts)


def _aliases(source: str) -> dict[str, str]:
    """The marts in a FROM clause by their alias: `marts.warning as t` gives t → warning."""
    return {alias: table for table, alias in re.findall(r"\bmarts\.(\w+) as (\w+)", source)}


def view_columns(rule: ViewRule, edition: str) -> dict[str, str]:
    """The columns of a Chinese view in an edition, in order: those of this edition alone come second."""
    first, *rest = rule.columns.items()
    own = rule.analyst_columns if edition == ANALYST else rule.authorised_columns
    return dict([first, *own.items(), *rest])
