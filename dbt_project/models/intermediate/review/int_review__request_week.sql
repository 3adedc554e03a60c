with candidacy as (
    select
        *,
        row_number() over (
            partition by week_start, person_id, village_id, review_round
            order by
                case candidate_status
                    when 'elected' then 1
                    when 'confirmed' then 2
                    when 'proposed' then 3
                    when 'not_elected' then 4
                    else 5
                end,
                position
        ) as foremost_no
    from {{ ref('int_person__candidacy_week') }}
    where sent_for_review_on <= week_end
),

-- a person who stands for two posts in one village is asked about once
asked as (
    select
        candidacy.week_start,
        candidacy.week_end,
        candidacy.person_id,
        candidacy.village_id,
        reviewer.department,
        candidacy.review_round,
        candidacy.sent_for_review_on as sent_on,
        {{ engine_date_add_days('candidacy.sent_for_review_on', 'parameter.review_answer_days') }} as due_on,
        candidacy.candidate_status,
        candidacy.delivery_id,
        candidacy.row_no
    from candidacy
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on candidacy.week_start = parameter.week_start
    cross join (values ('discipline_inspection'), ('public_security')) as reviewer (department)
    where candidacy.foremost_no = 1
),

answered as (
    select
        asked.*,
        answer.answered_on,
        -- no answer is never a pass
        coalesce(answer.conclusion, 'NOT_ANSWERED') as conclusion,
        answer.conclusion is not null as is_answered,
        answer.valid_until,
        coalesce(answer.valid_until < asked.week_end, false) as is_stale,
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
    answered_on,
    conclusion,
    is_answered,
    is_overdue,
    case when is_overdue then {{ engine_date_diff_days('due_on', 'week_end') }} else 0 end as days_overdue,
    valid_until,
    is_stale,
    candidate_status,
    -- the record behind it: the answer where there is one, else the candidacy that asks for it
    case when is_answered then department else 'organisation' end as record_department,
    case when is_answered then 'opinions' else 'candidates' end as record_dataset,
    coalesce(answer_delivery_id, delivery_id) as delivery_id,
    coalesce(answer_row_no, row_no) as row_no
from answered
