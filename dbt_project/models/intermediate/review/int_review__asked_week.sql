{#- Who was sent to which round: the roster says it of its own day, the lists of each round say it of the rounds before. -#}
{%- set columns = ['week_start', 'week_end', 'person_id', 'village_id', 'review_round', 'sent_on', 'record_dataset',
    'delivery_id', 'row_no'] -%}

with candidacy as (
    select
        *,
        sent_for_review_on as sent_on,
        'candidates' as record_dataset,
        row_number() over (
            partition by week_start, person_id, village_id
            order by
                case candidate_status
                    when 'elected' then 1
                    when 'confirmed' then 2
                    when 'proposed' then 3
                    when 'not_elected' then 4
                    else 5
                end,
                position
        ) as foremost_no
    from {{ ref('int_person__candidacy_week') }}
),

listed as (
    {{ events_by_week('stg_organisation__review_requests', ['request_no']) }}
),

on_list as (
    select
        listed.*,
        'review_requests' as record_dataset,
        link.person_id,
        village.village_id
    from listed
    {{ linked_to_person('listed', 'organisation', 'review_requests') }}
    {{ in_listed_village('listed') }}
),

-- a person who stands for two posts in one village is asked about once in a round
sent as (
    select
        *,
        row_number() over (
            partition by week_start, person_id, village_id, review_round
            order by sent_on, record_dataset desc, row_no
        ) as first_no
    from (
        select {{ columns | join(', ') }} from candidacy
        union all
        select {{ columns | join(', ') }} from on_list
    ) as sending
    where sent_on <= week_end
)

select
    sent.week_start,
    sent.week_end,
    sent.person_id,
    sent.village_id,
    sent.review_round,
    sent.sent_on,
    -- whom the roster no longer names does not stand any more
    coalesce(candidacy.candidate_status, 'withdrawn') as candidate_status,
    sent.record_dataset,
    sent.delivery_id,
    sent.row_no
from sent
left join candidacy
    on
        sent.week_start = candidacy.week_start
        and sent.person_id = candidacy.person_id
        and sent.village_id = candidacy.village_id
        and candidacy.foremost_no = 1
where sent.first_no = 1
