with reported as (
    {{ events_by_week('stg_petition__matters', ['matter_key']) }}
),

-- accusations are nobody's business here (F-05): they stop at this line
matter as (
    select
        reported.*,
        village.village_id,
        case
            when reported.extended then parameter.petition_extended_limit_days else parameter.petition_limit_days
        end as limit_days,
        (reported.closed_on is null or reported.closed_on > reported.week_end)
        and reported.status not in ('answered', 'ended', 'withdrawn', 'resolved') as is_open
    from reported
    inner join {{ ref('int_village__week') }} as village
        on
            reported.week_start = village.week_start
            and reported.village_code = village.village_code
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on reported.week_start = parameter.week_start
    where reported.category <> 'accusation'
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
