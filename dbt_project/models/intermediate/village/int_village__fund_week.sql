-- the newest year on record
with fund as (
    {{ snapshot_by_week('stg_organisation__village_funds') }}
),

ranked as (
    select
        fund.*,
        village.village_id,
        row_number() over (partition by fund.week_start, village.village_id order by fund.fund_year desc) as newest_no
    from fund
    {{ in_listed_village('fund') }}
    where fund.fund_year <= extract(year from fund.week_end)
)

select
    week_start,
    village_id,
    fund_year,
    operating_funds,
    delivery_id,
    row_no
from ranked
where newest_no = 1
