-- measured: party secretaries half a year or longer in their post whom nobody reviewed in the half year that ends with the
-- week. A county whose ledger of appraisals knows no such review does not hold them, and nobody is late.
with held as (
    select
        week_start,
        person_id,
        max(held_on) as held_on
    from {{ ref('int_team__appraisal_week') }}
    where appraisal_kind = 'half_year_secretary'
    group by week_start, person_id
),

kept as (
    select distinct week_start
    from held
),

secretary as (
    select
        *,
        row_number() over (partition by week_start, village_id, person_id order by started_on asc, row_no asc) as first_no
    from {{ ref('int_person__tenure_week') }}
    where
        is_held
        and position = {{ secretary() }}
),

missing as (
    select
        secretary.week_start,
        secretary.village_id,
        secretary.delivery_id,
        secretary.row_no,
        held.held_on
    from secretary
    inner join kept on secretary.week_start = kept.week_start
    left join held
        on
            secretary.week_start = held.week_start
            and secretary.person_id = held.person_id
    where
        secretary.first_no = 1
        and {{ engine_date_add_months('secretary.started_on', '6') }} <= secretary.week_end
        and (held.held_on is null or {{ engine_date_add_months('held.held_on', '6') }} <= secretary.week_end)
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(count(*) over (partition by week_start, village_id) as decimal(18, 2)) as measured,
    case
        when held_on is null then '党组织书记没有半年述职评议记录'
        else '党组织书记最近一次半年述职评议在' || {{ day_zh('held_on') }}
    end as detail_zh,
    'organisation' as department,
    'posts' as dataset,
    delivery_id,
    row_no
from missing
