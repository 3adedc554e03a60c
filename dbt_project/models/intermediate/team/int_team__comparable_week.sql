-- A village compares with its last term where nothing was taken from it or its forerunners since: what was split in two
-- has a last team of its own in neither part.
with heir as (
    select
        village.week_start,
        lineage.from_id,
        village.village_id
    from {{ source('identity', 'village_lineage') }} as lineage
    inner join {{ ref('int_village__week') }} as village
        on
            lineage.to_id = village.village_id
            and lineage.effective_on <= village.week_end
    union
    select
        week_start,
        village_id as from_id,
        village_id
    from {{ ref('int_village__week') }}
),

shared as (
    select
        week_start,
        from_id
    from heir
    group by week_start, from_id
    having count(distinct village_id) > 1
),

parted as (
    select distinct
        heir.week_start,
        heir.village_id
    from heir
    inner join shared
        on
            heir.week_start = shared.week_start
            and heir.from_id = shared.from_id
),

team as (
    select
        week_start,
        village_id,
        min(case when has_last_term then 1 else 0 end) = 1 as has_last_term
    from {{ ref('int_team__member_week') }}
    group by week_start, village_id
)

select
    team.week_start,
    team.village_id,
    team.has_last_term and parted.village_id is null as is_comparable
from team
left join parted
    on
        team.week_start = parted.week_start
        and team.village_id = parted.village_id
