with record as (
    {{ rectification_ledger('records', ['record_no'], 'recorded_on') }}
)

select
    week_start,
    week_end,
    record_no,
    round_no,
    is_newest_round,
    village_id,
    record_kind,
    recorded_on,
    planned,
    quantity,
    amount,
    unit_name,
    note,
    delivery_id,
    row_no
from record
