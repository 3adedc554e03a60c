"""Landing one dataset: verdicts, what is written, what is written never, and that nothing lands twice."""

from __future__ import annotations

import csv
import errno
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem

from expectations.suite import load_suite
from pipelines.landing.failures import failure_of
from pipelines.landing.land import Door
from pipelines.landing.land import land_dataset as try_to_land
from pipelines.landing.landed import read_quarantine, read_rows
from pipelines.landing.ledger import QUARANTINE, ROWS, Delivery, in_force, last_good_day, read_ledger
from pipelines.landing.sealed import is_sealed
from pipelines.sources.connectors.parcel import Limits
from pipelines.sources.contract import load_catalog

POSTS = "organisation__posts"
GOOD = Path(__file__).parents[2] / "fixtures" / POSTS / "good.csv"
SUNDAY = date(2020, 11, 29)
VILLAGES = frozenset({"999901001201", "999901001202"})


class Sealed(dict[str, pd.DataFrame]):
    """What a vault would have been given, by delivery."""

    def __call__(self, delivery: Delivery, identities: pd.DataFrame) -> None:
        self[delivery.delivery_id] = identities


@pytest.fixture
def sealed() -> Sealed:
    return Sealed()


@pytest.fixture
def door(tmp_path: Path, sealed: Sealed) -> Door:
    return Door(
        contract=load_catalog()[POSTS],
        suite=load_suite(POSTS),
        inbox=tmp_path / "inbox",
        landing=tmp_path / "landing",
        seal=sealed,
        secret=str,
        village_codes=VILLAGES,
        village_codes_ever=VILLAGES,
        since=date(2020, 1, 6),
        today=date(2020, 12, 7),
        allow_unassigned_area=True,
    )


def rows() -> list[list[str]]:
    with GOOD.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def drop(door: Door, day: str, table: list[list[str]], name: str = "名册.csv") -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    path = door.inbox / "organisation" / "posts" / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def spoiled(row: int, header: str, value: str) -> list[list[str]]:
    table = rows()
    table[row - 1][table[0].index(header)] = value
    return table


def land_dataset(door: Door, until: date) -> list[Delivery]:
    """Land, where the source can be had."""
    landed = try_to_land(door, until)
    assert landed.failure is None
    return landed.new


def ledger(door: Door) -> list[Delivery]:
    return read_ledger(door.landing, door.contract)


def quarantine(door: Door, delivery: Delivery) -> list[tuple[int, str, str]]:
    table = pq.read_table(delivery.folder(door.landing) / "quarantine.parquet").to_pylist()
    return [(row["row_no"], row["column_name"], row["code"]) for row in table]


def test_accepted_rows_land_without_identities(door: Door, sealed: Sealed) -> None:
    drop(door, "2020-11-26", rows())
    (delivery,) = land_dataset(door, SUNDAY)
    assert (delivery.verdict, delivery.rows_read, delivery.rows_landed) == ("accepted", 4, 4)
    landed = pq.read_table(delivery.folder(door.landing) / "rows.parquet")
    assert not {"person_name", "id_number"} & set(landed.column_names)
    assert landed["_row"].to_pylist() == [2, 3, 4, 5]
    assert landed["_delivered_at"].to_pylist() == [date(2020, 11, 26)] * 4
    identities = sealed[delivery.delivery_id]
    assert identities.index.tolist() == [2, 3, 4, 5]
    assert identities["person_name"].tolist() == ["张三", "张三", "李秀英", "王小明"]


def test_landing_again_lands_nothing(door: Door) -> None:
    drop(door, "2020-11-26", rows())
    land_dataset(door, SUNDAY)
    assert land_dataset(door, SUNDAY) == []


def test_a_delivery_after_the_week_waits(door: Door) -> None:
    drop(door, "2020-11-30", rows())
    assert land_dataset(door, SUNDAY) == []
    assert len(land_dataset(door, date(2020, 12, 6))) == 1


def test_the_same_bytes_again_are_a_duplicate_and_show_that_the_data_still_hold(door: Door) -> None:
    drop(door, "2020-11-19", rows())
    drop(door, "2020-11-26", rows(), "名册（重报）.csv")
    first, second = land_dataset(door, SUNDAY)
    assert (second.verdict, second.duplicate_of) == ("duplicate", first.delivery_id)
    assert in_force(ledger(door)) == first
    assert last_good_day(ledger(door)) == date(2020, 11, 26)


