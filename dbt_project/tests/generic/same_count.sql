{#- The universe of a table: as many rows as another has under a condition, no more and no fewer. -#}
{% test same_count(model, to, where="1 = 1") %}
select
    found.rows_found,
    expected.rows_found as rows_expected
from (select count(*) as rows_found from {{ model }}) as found
cross join (select count(*) as rows_found from {{ to }} where {{ where }}) as expected
where found.rows_found <> expected.rows_found
{% endtest %}
