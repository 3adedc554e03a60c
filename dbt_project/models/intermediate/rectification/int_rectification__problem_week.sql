with problem as (
    {{ rectification_ledger('problems', ['problem_no'], 'found_on') }}
),

-- the closed problem that a later one says it is the relapse of
relapse as (
    select
        week_start,
        relapse_of,
        max(case when status in ('closed', 'archived', 'withdrawn') then 0 else 1 end) as is_open
    from problem
    where relapse_of is not null
    group by week_start, relapse_of
),

-- who handled a problem does not close it: a closing alone is none, whatever the state says
judged as (
    select
        problem.*,
        problem.status in ('closed', 'archived') and problem.closed_on is not null as says_closed,
        coalesce(problem.closer_code <> problem.handler_code, false) as has_second_person,
        problem.status = 'withdrawn' as is_withdrawn,
        relapse.relapse_of is not null or coalesce(problem.lookback_result = 'relapsed', false) as came_back,
        coalesce(relapse.is_open, 1) = 1 as is_relapse_open
    from problem
    left join relapse
        on
            problem.week_start = relapse.week_start
            and problem.problem_no = relapse.relapse_of
),

stated as (
    select
        judged.*,
        says_closed and has_second_person as is_closed,
        says_closed and not has_second_person as is_closed_alone,
        {{ engine_date_add_days('closed_on', 'parameter.rectification_lookback_days') }} as lookback_due_on,
        coalesce(looked_back_on <= week_end, false) as is_looked_back
    from judged
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on judged.week_start = parameter.week_start
)

select
    week_start,
    week_end,
    problem_no,
    round_no,
    is_newest_round,
    village_id,
    symptom,
    evidence,
    owner_unit,
    found_on,
    due_on,
    status,
    is_withdrawn,
    is_closed,
    is_closed_alone,
    case when is_closed then closed_on end as closed_on,
    is_closed and closed_on <= due_on as is_closed_in_time,
    not is_closed and not is_withdrawn as is_open,
    not is_closed and not is_withdrawn and due_on < week_end as is_overdue,
    due_on <= week_end and not is_withdrawn as is_due,
    {{ engine_date_diff_days('found_on', 'case when is_closed then closed_on else week_end end') }} as days_taken,
    case when is_closed then lookback_due_on end as lookback_due_on,
    is_closed and not is_looked_back and lookback_due_on < week_end as is_lookback_overdue,
    is_closed and came_back as is_relapsed,
    is_closed and came_back and is_relapse_open as is_relapse_open,
    relapse_of,
    delivery_id,
    row_no
from stated
