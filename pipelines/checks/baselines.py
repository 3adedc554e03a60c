"""What others would do with the same mentions: exact matching, and Splink as its makers hand it out.

Belongs here: other ways of linking, each filling `link` from the same tables. Does not belong here: ours
(`identity.linking`), counting (`scores`).

Splink: stock comparisons (`NameComparison`, `DamerauLevenshteinAtThresholds`, `ExactMatch`) at their stock levels, on the
values as delivered; trained as its documentation says: the prior from deterministic rules, u from random pairs, m by
expectation maximisation under two blocking rules. A roster row is a person, a name and a post. A mention goes to its most
probable person.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

# The probability from which a stock user would take a link as made, and as worth a look.
SPLINK_SURE, SPLINK_REVIEW = 0.95, 0.5
# Its documentation: the share of true links that the deterministic rules are thought to find.
_DETERMINISTIC_RECALL = 0.6
# Its stock number of random pairs.
_RANDOM_PAIRS = 1e6

LINK = "create or replace temp table link (mention_id varchar, person_id varchar, rule varchar, band varchar, weight double)"
_EXACT = """
insert into link
with known as (
    select distinct person_id, person_name, village_code, position, started_on, ended_on
    from tenure inner join person_alias using (person_id)
),
found as (
    select mention_id, person_id from mention inner join person on mention.id_number = person.id_number
    union all
    select distinct mention.mention_id, known.person_id
    from mention
    inner join known
        on mention.person_name = known.person_name and mention.village_code = known.village_code
        and (mention.position is null or mention.position = known.position)
    where mention.id_number is null
    union all
    select distinct mention.mention_id, known.person_id
    from mention
    inner join known
        on mention.village_code = known.village_code and mention.position = known.position
        and known.started_on <= mention.on_date and (known.ended_on is null or mention.on_date <= known.ended_on)
    where mention.person_name is null and mention.id_number is null and mention.id_text is null
)
select mention_id, person_id, 'exact', if(count(*) over (partition by mention_id) = 1, 'sure', 'review'), null from found
"""
_ROSTER_ROWS = """
create or replace temp table splink_roster as
select
    person.person_id || '/' || row_number() over (partition by person.person_id) as unique_id,
    person_alias.person_name,
    person.id_number,
    tenure.village_code,
    tenure.position
from person
inner join person_alias on person.person_id = person_alias.person_id
inner join (select distinct person_id, village_code, position from tenure) as tenure
    on person.person_id = tenure.person_id
"""
_MENTION_ROWS = """
create or replace temp table splink_mention as
select mention_id as unique_id, person_name, coalesce(id_number, id_text) as id_number, village_code, position from mention
"""
_SPLINK_LINKS = """
insert into link
with pair as (
    select
        unique_id_l as mention_id,
        split_part(unique_id_r, '/', 1) as person_id,
        max(match_probability) as probability
    from {predictions}
    group by all
),
ranked as (
    select *, row_number() over (partition by mention_id order by probability desc, person_id) as place from pair
)
select
    mention_id,
    person_id,
    'splink',
    case when place = 1 and probability >= {sure} then 'sure' else 'review' end,
    log2(probability / (1 - probability))
from ranked
qualify max(probability) over (partition by mention_id) < {sure} or place = 1
"""


def link_exactly(connection: Any) -> None:
    """Link what is the same to the letter: the number, else name, village and post, else post, village and day."""
    connection.execute(LINK)
    connection.execute(_EXACT)


def link_with_splink(connection: Any, model: Path | None = None, save_as: Path | None = None) -> None:
    """Link with stock Splink, trained on the very mentions it links, or as stored in `model`."""
    linker, database = _linker(connection, _settings() if model is None else str(model))
    if model is None:
        _train(linker.training)
    if save_as is not None:
        linker.misc.save_model_to_json(str(save_as), overwrite=True)
    predicted = linker.inference.predict(threshold_match_probability=SPLINK_REVIEW, warning_mode="never")
    connection.execute(LINK)
    connection.execute(_SPLINK_LINKS.format(predictions=predicted.physical_name, sure=SPLINK_SURE))
    database.delete_tables_created_by_splink_from_db()


def _linker(connection: Any, settings: Any) -> tuple[Any, Any]:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(connection)
    connection.execute(_MENTION_ROWS)
    connection.execute(_ROSTER_ROWS)
    # links run from left to right by the name of the dataset
    mentions = database.register("splink_mention", dataset_display_name="a_mention")
    roster = database.register("splink_roster", dataset_display_name="b_roster")
    return Linker([mentions, roster], settings, log_level=None), database


def _settings() -> Any:
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("person_name"),
            cl.DamerauLevenshteinAtThresholds("id_number"),
            cl.ExactMatch("village_code").configure(term_frequency_adjustments=True),
            cl.ExactMatch("position"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"),
            block_on("substr(id_number, 1, 14)"),
            block_on("village_code", "substr(person_name, 1, 1)"),
            block_on("village_code", "position"),
        ],
        retain_matching_columns=False,
    )


def _train(training: Any) -> None:
    from splink import block_on

    training.estimate_probability_two_random_records_match(
        [block_on("id_number"), block_on("person_name", "village_code", "position")], recall=_DETERMINISTIC_RECALL
    )
    training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
    training.estimate_parameters_using_expectation_maximisation(block_on("person_name", "village_code"))
