"""Writing one edition: the marts as its readers may see them, comments, Chinese views, the row that names the build.

Belongs here: turning `editions.yml` into SQL. Does not belong here: what may be seen (`editions.yml`), checking the
result (`audit`), folders and pointer (`publish`, `pointer`).

The connection has the build attached as `build` (read-only) and the new edition as `edition`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipelines.disclosure.config import hidden_word
from pipelines.disclosure.decisions import COLUMNS, TABLE, Decisions
from pipelines.identity.encrypted import sql_text
from pipelines.publishing.comments import Comments, comment_all, comments_of
from pipelines.publishing.content import quoted
from pipelines.publishing.rules import ANALYST, CellRule, EditionRules, MartRule, Tables, ValueRule, ViewRule

BUILD_COLUMNS = {
    "build_id": "构建编号 / Id of the build",
    "week": "所属周 / ISO week of the build",
    "as_of": "数据截止日 / The build sees what was delivered up to the end of this day",
    "code_version": "程序版本 / Version of the code",
    "content_hash": "内容指纹 / Content hash of the marts, in the analyst edition of its own",
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
            parts.append(f"({rule.replace[column]}) as {quoted(column)}")
        elif column in rule.suppress:
            small = f"t.{quoted(column)} > 0 and t.{quoted(column)} < {small_cell}"
            parts += _suppressed(column, small, small_cell)
        elif column in rule.cells:
            parts += _suppressed(column, _is_hidden(rule.cells[column]), small_cell)
        elif rule.values and column in (*rule.values.counts, rule.values.text):
            parts += _value(column, rule.values, small_cell)
        else:
            parts.append(f"t.{quoted(column)}")
    parts += [f"({column.sql}) as {quoted(name)}" for name, column in rule.add.items()]
    rows = rule.source or f"build.marts.{quoted(name)}"
    order = f" order by {rule.order_by}" if rule.order_by else ""
    return f"select {', '.join(parts)} from {rows} as t where {rule.where}{order}"


def _suppressed(column: str, hides: str, small_cell: int) -> list[str]:
    """The count or null, and beside it the mark, the same for whatever reason it is hidden."""
    return [
        f"case when {hides} then null else t.{quoted(column)} end as {quoted(column)}",
        f"case when {hides} then '{sql_text(hidden_word(small_cell))}' end as {quoted(column + '_suppressed')}",
    ]


def _is_hidden(cell: CellRule) -> str:
    return (
        f"({cell.week}, '{cell.measure}', 'village', {cell.scope}, {cell.status}) in"
        f" (select (week_start, measure, scope_type, scope_id, status) from memory.main.{TABLE})"
    )


def _value(column: str, values: ValueRule, small_cell: int) -> list[str]:
    """What a rule measured: of one that protects something only where the sum behind it is shown, and days in whole weeks."""
    rule = "select {} from memory.main.protected_rule as r where r.rule_id = t.rule_id"
    hides = f"exists ({rule.format('1')}) and (t.rule_id, {values.week}, t.village_id) not in (select (rule_id, week_start," \
        " village_id) from memory.main.shown_rule)"
    if column == values.text:
        text = f"({rule.format('r.title_zh')}) || '（{sql_text(hidden_word(small_cell))}）'"
        return [f"case when {hides} then {text} else t.{quoted(column)} end as {quoted(column)}"]
    weeks = f"when exists ({rule.format('1')} and r.is_days) then floor(t.{quoted(column)} / 7) * 7 "
    in_weeks = weeks if column == "measured" else ""
    return [f"case when {hides} then null {in_weeks}else t.{quoted(column)} end as {quoted(column)}"]


def write_decisions(connection: Any, decisions: Decisions) -> None:
    """Lay what is hidden beside the build, in memory, where the queries of `mart_query` look for it."""
    connection.execute(
        f"""
        use memory;
        create table {TABLE} (week_start date, measure varchar, scope_type varchar, scope_id varchar, status varchar);
        create table shown_rule (rule_id varchar, week_start date, village_id varchar);
        create table petition_place (week_start date, village_id varchar, status varchar);
        create table protected_rule as
        select rule_id, max_by(title_zh, valid_from) as title_zh, max_by(measure, valid_from) = 'days' as is_days
        from build.seeds.warning_rules where coalesce(protected, '') <> '' group by rule_id
        """
    )
    for table, rows in (
        (TABLE, decisions.rows()), ("shown_rule", sorted(decisions.shown_rules)), ("petition_place", decisions.places)
    ):  # fmt: skip
        _fill(connection, table, rows)


def _fill(connection: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        names = [column[0] for column in connection.execute(f"select * from {table} limit 0").description]
        arrow = pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
        connection.register("rows_to_fill", arrow)
        connection.execute(f"insert into {table} select * from rows_to_fill")
        connection.unregister("rows_to_fill")


def write_hidden_figures(connection: Any) -> None:
    """Write the table of what is hidden; into the authorised edition, whose counts are whole: the reports read it."""
    connection.execute(f"create table edition.marts.{TABLE} as select * from memory.main.{TABLE} order by all")
    texts: Comments = {(TABLE, column): text for column, text in COLUMNS.items()}
    whole = "每个不予显示的数一行 / One row per hidden figure: neither reports nor the analyst edition show it"
    comment_all(connection, "table", "marts", {(TABLE, None): whole, **texts})


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
