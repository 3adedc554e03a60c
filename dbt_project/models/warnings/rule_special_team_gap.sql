-- measured: roles of the six of a key village's special team that nobody is reported to fill. A county whose ledger knows
-- no such role has no special teams.
with role_filled as (
    select
        week_start,
        village_id,
        count(distinct case when is_done then work_item end) as filled
    from {{ ref('int_preparation__work_week') }}
    where work_kind = 'special_team'
    group by week_start, village_id
),

kept as (
    select distinct week_start
    from role_filled
),

gap as (
    select
        village.week_start,
        village.village_id,
        6 - coalesce(role_filled.filled, 0) as missing,
        village.delivery_id,
        village.row_no
    from {{ ref('int_village__week') }} as village
    inner join kept on village.week_start = kept.week_start
    left join role_filled
        on
            village.week_start = role_filled.week_start
            and village.village_id = role_filled.village_id
    where village.is_key_village
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(missing as decimal(18, 2)) as measured,
    '重点村社专班六类人员尚缺' || cast(missing as varchar) || '类' as detail_zh,
    'civil_affairs' as department,
    'villages' as dataset,
    delivery_id,
    row_no
from gap
where missing > 0
