-- exact: a measure is compared as numerator ≥ bound × denominator, nothing is divided first
with measured as (
    select week_start, department, 'on_time_share' as measure_id, datasets_on_time as numerator, datasets as denominator
    from {{ ref('int_delivery__department_week') }}
    union all
    select week_start, department, 'complete_share' as measure_id, datasets_complete as numerator, datasets as denominator
    from {{ ref('int_delivery__department_week') }}
    union all
    select week_start, department, 'rejected_share' as measure_id, rows_returned as numerator, rows_read as denominator
    from {{ ref('int_delivery__department_week') }}
    union all
    select week_start, department, 'days_to_mend' as measure_id, mended_days as numerator, mended_lines as denominator
    from {{ ref('int_delivery__department_week') }}
    union all
    select week_start, department, 'oldest_open_days' as measure_id, oldest_open_days as numerator, 1 as denominator
    from {{ ref('int_delivery__department_week') }}
)

-- where there is nothing to measure (nothing read, nothing mended) the measure counts neither for nor against
select
    measured.week_start,
    measured.department,
    measured.measure_id,
    measured.numerator,
    measured.denominator,
    measure.full_points as points_possible,
    case
        when
            (measure.better = 'high' and measured.numerator >= measure.full_bound * measured.denominator)
            or (measure.better = 'low' and measured.numerator <= measure.full_bound * measured.denominator)
            then measure.full_points
        when
            (measure.better = 'high' and measured.numerator >= measure.half_bound * measured.denominator)
            or (measure.better = 'low' and measured.numerator <= measure.half_bound * measured.denominator)
            then measure.half_points
        else 0
    end as points
from measured
inner join {{ ref('int_calendar__week') }} as calendar on measured.week_start = calendar.week_start
inner join {{ ref('quality_measures') }} as measure
    on
        measured.measure_id = measure.measure_id
        and calendar.week_end >= measure.valid_from
        and (measure.valid_to is null or calendar.week_end <= measure.valid_to)
where measured.denominator > 0
