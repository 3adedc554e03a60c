-- a score card: the common items and the specific ones, plus or minus the bonus items
with item as (
    {{ rectification_ledger('assessments', ['round_no', 'village_code', 'assessed_on', 'item_kind', 'item_no'], 'assessed_on') }}
),

-- the record the card is known by
numbered as (
    select
        *,
        row_number() over (
            partition by week_start, village_id, round_no, assessed_on order by item_kind, item_no
        ) as place
    from item
),

card as (
    select
        week_start,
        village_id,
        round_no,
        is_newest_round,
        assessed_on,
        sum(case when item_kind = 'common' then 1 else 0 end) as common_items,
        sum(case when item_kind = 'common' then score else 0 end) as common_score,
        sum(case when item_kind = 'specific' then score else 0 end) as specific_score,
        sum(case when item_kind = 'bonus' then score else 0 end) as bonus_score,
        sum(score) as total_score,
        max(case when place = 1 then delivery_id end) as delivery_id,
        max(case when place = 1 then row_no end) as row_no
    from numbered
    group by week_start, village_id, round_no, is_newest_round, assessed_on
)

select
    week_start,
    village_id,
    round_no,
    is_newest_round,
    assessed_on,
    cast(common_items as bigint) as common_items,
    cast(common_score as decimal(18, 2)) as common_score,
    cast(specific_score as decimal(18, 2)) as specific_score,
    cast(bonus_score as decimal(18, 2)) as bonus_score,
    cast(total_score as decimal(18, 2)) as total_score,
    row_number() over (partition by week_start, village_id order by assessed_on desc, round_no desc) = 1 as is_newest,
    delivery_id,
    row_no
from card
