-- The colour that a person has set for a village, with reason and last day: the newest decision in force at the week's end.
with override as (
    {{ events_by_week('stg_organisation__colour_overrides', ['override_no']) }}
),

in_force as (
    select
        override.*,
        place.village_id,
        row_number() over (
            partition by override.week_start, place.village_id
            order by override.decided_on desc, override.override_no desc
        ) as newest_no
    from override
    inner join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('override', 'decided_on') }}
    where
        place.village_id is not null
        and override.decided_on <= override.week_end
        and override.valid_until >= override.week_end
)

select
    week_start,
    override_no,
    village_id,
    colour,
    decider_body,
    decider_code,
    decided_on,
    reason,
    valid_until,
    delivery_id,
    row_no
from in_force
where newest_no = 1
