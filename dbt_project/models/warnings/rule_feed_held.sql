-- measured: 1 when the newest delivery of a dataset could not be accepted or none was ever received
select
    week_start,
    'dataset' as subject_type,
    department || '__' || dataset as subject_id,
    cast(null as varchar) as village_id,
    cast(1 as decimal(18, 2)) as measured,
    case state
        when 'held' then '“' || title_zh || '”最新一批未通过验收，已退回供数部门'
        else '“' || title_zh || '”从未收到可用数据'
    end
    || case
        when last_good_at is null then ''
        else '；目前使用' || {{ day_zh('last_good_at') }} || '的数据'
    end as detail_zh,
    department,
    dataset,
    delivery_id,
    cast(null as bigint) as row_no
from {{ ref('int_delivery__feed_week') }}
where state in ('held', 'missing')
