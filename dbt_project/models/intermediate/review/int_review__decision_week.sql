-- What people have examined and decided. A decision is one only with its body, its date, its reason and two people at least
-- (F-24); an exclusion that an appeal has revoked is none any more.
with decision as (
    {{ events_by_week('stg_organisation__review_decisions', ['decision_no']) }}
),

judged as (
    select
        decision.*,
        link.person_id,
        coalesce(
            decision.outcome is not null
            and decision.decided_on <= decision.week_end
            and decision.decider_body is not null
            and decision.reason is not null
            and decision.deciders >= 2,
            false
        ) as is_complete
    from decision
    {{ linked_to_person('decision', 'organisation', 'review_decisions') }}
    where decision.examined_on <= decision.week_end
)

select
    judged.week_start,
    judged.week_end,
    judged.person_id,
    village.village_id,
    judged.decision_no,
    judged.review_round,
    judged.examined_on,
    judged.heard_on,
    judged.outcome,
    judged.decided_on,
    judged.decider_body,
    judged.deciders,
    judged.rule_id,
    judged.reason,
    judged.notice_on,
    judged.appeal_on,
    judged.appeal_outcome,
    judged.is_complete,
    judged.is_complete and judged.outcome = 'exclude' and coalesce(judged.appeal_outcome, 'none') <> 'revoked' as is_exclusion,
    row_number() over (
        partition by judged.week_start, judged.person_id
        order by
            case when judged.is_complete then 0 else 1 end,
            judged.decided_on desc,
            judged.examined_on desc,
            judged.decision_no desc
    ) as newest_no,
    judged.delivery_id,
    judged.row_no
from judged
{{ in_listed_village('judged') }}
