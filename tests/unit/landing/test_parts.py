"""A snapshot that comes township by township: each part replaced by its own newest, none lost; other snapshots come whole."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from expectations.suite import load_suite
from pipelines.landing.land import Door, land_dataset
from pipelines.landing.landed import read_quarantine, standing_rows
from pipelines.landing.ledger import Delivery, in_force, last_good_day, parts_in_force, read_ledger
from pipelines.landing.return_lines import open_lines, return_lines
from pipelines.sources.contract import load_catalog
from tests.unit.landing.test_land import door as posts_door
from tests.unit.landing.test_land import rows as posts_rows
from tests.unit.landing.test_land import sealed

__all__ = ["posts_door", "sealed"]  # fixtures

FUNDS = "organisation__village_funds"
HEADER = ["村社代码", "年度", "运转经费（元）"]
A, B = "999901001", "999901002"
VILLAGES = frozenset(f"{township}{number}" for township in (A, B, "999901003") for number in range(201, 206))
SUNDAY = date(2020, 12, 6)
Rows = list[list[str]]


def funds_door(root: Path) -> Door:
    return Door(
        contract=load_catalog()[FUNDS], suite=load_suite(FUNDS), inbox=root / "inbox", landing=root / "landing",
        seal=lambda *_: None, secret=str, village_codes=VILLAGES, village_codes_ever=VILLAGES, since=date(2020, 1, 6),
        today=date(2020, 12, 31), allow_unassigned_area=True,
    )  # fmt: skip


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return funds_door(tmp_path)


def of(township: str, *amounts: str) -> Rows:
    """Rows of a township's villages in their order, one amount each; an empty one leaves its village out."""
    return [[f"{township}{201 + place}", "2020", amount] for place, amount in enumerate(amounts) if amount]


def lines(table: Rows) -> bytes:
    return "".join(",".join(row) + "\n" for row in table).encode()


def csv(rows: Rows) -> bytes:
    return lines([HEADER, *rows])


def drop(door: Door, day: str, name: str, content: bytes) -> None:
    path = door.inbox / door.contract.department / door.contract.dataset / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def landed(door: Door, until: date = SUNDAY) -> list[Delivery]:
    result = land_dataset(door, until)
    assert result.failure is None
    return result.new


def stands(door: Door, until: date = SUNDAY) -> dict[str, str]:
    """Village → what stands for it."""
    ledger = read_ledger(door.landing, door.contract, until)
    tables = standing_rows(door.landing, door.contract, ledger, ["village_code", "operating_funds"])
    rows = [row for _, table in tables for row in table.to_pylist()]
    found = {row["village_code"]: f"{row['operating_funds']:g}" for row in rows}
    assert len(found) == len(rows), "a village stands twice"
    return found


def codes(delivery: Delivery) -> list[str]:
    return [str(hold["code"]) for hold in delivery.holds]


def test_two_files_of_one_day_are_both_in_force(door: Door) -> None:
    drop(door, "2020-12-03", "瞿溪.csv", csv(of(A, "1000", "1000")))
    drop(door, "2020-12-03", "郭溪.csv", csv(of(B, "2000")))
    first, second = landed(door)
    assert [one.verdict for one in (first, second)] == ["accepted", "accepted"]
    assert parts_in_force(read_ledger(door.landing, door.contract)) == {A: first, B: second}
    assert stands(door) == {f"{A}201": "1000", f"{A}202": "1000", f"{B}201": "2000"}
    assert landed(door) == []


def test_a_later_file_replaces_its_own_township_only_and_a_village_it_lacks_is_gone(door: Door) -> None:
    drop(door, "2020-11-26", "全区.csv", csv([*of(A, "1", "2", "3", "4", "5"), *of(B, "6")]))
    drop(door, "2020-12-03", "瞿溪.csv", csv(of(A, "10", "20", "30", "40", "")))
    whole, part = landed(door)
    assert (whole.parts, part.parts) == ([A, B], [A])
    assert stands(door) == {f"{A}201": "10", f"{A}202": "20", f"{A}203": "30", f"{A}204": "40", f"{B}201": "6"}
    assert stands(door, date(2020, 11, 29))[f"{A}205"] == "5"
    assert in_force(read_ledger(door.landing, door.contract)) == part
    assert last_good_day(read_ledger(door.landing, door.contract)) == date(2020, 11, 26)


def test_the_same_table_again_is_a_duplicate_whatever_others_have_sent_between(door: Door) -> None:
    for day in ("2020-11-26", "2020-12-03"):
        drop(door, day, "瞿溪.csv", csv(of(A, "1", "2")))
        drop(door, day, "郭溪.csv", csv(of(B, "3")))
    assert [one.verdict for one in landed(door)] == ["accepted", "accepted", "duplicate", "duplicate"]
    assert last_good_day(read_ledger(door.landing, door.contract)) == date(2020, 12, 3)


