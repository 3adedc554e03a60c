-- measured: 1 when the term-end audit is done and not published, 2 when it is not done although its date (step P03,
-- counted from election day) has come, else 0
with audit_step as (
    select
        week_start,
        village_id,
        election_day,
        {{ engine_date_add_days('election_day', 'offset_days') }} as due_on
    from {{ ref('int_election__step_week') }}
    where step_code = 'P03'
),

audit as (
    select
        profile.week_start,
        profile.village_id,
        audit_step.election_day,
        audit_step.due_on,
        case
            when profile.audit_status = 'done' then 1
            when profile.audit_status in ('not_started', 'in_progress') and audit_step.due_on <= calendar.week_end then 2
            else 0
        end as stage,
        profile.delivery_id,
        profile.row_no
    from {{ ref('int_village__profile_week') }} as profile
    inner join {{ ref('int_calendar__week') }} as calendar on profile.week_start = calendar.week_start
    left join audit_step
        on
            profile.week_start = audit_step.week_start
            and profile.village_id = audit_step.village_id
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(stage as decimal(18, 2)) as measured,
    case stage
        when 1 then '任期和离任经济责任审计已完成，结果尚未公布'
        when 2
            then
                '任期和离任经济责任审计未完成，应于' || {{ day_zh('due_on') }}
                || '前完成（选举日' || {{ day_zh('election_day') }} || '）'
        else '任期和离任经济责任审计按期'
    end as detail_zh,
    'questionnaire' as department,
    'village_profile' as dataset,
    delivery_id,
    row_no
from audit
