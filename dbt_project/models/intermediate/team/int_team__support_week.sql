-- what the newest year on record says of everybody in today's team, beside the floor of the person's office
with record as (
    {{ snapshot_by_week('stg_organisation__staff_support') }}
),

dated as (
    select
        *,
        week_end as seen_on
    from record
    where support_year <= extract(year from week_end)
),

linked as (
    {{ linked_rows('dated', 'organisation', 'staff_support', 'seen_on') }}
),

newest as (
    select
        *,
        row_number() over (
            partition by week_start, person_id, village_id
            order by support_year desc, row_no asc
        ) as newest_no
    from linked
)

select
    newest.week_start,
    newest.person_id,
    newest.village_id,
    newest.support_year,
    newest.pay,
    member.is_secretary,
    newest.pay >= case
        when member.is_secretary then parameter.secretary_pay_floor else parameter.staff_pay_floor
    end as is_paid_the_floor,
    newest.has_accident_cover and newest.has_illness_cover as is_covered,
    newest.had_health_check,
    newest.delivery_id,
    newest.row_no
from newest
inner join {{ ref('int_team__member_week') }} as member
    on
        newest.week_start = member.week_start
        and newest.person_id = member.person_id
        and newest.village_id = member.village_id
        and member.terms_ago = 0
inner join {{ ref('int_calendar__parameter_week') }} as parameter on newest.week_start = parameter.week_start
where newest.newest_no = 1