def test_the_same_name_with_other_content_is_a_new_version(door: Door) -> None:
    drop(door, "2020-11-26", rows())
    land_dataset(door, SUNDAY)
    drop(door, "2020-11-26", spoiled(5, "是否专职", "否"))
    (second,) = land_dataset(door, SUNDAY)
    assert second.verdict == "accepted"
    assert in_force(ledger(door)) == second


def test_a_bad_row_is_set_aside_with_place_and_reason_and_without_its_value(door: Door, sealed: Sealed) -> None:
    drop(door, "2020-11-26", spoiled(4, "公民身份号码", "999901196001010048"))
    (delivery,) = land_dataset(door, SUNDAY)
    assert (delivery.rows_landed, delivery.rows_quarantined) == (3, 1)
    assert quarantine(door, delivery) == [(4, "公民身份号码", "ID_TRUNCATED")]
    assert 4 not in sealed[delivery.delivery_id].index
    written = b"".join(path.read_bytes() for path in delivery.folder(door.landing).iterdir())
    assert b"999901196001010048" not in written


def test_a_suite_sets_rows_aside(door: Door) -> None:
    drop(door, "2020-11-26", spoiled(2, "村社代码", "999901001999"))
    (delivery,) = land_dataset(door, SUNDAY)
    assert quarantine(door, delivery) == [(2, "村社代码", "SUITE_ROW")]


def test_repeated_rows_and_repeated_keys(door: Door) -> None:
    table = rows()
    same, other = list(table[3]), list(table[4])
    other[table[0].index("学历")] = "大专"
    drop(door, "2020-11-26", [*table, same, other])
    (delivery,) = land_dataset(door, SUNDAY)
    assert quarantine(door, delivery) == [
        (5, "公民身份号码", "KEY_REPEATED"),
        (6, None, "ROW_REPEATED"),
        (7, "公民身份号码", "KEY_REPEATED"),
    ]
    assert delivery.rows_landed == 3


def test_forbidden_columns_are_dropped_and_counted(door: Door) -> None:
    table = rows()
    phones = ["手机号", "16000000001", "", "16000000002", "16000000003"]
    drop(door, "2020-11-26", [[*row, phone] for row, phone in zip(table, phones, strict=True)])
    (delivery,) = land_dataset(door, SUNDAY)
    assert (delivery.verdict, delivery.values_redacted, delivery.rows_landed) == ("accepted", 3, 4)
    assert b"1600000" not in b"".join(path.read_bytes() for path in delivery.folder(door.landing).iterdir())


def test_an_unknown_column_is_reported_and_does_not_land(door: Door) -> None:
    drop(door, "2020-11-26", [[*row, "新"] for row in rows()])
    (delivery,) = land_dataset(door, SUNDAY)
    assert delivery.verdict == "accepted"
    assert "列“第14列”" in delivery.reasons_zh[0]
    assert "新" not in delivery.reasons_zh[0]


def test_a_missing_column_holds_the_delivery_and_names_the_place(door: Door, sealed: Sealed) -> None:
    drop(door, "2020-11-26", [row[:3] + row[4:] for row in rows()])
    (delivery,) = land_dataset(door, SUNDAY)
    assert delivery.verdict == "held"
    assert delivery.reasons_zh == ["文件“名册.csv” 第1行 列“职务”：缺少列“职务”。请按数据约定补齐该列。"]
    assert not (delivery.folder(door.landing) / "rows.parquet").exists()
    assert sealed == {}


def test_a_much_smaller_snapshot_is_held_and_the_last_one_stays(door: Door) -> None:
    drop(door, "2020-11-19", rows())
    drop(door, "2020-11-26", rows()[:4])
    first, second = land_dataset(door, SUNDAY)
    assert second.verdict == "held"
    assert "至少应有4行" in second.reasons_zh[0]
    assert in_force(ledger(door)) == first
    assert last_good_day(ledger(door)) == date(2020, 11, 19)


@pytest.mark.parametrize("folder", ["11月26日", "2020-W48-4", "0202-11-26", "2002-11-26"])
def test_a_folder_that_is_no_date_of_this_home_is_held(door: Door, folder: str) -> None:
    drop(door, folder, rows())
    (delivery,) = land_dataset(door, SUNDAY)
    assert delivery.verdict == "held"
    assert folder in delivery.reasons_zh[0]


def test_going_back_to_an_earlier_version_is_a_new_version(door: Door) -> None:
    for day, table in (("2020-11-24", rows()), ("2020-11-25", spoiled(5, "是否专职", "否")), ("2020-11-26", rows())):
        drop(door, day, table)
    assert [one.verdict for one in land_dataset(door, SUNDAY)] == ["accepted"] * 3


