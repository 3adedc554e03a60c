-- by the first digits of the village codes, as the parts of a snapshot are
with listed as (
    {{ snapshot_by_week('stg_civil_affairs__villages') }}
)

select
    week_start,
    substr(village_code, 1, {{ part_digits() }}) as part,
    min(township_name) as township_name
from listed
where
    (established_on is null or established_on <= week_end)
    and (abolished_on is null or abolished_on > week_end)
group by week_start, substr(village_code, 1, {{ part_digits() }})
