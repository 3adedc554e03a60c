"""From mentions to links: the rules, then the scoring, what is held back of both, then what people have decided.

Belongs here: the order of things. Does not belong here: the rules themselves, where the tables come from (`week`).
"""

from __future__ import annotations

from typing import Any

from pipelines.identity.linking.by_name import by_other_village
from pipelines.identity.linking.contested import let_contested_wait
from pipelines.identity.linking.prepare import prepare
from pipelines.identity.linking.rules import DECIDED, apply_rules
from pipelines.identity.linking.scoring import load_model, score
from pipelines.identity.linking.slipped import hold_slipped

# What a person has decided stands before anything found: "the same" alone, "not the same" never again.
_HEED_DECISIONS = f"""
delete from link using decided
where link.mention_id = decided.mention_id and (decided.verdict = 'same' or link.person_id = decided.person_id);
insert into link
select distinct mention_id, person_id, '{DECIDED}', 'sure', null::double from decided where verdict = 'same'
"""


def link_mentions(connection: Any, model: dict[str, Any] | None = None) -> None:
    """Link the mentions to persons: fills the temporary table `link(mention_id, person_id, rule, band, weight)`.

    The input tables are those of `prepare`, and `decided(mention_id, person_id, verdict)`, verdict 'same' or 'different'.
    `band` is 'sure' (at most one per mention) or 'review': somebody is to look at it. `weight` is that of the scoring, in
    bits, else null. `slipped_row` names the rows of which nothing was linked because their numbers have slipped. The same
    tables give the same links, whatever the order of their rows.
    """
    prepare(connection)
    apply_rules(connection)
    score(connection, model or load_model())
    by_other_village(connection)
    let_contested_wait(connection)
    hold_slipped(connection)
    for statement in _HEED_DECISIONS.split(";\n"):
        connection.execute(statement)
