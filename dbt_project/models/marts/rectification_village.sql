{%- set sums = {
    'problem': ('int_rectification__problem_week', 'is_newest_round and not is_withdrawn', [
        ('problems', '1'), ('problems_closed', one_if('is_closed')), ('problems_overdue', one_if('is_overdue')),
        ('relapses_open', one_if('is_relapse_open')),
    ]),
    'team': ('int_rectification__team_week', 'is_newest_round', [('team_members', 'persons')]),
    'kind': ('int_rectification__match_week', 'not is_sent', [('unit_kinds_missing', '1')]),
    'rhythm': ('int_rectification__rhythm_week', 'not is_kept', [('rhythms_missed', '1')]),
} -%}
with listing as (
    {{ at_run_week('int_rectification__listing_week') }}
),

village as (
    {{ at_run_week('int_village__week') }}
),

selection as (
    {{ at_run_week('int_rectification__selection_week') }}
),

pace as (
    {{ at_run_week('int_rectification__pace_week') }}
),

assessment as (
    {{ at_run_week('int_rectification__assessment_week') }}
)
{%- for name, (model, where, columns) in sums.items() %},

{{ name }}_sum as (
    select
        village_id
        {%- for column, term in columns %},
        sum({{ term }}) as {{ column }}
        {%- endfor %}
    from ({{ at_run_week(model) }}) as {{ name }}_row
    where {{ where }}
    group by village_id
)
{%- endfor %}

select
    listing.village_id,
    village.village_code,
    village.village_name,
    village.managing_unit_name,
    listing.round_no,
    listing.level,
    listing.listed_on,
    listing.due_on,
    selection.listings,
    coalesce(pace.tasks, 0) as tasks,
    coalesce(pace.tasks_due, 0) as tasks_due,
    coalesce(pace.tasks_done, 0) as tasks_done,
    coalesce(pace.tasks_overdue, 0) as tasks_overdue,
    cast(pace.points_behind as decimal(18, 2)) as points_behind
    {%- for name, (model, where, columns) in sums.items() %}
    {%- for column, term in columns %},
    coalesce(cast({{ name }}_sum.{{ column }} as bigint), 0) as {{ column }}
    {%- endfor %}
    {%- endfor %},
    assessment.assessed_on,
    assessment.total_score,
    listing.delivery_id,
    listing.row_no,
    listing.week_end as as_of
from listing
inner join village on listing.village_id = village.village_id
inner join selection
    on
        listing.village_id = selection.village_id
        and listing.round_no = selection.round_no
left join pace on listing.village_id = pace.village_id
left join assessment on listing.village_id = assessment.village_id and assessment.is_newest
{%- for name in sums %}
left join {{ name }}_sum on listing.village_id = {{ name }}_sum.village_id
{%- endfor %}
