{#- What the engine says of every warning about a person, whatever the rule says: people examine it (F-24). A rule's own text
    does without these words. -#}
{% macro for_examination_zh() -%}
    '待人工审查'
{%- endmacro %}

{#- Whether a text holds what looks like an identity or a mobile number, or a person's id. The patterns are those by which the
    audit of an edition searches (`identifier_values` in publishing/editions.yml); a test holds the two equal. -#}
{% macro holds_identity_sign(text) -%}
    (
        {{ engine_matches(text, '(^|[^0-9A-Za-z.])[1-9]\\d{5}(18|19|20)\\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])\\d{3}[0-9Xx]($|[^0-9A-Za-z])') }}
        or {{ engine_matches(text, '(^|[^0-9A-Za-z])P[0-9a-f]{16}($|[^0-9A-Za-z])') }}
        or {{ engine_matches(text, '(^|[^0-9A-Za-z.])(86)?1[3-9]\\d{9}($|[^0-9A-Za-z])') }}
    )
{%- endmacro %}
