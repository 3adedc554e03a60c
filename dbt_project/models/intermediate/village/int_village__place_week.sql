-- A record that names a code on a day belongs to the village that the code meant on it (happened_in_id), and in a week to
-- that village if it is still listed, else to the one listed village it became. Where there are several, or none, nobody
-- but a person can say, and village_id is null.
with place as (
    select
        calendar.week_start,
        calendar.week_end,
        place.village_code,
        place.from_on,
        place.until_on,
        place.village_id as happened_in_id
    from {{ ref('int_calendar__week') }} as calendar
    cross join {{ source('identity', 'village_place') }} as place
),

heir as (
    select
        village.week_start,
        lineage.from_id,
        min(lineage.to_id) as to_id,
        count(*) as heirs
    from {{ source('identity', 'village_lineage') }} as lineage
    inner join {{ ref('int_village__week') }} as village
        on
            lineage.to_id = village.village_id
            and lineage.effective_on <= village.week_end
    group by village.week_start, lineage.from_id
)

select
    place.week_start,
    place.week_end,
    place.village_code,
    place.from_on,
    place.until_on,
    place.happened_in_id,
    case
        when village.village_id is not null then village.village_id
        when heir.heirs = 1 then heir.to_id
    end as village_id,
    case
        when village.village_id is not null or heir.heirs = 1 then null
        when place.happened_in_id is null or heir.heirs > 1 then 'several'
        else 'not_listed'
    end as why_not
from place
left join {{ ref('int_village__week') }} as village
    on
        place.week_start = village.week_start
        and place.happened_in_id = village.village_id
left join heir
    on
        place.week_start = heir.week_start
        and place.happened_in_id = heir.from_id
