"""All that is sent: the county's cells go through the intake, and right, wrong and lost rows are seen for what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.checks import sent_table
from pipelines.checks.linkage import judged
from pipelines.checks.scores import EVIDENCE, TRAPS, Figures, Tally
from pipelines.checks.sent import CLASSES, SentFigures, SentTally, send
from pipelines.simulation.linkage.sent import SLIPPED, WRONG_ROW, simulate_sent

PERFECT = SentTally(
    sent=1_000, with_person=900, right=900, certain=900, certain_right=900, waiting_with_person=10, offered_right=10
)
LINKED = Tally(mentions=1_000, with_person=900, right=900)
ALONE = Figures(dict.fromkeys(EVIDENCE, LINKED), dict.fromkeys(TRAPS, LINKED), Tally())


def figures(**changed: SentTally) -> SentFigures:
    traps = dict.fromkeys(("homonym", "sibling"), PERFECT)
    return SentFigures(
        {name: changed.get(name, PERFECT) for name in CLASSES}, {name: changed.get(name, one) for name, one in traps.items()}, {}
    )


def missed(of: SentFigures) -> set[str]:
    return {one.id for one in judged(ALONE, of) if not one.met}


def test_the_perfect_reach_every_aim() -> None:
    assert missed(figures()) == set()


@pytest.mark.parametrize(
    ("spoiled", "tally", "aims"),
    [
        ("id_number", replace(PERFECT, right=890, goes_back=10), {"sent_whole_recall"}),
        ("id_damaged", replace(PERFECT, right=850, waits=50), {"sent_damaged_recall"}),
        ("name_village_post", replace(PERFECT, certain_right=850), {"sent_certain_recall"}),
        ("name_village", replace(PERFECT, pairs=1_000), {"sent_pairs"}),
        ("name_village", replace(PERFECT, wrong=1), {"sent_precision"}),
        ("wrong_row", replace(PERFECT, wrong=1), {"sent_precision", "sent_never_wrong"}),
        ("slipped", replace(PERFECT, wrong=1), {"sent_precision", "sent_slipped_never_wrong"}),
        ("sibling", replace(PERFECT, wrong=1), {"sent_never_wrong"}),
        ("role_only", replace(PERFECT, offered_right=0, waiting_with_person=100), {"sent_candidates"}),
        ("number_of_two", SentTally(), {"sent_never_wrong"}),
    ],
)
def test_each_aim_can_be_missed(spoiled: str, tally: SentTally, aims: set[str]) -> None:
    assert missed(figures(**{spoiled: tally})) == aims


def test_the_same_seed_sends_the_same_rows() -> None:
    assert simulate_sent(5, 100).deliveries == simulate_sent(5, 100).deliveries
    kinds = {kind for rows in simulate_sent(6, 400).deliveries for row in rows for kind in row.kinds}
    assert kinds >= {"name_title", "name_masked", "name_called", "post_in_words", "id_letters", "id_noted", WRONG_ROW}


def test_a_small_county_is_linked_without_a_wrong_one_and_nothing_is_lost() -> None:
    found = send(simulate_sent(9, 300))
    everything = found.all
    assert everything.wrong == 0
    assert everything.sent > 1_000
    assert found.classes["id_number"].recall.value is not None and found.classes["id_number"].recall.value > 0.98
    assert found.classes[WRONG_ROW].right == 0 and found.classes[WRONG_ROW].waits > 0
    assert everything.goes_back < everything.sent / 100
    text = "\n".join(sent_table.lines(found))
    assert "number in the wrong row" in text and "pairs wait per 1,000 rows" in text
    assert sent_table.as_json(found)["together"]["all"]["sent"] == everything.sent
    assert SLIPPED in found.classes
