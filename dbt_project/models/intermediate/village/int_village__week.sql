with listed as (
    {{ snapshot_by_week('stg_civil_affairs__villages') }}
)

select
    listed.week_start,
    listed.week_end,
    registry.village_id,
    listed.village_code,
    listed.village_name,
    listed.village_type,
    listed.township_code,
    listed.township_name,
    listed.managing_unit_code,
    listed.managing_unit_name,
    listed.is_key_village,
    listed.households,
    listed.population,
    listed.established_on,
    listed.delivery_id,
    listed.row_no
from listed
inner join {{ source('identity', 'village_registry') }} as registry
    on
        listed.village_code = registry.village_code
        and (registry.named_from is null or listed.week_end >= registry.named_from)
        and (registry.named_to is null or listed.week_end < registry.named_to)
where
    (listed.established_on is null or listed.established_on <= listed.week_end)
    and (listed.abolished_on is null or listed.abolished_on > listed.week_end)
