"""Descriptions of tables and columns inside a database: read from one schema, written to another.

Belongs here: DuckDB's COMMENT ON. Does not belong here: the words (dbt, `editions.yml`).
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.encrypted import sql_text
from pipelines.publishing.content import quoted

# (table, column) → text; without a column the text describes the table.
Comments = dict[tuple[str, str | None], str]


def comments_of(connection: Any, catalog: str, schema: str) -> Comments:
    """The comments of a schema: its tables, its views and their columns."""
    found = connection.execute(
        """
        select * from (
            select database_name as catalog, schema_name, table_name, column_name, comment from duckdb_columns()
            union all
            select database_name, schema_name, table_name, null, comment from duckdb_tables()
            union all
            select database_name, schema_name, view_name, null, comment from duckdb_views()
        )
        where catalog = ? and schema_name = ? and comment <> ''
        """,
        [catalog, schema],
    ).fetchall()
    return {(name, column): text for _, _, name, column, text in found}


def comment_all(connection: Any, kind: str, schema: str, texts: Comments) -> None:
    """COMMENT ON the tables or views (`kind`) of a schema of the edition and on their columns, in one go."""
    statements = []
    for (table, column), text in texts.items():
        target = f"edition.{schema}.{quoted(table)}"
        what = f"{kind} {target}" if column is None else f"column {target}.{quoted(column)}"
        statements.append(f"comment on {what} is '{sql_text(text)}'")
    connection.execute("; ".join(statements))
