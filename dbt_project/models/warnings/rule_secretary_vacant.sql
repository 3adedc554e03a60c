-- measured: days without a party secretary in the roster in force; at least 1 where the roster does not say since when.
-- Reads the roster itself, not the linked posts: an officer whose identity could not be linked still holds the post.
with roster as (
    {{ snapshot_by_week('stg_organisation__posts') }}
),

term as (
    select
        roster.week_start,
        roster.week_end,
        village.village_id,
        roster.ended_on,
        roster.ended_on is null or roster.ended_on > roster.week_end as is_held,
        roster.delivery_id,
        roster.row_no,
        row_number() over (
            partition by roster.week_start, village.village_id order by roster.ended_on desc, roster.row_no asc
        ) as latest_no
    from roster
    {{ in_listed_village('roster') }}
    where
        roster.position = {{ secretary() }}
        and roster.started_on <= roster.week_end
),

held as (
    select distinct
        week_start,
        village_id
    from term
    where is_held
),

vacant as (
    select
        village.week_start,
        village.week_end,
        village.village_id,
        feed.quarantined,
        last_term.ended_on,
        case when last_term.row_no is null then 'civil_affairs' else 'organisation' end as department,
        case when last_term.row_no is null then 'villages' else 'posts' end as dataset,
        coalesce(last_term.delivery_id, village.delivery_id) as delivery_id,
        coalesce(last_term.row_no, village.row_no) as row_no
    from {{ ref('int_village__week') }} as village
    inner join {{ ref('int_delivery__feed_week') }} as feed
        on
            village.week_start = feed.week_start
            and feed.department = 'organisation'
            and feed.dataset = 'posts'
            and feed.delivery_id is not null
    left join held
        on
            village.week_start = held.week_start
            and village.village_id = held.village_id
    left join term as last_term
        on
            village.week_start = last_term.week_start
            and village.village_id = last_term.village_id
            and last_term.latest_no = 1
    where held.village_id is null
)

select
    week_start,
    'village' as subject_type,
    village_id as subject_id,
    village_id,
    cast(coalesce({{ engine_date_diff_days('ended_on', 'week_end') }}, 1) as decimal(18, 2)) as measured,
    case
        when ended_on is null then '任职名册中没有党组织书记，出缺起始日不明'
        else
            '党组织书记自' || {{ day_zh('ended_on') }} || '起出缺，已'
            || cast({{ engine_date_diff_days('ended_on', 'week_end') }} as varchar) || '天'
    end
    || case
        when quarantined > 0
            then '（本期任职名册有' || cast(quarantined as varchar) || '行退回更正，可能影响本项）'
        else ''
    end as detail_zh,
    department,
    dataset,
    delivery_id,
    row_no
from vacant
