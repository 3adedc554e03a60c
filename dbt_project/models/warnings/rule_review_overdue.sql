-- measured: days by which the longest awaited joint review answer for the village is overdue
with department_label as (
    {{ labels_of('review_department') }}
),

overdue as (
    select
        week_start,
        village_id,
        department,
        days_overdue,
        record_department,
        record_dataset,
        delivery_id,
        row_no
    from {{ ref('int_review__request_week') }}
    where is_overdue
),

department_total as (
    select
        week_start,
        village_id,
        department,
        count(*) as answers,
        max(days_overdue) as worst
    from overdue
    group by week_start, village_id, department
),

village_total as (
    select
        department_total.week_start,
        department_total.village_id,
        sum(department_total.answers) as answers,
        max(department_total.worst) as worst,
        {{ engine_string_agg(
            "department_label.label_zh || cast(department_total.answers as varchar) || '人次'",
            'department_total.department'
        ) }} as answers_zh
    from department_total
    inner join department_label on department_total.department = department_label.code
    group by department_total.week_start, department_total.village_id
)

select distinct
    overdue.week_start,
    'village' as subject_type,
    overdue.village_id as subject_id,
    overdue.village_id,
    cast(village_total.worst as decimal(18, 2)) as measured,
    '联审意见逾期未复' || cast(village_total.answers as varchar) || '人次（' || village_total.answers_zh || '），最长逾期'
    || cast(village_total.worst as varchar) || '天' as detail_zh,
    overdue.record_department as department,
    overdue.record_dataset as dataset,
    overdue.delivery_id,
    overdue.row_no
from overdue
inner join village_total
    on
        overdue.week_start = village_total.week_start
        and overdue.village_id = village_total.village_id
