with disposition as (
    {{ events_by_week('stg_discipline_inspection__dispositions', ['disposition_no']) }}
),

-- the periods of the rules in force on the day of the decision
phase as (
    select
        disposition.*,
        link.person_id,
        period.phase,
        period.rule_id,
        period.legal_level,
        period.effect_zh,
        period.months,
        case period.start_event when 'restored_on' then disposition.restored_on else disposition.decided_on end
            as starts_on
    from disposition
    {{ linked_to_person('disposition', 'discipline_inspection', 'dispositions') }}
    inner join {{ ref('disposition_periods') }} as period
        on
            disposition.disposition = period.disposition
            and disposition.decided_on >= period.valid_from
            and (period.valid_to is null or disposition.decided_on <= period.valid_to)
    where disposition.decided_on <= disposition.week_end
)

select
    week_start,
    week_end,
    person_id,
    disposition_no,
    disposition,
    phase,
    rule_id,
    legal_level,
    effect_zh,
    decided_on,
    starts_on,
    -- probation lasts until the rights are restored, which is for the department to report: not reported is not ended
    case
        when phase = 'probation' and restored_on is null then null
        when phase = 'probation'
            then greatest(
                {{ engine_date_add_days('restored_on', -1) }},
                {{ last_day_of_months('starts_on', 'months') }}
            )
        else {{ last_day_of_months('starts_on', 'months') }}
    end as ends_on,
    delivery_id,
    row_no
from phase
where starts_on is not null and starts_on <= week_end
