-- A warning that comes back within the look-back after the earlier one of its rule and subject was gone, or was closed.
with followed as (
    select
        warning_id,
        first_week,
        lag(warning_id) over (partition by rule_id, subject_type, subject_id, village_id order by first_week) as earlier_id,
        lag(last_week) over (partition by rule_id, subject_type, subject_id, village_id order by first_week) as earlier_week
    from {{ ref('int_warning__episode_week') }}
    where week_start = first_week
),

ended as (
    select
        followed.warning_id,
        followed.earlier_id,
        {{ engine_date_add_days('followed.first_week', 6) }} as came_back_on,
        -- the Sunday of the first week without it
        {{ engine_date_add_days('followed.earlier_week', 13) }} as gone_on,
        handling.closed_on,
        parameter.warning_lookback_days
    from followed
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on followed.first_week = parameter.week_start
    left join {{ ref('int_warning__handling_week') }} as handling
        on
            followed.earlier_id = handling.warning_id
            and followed.first_week = handling.week_start
    where followed.earlier_id is not null
)

select
    warning_id,
    earlier_id as relapse_of
from ended
where
    came_back_on
    <= {{ engine_date_add_days('greatest(gone_on, coalesce(closed_on, gone_on))', 'warning_lookback_days') }}
