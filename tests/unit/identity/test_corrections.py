"""Corrections: opened with the department, known at once, closed once, and never with a number of anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipelines.errors import CunsheError
from pipelines.identity.corrections import (
    OPEN,
    Value,
    close_correction,
    contract,
    corrections_of,
    open_correction,
    slip_path,
    working_days_after,
)
from pipelines.settings import Settings
from pipelines.sources.interpret import interpret
from pipelines.sources.reading import read_table

DAY = date(2020, 12, 3)  # a Thursday
VALUE = Value(
    "P0123456789abcdef", "public_security", "opinions", "review", "public_security_1", "第1轮联审：公安", "20201126-ab", 7
)


def opened(home: Settings) -> str:
    return open_correction(home, VALUE, by="李某", reason="本人称所据决定已撤销", today=DAY).correction_no


def test_ten_working_days_leave_weekends_out() -> None:
    assert working_days_after(DAY, 10) == date(2020, 12, 17)
    assert working_days_after(date(2020, 12, 4), 1) == date(2020, 12, 7)
    assert working_days_after(date(2020, 12, 5), 1) == date(2020, 12, 7)
    assert working_days_after(DAY, 0) == DAY


def test_what_is_written_lands_as_the_contract_says(home: Settings) -> None:
    number = opened(home)
    close_correction(home, number, upheld=True, by="王某", reason="决定书已撤销", today=DAY)
    files = sorted((home.inbox / "organisation" / "corrections" / "2020-12-03").iterdir())
    assert [path.name for path in files] == [f"{number}_1登记.csv", f"{number}_2办结.csv"]
    read = [interpret(read_table(path.read_bytes(), contract().known_headers), contract()) for path in files]
    assert [one.rejects for one in read] == [[], []]
    first, second = (one.landed.iloc[0] for one in read)
    assert (first["correction_state"], first["due_on"].date(), first["item"]) == ("open", date(2020, 12, 17), VALUE.item)
    assert (second["correction_state"], second["closed_on"].date(), second["closed_by"]) == ("upheld", DAY, "王某")


def test_a_correction_is_known_before_it_lands_and_told_by_person(home: Settings) -> None:
    number = opened(home)
    (known,) = corrections_of(home, VALUE.person_id)
    assert (known.correction_no, known.correction_state, known.opened_on) == (number, OPEN, DAY)
    assert corrections_of(home, "P" + "f" * 16) == []


def test_the_department_gets_a_slip_with_the_place_and_no_person(home: Settings) -> None:
    opened(home)
    (known,) = corrections_of(home)
    slip = slip_path(home, known).read_text("utf-8")
    assert "批次：20201126-ab    报送文件第7行" in slip
    assert "请于2020-12-17前核实" in slip
    assert VALUE.person_id not in slip


def test_one_value_has_one_open_correction(home: Settings) -> None:
    number = opened(home)
    with pytest.raises(CunsheError, match=f"{number} on review/public_security_1 is open already"):
        opened(home)
    open_correction(home, replace(VALUE, item="public_security_2"), by="李某", reason="另一件", today=DAY)
    close_correction(home, number, upheld=False, by="王某", reason="核实无误", today=DAY)
    opened(home)


def test_a_correction_is_closed_once(home: Settings) -> None:
    number = opened(home)
    close_correction(home, number, upheld=False, by="王某", reason="核实无误", today=DAY)
    assert [one.correction_state for one in corrections_of(home)] == ["rejected"]
    with pytest.raises(CunsheError, match="is closed"):
        close_correction(home, number, upheld=True, by="王某", reason="属实", today=DAY)
    with pytest.raises(CunsheError, match="is not known"):
        close_correction(home, "C202012030000000", upheld=True, by="王某", reason="属实", today=DAY)


@pytest.mark.parametrize(("by", "reason"), [("", "有误"), ("李某", " "), ("李某", "应为99990119780312001X")])
def test_a_correction_needs_a_name_and_a_reason_without_numbers(home: Settings, by: str, reason: str) -> None:
    with pytest.raises(CunsheError):
        open_correction(home, VALUE, by=by, reason=reason, today=DAY)
    assert corrections_of(home) == []
