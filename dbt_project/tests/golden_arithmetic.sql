-- Published figures, recomputed: exact value, and what a reader sees at one decimal (half up).
-- 90/602 shows 15.0 and yet does not reach 15 %: rules look at the exact value only.
with golden as (
    select *
    from (
        values
        (112, 114, 98.245614, 98.2),
        (110, 114, 96.491228, 96.5),
        (52, 114, 45.614035, 45.6),
        (18208, 18764, 97.036879, 97.0),
        (461109, 524298, 87.947885, 87.9),
        (1218, 1897, 64.206642, 64.2),
        (1217, 1897, 64.153927, 64.2),
        (1124, 1636, 68.704156, 68.7),
        (658, 1897, 34.686347, 34.7),
        (68, 4789, 1.419921, 1.4),
        (6, 1770, 0.338983, 0.3),
        (90, 602, 14.950166, 15.0),
        (91, 602, 15.116279, 15.1),
        (565, 580, 97.413793, 97.4),
        (558, 565, 98.761062, 98.8),
        (573, 580, 98.793103, 98.8),
        (995, 1002, 99.301397, 99.3),
        (1, 2000, 0.05, 0.1),
        (29, 2000, 1.45, 1.5)
    ) as list (numerator, denominator, exact_percent, shown_percent)
),

computed as (
    select
        *,
        {{ exact_ratio('numerator', 'denominator') }} as exact,
        {{ rounded_ratio('numerator', 'denominator') }} as shown
    from golden
)

select *
from computed
where
    abs(exact * 100 - exact_percent) > 0.0000005
    or abs(shown - shown_percent) > 0.0000001
    or (numerator = 90 and exact >= 0.15)
    or (numerator = 91 and exact < 0.15)
