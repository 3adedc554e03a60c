-- Supervision orders in each week: the deadline in force, whether closed by another than who handled it, and the level,
-- which rises by one of itself each time a deadline passes.
with placed as (
    select
        reported.*,
        place.village_id
    from ({{ events_by_week('stg_organisation__supervision_orders', ['order_no']) }}) as reported
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('reported', 'issued_on') }}
    where place.village_id is not null
),

judged as (
    select
        *,
        -- an extension approved after the order fell due is none
        coalesce(extended_to is not null and extension_approved_on <= due_on, false) as is_extended,
        coalesce(closer_code <> handler_code, false) as has_second_person,
        closed_on is not null and coalesce(returned_on <= closed_on, true) as says_closed
    from placed
),

stated as (
    select
        *,
        case when is_extended then extended_to else due_on end as deadline,
        says_closed and has_second_person as is_closed
    from judged
),

clocked as (
    select
        stated.*,
        case
            when stated.is_closed or stated.deadline >= stated.week_end then 0
            else {{ engine_date_diff_days('stated.deadline', 'stated.week_end') }}
        end as days_overdue,
        -- days after the deadline by which the raised level's own deadline passes
        case stated.order_level
            when 'notice' then parameter.raised_days_yellow
            else 0
        end as red_after,
        case stated.order_level
            when 'notice' then parameter.raised_days_yellow + parameter.raised_days_red
            when 'yellow' then parameter.raised_days_red
            else 0
        end as talk_after
    from stated
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on stated.week_start = parameter.week_start
)

select
    week_start,
    week_end,
    order_no,
    warning_id,
    village_id,
    matter,
    issued_on,
    responsible_unit,
    order_level as issued_level,
    case
        when days_overdue = 0 then order_level
        when days_overdue > red_after then 'red'
        else 'yellow'
    end as level,
    deadline as due_on,
    is_extended,
    feedback_due_on,
    coalesce(feedback_due_on < coalesce(fed_back_on, week_end), false) and not is_closed as is_feedback_overdue,
    handler_code,
    returned_on,
    case when is_closed then closed_on end as closed_on,
    case when is_closed then closer_code end as closer_code,
    case
        when is_closed then 'closed'
        when days_overdue > 0 then 'overdue'
        when returned_on is not null then 'returned'
        else 'open'
    end as state,
    says_closed and not has_second_person as is_closed_alone,
    days_overdue,
    days_overdue > talk_after as is_talk_proposed,
    delivery_id,
    row_no
from clocked
