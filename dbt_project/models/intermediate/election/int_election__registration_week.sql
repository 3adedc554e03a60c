-- The registration of voters, with what the list lost and gained since it was published and how late its dates were by the
-- limits of the election day. Days late are null while anything they need has not been said.
with reported as (
    {{ snapshot_by_week('stg_civil_affairs__voter_registration') }}
),

registration as (
    select
        reported.*,
        village.village_id,
        election.election_day
    from reported
    {{ in_listed_village('reported') }}
    left join {{ ref('int_election__day_week') }} as election
        on
            village.week_start = election.week_start
            and village.village_id = election.village_id
            and election.body = 'committee'
),

ruled as (
    select
        registration.week_start,
        registration.village_id,
        deadline.step_code,
        deadline.offset_days,
        row_number() over (
            partition by registration.week_start, registration.village_id, deadline.step_code
            order by {{ nearest_rule_first('deadline') }}
        ) as nearest_no
    from registration
    inner join {{ ref('step_deadlines') }} as deadline
        on
            deadline.step_code in ('C12', 'C13', 'C14')
            and {{ applies_in('deadline', 'registration.village_code', 'registration.election_day') }}
),

limit_days as (
    select
        week_start,
        village_id,
        max(case when step_code = 'C12' then offset_days end) as list_days,
        max(case when step_code = 'C13' then offset_days end) as objection_days,
        max(case when step_code = 'C14' then offset_days end) as reply_days
    from ruled
    where nearest_no = 1
    group by week_start, village_id
),

counted as (
    select
        registration.*,
        registration.registered_first
        + coalesce(registration.added_of_age, 0) + coalesce(registration.added_moved_in, 0)
        + coalesce(registration.added_family, 0) + coalesce(registration.added_restored, 0)
        - coalesce(registration.removed_moved_out, 0) - coalesce(registration.removed_left, 0)
        - coalesce(registration.removed_died, 0) - coalesce(registration.removed_deprived, 0) as registered,
        {{ engine_date_diff_days('registration.election_day', 'registration.published_on') }}
        - limit_days.list_days as list_days_late,
        case
            when registration.objections = 0 then 0
            else
                {{ engine_date_diff_days('registration.published_on', 'registration.last_objection_on') }}
                - limit_days.objection_days
        end as objection_days_late,
        case
            when registration.objections = 0 then 0
            else registration.longest_reply_days - limit_days.reply_days
        end as reply_days_late
    from registration
    left join limit_days
        on
            registration.week_start = limit_days.week_start
            and registration.village_id = limit_days.village_id
)

select
    week_start,
    week_end,
    village_id,
    election_day,
    eligible,
    published_on,
    registered_first,
    registered,
    objections,
    objections_upheld,
    last_objection_on,
    longest_reply_days,
    list_days_late,
    objection_days_late,
    reply_days_late,
    case
        when list_days_late > 0 then list_days_late
        when objection_days_late is not null and reply_days_late is not null
            then greatest(list_days_late, objection_days_late, reply_days_late)
    end as days_late,
    delivery_id,
    row_no
from counted
