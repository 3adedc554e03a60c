with team as (
    {{ snapshot_by_week('stg_organisation__rectification_teams') }}
)

select
    team.week_start,
    team.week_end,
    team.round_no,
    team.round_no = max(team.round_no) over (partition by team.week_start) as is_newest_round,
    village.village_id,
    team.unit_code,
    team.unit_name,
    team.unit_type,
    team.team_role,
    team.age_tier,
    team.persons,
    -- a unit that is sent to several villages is counted where its code and the village's come first
    row_number() over (
        partition by team.week_start, team.round_no, team.unit_code
        order by village.village_code asc, team.team_role asc, team.age_tier asc
    ) = 1 as is_first_of_unit,
    team.delivery_id,
    team.row_no
from team
{{ in_listed_village('team') }}
