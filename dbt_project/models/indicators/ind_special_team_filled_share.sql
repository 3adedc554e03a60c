-- a role that nobody reported is not filled: the six of each key village are due in any case
with figures as (
    select
        village.week_start,
        village.village_id,
        sum(case when work.is_done then 1 else 0 end) as numerator,
        6 as denominator
    from {{ ref('int_village__week') }} as village
    left join {{ ref('int_preparation__work_week') }} as work
        on
            village.week_start = work.week_start
            and village.village_id = work.village_id
            and work.work_kind = 'special_team'
    where village.is_key_village
    group by village.week_start, village.village_id
)

{{ for_every_village('figures') }}
