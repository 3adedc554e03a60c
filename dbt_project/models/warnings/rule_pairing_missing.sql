-- measured: 1 when nobody is paired with the village although a list of pairings is in force
select
    village.week_start,
    'village' as subject_type,
    village.village_id as subject_id,
    village.village_id,
    cast(1 as decimal(18, 2)) as measured,
    '结对包联名单中没有该村社' as detail_zh,
    'civil_affairs' as department,
    'villages' as dataset,
    village.delivery_id,
    village.row_no
from {{ ref('int_village__week') }} as village
inner join {{ ref('int_delivery__feed_week') }} as feed
    on
        village.week_start = feed.week_start
        and feed.department = 'organisation'
        and feed.dataset = 'pairings'
        and feed.delivery_id is not null
left join {{ ref('int_village__pairing_week') }} as pairing
    on
        village.week_start = pairing.week_start
        and village.village_id = pairing.village_id
where pairing.village_id is null
