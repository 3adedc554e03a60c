with asked as (
    select
        asked.*,
        panel.department,
        panel.cut_off_on,
        -- who is sent after the letter's own date has its days from then
        case
            when panel.due_on >= asked.sent_on then panel.due_on
            else {{ engine_date_add_days('asked.sent_on', 'parameter.review_answer_days') }}
        end as due_on
    from {{ ref('int_review__asked_week') }} as asked
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on asked.week_start = parameter.week_start
    inner join {{ ref('int_review__panel_week') }} as panel
        on
            asked.week_start = panel.week_start
            and asked.review_round = panel.review_round
),

answered as (
    select
        asked.*,
        answer.opinion_no,
        answer.answered_on,
        -- no answer is never a pass
        coalesce(answer.conclusion, 'NOT_ANSWERED') as conclusion,
        answer.conclusion is not null as is_answered,
        answer.rule_id,
        answer.event_on,
        answer.influence_until,
        answer.valid_until,
        coalesce(answer.valid_until < asked.week_end, false) as is_stale,
        -- a hold lasts for its round: the next one confirms it or it counts no more (F-09)
        coalesce(answer.conclusion = 'HOLD', false) and asked.review_round < max(asked.review_round) over (
            partition by asked.week_start, asked.person_id, asked.village_id, asked.department
        ) as is_lapsed,
        answer.record_department as answer_department,
        answer.record_dataset as answer_dataset,
        answer.delivery_id as answer_delivery_id,
        answer.row_no as answer_row_no,
        asked.candidate_status <> 'withdrawn' and answer.conclusion is null and asked.due_on < asked.week_end
            as is_overdue
    from asked
    left join {{ ref('int_review__answer_week') }} as answer
        on
            asked.week_start = answer.week_start
            and asked.person_id = answer.person_id
            and asked.department = answer.department
            and asked.review_round = answer.review_round
)

select
    week_start,
    week_end,
    person_id,
    village_id,
    department,
    review_round,
    sent_on,
    due_on,
    coalesce(cut_off_on, sent_on) as cut_off_on,
    opinion_no,
    answered_on,
    conclusion,
    is_answered,
    is_overdue,
    case when is_overdue then {{ engine_date_diff_days('due_on', 'week_end') }} else 0 end as days_overdue,
    rule_id,
    event_on,
    influence_until,
    valid_until,
    is_stale,
    is_lapsed,
    candidate_status,
    -- the record behind it: the answer where there is one, else the record that asks for it
    coalesce(answer_department, 'organisation') as record_department,
    coalesce(answer_dataset, record_dataset) as record_dataset,
    coalesce(answer_delivery_id, delivery_id) as delivery_id,
    coalesce(answer_row_no, row_no) as row_no
from answered
