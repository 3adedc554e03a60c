"""Weighing where rules end: names that are nearly the same, posts that do not quite fit, by Splink on DuckDB.

Belongs here: what is compared and at which levels, the pairs that are compared, the bounds between no link, review and link.
Does not belong here: certain answers (`rules`), the making of the weights (`train`).

The weights are data (`model.json`): no batch of records moves them, so nobody's link changes because somebody else's did.
Pairs are formed inside a village and what lineage binds to it, and the model's prior is that of such a pair, so that a county's
size changes nothing. Of names, characters are compared, never bytes.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

SCORED = "scored"
MODEL = Path(__file__).with_name("model.json")
# The levels of a name's agreement, weakest first, as Splink numbers them.
NAME_LEVELS = ("else", "one_off", "sibling", "homophone", "same")
POST_LEVELS = ("else", "same body", "other time", "undated", "held")

# Villages that lineage binds together in any way share a root.
_ROOTS = """
create or replace temp table village_root as
with recursive bound(village_id, other_id) as (
    select village_id, related_id from village_line
    union
    select bound.village_id, line.related_id from bound inner join village_line as line on bound.other_id = line.village_id
)
select village_id, min(other_id) as root from bound group by village_id
"""
_FREQUENCY = """
create or replace temp table name_frequency as
select name_key, count(distinct person_id) / (select greatest(count(distinct person_id), 1) from alias) as tf_name_key
from alias group by name_key
"""
_ASKED = """
create or replace temp table asked as
select m.mention_id as unique_id, m.name_key, m.pinyin, m.surname, village_root.root as village_root, m.village_id,
    m.position, m.on_date as since, m.on_date as until, coalesce(frequency.tf_name_key, 0.0) as tf_name_key
from m
semi join open_mention on m.mention_id = open_mention.mention_id
inner join village_root on m.village_id = village_root.village_id
left join name_frequency as frequency on m.name_key = frequency.name_key
where m.name_key is not null and not m.of_relative
"""
_KNOWN = """
create or replace temp table known as
select post.person_id || '/' || row_number() over () as unique_id,
    alias.name_key, alias.pinyin, alias.surname, village_root.root as village_root, post.village_id,
    post.position, post.started_on as since, post.ended_on as until, frequency.tf_name_key
from post
inner join alias on post.person_id = alias.person_id
inner join village_root on post.village_id = village_root.village_id
inner join name_frequency as frequency on alias.name_key = frequency.name_key
where village_root.root in (select village_root from asked)
"""
# Only what is nearly a name is weighed. However much it weighs, a name in a village without the post is never enough: somebody
# on no roster may bear it.
_BANDS = f"""
insert into link
with best as (
    select
        pair.mention_id,
        person_id,
        max(weight) as weight,
        arg_max(name_level, weight) as name_level,
        arg_max(post_level, weight) as post_level,
        arg_max(in_village, weight) as in_village,
        bool_or(m.has_damaged_number) as number_speaks_against
    from {{pairs}} as pair inner join m on pair.mention_id = m.mention_id
    where name_level > 0
    group by pair.mention_id, person_id
)
select
    mention_id,
    person_id,
    '{SCORED}',
    case
        when weight >= {{sure_from}} and count(*) over (partition by mention_id) = 1
            and name_level >= {NAME_LEVELS.index("homophone")} and post_level >= {POST_LEVELS.index("undated")} and in_village
            and not number_speaks_against
        then 'sure' else 'review'
    end,
    weight
from best
where weight >= {{review_from}}
"""


@cache
def load_model() -> dict[str, Any]:
    """The stored model: the bounds, and Splink's settings with the weights."""
    found: dict[str, Any] = json.loads(MODEL.read_text("utf-8"))
    return found


def comparisons() -> list[dict[str, Any]]:
    """What is compared, from the strongest level to the weakest, as Splink takes it; without weights."""
    agreement = "name_agreement(name_key_l, pinyin_l, surname_l, name_key_r, pinyin_r, surname_r)"
    held = "since_r <= until_l and (until_r is null or since_l <= until_r)"
    names: list[dict[str, Any]] = [
        {"sql_condition": f"{agreement} = '{level}'", "label_for_charts": level} for level in NAME_LEVELS[:0:-1]
    ]
    # A name that many bear says less.
    names[0] |= {"sql_condition": "name_key_l = name_key_r", "tf_adjustment_column": "name_key", "tf_adjustment_weight": 1.0}
    return [
        {"output_column_name": "name", "comparison_levels": [*names, _level("ELSE", "else")]},
        {
            "output_column_name": "post",
            "comparison_levels": [
                _level("position_l is null or position_r is null", "null") | {"is_null_level": True},
                _level(f"position_l = position_r and {held}", "held"),
                _level("position_l = position_r and since_l is null", "undated"),
                _level("position_l = position_r", "other time"),
                _level("left(position_l, 1) = left(position_r, 1)", "same body"),
                _level("ELSE", "else"),
            ],
        },
        {
            "output_column_name": "village",
            "comparison_levels": [_level("village_id_l = village_id_r", "same"), _level("ELSE", "line")],
        },
    ]


def _level(condition: str, label: str) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": label}


def score(connection: Any, model: dict[str, Any]) -> None:
    """Weigh the open mentions against the rosters and add what is likely enough to `link`."""
    if not form_pairs(connection):
        return
    pairs = compare(connection, model["settings"])
    connection.execute(
        _BANDS.format(pairs=pairs, sure_from=float(model["sure_from"]), review_from=float(model["review_from"]))
    )


def form_pairs(connection: Any) -> bool:
    """Make the tables `asked` and `known`; whether there is anything to compare."""
    for statement in (_ROOTS, _FREQUENCY, _ASKED, _KNOWN):
        connection.execute(statement)
    asked, known = (connection.execute(f"select count(*) from {table}").fetchone()[0] for table in ("asked", "known"))
    return bool(asked and known)


def compare(connection: Any, settings: dict[str, Any]) -> str:
    """Every pair with its weight and levels; returns the table (mention_id, person_id, weight, *_level, in_village)."""
    # Late: it takes a second, and most weeks leave nothing to weigh.
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(connection)
    tables = [database.register(name, dataset_display_name=name) for name in ("asked", "known")]
    linker = Linker(tables, settings, log_level=None, validate_settings=False)
    found = linker.inference.predict(warning_mode="never")
    connection.execute(
        f"""
        create or replace temp table weighed as
        select unique_id_l as mention_id, split_part(unique_id_r, '/', 1) as person_id, match_weight as weight,
            gamma_name as name_level, gamma_post as post_level, gamma_village as village_level, gamma_village = 1 as in_village
        from {found.physical_name}
        """
    )
    database.delete_tables_created_by_splink_from_db()
    return "weighed"
