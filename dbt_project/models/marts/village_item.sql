{%- set base = [
    ('village_name', 'village_name', none), ('village_type', 'village_type', 'village_type'),
    ('township_name', 'township_name', none), ('managing_unit_name', 'managing_unit_name', none),
    ('established_on', 'established_on', none), ('households', 'households', none),
    ('population', 'population', none), ('is_key_village', yes_no('is_key_village'), none),
] -%}
{%- set pairing = [('area_name', 'area_name', none), ('department_name', 'department_name', none)] -%}
{%- set profile = [
    ('residents', 'residents', none), ('party_members', 'party_members', none),
    ('representatives', 'representatives', none), ('members_interviewed', 'members_interviewed', none),
    ('representatives_interviewed', 'representatives_interviewed', none),
    ('key_persons', 'key_persons', none), ('key_persons_interviewed', 'key_persons_interviewed', none),
    ('collective_income', 'collective_income', none), ('audit_status', 'audit_status', 'audit_status'),
    ('audit_published_on', 'audit_published_on', none), ('difficulties', 'difficulties', none),
] -%}
{%- set listing = [('level', 'level', 'rectification_level'), ('due_on', 'due_on', none), ('reason', 'reason', none)] -%}
{%- set closed_or_not = "evidence || case when is_closed then '（已销号）' when is_withdrawn then '（撤销）' else '（未销号）' end" -%}
{%- set team = [('unit', "unit_name || '，' || cast(persons as varchar) || '人'", none)] -%}
{%- set registration = [
    ('eligible', 'eligible', none), ('registered', 'registered', none), ('objections', 'objections', none),
] -%}
{%- set sections = [
    ('base', base, 'int_village__week', 'cast(null as date)', 'civil_affairs', 'villages'),
    ('pairing', pairing, 'int_village__pairing_week', 'cast(null as date)', 'organisation', 'pairings'),
    ('profile', profile, 'int_village__profile_week', 'filled_on', 'questionnaire', 'village_profile'),
    ('exemption', [('reason', 'reason', 'exemption_reason')], 'int_village__exemption_week', 'approved_on', 'organisation', 'dual_post_exemptions'),
    ('funds', [('operating_funds', 'operating_funds', none)], 'int_village__fund_week', 'cast(null as date)', 'organisation', 'village_funds'),
    (
        'registration', registration, 'int_election__registration_week', 'published_on', 'civil_affairs',
        'voter_registration',
    ),
    (
        'party_roll', [('entitled', 'entitled', none)], 'int_election__roll_week', 'cast(null as date)', 'organisation',
        'party_rolls',
    ),
    ('rectification', listing, 'int_rectification__listing_week', 'listed_on', 'organisation', 'rectification_selections'),
    (
        'rectification_problem', [('symptom', 'symptom', 'rectification_symptom'), ('problem', closed_or_not, none)],
        'int_rectification__problem_week', 'found_on',
        'organisation', 'rectification_problems',
    ),
    (
        'rectification_score', [('total', 'total_score', none)], 'int_rectification__assessment_week', 'assessed_on',
        'organisation', 'rectification_assessments',
    ),
    (
        'rectification_team', team, 'int_rectification__team_week', 'cast(null as date)', 'organisation',
        'rectification_teams',
    ),
] -%}

with
{%- for section, items, model, since, department, dataset in sections %}
{{ section }} as (
    {{ at_run_week(model) }}
),
{% endfor %}
ballot as (
    {{ at_run_week('int_election__ballot_week') }}
),

step as (
    {{ at_run_week('int_election__step_week') }}
),

post as (
    {{ at_run_week('int_person__post_week') }}
),

fact as (
    {%- for section, items, model, since, department, dataset in sections %}
    {%- for item, value, code_table in items %}
    select
        village_id,
        '{{ section }}' as section,
        '{{ item }}' as item,
        cast({{ value }} as varchar) as value,
        {{ "'" ~ code_table ~ "'" if code_table else 'cast(null as varchar)' }} as code_table,
        {{ since }} as since,
        '{{ department }}' as department,
        '{{ dataset }}' as dataset,
        delivery_id,
        row_no
    from {{ section }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        village_id,
        'team' as section,
        case position when {{ secretary() }} then 'secretary' else 'chair' end as item,
        '在任' as value,
        cast(null as varchar) as code_table,
        started_on as since,
        'organisation' as department,
        'posts' as dataset,
        delivery_id,
        row_no
    from post
    where position in ({{ secretary() }}, {{ chair() }})
    union all
    select
        village_id,
        'ballot' as section,
        body || '_ballot' as item,
        '第' || cast(round_no as varchar) || '次：应到' || cast(registered as varchar)
        || '，实到' || cast(attended as varchar) || '，应选' || cast(seats as varchar)
        || '，当选' || cast(elected as varchar) as value,
        cast(null as varchar) as code_table,
        voted_on as since,
        'civil_affairs' as department,
        'ballots' as dataset,
        delivery_id,
        row_no
    from ballot
),

listed as (
    select
        fact.village_id,
        fact.section,
        fact.item,
        definition.item_zh,
        coalesce(code.label_zh, fact.value) as value,
        fact.since,
        fact.department,
        fact.dataset,
        fact.delivery_id,
        fact.row_no
    from fact
    inner join {{ ref('file_items') }} as definition
        on
            definition.subject = 'village'
            and fact.section = definition.section
            and fact.item = definition.item
    cross join {{ source('landing', 'run') }} as run
    left join {{ ref('codes') }} as code
        on
            fact.code_table = code.code_table
            and fact.value = code.code
            and run.as_of >= code.valid_from
            and (code.valid_to is null or run.as_of <= code.valid_to)
    where fact.value is not null
    union all
    select
        village_id,
        'step' as section,
        step_code as item,
        name_zh as item_zh,
        case when is_done then '已完成' else '未完成，计划' || {{ day_zh('planned_on') }} end as value,
        done_on as since,
        'civil_affairs' as department,
        'election_steps' as dataset,
        delivery_id,
        row_no
    from step
)

select
    listed.village_id,
    listed.section,
    listed.item,
    listed.item_zh,
    listed.value,
    listed.since,
    listed.department,
    listed.dataset,
    listed.delivery_id,
    listed.row_no,
    accepted.delivered_at as known_on,
    exemption_end.valid_until as holds_until,
    run.as_of
from listed
cross join {{ source('landing', 'run') }} as run
left join {{ ref('int_delivery__accepted') }} as accepted on listed.delivery_id = accepted.delivery_id
-- an exemption holds until its date; everything else until something newer is delivered
left join exemption as exemption_end on listed.village_id = exemption_end.village_id and listed.section = 'exemption'
