select
    village_code,
    body,
    round_no,
    ballot_kind,
    voted_on,
    registered,
    attended,
    proxies,
    issued,
    collected,
    valid,
    seats,
    elected,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'civil_affairs__ballots') }}
