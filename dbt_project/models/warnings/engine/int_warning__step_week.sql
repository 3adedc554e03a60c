-- Every answer known in each week, in its place among the warning's answers, and whether it counts. What does not count
-- stays visible with the reason and changes nothing: no official closes what they handled, and no deadline moves late.
{%- set before = 'order by step_no rows between unbounded preceding and 1 preceding' %}
with answer as (
    {{ events_by_week('stg_organisation__warning_answers', ['answer_no']) }}
),

-- the warning as it last stood by the end of that week
standing as (
    select
        answer.*,
        episode.rule_id,
        coalesce(episode.village_id, place.village_id) as village_id,
        episode.warning_id is not null as is_known,
        coalesce(episode.village_id, '') = coalesce(place.village_id, '') as is_same_village,
        -- of a warning that nobody knows nobody can say that it may be shown
        coalesce(episode.restricted, true) as restricted,
        episode.colour_since,
        {{ engine_date_add_days('episode.colour_since', 'episode.days_to_act') }} as due_on
    from answer
    left join {{ ref('int_village__place_week') }} as place
        on {{ is_in_place('answer', 'stepped_on') }}
    left join {{ ref('int_warning__episode_week') }} as episode
        on
            answer.warning_id = episode.warning_id
            and episode.week_start = least(answer.week_start, episode.last_week)
),

numbered as (
    select
        *,
        row_number() over (
            partition by week_start, warning_id
            order by stepped_on, delivered_at, row_no, answer_no
        ) as step_no
    from standing
),

sequenced as (
    select
        *,
        max(case when step in {{ handling_steps() }} and is_same_village then 1 else 0 end)
            over (partition by week_start, warning_id, handler_code {{ before }}) as has_handled,
        max(case when step in ('ask_closing', 'unfounded') and is_same_village then step_no end)
            over (partition by week_start, warning_id {{ before }}) as asked_no,
        max(case when step in ('check_failed', 'look_back_relapsed') and is_same_village then step_no end)
            over (partition by week_start, warning_id {{ before }}) as undone_no
    from numbered
),

judged as (
    select
        sequenced.*,
        case
            when not sequenced.is_known then 'unknown_warning'
            when not sequenced.is_same_village then 'another_village'
            when
                sequenced.step in ('check_passed', 'check_failed')
                and coalesce(sequenced.asked_no, 0) <= coalesce(sequenced.undone_no, 0) then 'not_asked'
            when sequenced.step = 'check_passed' and sequenced.has_handled = 1 then 'same_person'
            when
                sequenced.step = 'extend'
                and coalesce(sequenced.promised_on <= sequenced.stepped_on, true) then 'no_date'
            -- what was asked under an earlier colour is history: the colour's own deadline has begun since
            when sequenced.step <> 'extend' or sequenced.stepped_on <= sequenced.colour_since then 'counts'
            when sequenced.stepped_on > sequenced.due_on then 'too_late'
            when
                sequenced.promised_on
                > {{ engine_date_add_days('sequenced.due_on', 'parameter.warning_extension_days') }} then 'too_long'
            else 'counts'
        end as outcome
    from sequenced
    inner join {{ ref('int_calendar__parameter_week') }} as parameter on sequenced.week_start = parameter.week_start
),

passed as (
    select
        *,
        max(case when step = 'check_passed' and outcome = 'counts' then step_no end)
            over (partition by week_start, warning_id {{ before }}) as passed_no
    from judged
)

select
    week_start,
    week_end,
    answer_no,
    warning_id,
    rule_id,
    village_id,
    step,
    step_no,
    handler_code,
    stepped_on,
    measure as measure_zh,
    promised_on,
    recipient_id,
    case
        when
            outcome = 'counts'
            and step in ('look_back_stable', 'look_back_relapsed')
            and coalesce(passed_no, 0) <= coalesce(undone_no, 0) then 'not_closed'
        else outcome
    end as outcome,
    step = 'extend' and outcome = 'counts' and stepped_on > colour_since as moves_deadline,
    restricted,
    delivered_at,
    delivery_id,
    row_no
from passed
