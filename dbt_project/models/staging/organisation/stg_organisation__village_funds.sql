select
    village_code,
    fund_year,
    operating_funds,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__village_funds') }}
