-- "not less than 15 %" in whole numbers: 90 of 602 shows as 15.0 % and is not enough, 91 is
with counted as (
    select
        week_start,
        round_no,
        sum(case when is_assessed then 1 else 0 end) as assessed,
        sum(case when is_shortlisted then 1 else 0 end) as shortlisted
    from {{ ref('int_rectification__selection_week') }}
    group by week_start, round_no
),

-- the batch that the newest record of the shortlist came in
recorded as (
    select
        week_start,
        round_no,
        delivery_id,
        row_no,
        row_number() over (
            partition by week_start, round_no order by stage_on desc, delivery_id desc, row_no desc
        ) as newest_no
    from {{ ref('int_rectification__stage_week') }}
    where stage = 'shortlist'
)

select
    counted.week_start,
    counted.round_no,
    cast(counted.assessed as bigint) as assessed,
    cast(counted.shortlisted as bigint) as shortlisted,
    parameter.rectification_shortlist_percent as percent_needed,
    cast(
        floor((counted.assessed * parameter.rectification_shortlist_percent + 99) / 100) as bigint
    ) as needed,
    counted.shortlisted * 100 >= counted.assessed * parameter.rectification_shortlist_percent as is_enough,
    recorded.delivery_id,
    recorded.row_no
from counted
inner join {{ ref('int_calendar__parameter_week') }} as parameter on counted.week_start = parameter.week_start
inner join recorded
    on
        counted.week_start = recorded.week_start
        and counted.round_no = recorded.round_no
        and recorded.newest_no = 1