def test_a_part_that_has_lost_its_rows_is_held_by_its_own_measure(door: Door) -> None:
    drop(door, "2020-11-26", "全区.csv", csv([*of(A, "1", "2", "3", "4", "5"), *of(B, "6", "7", "8", "9", "10")]))
    drop(door, "2020-12-03", "两镇.csv", csv([*of(A, "1", "2", "3", "4", "5"), *of(B, "6")]))
    _, second = landed(door)
    assert (second.verdict, codes(second)) == ("held", ["PART_TOO_FEW"])
    assert B in second.reasons_zh[0]
    assert stands(door)[f"{B}205"] == "10"


def test_a_second_file_of_one_day_does_not_take_a_township_from_the_first(door: Door) -> None:
    drop(door, "2020-12-03", "一.csv", csv([*of(A, "1", "2"), *of(B, "3", "4")]))
    drop(door, "2020-12-03", "二.csv", csv(of(B, "", "", "5", "6")))
    _, second = landed(door)
    assert codes(second) == ["PLACES_BESIDE"]
    assert stands(door)[f"{B}201"] == "3"


def test_a_file_of_no_readable_row_is_of_no_township(door: Door) -> None:
    drop(door, "2020-12-03", "空.csv", csv([]))
    (delivery,) = landed(door)
    assert codes(delivery) == ["PART_UNKNOWN"]


