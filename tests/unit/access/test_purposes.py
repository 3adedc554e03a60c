"""Purposes: a closed list; a look for another purpose is refused."""

from __future__ import annotations

import pytest

from pipelines.access.policy import load_policy
from pipelines.access.purposes import purposes, purposes_of, require_purpose
from pipelines.errors import CunsheError
from pipelines.sources.contract import load_catalog


def test_every_contract_has_a_purpose_of_the_list() -> None:
    assert {contract.purpose for contract in load_catalog().values()} <= set(purposes())
    assert len(purposes()) == 6


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("整顿跟踪", "review"),
        ("村级风险研判", "organisation__candidates"),
        ("资格联审", "petition__matters"),
        ("随便看看", "post"),
    ],
)
def test_a_look_without_a_matching_purpose_is_refused(code: str, what: str) -> None:
    with pytest.raises(CunsheError):
        require_purpose(code, what)


def test_a_look_with_a_matching_purpose_passes() -> None:
    assert require_purpose("资格联审", "review") == "资格联审"
    assert require_purpose("村级风险研判", "petition__matters") == "村级风险研判"
    with pytest.raises(CunsheError, match="no dataset"):
        purposes_of("gossip")


def test_every_purpose_is_granted_to_some_role() -> None:
    granted = {one for role in load_policy().roles.values() for grant in role.grants.values() for one in grant.purposes}
    assert granted == set(purposes())
