"""The analyst edition from outside, opened as any analyst would: what its colours tell, and how its persons are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.checks.privacy.findings import Finding, PartResult, looked_for

# A colour that is measured is the worst of the warnings that the same reader sees: anything else tells of a hidden one.
_COLOURS = """
with visible as (
    select week_start, village_id,
        count(*) filter (colour = 'red') as red, count(*) filter (colour = 'yellow') as yellow,
        coalesce(string_agg(distinct rule_id, '、' order by rule_id), '') as reasons
    from marts.warning_week where state <> 'cleared' and village_id is not null group by all
),
beside as (
    select state.*, coalesce(visible.red, 0) as red, coalesce(visible.yellow, 0) as yellow,
        coalesce(visible.reasons, '') as visible_reasons,
        case when visible.red > 0 then 'red' when visible.yellow > 0 then 'yellow' else 'green' end as visible_colour
    from marts.village_state_week as state left join visible using (week_start, village_id)
)
select week_start, village_id, 'measured_colour' as what from beside where measured_colour <> visible_colour
union all
select week_start, village_id, 'red_warnings' from beside where red_warnings <> red
union all
select week_start, village_id, 'yellow_warnings' from beside where yellow_warnings <> yellow
union all
select week_start, village_id, 'reasons' from beside where reasons <> visible_reasons
"""
# A shown colour that no person has set is that of this week or, until enough weeks were better, of an earlier one.
_HELD = """
with ranked as (
    select week_start, village_id, colour, is_overridden, is_held, measured_colour,
        case measured_colour when 'red' then 2 when 'yellow' then 1 else 0 end as severity
    from marts.village_state_week
),
worst as (
    select *, max(severity) over (
        partition by village_id order by week_start range between interval (7 * ($weeks - 1)) day preceding and current row
    ) as due
    from ranked
)
select week_start, village_id, 'colour' as what from worst
where not is_overridden and colour <> case due when 2 then 'red' when 1 then 'yellow' else 'green' end
"""
_CLEAN_WEEKS = "select max(value)::integer from marts.parameter where parameter_id = 'clean_weeks_to_step_down'"
_NEWEST_COLOUR = """
select state.week_start, file.village_id, 'village_file.colour' as what
from marts.village_file as file
inner join marts.village_state_week as state using (village_id)
where state.week_start = (select max(week_start) from marts.village_state_week) and file.colour <> state.colour
"""


def check_colours(connection: Any, build_id: str) -> PartResult:
    """Look for colours and counts that no visible warning explains in an analyst edition, open at `connection`."""
    (weeks,) = connection.execute(_CLEAN_WEEKS).fetchone()
    (looked_at,) = connection.execute("select count(*) from marts.village_state_week").fetchone()
    found = [
        *_unexplained(connection, build_id, _COLOURS),
        *_unexplained(connection, build_id, _HELD.replace("$weeks", str(int(weeks)))),
        *_unexplained(connection, build_id, _NEWEST_COLOUR),
    ]
    return PartResult("colours", looked_at, "village weeks", tuple(found))


def check_persons(connection: Any, build_id: str, k: int) -> PartResult:
    """Look for persons whose attributes fewer than `k` of a village share, for ways to their records and for ids of the house."""
    wanted = looked_for().persons
    where = f"{build_id}/analyst"
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
    ).fetchall():
        columns.setdefault(table, {})[column] = kind
    found = [
        Finding(where, f"{table} has the column {column}")
        for table in wanted.tables
        for column in wanted.forbidden_columns
        if column in columns[table]
    ]
    shown = [name for name in wanted.attributes if name in columns["person_table"]]
    known = f"coalesce({', '.join(f'{name}::varchar' for name in shown)}) is not null"
    (few,) = connection.execute(
        f"select count(*) from (select 1 from marts.person_table where {known}"
        f" group by village_id, {', '.join(shown)} having count(*) < {k})"
    ).fetchone()
    if few:
        found.append(Finding(where, f"{few} combinations of {', '.join(shown)} are those of too few persons of a village"))
    for table, kinds in columns.items():
        texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
        if texts and _holds_house_id(connection, table, texts, wanted.house_id):
            found.append(Finding(where, f"{table} has a person_id of the house"))
    for table in wanted.restricted_tables:
        if table in columns and connection.execute(f"select count(*) from marts.{table}").fetchone()[0]:
            found.append(Finding(where, f"{table} has rows"))
    (looked_at,) = connection.execute("select count(*) from marts.person_table").fetchone()
    return PartResult("persons", looked_at, "persons", tuple(found))


def _holds_house_id(connection: Any, table: str, columns: list[str], pattern: str) -> bool:
    search = " or ".join(f"regexp_matches(\"{name}\", '(^|[^0-9A-Za-z]){pattern}($|[^0-9A-Za-z])')" for name in columns)
    (count,) = connection.execute(f'select count(*) from marts."{table}" where {search}').fetchone()
    return bool(count)


def _unexplained(connection: Any, build_id: str, query: str) -> Iterator[Finding]:
    for week, village_id, what in connection.execute(query).fetchall():
        yield Finding(f"{build_id}/analyst, {week}, {village_id}", f"{what} is not what the visible warnings make it")
