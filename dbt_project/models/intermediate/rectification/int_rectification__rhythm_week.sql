-- a rhythm is asked for once its days have passed since the village was listed
with last_time as (
    select
        week_start,
        village_id,
        record_kind as rhythm,
        max(recorded_on) as last_on
    from {{ ref('int_rectification__record_week') }}
    where is_newest_round
    group by week_start, village_id, record_kind
    union all
    select
        week_start,
        village_id,
        'assessment' as rhythm,
        max(assessed_on) as last_on
    from {{ ref('int_rectification__assessment_week') }}
    where is_newest_round
    group by week_start, village_id
)

select
    listing.week_start,
    listing.week_end,
    listing.village_id,
    definition.rhythm,
    definition.name_zh,
    definition.days,
    last_time.last_on,
    coalesce({{ engine_date_diff_days('last_time.last_on', 'listing.week_end') }} <= definition.days, false) as is_kept,
    listing.delivery_id,
    listing.row_no
from {{ ref('int_rectification__listing_week') }} as listing
inner join {{ ref('rectification_rhythms') }} as definition
    on
        listing.week_end >= definition.valid_from
        and (definition.valid_to is null or listing.week_end <= definition.valid_to)
        and {{ engine_date_diff_days('listing.listed_on', 'listing.week_end') }} > definition.days
left join last_time
    on
        listing.week_start = last_time.week_start
        and listing.village_id = last_time.village_id
        and definition.rhythm = last_time.rhythm
where listing.due_on is null or listing.due_on >= listing.week_start
