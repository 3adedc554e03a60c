with ordered as (
    {{ at_run_week('int_warning__order_week') }}
)

select
    ordered.order_no,
    ordered.warning_id,
    ordered.village_id,
    ordered.matter as matter_zh,
    ordered.issued_on,
    ordered.responsible_unit,
    ordered.issued_level,
    ordered.level,
    ordered.due_on,
    ordered.is_extended,
    ordered.feedback_due_on,
    ordered.is_feedback_overdue,
    ordered.handler_code,
    ordered.returned_on,
    ordered.closed_on,
    ordered.closer_code,
    ordered.state,
    ordered.is_closed_alone,
    cast(ordered.days_overdue as integer) as days_overdue,
    ordered.is_talk_proposed,
    -- an order on a restricted warning, or on one that nobody knows, is as restricted
    ordered.warning_id is not null and coalesce(warning.restricted, true) as restricted,
    ordered.delivery_id,
    ordered.row_no,
    ordered.week_end as as_of
from ordered
left join {{ ref('warning') }} as warning on ordered.warning_id = warning.warning_id
