-- measured: age in days, at the end of the week, of the newest good delivery of a dataset
select
    week_start,
    'dataset' as subject_type,
    department || '__' || dataset as subject_id,
    cast(null as varchar) as village_id,
    cast(age_days as decimal(18, 2)) as measured,
    '“' || title_zh || '”最近一次可用数据为' || {{ day_zh('last_good_at') }} || '，至本周末已' || cast(age_days as varchar)
    || '天' as detail_zh,
    department,
    dataset,
    delivery_id,
    cast(null as bigint) as row_no
from {{ ref('int_delivery__feed_week') }}
where age_days is not null and every_days is not null
