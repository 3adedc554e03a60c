select
    township_code,
    term_year,
    matter,
    number,
    counted_to,
    _delivery_id as delivery_id,
    _row as row_no,
    _delivered_at as delivered_at
from {{ source('landing', 'organisation__election_reports') }}
