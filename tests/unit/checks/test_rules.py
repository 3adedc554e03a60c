"""What the seed expects of each rule, and every hole between a rule and its readers that the check must name."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.checks.rules import Expected, compare, expectations
from pipelines.checks.rules_read import FORMS, Fired, Read, _bare, _read_by, _Report
from pipelines.checks.rules_table import as_text
from pipelines.settings import DBT_PROJECT
from pipelines.simulation.every_rule import simulate_every_rule
from pipelines.simulation.every_rule.deliveries import STORIES

FED = {"feed_late", "feed_held"}  # told by what is left out and what cannot be read
OPEN = Expected("r", ("yellow", "red", "eased", "cleared", "relapsed"), {}, ("county", "township"), is_restricted=False)
ALL_FORMS = dict.fromkeys(FORMS, True)
WELL = Fired(frozenset((*OPEN.states, "new")), ("authorised", "analyst"), {"county": ALL_FORMS, "township": ALL_FORMS})


def missing(fired: Fired | None, expected: Expected = OPEN, withheld: frozenset[str] = frozenset()) -> tuple[str, ...]:
    (checked,) = compare(Read({"r": fired} if fired else {}, {"r": withheld}), [expected])
    return checked.missing


def by_id() -> dict[str, Expected]:
    return {one.rule_id: one for one in expectations()}


def test_every_rule_of_the_seed_is_expected_and_has_a_story() -> None:
    with (DBT_PROJECT / "seeds" / "warning_rules.csv").open(encoding="utf-8", newline="") as file:
        on = {row["rule_id"] for row in csv.DictReader(file) if row["is_on"] == "true"}
    assert set(by_id()) == on
    assert {story.rule_id for story in STORIES} | FED >= on


@pytest.mark.parametrize(
    ("rule_id", "states", "readers"),
    [
        ("petition_open", "yellow red eased cleared relapsed", "county township department"),
        ("review_hold", "yellow cleared relapsed", "county review_group"),
        ("review_overdue", "yellow red eased cleared relapsed", "county township department review_group"),
        ("paired_visit_overdue", "yellow cleared relapsed", "county township"),
        ("rectification_alone", "yellow cleared relapsed", "county department"),
        ("pay_below_floor", "yellow cleared relapsed", "county township"),
        ("feed_late", "yellow red cleared relapsed", "county"),
        ("rectification_shortlist", "red cleared relapsed", "county"),
        ("pairing_missing", "yellow cleared relapsed", "county township"),
    ],
)
def test_the_seed_says_what_a_rule_reaches_and_who_reads_of_it(rule_id: str, states: str, readers: str) -> None:
    expected = by_id()[rule_id]
    assert (" ".join(expected.states), " ".join(expected.readers)) == (states, readers)


def test_a_rule_that_got_everywhere_misses_nothing() -> None:
    assert missing(WELL) == ()


@pytest.mark.parametrize(
    ("fired", "found"),
    [
        (None, ("never fired",)),
        (replace(WELL, states=WELL.states - {"red"}), ("never red",)),
        (replace(WELL, states=WELL.states - {"eased"}), ("never eased",)),
        (replace(WELL, editions=("authorised",)), ("not in the analyst edition",)),
        (
            replace(WELL, read={"county": ALL_FORMS, "township": {**ALL_FORMS, "word": False}}),
            ("township does not read it in the word",),
        ),
        (
            replace(WELL, read={"township": ALL_FORMS}),
            tuple(f"county does not read it in the {form}" for form in FORMS),
        ),
    ],
)
def test_each_hole_is_named(fired: Fired | None, found: tuple[str, ...]) -> None:
    assert missing(fired) == found


def test_what_was_held_back_is_named_with_its_reason() -> None:
    assert missing(None, withheld=frozenset({"no_text"})) == ("never fired", "held back: no_text")


def test_a_restricted_rule_is_not_in_the_analyst_edition() -> None:
    restricted = replace(OPEN, is_restricted=True)
    assert missing(WELL, restricted) == ("restricted and in the analyst edition",)
    assert missing(replace(WELL, editions=("authorised",)), restricted) == ()


def test_a_state_that_a_rule_cannot_be_in_is_a_dash() -> None:
    cannot = replace(OPEN, states=("yellow", "red", "cleared", "relapsed"), cannot={"eased": "why not"})
    (checked,) = compare(Read({"r": WELL}, {}), [cannot])
    assert checked.state("eased") is None
    assert as_text([checked]).splitlines()[1].split()[:6] == ["r", "yes", "yes", "—", "yes", "yes"]
    assert "r, not eased: why not" in as_text([checked])


def test_everybody_who_answers_for_the_village_must_read_it() -> None:
    texts = {"page": "W1\u2003W2", "word": "<w:t>W</w:t><w:t>1</w:t>", "ledger": ""}
    report = _Report("township:1", "township", {form: _bare(text) for form, text in texts.items()})
    warnings = [("W1", "v1", "文"), ("W2", "v2", "文")]
    one_village = {"township:1": frozenset({"v1"})}
    assert _read_by("township", warnings, [report], one_village) == {"page": True, "word": True, "ledger": False}
    both = {"township:1": frozenset({"v1", "v2"})}
    assert _read_by("township", warnings, [report], both) == {"page": True, "word": False, "ledger": False}
    assert not any(_read_by("department", warnings, [report], both).values())


def test_the_county_is_the_same_in_each_run(tmp_path: Path) -> None:
    for name in ("once", "again"):
        simulate_every_rule(tmp_path / name)
    files = {
        name: {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("once", "again")
    }
    assert files["once"] == files["again"]
