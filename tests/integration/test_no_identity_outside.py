"""No identity outside the vault: every byte and every value under a home is searched for the people in its inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.landing.sealed import read_table as stored_rows
from pipelines.publishing.reader import open_edition
from pipelines.sources.contract import load_catalog
from pipelines.sources.reading import read_table
from tests.integration.conftest import Demo
from tests.looks import TESTING

# In these dbt keeps the parsed project, invented numbers of its unit tests included, and no data.
PARSED = (".gpickle", ".msgpack")
# Nothing below these may be searched: the inbox is the departments', the vault is encrypted, keys are keys.
APART = ("inbox", "vault", "keys")
NUMBER = re.compile(rb"(?<![0-9A-Za-z])9999\d{2}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])|(?<![0-9A-Za-z])1600000\d{4}(?![0-9])")
PEOPLE_HEADERS = ("姓名", "部门负责人", "镇街党工委书记", "来访人")


@pytest.fixture(scope="module")
def people(demo: Demo) -> dict[str, set[str]]:
    """Header → the values that departments sent under it."""
    found: dict[str, set[str]] = {header: set() for header in PEOPLE_HEADERS}
    for name in load_catalog():
        for path in (demo.home.path / "inbox" / name.replace("__", "/")).glob("*/*"):
            frame = read_table(path.read_bytes()).whole()
            for header in PEOPLE_HEADERS:
                if header in frame.columns:
                    found[header] |= {value for value in frame[header] if len(value) > 1}
    return found


def files(root: Path) -> list[Path]:
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] not in APART and path.suffix not in PARSED
    ]


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and where they are packed, its values too."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield rows_of(path).to_pandas().to_csv().encode()
    elif path.suffix == ".duckdb" and path.name != "authorised.duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
            for schema, table in tables:
                yield connection.sql(f'select * from "{schema}"."{table}"').df().to_csv().encode()


def rows_of(path: Path) -> Any:
    """A table of rows, opened if it is encrypted."""
    home = next((parent.parent for parent in path.parents if parent.name in ("landing", "identity")), path.parent)
    return stored_rows(path, home)


def test_the_search_would_find_a_leak(demo: Demo, people: dict[str, set[str]], tmp_path: Path) -> None:
    """The inbox itself, packed as landing packs, is full of hits."""
    (posts,) = (demo.home.path / "inbox" / "organisation" / "posts" / "2020-11-26").iterdir()
    packed = tmp_path / "rows.parquet"
    read_table(posts.read_bytes()).whole().to_parquet(packed, compression="zstd")
    searched = b"".join(contents(packed))
    assert NUMBER.search(searched)
    assert any(name.encode() in searched for name in people["姓名"])
    assert len(people["来访人"]) > 50


def test_no_number_anywhere(demo: Demo) -> None:
    searched = 0
    for path in files(demo.home.path):
        for content in contents(path):
            hit = NUMBER.search(content)
            assert hit is None, f"{path.relative_to(demo.home.path)} holds a number"
            searched += len(content)
    assert searched > 10_000_000


def test_no_petitioner_anywhere(demo: Demo, people: dict[str, set[str]]) -> None:
    petitioners = re.compile("|".join(map(re.escape, sorted(people["来访人"]))).encode())
    for path in files(demo.home.path):
        for content in contents(path):
            assert petitioners.search(content) is None, f"{path.relative_to(demo.home.path)} holds a petitioner's name"


def test_no_name_in_landing_or_analyst_edition(demo: Demo, people: dict[str, set[str]]) -> None:
    """Short names occur inside other words (地名, 说明); a value that IS a name is a leak."""
    names = set().union(*people.values())
    root = demo.home.path
    assert not list((root / "build").iterdir()), "the build file, which nobody searches, is gone"
    places = [
        *(root / "landing").rglob("*.parquet"),
        *(root / "identity").rglob("*.parquet"),
        *(root / "published").glob("*/analyst.duckdb"),
    ]
    assert len(places) > 20
    for path in places:
        for values in values_of(path):
            leaked = values & names
            assert not leaked, f"{path.relative_to(root)} holds {len(leaked)} names"


def values_of(path: Path) -> Iterator[set[str]]:
    """The distinct texts of each column, and the pieces of texts that list several things."""
    connection = duckdb.connect(str(path), read_only=True) if path.suffix == ".duckdb" else duckdb.connect()
    with connection:
        if path.suffix == ".duckdb":
            relations = [
                f'"{schema}"."{table}"'
                for schema, table in connection.execute(
                    "select table_schema, table_name from information_schema.tables"
                ).fetchall()
            ]
        else:
            rows = rows_of(path)  # noqa: F841 - DuckDB reads it by name
            relations = ["rows"]
        for relation in relations:
            description = connection.execute(f"select * from {relation} limit 0").description
            for column in [one[0] for one in description if str(one[1]) in ("VARCHAR", "STRING")]:
                texts = connection.execute(f'select distinct "{column}" from {relation}').fetchall()
                yield {piece for (text,) in texts if text for piece in re.split(r"[\s，、。；：:,;|（）()“”\"]+", text)}


def test_logs_and_reports_hold_no_full_name(demo: Demo, people: dict[str, set[str]]) -> None:
    """Reports mask names (张*); a candidate's full name of three characters or more occurs on no page and in no log.

    Builds write no log at all: what dbt says of each statement would stand there.
    """
    assert not [*(demo.home.path / "dbt").glob("build-*/**/*.log*")]
    full = re.compile("|".join(sorted(name for name in people["姓名"] if len(name) >= 3)).encode())
    with open_edition(demo.home.settings, "authorised", look=TESTING) as connection:
        villages = {name for (name,) in connection.execute("select distinct village_name from marts.village_file").fetchall()}
    for path in [*(demo.home.path / "reports").rglob("*.html"), *(demo.home.path / "dbt").rglob("*.log")]:
        content = path.read_bytes()
        hits = {match.decode() for match in full.findall(content)}
        assert not {hit for hit in hits if not any(hit in village for village in villages)}, path.name
