{#- Which departments are asked in a round, by when, and the day its windows are tested: as the letters say, and where there
    are none, the departments that are always asked. -#}
with letter as (
    {{ events_by_week('stg_organisation__review_panels', ['review_round', 'reviewer']) }}
),

round as (
    select
        week_start,
        review_round,
        max(cut_off_on) as cut_off_on
    from letter
    group by week_start, review_round
),

asked_round as (
    select distinct
        week_start,
        week_end,
        review_round
    from {{ ref('int_review__asked_week') }}
)

select
    letter.week_start,
    letter.review_round,
    letter.reviewer as department,
    letter.due_on,
    round.cut_off_on
from letter
inner join round on letter.week_start = round.week_start and letter.review_round = round.review_round

union all

select
    asked_round.week_start,
    asked_round.review_round,
    usual.department,
    cast(null as date) as due_on,
    cast(null as date) as cut_off_on
from asked_round
inner join {{ ref('review_departments') }} as usual
    on
        usual.is_default
        and asked_round.week_end >= usual.valid_from
        and (usual.valid_to is null or asked_round.week_end <= usual.valid_to)
left join round on asked_round.week_start = round.week_start and asked_round.review_round = round.review_round
where round.review_round is null
