-- Each value that a file has and had not last week, or had and has not, with one cause. Asked in this order: did a person's
-- correction or the mending of a returned row bring it; does a record say what no record said before; does a known record
-- now speak of this person, or no longer; were the rules changed, or the code; else the day has come (a date in the record).
{#- What is restricted is compared with what is restricted: a value that comes into the open has come, whoever knew it before. -#}
{%- set fact = ['file', 'subject_id', 'section', 'item', 'restricted', 'value'] %}
{%- set key = ['file', 'subject_id', 'section', 'item', 'restricted'] %}
{%- set columns = ['file', 'subject_id', 'village_id', 'section', 'item', 'item_zh', 'value', 'department', 'dataset',
    'delivery_id', 'row_no', 'restricted'] %}
with basis as (
    select
        published.rules_changed,
        published.code_changed,
        run.week,
        run.as_of
    from {{ source('landing', 'published') }} as published
    cross join {{ source('landing', 'run') }} as run
),

present as (
    select
        'village' as file,
        village_id as subject_id,
        village_id,
        section,
        item,
        item_zh,
        value,
        department,
        dataset,
        delivery_id,
        row_no,
        false as restricted
    from {{ ref('village_item') }}
    union all
    select
        'person' as file,
        person_id as subject_id,
        village_id,
        section,
        item,
        item_zh,
        value,
        department,
        dataset,
        delivery_id,
        row_no,
        restricted
    from {{ ref('person_item') }}
),

past as (
    select *
    from {{ source('landing', 'published_item') }}
),

{%- for side, relation in [('new_fact', 'present'), ('old_fact', 'past')] %}

{{ side }} as (
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        row_number() over (partition by {{ fact | join(', ') }} order by delivery_id, row_no) as copy_no
    from {{ relation }}
),
{%- endfor %}

-- villages whose file was there last week too
steady as (
    select distinct new_fact.subject_id
    from new_fact
    inner join old_fact on new_fact.file = old_fact.file and new_fact.subject_id = old_fact.subject_id
    where new_fact.file = 'village'
),

{%- for side, own, other in [('added', 'new_fact', 'old_fact'), ('removed', 'old_fact', 'new_fact')] %}

{{ side }} as (
    select
        own.*,
        row_number() over (
            partition by own.file, own.subject_id, own.section, own.item, own.restricted
            order by own.value
        ) as change_no
    from {{ own }} as own
    left join {{ other }} as other
        on
            {% for column in fact %}own.{{ column }} = other.{{ column }}
            and {% endfor %}other.copy_no = 1
    where
        own.copy_no = 1
        and other.subject_id is null
),
{%- endfor %}

-- a record known before, by its place or by its content, and whose it was
known as (
    select distinct
        content.dataset,
        content.content,
        link.person_id
    from {{ source('landing', 'record_content') }} as content
    inner join {{ source('landing', 'published_delivery') }} as delivery on content.delivery_id = delivery.delivery_id
    left join {{ source('landing', 'published_link') }} as link
        on
            content.delivery_id = link.delivery_id
            and content.row_no = link.row_no
),

known_content as (
    select distinct
        dataset,
        content
    from known
),

-- what is sent again in a delivery that is new, and whose it is now
resent as (
    select
        content.dataset,
        content.content,
        link.person_id
    from {{ source('landing', 'record_content') }} as content
    left join {{ source('landing', 'published_delivery') }} as delivery on content.delivery_id = delivery.delivery_id
    left join {{ source('identity', 'person_link') }} as link
        on
            content.delivery_id = link._delivery_id
            and content.row_no = link._row
    where delivery.delivery_id is null
),

resent_content as (
    select distinct
        dataset,
        content
    from resent
),

resent_link as (
    select distinct
        dataset,
        content,
        person_id
    from resent
    where person_id is not null
),

new_dataset as (
    select distinct dataset
    from resent
),

upheld as (
    select distinct
        correction.person_id,
        correction.section,
        correction.item
    from {{ ref('stg_organisation__corrections') }} as correction
    inner join {{ ref('int_delivery__accepted') }} as accepted on correction.delivery_id = accepted.delivery_id
    cross join basis
    where
        correction.correction_state = 'upheld'
        and correction.closed_on >= basis.week
        and correction.closed_on <= basis.as_of
),

added_cause as (
    select
        added.*,
        case
            when upheld.person_id is not null or mended.delivery_id is not null then 'correction'
            when delivery.delivery_id is null and known_content.content is null then 'new_data'
            when
                added.file = 'person'
                and same_place.person_id is null
                and known.person_id is null then 'link'
        end as cause
    from added
    left join upheld
        on
            added.file = 'person'
            and added.subject_id = upheld.person_id
            and added.section = upheld.section
            and added.item = upheld.item
    left join {{ source('landing', 'mended_row') }} as mended
        on
            added.delivery_id = mended.delivery_id
            and added.row_no = mended.row_no
    left join {{ source('landing', 'published_delivery') }} as delivery on added.delivery_id = delivery.delivery_id
    left join {{ source('landing', 'record_content') }} as content
        on
            added.delivery_id = content.delivery_id
            and added.row_no = content.row_no
    left join known_content
        on
            content.dataset = known_content.dataset
            and content.content = known_content.content
    left join known
        on
            content.dataset = known.dataset
            and content.content = known.content
            and added.subject_id = known.person_id
    left join {{ source('landing', 'published_link') }} as same_place
        on
            added.delivery_id = same_place.delivery_id
            and added.row_no = same_place.row_no
            and added.subject_id = same_place.person_id
),

removed_cause as (
    select
        removed.*,
        case
            when upheld.person_id is not null then 'correction'
            when removed.file = 'person' and link.person_id is null then 'link'
            when resent_content.content is null and new_dataset.dataset is not null then 'new_data'
            when
                removed.file = 'person'
                and resent_content.content is not null
                and resent_link.person_id is null then 'link'
        end as cause
    from removed
    left join upheld
        on
            removed.file = 'person'
            and removed.subject_id = upheld.person_id
            and removed.section = upheld.section
            and removed.item = upheld.item
    left join {{ source('identity', 'person_link') }} as link
        on
            removed.delivery_id = link._delivery_id
            and removed.row_no = link._row
            and removed.subject_id = link.person_id
    left join {{ source('landing', 'record_content') }} as content
        on
            removed.delivery_id = content.delivery_id
            and removed.row_no = content.row_no
    left join resent_content
        on
            content.dataset = resent_content.dataset
            and content.content = resent_content.content
    left join resent_link
        on
            content.dataset = resent_link.dataset
            and content.content = resent_link.content
            and removed.subject_id = resent_link.person_id
    left join new_dataset on removed.department || '__' || removed.dataset = new_dataset.dataset
),

paired as (
    select
        {%- for column in columns if column not in ('value', 'restricted') %}
        coalesce(added_cause.{{ column }}, removed_cause.{{ column }}) as {{ column }},
        {%- endfor %}
        removed_cause.value as old_value,
        added_cause.value as new_value,
        case
            when removed_cause.subject_id is null then 'added'
            when added_cause.subject_id is null then 'removed'
            else 'changed'
        end as change,
        coalesce(added_cause.restricted, false) or coalesce(removed_cause.restricted, false) as restricted,
        coalesce(added_cause.cause, removed_cause.cause) as cause
    from added_cause
    full join removed_cause
        on
            {% for column in key %}added_cause.{{ column }} = removed_cause.{{ column }}
            and {% endfor %}added_cause.change_no = removed_cause.change_no
)

select
    basis.week as week_start,
    paired.file,
    paired.subject_id,
    paired.village_id,
    paired.section,
    paired.item,
    paired.item_zh,
    paired.change,
    paired.old_value,
    paired.new_value,
    case
        when paired.cause is not null then paired.cause
        -- a village that came or went: a list or a change of villages said so
        when paired.file = 'village' and steady.subject_id is null then 'new_data'
        when basis.rules_changed then 'rule'
        when basis.code_changed then 'code'
        else 'date'
    end as cause,
    paired.department,
    paired.dataset,
    paired.delivery_id,
    paired.row_no,
    paired.restricted,
    basis.as_of
from paired
cross join basis
left join steady on paired.subject_id = steady.subject_id
