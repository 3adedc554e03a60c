with ledger as (
    {{ rectification_ledger('selections', ['round_no', 'village_code', 'stage'], 'stage_on') }}
),

-- two villages that became one may both have been judged: the newer judgement is the heir's
numbered as (
    select
        *,
        row_number() over (
            partition by week_start, round_no, village_id, stage
            order by stage_on desc, delivered_at desc, row_no desc
        ) as newest_no
    from ledger
)

select
    week_start,
    week_end,
    round_no,
    village_id,
    stage,
    stage_on,
    score,
    outcome,
    level,
    due_on,
    decided_by,
    reason,
    is_newest_round,
    delivery_id,
    row_no
from numbered
where newest_no = 1
