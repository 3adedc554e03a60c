-- A village is due once the plan of its last step has come, or once it is through; it is in time when every body that is
-- to be elected was elected by the day the plan gives its last step.
with plan as (
    select
        week_start,
        week_end,
        village_id,
        body,
        max(planned_on) as planned_end
    from {{ ref('int_election__step_week') }}
    group by week_start, week_end, village_id, body
),

body_state as (
    select
        plan.week_start,
        plan.village_id,
        plan.body,
        coalesce(outcome.outcome <> 'seats_open', false) as is_through,
        coalesce(outcome.outcome <> 'seats_open' and outcome.last_voted_on <= plan.planned_end, false) as is_in_time,
        plan.planned_end <= plan.week_end as is_due
    from plan
    left join {{ ref('int_election__outcome_week') }} as outcome
        on
            plan.week_start = outcome.week_start
            and plan.village_id = outcome.village_id
            and plan.body = outcome.body
),

figures as (
    select
        week_start,
        village_id,
        min(case when is_in_time then 1 else 0 end) as numerator,
        1 as denominator
    from body_state
    group by week_start, village_id
    having min(case when is_due or is_through then 1 else 0 end) = 1
)

{{ for_every_village('figures') }}