def test_the_same_bytes_are_judged_anew_when_the_village_list_has_grown(door: Door) -> None:
    drop(door, "2020-11-25", rows())
    (first,) = land_dataset(replace(door, village_codes_ever=VILLAGES - {"999901001202"}), SUNDAY)
    drop(door, "2020-11-26", rows())
    (second,) = land_dataset(door, SUNDAY)
    assert (first.rows_landed, second.verdict, second.rows_landed) == (3, "accepted", 4)


def test_a_held_file_sent_again_is_held_again(door: Door) -> None:
    for day in ("2020-11-25", "2020-11-26"):
        drop(door, day, [row[:3] + row[4:] for row in rows()])
    assert [one.verdict for one in land_dataset(door, SUNDAY)] == ["held", "held"]


def test_a_number_in_a_file_name_goes_no_further(door: Door) -> None:
    drop(door, "2020-11-26", rows(), "张三16000000001.csv")
    (delivery,) = land_dataset(door, SUNDAY)
    assert delivery.file_name == "张三***.csv"


def test_a_file_that_may_not_be_read_is_said_and_read_the_next_time(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    drop(door, "2020-11-26", rows())
    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "cat_file", denied)
        first = try_to_land(door, SUNDAY)
    assert first.new == []
    assert first.failure is not None and first.failure.code == "SOURCE_DENIED"
    assert failure_of(door.landing, door.contract, SUNDAY) is not None
    (second,) = land_dataset(door, SUNDAY)
    assert second.verdict == "accepted"
    assert failure_of(door.landing, door.contract, SUNDAY) is None


def test_a_full_disk_lands_nothing_and_is_mended_by_the_next_run(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    drop(door, "2020-11-26", rows())
    with monkeypatch.context() as patch:
        patch.setattr("pyarrow.parquet.write_table", full)
        failed = try_to_land(door, SUNDAY)
    assert failed.failure is not None and failed.failure.code == "DISK_FULL"
    assert ledger(door) == []
    assert [one.verdict for one in land_dataset(door, SUNDAY)] == ["accepted"]


def test_without_a_village_list_the_reference_is_not_checked_and_says_so(door: Door) -> None:
    drop(door, "2020-11-26", rows())
    (delivery,) = land_dataset(replace(door, village_codes_ever=None), SUNDAY)
    assert delivery.rows_landed == 4
    quality = (delivery.folder(door.landing) / "quality.json").read_text("utf-8")
    assert "no village list has been accepted yet" in quality


def test_rows_of_a_work_secret_and_those_set_aside_lie_encrypted(door: Door) -> None:
    drop(door, "2020-11-26", rows())
    (open_rows,) = land_dataset(door, SUNDAY)
    contract = door.contract.model_copy(update={"grade": "L4"})
    secret = replace(door, contract=contract, landing=door.landing.parent / "b" / "landing")
    (sealed_rows,) = land_dataset(secret, SUNDAY)
    for name in (ROWS, QUARANTINE):
        assert not is_sealed(open_rows.folder(door.landing) / name)
        assert is_sealed(sealed_rows.folder(secret.landing) / name)
    assert read_rows(secret.landing, sealed_rows).equals(read_rows(door.landing, open_rows))
    assert read_quarantine(secret.landing, sealed_rows) == read_quarantine(door.landing, open_rows)


def test_a_failure_while_writing_leaves_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    drop(door, "2020-11-26", rows())
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr("pyarrow.parquet.write_table", full)
        land_dataset(door, SUNDAY)
    assert ledger(door) == []
    assert [path for path in door.landing.rglob("*") if path.is_file()] == []
    assert len(land_dataset(door, SUNDAY)) == 1


def test_a_file_that_is_too_large_is_held_unread_and_the_next_one_lands(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = drop(door, "2020-11-26", rows()).stat().st_size
    drop(door, "2020-11-25", [*rows(), ["x" * 100]])
    read, whole = [], LocalFileSystem.cat_file

    def cat_file(self: LocalFileSystem, path: str, *arguments: object, **more: object) -> bytes:
        read.append(path)
        return whole(self, path, *arguments, **more)

    monkeypatch.setattr(LocalFileSystem, "cat_file", cat_file)
    small = replace(door, limits=Limits(bytes_=size))
    held, accepted = land_dataset(small, SUNDAY)
    assert (held.verdict, [one["code"] for one in held.holds], accepted.verdict) == ("held", ["FILE_TOO_LARGE"], "accepted")
    assert "名册.csv" in held.reasons_zh[0] and "1MB" in held.reasons_zh[0]
    assert len(read) == 1 and "2020-11-26" in read[0]
    assert land_dataset(small, SUNDAY) == []