def workbook(sheets: dict[str, Rows], header: list[str] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in [header or HEADER, *rows]:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        for name, inner in files.items():
            container.writestr(name, inner)
    return content.getvalue()


@pytest.mark.parametrize("name", ["sheets.xlsx", "files.zip", "workbooks.zip"])
def test_a_sheet_or_a_member_per_township_is_one_delivery(door: Door, name: str) -> None:
    sheets = {"瞿溪": of(A, "1", "2"), "郭溪": [*of(B, "3"), [f"{B}202", "2020", "许多"]]}
    content = {
        "sheets.xlsx": workbook(sheets),
        "files.zip": archive({f"{name}.csv": csv(rows) for name, rows in sheets.items()}),
        "workbooks.zip": archive({f"{name}.xlsx": workbook({"Sheet1": rows}) for name, rows in sheets.items()}),
    }[name]
    drop(door, "2020-12-03", name, content)
    (delivery,) = landed(door)
    assert (delivery.verdict, delivery.parts, delivery.rows_read, delivery.rows_landed) == ("accepted", [A, B], 4, 3)
    assert stands(door) == {f"{A}201": "1", f"{A}202": "2", f"{B}201": "3"}
    (aside,) = read_quarantine(door.landing, delivery)
    assert "郭溪" in aside["sheet"] and aside["row_no"] == 3


def test_sheets_of_other_columns_are_no_parts(door: Door) -> None:
    book = Workbook()
    for row in [HEADER, *of(A, "1")]:
        book.active.append(row)
    other = book.create_sheet("郭溪")
    for row in [["村社代码", "年度", "运转经费（万元）"], *of(B, "1")]:
        other.append(row)
    content = io.BytesIO()
    book.save(content)
    drop(door, "2020-12-03", "两表.xlsx", content.getvalue())
    (delivery,) = landed(door)
    assert (delivery.verdict, codes(delivery)) == ("held", ["SHEETS_DIFFER"])
    assert delivery.holds[0]["sheet"] == "郭溪"


def test_a_village_in_two_sheets_is_set_aside_in_both_with_its_place(door: Door) -> None:
    drop(door, "2020-12-03", "两表.xlsx", workbook({"一": of(A, "1", "2"), "二": [*of(B, "9"), *of(A, "3")]}))
    (delivery,) = landed(door)
    places = {(row["sheet"], row["row_no"], row["code"]) for row in read_quarantine(door.landing, delivery)}
    assert places == {("一", 2, "KEY_REPEATED"), ("二", 3, "KEY_REPEATED")}
    assert stands(door) == {f"{A}202": "2", f"{B}201": "9"}


def test_a_line_of_one_township_stays_open_while_others_send(door: Door) -> None:
    drop(door, "2020-11-26", "瞿溪.csv", csv([*of(A, "1"), [f"{A}202", "2020", "许多"]]))
    drop(door, "2020-11-27", "郭溪.csv", csv(of(B, "3")))
    landed(door)
    assert [line.row_no for line in open_of(door)] == [3]
    drop(door, "2020-12-03", "瞿溪更正.csv", csv(of(A, "1", "2")))
    landed(door)
    assert open_of(door) == []


def open_of(door: Door) -> list[object]:
    ledger = read_ledger(door.landing, door.contract)
    return list(open_lines(return_lines(door.landing, door.contract, ledger, SUNDAY)))


# --- snapshots that come whole ---


def whole_posts(door: Door, day: str, name: str, villages: dict[str, str]) -> None:
    """The good roster with its villages renamed."""
    header, *rows = posts_rows()
    place = header.index("村社代码")
    table = [header, *([*row[:place], villages.get(row[place], row[place]), *row[place + 1 :]] for row in rows)]
    drop(door, day, name, lines(table))


ELSEWHERE = {"999901001201": "999901002201", "999901001202": "999901002202"}


def with_villages(door: Door) -> Door:
    codes = frozenset(ELSEWHERE) | frozenset(ELSEWHERE.values())
    return replace(door, village_codes=codes, village_codes_ever=codes)


@pytest.fixture
def roster(posts_door: Door) -> Door:
    return with_villages(posts_door)


def test_the_second_township_of_a_day_is_held_where_the_contract_has_no_parts(roster: Door) -> None:
    whole_posts(roster, "2020-12-03", "瞿溪.csv", {})
    whole_posts(roster, "2020-12-03", "郭溪.csv", ELSEWHERE)
    first, second = landed(roster)
    assert (first.verdict, second.verdict, codes(second)) == ("accepted", "held", ["PLACES_BESIDE"])
    assert "瞿溪.csv" in second.reasons_zh[0]
    assert in_force(read_ledger(roster.landing, roster.contract)) == first


def test_nor_does_another_township_of_another_day_take_the_place_of_the_list(roster: Door) -> None:
    whole_posts(roster, "2020-12-01", "瞿溪.csv", {})
    whole_posts(roster, "2020-12-03", "郭溪.csv", ELSEWHERE)
    _, second = landed(roster)
    assert codes(second) == ["PLACES_OTHER"]


def test_villages_that_a_merger_has_ended_are_not_lost(roster: Door) -> None:
    whole_posts(roster, "2020-12-01", "瞿溪.csv", {})
    whole_posts(roster, "2020-12-03", "郭溪.csv", ELSEWHERE)
    first, second = landed(replace(roster, village_codes=frozenset(ELSEWHERE.values())))
    assert (first.verdict, second.verdict, codes(second)) == ("accepted", "accepted", [])


def test_nor_beside_one_that_is_the_same_as_last_week(roster: Door) -> None:
    for day in ("2020-11-26", "2020-12-03"):
        whole_posts(roster, day, "瞿溪.csv", {})
    whole_posts(roster, "2020-12-03", "郭溪.csv", ELSEWHERE)
    verdicts = [(one.verdict, codes(one)) for one in landed(roster)]
    assert sorted(verdicts) == [("accepted", []), ("duplicate", []), ("held", ["PLACES_BESIDE"])]


def test_the_same_file_of_the_day_written_over_with_another_township_is_held(roster: Door) -> None:
    whole_posts(roster, "2020-12-03", "名册.csv", {})
    landed(roster)
    whole_posts(roster, "2020-12-03", "名册.csv", ELSEWHERE)
    (second,) = landed(roster)
    assert codes(second) == ["PLACES_BESIDE"]


def test_a_corrected_file_of_the_same_villages_is_taken_under_any_name(roster: Door) -> None:
    whole_posts(roster, "2020-12-03", "名册.csv", {})
    drop(roster, "2020-12-03", "名册更正.csv", lines(posts_rows()).replace("大专".encode(), "本科".encode()))
    assert [one.verdict for one in landed(roster)] == ["accepted", "accepted"]


def test_a_list_without_a_floor_says_that_it_has_replaced_other_villages(tmp_path: Path) -> None:
    contract = load_catalog()["organisation__dual_post_exemptions"]
    door = replace(funds_door(tmp_path), contract=contract, suite=load_suite(contract.name))
    header = ["村社代码", "暂不实行原因", "批准日期", "批准机关", "有效期至"]
    for day, code in (("2020-11-26", f"{A}201"), ("2020-12-03", f"{B}201")):
        drop(door, day, "名单.csv", lines([header, [code, "书记为下派干部", "2020-11-20", "区委组织部", "2021-12-31"]]))
    first, second = landed(door)
    assert [one.verdict for one in (first, second)] == ["accepted", "accepted"]
    assert any("没有一个相同的村社" in text for text in second.reasons_zh)


# --- any history ---

Send = tuple[int, dict[str, int]]  # days after the one before (0: the same day); township → how its table differs
SENT = st.lists(
    st.tuples(st.integers(0, 9), st.dictionaries(st.sampled_from([A, B, "999901003"]), st.integers(0, 3), min_size=1)),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SENT)
def test_what_stands_is_the_newest_table_of_each_township(tmp_path_factory: pytest.TempPathFactory, history: list[Send]) -> None:
    """Whatever comes in whatever order, and also for a day in the past."""
    door = funds_door(tmp_path_factory.mktemp("parts"))
    day, expected, by_day = date(2020, 10, 5), {}, {}
    for number, (later, tables) in enumerate(history):
        day += timedelta(days=later)
        amounts = {name: [str(100 * number + 10 * change + place) for place in range(5)] for name, change in tables.items()}
        rows = [row for name in sorted(amounts) for row in of(name, *amounts[name])]
        drop(door, day.isoformat(), f"{number:02}.csv", csv(rows))
        for name, of_it in amounts.items():
            expected[name] = {f"{name}{201 + place}": amount for place, amount in enumerate(of_it)}
        by_day[day] = {village: amount for table in expected.values() for village, amount in table.items()}
        if number % 2:
            landed(door, day)
    landed(door, date(2020, 12, 31))
    for then, wanted in by_day.items():
        assert stands(door, then) == wanted
