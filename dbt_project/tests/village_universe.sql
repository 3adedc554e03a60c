-- Every village listed as existing at the run's date has exactly one file, nothing else has one, and the types add up.
with in_force as (
    {{ at_run_week('int_delivery__in_force_week') }}
),

listed as (
    select village.village_code
    from {{ ref('stg_civil_affairs__villages') }} as village
    inner join in_force on village.delivery_id = in_force.delivery_id
    where
        (village.established_on is null or village.established_on <= in_force.week_end)
        and (village.abolished_on is null or village.abolished_on > in_force.week_end)
)

select
    coalesce(listed.village_code, file.village_code) as village_code,
    'listed without a file, or a file without a listing' as problem
from listed
full outer join {{ ref('village_file') }} as file on listed.village_code = file.village_code
where listed.village_code is null or file.village_code is null

union all

select
    cast(null as varchar) as village_code,
    'villages and communities do not add up to the total' as problem
from {{ ref('village_file') }}
having
    sum(case when village_type = 'village' then 1 else 0 end)
    + sum(case when village_type = 'community' then 1 else 0 end) <> count(*)
