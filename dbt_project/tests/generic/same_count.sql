{#- The universe of a table: as many rows as another has, no more and no fewer. -#}
{% test same_count(model, to) %}
select
    found.rows_found,
    expected.rows_found as rows_expected
from (select count(*) as rows_found from {{ model }}) as found
cross join (select count(*) as rows_found from {{ to }}) as expected
where found.rows_found <> expected.rows_found
{% endtest %}
