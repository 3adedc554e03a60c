"""One person in the vault: found by id or number, every look logged, and nobody's number told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from pipelines.errors import CunsheError
from pipelines.identity.access import identity_of, person_id_of_number
from pipelines.identity.audit_check import read_log
from pipelines.identity.audit_log import Look
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from tests.looks import TESTING

MONDAY, LATER = date(2020, 11, 23), date(2020, 11, 30)
Roster = Callable[..., pd.DataFrame]

WHO = {"by": "李某", "reason": "本人申请"}


@pytest.fixture
def used(home: Settings, roster: Roster) -> Settings:
    """Person 1 is on two rosters under two names and in an opinion; person 2 on one roster."""
    with Vault.open(home, TESTING) as vault:
        vault.store_identities("d1", "organisation", "posts", MONDAY, True, roster(1, 2, name="旧名"))
        vault.store_identities("d2", "organisation", "candidates", LATER, True, roster(1, name="新名"))
        vault.store_identities("d3", "public_security", "opinions", LATER, False, roster(2, 1)[["_row", "id_number"]])
        vault.link_week(LATER, ["d1", "d2", "d3"])
    return home.model_copy(update={"allow_unassigned_area": True})


def ask(home: Settings, person_id: str) -> object:
    return identity_of(home, person_id, Look("李某", "person_show", "本人申请", person_id))


def test_all_that_is_held_on_one_person(used: Settings, number: Callable[[int], str]) -> None:
    person_id = person_id_of_number(used, f" {number(1)}\n", **WHO)
    found = identity_of(used, person_id, Look("李某", "person_show", "本人申请", person_id))
    assert found.id_number == number(1)
    assert [(one.name, one.first_delivered_at) for one in found.names] == [("新名1", LATER), ("旧名1", MONDAY)]
    assert [(one.department, one.dataset, one.delivery_id, one.row_no) for one in found.records] == [
        ("organisation", "posts", "d1", 2),
        ("organisation", "candidates", "d2", 2),
        ("public_security", "opinions", "d3", 3),
    ]


def test_a_look_is_logged_even_where_nobody_is_found(used: Settings) -> None:
    nobody = "P" + "0" * 16
    with pytest.raises(CunsheError, match="nobody with the person_id"):
        ask(used, nobody)
    assert [one.by for one in read_log(used, nobody).entries] == ["李某"]


def test_a_number_that_is_none_is_refused_without_being_shown(used: Settings) -> None:
    for text in ("", "999901", "99990119780312001"):
        with pytest.raises(CunsheError, match="no valid ID number") as problem:
            person_id_of_number(used, text, **WHO)
        assert "9999" not in str(problem.value)


def test_the_id_of_a_number_needs_the_key_of_pseudonyms(home: Settings, number: Callable[[int], str]) -> None:
    with pytest.raises(CunsheError, match="missing"):
        person_id_of_number(home.model_copy(update={"allow_unassigned_area": True}), number(1), **WHO)
    assert not home.pseudonym_key.exists()
