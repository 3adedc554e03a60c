-- Reports about an election are counted by township and never by village. So that they add up like everything else, a
-- township's number stands with the first village of its list; its indicators are restricted and not shown by village.
-- Both terms are counted by the same filter: what compares is one matter, one township, two terms.
with reported as (
    {{ snapshot_by_week('stg_organisation__election_reports') }}
),

ordered as (
    select
        week_start,
        village_id,
        managing_unit_code,
        row_number() over (partition by week_start, managing_unit_code order by village_code) as place
    from {{ ref('int_village__week') }}
),

dated as (
    select
        *,
        max(term_year) over (partition by week_start) as newest_term
    from reported
),

past as (
    select
        week_start,
        max(term_year) as last_term
    from dated
    where term_year < newest_term
    group by week_start
)

select
    dated.week_start,
    dated.week_end,
    ordered.village_id,
    dated.township_code,
    dated.term_year,
    case when dated.term_year = dated.newest_term then 0 when dated.term_year = past.last_term then 1 end as terms_ago,
    dated.matter,
    dated.number,
    dated.counted_to,
    dated.delivery_id,
    dated.row_no
from dated
inner join ordered
    on
        dated.week_start = ordered.week_start
        and dated.township_code = ordered.managing_unit_code
        and ordered.place = 1
left join past on dated.week_start = past.week_start
