with reported as (
    {{ events_by_week('stg_petition__matters', ['matter_key']) }}
),

-- accusations are nobody's business here (F-05): they stop at this line
matter as (
    select
        reported.*,
        place.happened_in_id,
        place.village_id,
        case
            when reported.extended then parameter.petition_extended_limit_days else parameter.petition_limit_days
        end as limit_days,
        (reported.closed_on is null or reported.closed_on > reported.week_end)
        and reported.status not in ('answered', 'ended', 'withdrawn', 'resolved') as is_open
    from reported
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('reported', 'registered_on') }}
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on reported.week_start = parameter.week_start
    where reported.category <> 'accusation' and place.village_id is not null
),

aged as (
    select
        *,
        {{ engine_date_diff_days('registered_on', 'case when is_open then week_end else coalesce(closed_on, week_end) end') }}
            as age_days
    from matter
)

select
    week_start,
    week_end,
    village_id,
    happened_in_id,
    matter_key,
    category,
    form,
    is_repeat,
    people_band,
    registered_on,
    closed_on,
    status,
    is_open,
    age_days,
    limit_days,
    is_open and age_days > limit_days as is_overdue,
    delivery_id,
    row_no
from aged
