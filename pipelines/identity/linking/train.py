"""The weights of the scoring: `python -m pipelines.identity.linking.train` writes `model.json`.

Belongs here: counting, on simulated counties with known truth, how often true and untrue pairs agree at each level. Does not
belong here: measuring how well the linking does (`checks`), which looks at the other half of the persons.

A weight is log2(m / u): m is the share of a level among the pairs of one person, u among the pairs of two; the prior is the share
of true pairs among those that no rule has answered (Fellegi and Sunter, A Theory for Record Linkage, 1969). One half of the
persons is counted here and never measured.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import duckdb

from pipelines.files import write_whole
from pipelines.identity.linking.prepare import prepare
from pipelines.identity.linking.rules import apply_rules
from pipelines.identity.linking.scoring import MODEL, NAME_LEVELS, compare, comparisons, form_pairs
from pipelines.simulation.linkage import LinkageCounty, simulate_linkage

SEEDS = (101, 102, 103, 104)
PERSONS = 8_000
# In bits: a chance of one in a thousand to be wrong, and one in twenty to be right.
SURE_FROM, REVIEW_FROM = 10.0, -4.25
TABLES = ("mention", "person", "person_alias", "tenure", "village_period", "village_successor", "truth")
# Where nothing was counted the level is rare, not impossible.
_SMOOTHING = 0.5

# Of the posts of one person the pair that agrees best is what speaks for or against.
_BEST = """
select weighed.mention_id, weighed.person_id = truth.person_id as is_same,
    arg_max(name_level, weight) as name_level, arg_max(post_level, weight) as post_level,
    arg_max(village_level, weight) as village_level
from weighed inner join truth on weighed.mention_id = truth.mention_id
where truth.half = 'tune'
group by weighed.mention_id, weighed.person_id, truth.person_id
"""


def load(connection: Any, county: LinkageCounty) -> None:
    """Put a simulated county into the tables that the linking reads."""
    for name in TABLES:
        connection.register("incoming", getattr(county, name))
        connection.execute(f"create or replace table {name} as select * from incoming")
        connection.unregister("incoming")


def count_pairs(seeds: Sequence[int], persons: int) -> tuple[dict[tuple[str, int, bool], int], float]:
    """How many pairs agree at each (comparison, level, is the same person), and the prior of the pairs left by the rules."""
    counts: dict[tuple[str, int, bool], int] = {}
    same_open = pairs_open = 0
    for seed in seeds:
        with duckdb.connect() as connection:
            load(connection, simulate_linkage(seed, persons))
            prepare(connection)
            apply_rules(connection)
            connection.execute("create temp table left_open as select * from open_mention")
            connection.execute(
                """
                create or replace temp table open_mention as
                select mention_id from m where not has_whole_number and damage is null
                """
            )
            form_pairs(connection)
            compare(connection, settings({}, 0.05))
            connection.execute(f"create temp table best as {_BEST}")
            for name in ("name", "post", "village"):
                for level, same, found in connection.execute(
                    f"select {name}_level, coalesce(is_same, false), count(*) from best group by all"
                ).fetchall():
                    counts[name, level, same] = counts.get((name, level, same), 0) + found
            same, found = connection.execute(
                """
                select count(*) filter (is_same), count(*)
                from best semi join left_open on best.mention_id = left_open.mention_id
                """
            ).fetchone() or (0, 0)
            same_open, pairs_open = same_open + same, pairs_open + found
    return counts, same_open / pairs_open


def settings(counts: dict[tuple[str, int, bool], int], prior: float) -> dict[str, Any]:
    """Splink's settings with the weights of `counts`; without counts the levels are weighed alike, strongest first."""
    weighted = comparisons()
    for comparison in weighted:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        total = len(levels)
        for place, level in enumerate(levels):
            number = total - 1 - place
            name = comparison["output_column_name"]
            m, u = (_share(counts, name, number, total, same) for same in (True, False))
            if not counts:
                m, u = (0.5 ** (place + 1), 0.5 ** (total - place))
            level["m_probability"], level["u_probability"] = round(m, 8), round(u, 8)
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": round(prior, 6),
        "comparisons": weighted,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.village_root = r.village_root and l.surname = r.surname", "sql_dialect": "duckdb"},
            {"blocking_rule": "l.village_root = r.village_root and l.pinyin = r.pinyin", "sql_dialect": "duckdb"},
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": [],
    }


def _share(counts: dict[tuple[str, int, bool], int], name: str, level: int, levels: int, same: bool) -> float:
    every = sum(found for (of, number, is_same), found in counts.items() if of == name and is_same == same and number >= 0)
    return (counts.get((name, level, same), 0) + _SMOOTHING) / (every + levels * _SMOOTHING)


def main() -> None:
    """Count and write the model."""
    counts, prior = count_pairs(SEEDS, PERSONS)
    model = {
        "counted_on": {"seeds": list(SEEDS), "persons": PERSONS, "half": "tune"},
        "sure_from": SURE_FROM,
        "review_from": REVIEW_FROM,
        "name_levels": list(NAME_LEVELS),
        "settings": settings(counts, prior),
    }
    write_whole(MODEL, json.dumps(model, ensure_ascii=False, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
