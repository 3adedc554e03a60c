-- measured: days by which the slowest answer to an objection came after its legal limit
select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(reply_days_late as decimal(18, 2)) as measured,
    '对选民名单的异议最长' || cast(longest_reply_days as varchar) || '天答复，超过法定期限'
    || cast(reply_days_late as varchar) || '天' as detail_zh,
    'civil_affairs' as department,
    'voter_registration' as dataset,
    delivery_id,
    row_no
from {{ ref('int_election__registration_week') }}
where reply_days_late > 0
