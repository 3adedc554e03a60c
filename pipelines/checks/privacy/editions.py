"""The analyst edition from outside, opened as any analyst would: what its colours tell beside the warnings that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.checks.privacy.findings import Finding, PartResult

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


def _unexplained(connection: Any, build_id: str, query: str) -> Iterator[Finding]:
    for week, village_id, what in connection.execute(query).fetchall():
        yield Finding(f"{build_id}/analyst, {week}, {village_id}", f"{what} is not what the visible warnings make it")
