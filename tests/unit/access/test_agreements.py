"""Agreements and impact assessments: what may be taken in, until when, and who stopped it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.access.agreements import (
    HOLDS,
    load_register,
    notes,
    resume,
    standing,
    suspend,
)
from pipelines.access.events import read
from pipelines.errors import CunsheError
from pipelines.files import write_whole, yaml_text
from pipelines.settings import Settings
from pipelines.simulation.agreements import invented_register, register_text
from pipelines.sources.contract import load_catalog

DAY = date(2020, 11, 29)
POSTS, PETITIONS = load_catalog()["organisation__posts"], load_catalog()["petition__matters"]


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """A home of real people with the invented register."""
    made = Settings(home=tmp_path)
    write_whole(made.agreements, register_text().encode())
    return made


def changed(settings: Settings, change: Callable[[dict[str, Any]], object]) -> Settings:
    """The home with another register; `change` gets an agreement by its number under `agreements`."""
    content = invented_register()
    by_number = {"agreements": {one["number"]: one for one in content["agreements"]}, "assessments": content["assessments"]}
    change(by_number)
    content |= {"agreements": list(by_number["agreements"].values()), "assessments": by_number["assessments"]}
    write_whole(settings.agreements, yaml_text(content).encode())
    return settings


def test_every_dataset_of_the_catalog_may_be_taken_in_under_the_invented_register(settings: Settings) -> None:
    for contract in load_catalog().values():
        assert standing(settings, contract, DAY).hold is None
    assert notes(settings, load_catalog(), DAY) == []


def test_sensitive_columns_are_flagged() -> None:
    catalog = load_catalog()
    for contract in catalog.values():
        for column in contract.columns:
            assert column.sensitive or column.type != "id_number", f"{contract.name}.{column.name}"
    outcomes = (("discipline_inspection__opinions", "conclusion"), ("public_security__opinions", "conclusion"),
                ("discipline_inspection__dispositions", "disposition"), ("organisation__review_decisions", "outcome"),
                ("organisation__staff_support", "had_health_check"))  # fmt: skip
    assert all(catalog[name].column(column).sensitive for name, column in outcomes)
    assert not PETITIONS.is_sensitive


@pytest.mark.parametrize(
    ("change", "day", "code"),
    [
        (lambda r: r["agreements"].pop("PE-01"), DAY, "AGREEMENT_NONE"),
        (lambda r: r["agreements"]["PE-01"].update(expires_on="2020-11-28"), DAY, "AGREEMENT_EXPIRED"),
        (lambda r: r["agreements"]["PE-01"].update(signed_on="2020-11-30"), DAY, "AGREEMENT_NOT_YET"),
        (lambda r: r["agreements"]["PE-01"].update(supplier="court"), DAY, "AGREEMENT_DIFFERS"),
        (lambda r: r["agreements"]["PE-01"].update(purpose="资格联审"), DAY, "AGREEMENT_DIFFERS"),
        (lambda r: r["agreements"]["PE-01"].update(grade="L2"), DAY, "AGREEMENT_DIFFERS"),
    ],
)
def test_a_dataset_its_agreement_does_not_cover_is_held_and_no_other(
    settings: Settings, change: Callable[[dict[str, Any]], object], day: date, code: str
) -> None:
    hold = standing(changed(settings, change), PETITIONS, day).hold
    assert hold is not None and hold.code == code and code in HOLDS and hold.fix_zh
    assert standing(settings, POSTS, day).hold is None


def test_the_last_day_of_an_agreement_is_a_day_of_it_and_comes_with_a_note(settings: Settings) -> None:
    changed(settings, lambda r: r["agreements"]["PE-01"].update(expires_on=DAY.isoformat()))
    stands = standing(settings, PETITIONS, DAY)
    assert stands.hold is None and stands.note is not None and stands.note.code == "AGREEMENT_EXPIRING"
    (note,) = notes(settings, load_catalog(), DAY)
    assert "PE-01" in note and "petition__matters" in note


@pytest.mark.parametrize("done_on", [None, "2019-11-29", "2020-11-30"])
def test_sensitive_data_wait_for_an_assessment_of_the_last_year(settings: Settings, done_on: str | None) -> None:
    def change(register: dict[str, Any]) -> None:
        if done_on is None:
            register["assessments"].clear()
        else:
            register["assessments"][0]["done_on"] = done_on

    hold = standing(changed(settings, change), POSTS, DAY).hold
    assert hold is not None and hold.code == "ASSESSMENT_DUE"
    assert standing(settings, PETITIONS, DAY).hold is None
    invented = settings.model_copy(update={"allow_unassigned_area": True})
    stands = standing(invented, POSTS, DAY)
    assert stands.hold is None and stands.note is not None and stands.note.code == "ASSESSMENT_DUE"


def test_an_assessment_is_kept_three_years(settings: Settings) -> None:
    register = load_register(settings)
    assert register is not None
    (one,) = register.assessments
    assert (one.done_on, one.due_on, one.kept_until) == (date(2020, 10, 12), date(2021, 10, 12), date(2023, 10, 12))


def test_a_home_without_a_register_is_told_and_not_stopped_unless_it_asks(tmp_path: Any) -> None:
    bare = Settings(home=tmp_path)
    stands = standing(bare, POSTS, DAY)
    assert stands.hold is None and stands.note is not None
    (note,) = notes(bare, load_catalog(), DAY)
    assert "no register" in note
    strict = Settings(home=tmp_path, require_agreements=True)
    hold = standing(strict, POSTS, DAY).hold
    assert hold is not None and hold.code == "AGREEMENT_NONE"


def test_suspending_holds_resuming_lets_through_and_both_are_logged(settings: Settings) -> None:
    suspend(settings, "PE-01", by="李某", reason="含有线索")
    hold = standing(settings, PETITIONS, DAY).hold
    assert hold is not None and hold.code == "AGREEMENT_SUSPENDED" and "含有线索" in hold.zh
    assert standing(settings, POSTS, DAY).hold is None
    with pytest.raises(CunsheError, match="suspended already"):
        suspend(settings, "PE-01", by="李某", reason="再一次")
    resume(settings, "PE-01", by="王某", reason="已核实")
    assert standing(settings, PETITIONS, DAY).hold is None
    with pytest.raises(CunsheError, match="not suspended"):
        resume(settings, "PE-01", by="王某", reason="再一次")
    logged = [(one.kind, one.subject, one.by, one.reason) for one in read(settings.suspensions)]
    assert logged == [("suspended", "PE-01", "李某", "含有线索"), ("resumed", "PE-01", "王某", "已核实")]
    with pytest.raises(CunsheError, match="names an agreement"):
        suspend(settings, "XX-99", by="李某", reason="写错")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 2\nagreements: []\n", "version"),
        ("agreements: [", "no YAML"),
        (register_text().replace("purpose: 村级风险研判", "purpose: 好奇"), "no purpose"),
        (register_text().replace("expires_on: '2099-12-31'", "expires_on: '2018-01-01'"), "expires before"),
        (register_text().replace("number: PE-01", "number: CA-01"), "written twice"),
        (register_text().replace("- ORG-02\n", "- ORG-77\n"), "no agreement of the register"),
    ],
)
def test_a_register_that_is_wrong_is_a_clear_error(settings: Settings, text: str, said: str) -> None:
    write_whole(settings.agreements, text.encode())
    with pytest.raises(CunsheError, match=said):
        load_register(settings)
