-- Nobody is excluded but by a decision that people have recorded: its body, its day, its reason, two deciders at least, and no
-- appeal that revoked it. Read from what was delivered, not from the models that say who is excluded.
with decision as (
    select
        link.person_id,
        recorded.delivered_at
    from {{ ref('stg_organisation__review_decisions') }} as recorded
    inner join {{ source('identity', 'person_link') }} as link
        on
            recorded.delivery_id = link._delivery_id
            and recorded.row_no = link._row
            and link.department = 'organisation'
            and link.dataset = 'review_decisions'
    where
        recorded.outcome = 'exclude'
        and recorded.decider_body is not null
        and recorded.reason is not null
        and recorded.decided_on <= recorded.delivered_at
        and recorded.deciders >= 2
        and coalesce(recorded.appeal_outcome, 'none') <> 'revoked'
)

select person.person_id
from {{ ref('person_table') }} as person
left join decision
    on person.person_id = decision.person_id and person.as_of >= decision.delivered_at
where person.review_state = 'excluded' and decision.person_id is null
