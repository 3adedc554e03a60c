"""What a report shows to a kind of recipient is what the policy grants to its role."""

from __future__ import annotations

import pytest

from pipelines.access.policy import load_policy
from pipelines.reports.page import Recipient
from pipelines.reports.selection import KINDS
from pipelines.reports.texts import texts

POLICY = load_policy()


def recipient(kind: str) -> Recipient:
    return Recipient(kind, kind, "测试", "", kind, ())


def test_every_kind_of_recipient_has_a_role() -> None:
    assert set(POLICY.recipients) == set(KINDS)


@pytest.mark.parametrize("audience", ["open", "posts", "review"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_knows_what_the_policy_grants_to_its_role(kind: str, audience: str) -> None:
    role, least = POLICY.recipients[kind], POLICY.audiences[audience]
    assert recipient(kind).may_know(audience) == POLICY.permits(role, least, "warnings")
    assert audience == "open" or recipient(kind).may_know(audience) == POLICY.permits(role, least, "persons")


@pytest.mark.parametrize("kind", KINDS)
def test_cases_of_the_review_are_a_chapter_only_where_the_policy_grants_outcomes(kind: str) -> None:
    has_cases = "persons" in texts().listed("sections", kind)
    assert not has_cases or POLICY.permits(POLICY.recipients[kind], POLICY.audiences["review"], "review_cases")


@pytest.mark.parametrize("kind", KINDS)
def test_a_chapter_stands_in_a_copy_only_where_the_policy_grants_its_marts(kind: str) -> None:
    groups = {"steps": "progress", "petitions": "petitions", "rectification": "rectification", "review": "review_counts",
              "warnings": "warnings", "files": "changes", "data": "intake"}  # fmt: skip
    role = POLICY.recipients[kind]
    shown = [name for name in texts().listed("sections", kind) if name in groups]
    assert shown
    assert [name for name in shown if not POLICY.permits(role, "L2", groups[name])] == []


def test_what_judges_a_recipients_own_work_is_kept_from_it_by_both() -> None:
    own_work = {kind: POLICY.role(role).reads_of_own_work for kind, role in POLICY.recipients.items()}
    assert own_work == {"county": True, "review_group": True, "township": False, "department": False}
