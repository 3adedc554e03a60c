"""What stands of each township, from files to the models that count: dbt and the ledger name the same rows for every week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.landing.ledger import read_ledger
from pipelines.landing.load import load_landing
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week
from tests.unit.landing.test_parts import A, B, csv, drop, funds_door, landed, of, stands

MONDAYS = [date(2020, 11, 16) + timedelta(days=7 * number) for number in range(4)]
SENT = (
    ("2020-11-18", "瞿溪.csv", of(A, "1", "2")),
    ("2020-11-19", "郭溪.csv", of(B, "3")),
    ("2020-11-25", "全区.csv", [*of(A, "10", "20"), *of(B, "30", "31", "32", "33", "34")]),
    ("2020-12-02", "郭溪.csv", of(B, "300", "301", "302", "303", "")),  # the last village is gone, whatever stands of the whole
    ("2020-12-09", "瞿溪.csv", of(A, "1000", "2000", "5000")),
    ("2020-12-10", "瞿溪.csv", of(A, "", "", "9")),  # held: two of three villages are gone
)
MODELS = ("int_delivery__accepted", "int_delivery__in_force_week", "stg_organisation__village_funds", "int_village__fund_week")


def test_of_each_week_both_townships_stand_as_the_ledger_has_them(compiled_models: Mapping[str, str], tmp_path: Path) -> None:
    door = funds_door(tmp_path)
    for day, name, rows in SENT:
        drop(door, day, name, csv(rows))
    verdicts = [one.verdict for one in landed(door, date(2020, 12, 13))]
    assert verdicts == ["accepted"] * 5 + ["held"]
    with duckdb.connect() as connection:
        build(connection, compiled_models, Settings(home=tmp_path), door.landing)
        for monday in MONDAYS:
            query = "select village_id, operating_funds from intermediate.int_village__fund_week where week_start = ?"
            found = {village: f"{float(amount):g}" for village, amount in connection.execute(query, [monday]).fetchall()}
            assert found == stands(door, monday + timedelta(days=6)), monday
    assert {village: amount for village, amount in found.items() if village.startswith(A)} == {
        f"{A}201": "1000", f"{A}202": "2000", f"{A}203": "5000",
    }  # fmt: skip
    assert f"{B}205" not in found


def build(
    connection: duckdb.DuckDBPyConnection, models: Mapping[str, str], settings: Settings, landing: Path
) -> None:
    """What dbt makes of the landing, as far as the funds go; every village of a file is one of the county's."""
    catalog = load_catalog()
    week = Week(MONDAYS[-1])
    load_landing(connection, settings, catalog, week, read_ledger(landing, catalog["organisation__village_funds"], week.sunday))
    connection.execute("create schema staging; create schema intermediate")
    connection.execute("create table intermediate.int_calendar__week (week_start date, week_end date)")
    weeks = [(monday, monday + timedelta(days=6)) for monday in MONDAYS]
    connection.executemany("insert into intermediate.int_calendar__week values (?, ?)", weeks)
    connection.execute(
        "create table intermediate.int_village__week as select distinct week_start, village_code, village_code as village_id"
        " from landing.organisation__village_funds cross join intermediate.int_calendar__week"
    )
    for name in MODELS:
        schema = "staging" if name.startswith("stg_") else "intermediate"
        sql = models[name].replace('"empty".', "")  # the database of the compilation
        connection.execute(f"create table {schema}.{name} as {sql}")
