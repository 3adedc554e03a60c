with stage as (
    {{ at_run_week('int_rectification__stage_week') }}
),

selection as (
    {{ at_run_week('int_rectification__selection_week') }}
),

village as (
    {{ at_run_week('int_village__week') }}
)

select
    stage.round_no,
    stage.village_id,
    village.village_code,
    village.village_name,
    village.managing_unit_name,
    stage.stage,
    label.label_zh as stage_zh,
    stage.stage_on,
    stage.score,
    case when stage.stage = 'assessment' then selection.rank_in_township end as rank_in_township,
    case when stage.stage = 'assessment' then selection.ranked_in_township end as ranked_in_township,
    stage.outcome,
    stage.level,
    stage.due_on,
    stage.decided_by,
    stage.reason,
    stage.delivery_id,
    stage.row_no,
    stage.week_end as as_of
from stage
inner join village on stage.village_id = village.village_id
inner join selection
    on
        stage.village_id = selection.village_id
        and stage.round_no = selection.round_no
inner join ({{ labels_of('rectification_stage') }}) as label on stage.stage = label.code
