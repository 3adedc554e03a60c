-- A team is who holds the posts of a village's two committees: now (terms_ago = 0), and on the day before each body's
-- newest term began (terms_ago = 1). A person who sits in both counts once.
with tenure as (
    select
        *,
        coalesce(term_year, 0) as term
    from {{ ref('int_person__tenure_week') }}
    where body in ('party', 'committee')
),

newest_term as (
    select
        week_start,
        village_id,
        body,
        max(term) as term
    from tenure
    group by week_start, village_id, body
),

handover as (
    select
        tenure.week_start,
        tenure.village_id,
        tenure.body,
        tenure.term,
        min(tenure.started_on) as handed_over_on
    from tenure
    inner join newest_term
        on
            tenure.week_start = newest_term.week_start
            and tenure.village_id = newest_term.village_id
            and tenure.body = newest_term.body
            and tenure.term = newest_term.term
    group by tenure.week_start, tenure.village_id, tenure.body, tenure.term
),

seat as (
    select
        tenure.*,
        0 as terms_ago,
        tenure.week_end as seen_on
    from tenure
    where tenure.is_held
    union all
    select
        tenure.*,
        1 as terms_ago,
        {{ engine_date_add_days('handover.handed_over_on', '-1') }} as seen_on
    from tenure
    inner join handover
        on
            tenure.week_start = handover.week_start
            and tenure.village_id = handover.village_id
            and tenure.body = handover.body
    where
        tenure.term < handover.term
        and tenure.started_on < handover.handed_over_on
        and (tenure.ended_on is null or tenure.ended_on >= handover.handed_over_on)
),

talent as (
    select
        week_start,
        person_id,
        max(case when {{ is_talent_source('member_source') }} then 1 else 0 end) as is_talent,
        max(case when member_source = 'sent' then 1 else 0 end) as is_sent
    from {{ ref('int_person__source_week') }}
    group by week_start, person_id
),

member as (
    select
        seat.week_start,
        seat.village_id,
        seat.terms_ago,
        seat.person_id,
        max(case when seat.body = 'party' then 1 else 0 end) = 1 as is_party,
        max(case when seat.body = 'committee' then 1 else 0 end) = 1 as is_committee,
        max(case when seat.position = {{ secretary() }} then 1 else 0 end) = 1 as is_secretary,
        max(case when seat.position = {{ chair() }} then 1 else 0 end) = 1 as is_chair,
        max(case when seat.is_full_time then 1 else 0 end) = 1 as is_full_time,
        max({{ age_on('seat.birth_month', 'seat.seen_on') }}) as age,
        max(seat.sex) as sex,
        max(seat.education) as education,
        max(seat.political_status) as political_status,
        max(seat.left_reason) as left_reason
    from seat
    group by seat.week_start, seat.village_id, seat.terms_ago, seat.person_id
),

-- the last team is known where every body of today's has one
known as (
    select
        week_start,
        village_id,
        count(distinct case when terms_ago = 0 then body end)
        = count(distinct case when terms_ago = 1 then body end) as has_last_term
    from seat
    group by week_start, village_id
)

select
    member.week_start,
    member.village_id,
    member.terms_ago,
    member.person_id,
    member.is_party,
    member.is_committee,
    member.is_secretary,
    member.is_chair,
    member.is_full_time,
    member.age,
    member.sex,
    member.education,
    member.political_status,
    member.left_reason,
    coalesce(talent.is_talent, 0) = 1 as is_talent,
    coalesce(talent.is_sent, 0) = 1 as is_sent,
    known.has_last_term,
    known.has_last_term and member.terms_ago = 0 and other.person_id is null as is_incoming,
    known.has_last_term and member.terms_ago = 1 and other.person_id is null as is_leaving
from member
inner join known
    on
        member.week_start = known.week_start
        and member.village_id = known.village_id
left join member as other
    on
        member.week_start = other.week_start
        and member.village_id = other.village_id
        and member.person_id = other.person_id
        and other.terms_ago = 1 - member.terms_ago
left join talent
    on
        member.week_start = talent.week_start
        and member.person_id = talent.person_id
