"""Write, audit, publish: the one way a build gets to readers.

Belongs here: the order of the steps. Each is harmless until the last: everything is written in a temporary folder,
opened again and audited, renamed to its build id, and only then does the pointer move. A run that ends anywhere before
leaves readers where they were, and the next run clears what it left. Does not belong here: what editions hold.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from pipelines.disclosure.decisions import BUILD_MARTS, Decisions, decide
from pipelines.disclosure.kept import KeptDecisions
from pipelines.errors import CunsheError
from pipelines.files import close_to_others, fsync_path, make_folder, write_new
from pipelines.identity.audit_log import run_look
from pipelines.identity.encrypted import attach_encrypted, connect_memory, sql_text
from pipelines.identity.vault import Vault
from pipelines.keys.ring import load_or_create_key
from pipelines.publishing import editions, pointer
from pipelines.publishing.audit import audit_edition
from pipelines.publishing.content import build_hash, quoted, table_hash
from pipelines.publishing.persons import prepare_persons
from pipelines.publishing.rules import ANALYST, AUTHORISED, EDITIONS, EditionRules, load_rules
from pipelines.publishing.version import rules_version
from pipelines.settings import Settings
from pipelines.sources.resident_id import mask_id_number
from pipelines.weeks import Week

Progress = Callable[[str], None]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Published:
    """What `publish` has published."""

    build_id: str
    folder: Path
    content_hash: str
    tables: dict[str, dict[str, int]]  # edition → table → rows
    is_restated: bool
    is_current: bool
    pruned: list[str]


def publish(
    settings: Settings,
    build_db: Path,
    week: date,
    code_version: str,
    inputs: Sequence[str],
    progress: Progress = lambda step: None,
) -> Published:
    """Publish the marts of `build_db` as the next build of a week.

    `inputs` are the accepted deliveries the build was made from; `progress` is called with the name of each step.
    """
    the_week, rules = Week.of(week), load_rules()
    with pointer.publishing_lock(settings):
        pointer.clean(settings)
        build_id = pointer.next_build_id(settings, the_week.iso)
        draft = settings.published / f"{pointer.TEMPORARY}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        make_folder(draft)
        progress("hash")
        with ThreadPoolExecutor(max_workers=1) as pool:
            deciding = pool.submit(_decide, settings, build_db)  # in Python, while DuckDB makes the hashes
            hashes = _hashes(build_db, rules)
            progress("protect")
            decisions = deciding.result()
        record = _record(settings, the_week, build_id, code_version, inputs, hashes)
        progress("write")
        _each(EDITIONS, lambda edition: _write(settings, rules, build_db, draft, edition, record, decisions))
        progress("audit")
        record["tables"] = _each(
            EDITIONS, lambda edition: _audit(settings, rules, build_db, draft, edition, record, decisions)
        )
        progress("place")
        folder = _place(settings, draft, record)
        progress("point")
        now = pointer.move_to(settings, build_id)
        progress("prune")
        pruned = pointer.prune(settings)
    return Published(
        build_id, folder, record["content_hash"], record["tables"], record["restated"]["is_restated"],
        now.build_id == build_id, pruned,
    )  # fmt: skip


def _each(names: Iterable[str], work: Callable[[str], _T]) -> dict[str, _T]:
    """`work` done on each name, all at once: DuckDB lets go of Python while it works, and none needs another's outcome.

    Where one fails the others are waited for, and then the error of the first name that has one is raised.
    """
    with ThreadPoolExecutor() as pool:
        begun = {name: pool.submit(work, name) for name in names}
        return {name: one.result() for name, one in begun.items()}


def _attach_build(connection: Any, build_db: Path) -> None:
    try:
        connection.execute(f"attach '{sql_text(str(build_db))}' as build (read_only)")
    except duckdb.Error as problem:
        raise CunsheError(f"The build {build_db} cannot be opened: {problem}", "Build the week first.") from None


def _hashes(build_db: Path, rules: EditionRules) -> dict[str, dict[str, str]]:
    """`content` and `trace` → the fingerprint of every mart and carried seed of the build."""
    with closing(connect_memory(writing=False)) as connection:
        _attach_build(connection, build_db)
        marts = editions.tables_of(connection, "build", "marts")
        seeds = editions.tables_of(connection, "build", "seeds")
        rules.check_build(marts, seeds)
        relations = {name: (f"build.marts.{quoted(name)}", columns) for name, columns in marts.items()}
        relations |= {f"seeds.{name}": (f"build.seeds.{quoted(name)}", seeds[name]) for name in rules.seeds}
        covered = {"content": rules.told, "trace": rules.traced}

        def hashes(kind: str) -> dict[str, str]:
            with closing(connection.cursor()) as own:
                return {
                    name: table_hash(own, relation, covered[kind](name, columns))
                    for name, (relation, columns) in relations.items()
                }

        return _each(covered, hashes)


def _decide(settings: Settings, build_db: Path) -> Decisions:
    """Which counts of the build nobody is shown."""
    with closing(connect_memory(writing=False)) as connection:
        _attach_build(connection, build_db)
        kept = KeptDecisions(settings.disclosure, settings.small_cell)
        return decide(connection, BUILD_MARTS, settings.small_cell, kept)


def _record(
    settings: Settings, week: Week, build_id: str, code_version: str, inputs: Sequence[str],
    hashes: dict[str, dict[str, str]],
) -> dict[str, Any]:
    """The content of `build.json`."""
    first = pointer.first_of_week(settings, week.iso)
    later = sorted(set(inputs) - set(first["inputs"])) if first else []
    return {
        "format": pointer.FORMAT,
        "build_id": build_id,
        "week": week.iso,
        "as_of": week.sunday.isoformat(),
        "built_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        "round": settings.round_of(week.sunday)[0],
        "code_version": code_version,
        "rules_version": rules_version(),
        "content_hash": build_hash(hashes["content"].items()),
        "trace_hash": build_hash(hashes["trace"].items()),
        "table_hashes": hashes,
        "tables": {},
        "inputs": sorted(set(inputs)),
        "restated": {
            "is_restated": bool(later),
            "since_build": first["build_id"] if first and later else None,
            "later_deliveries": later,
        },
    }


def _key(settings: Settings) -> bytes:
    """The key of the authorised edition; a new one only while no file needs the old."""
    needed = any(settings.published.glob(f"*/{AUTHORISED}.duckdb"))
    return load_or_create_key(settings.authorised_key, may_create=not needed)


def round_key(settings: Settings, name: str) -> bytes:
    """The key of a round; a new one only while no published edition has pseudonyms made with the old."""
    key = settings.round_key(name)
    records = (pointer.build_record(settings, path.parent.name) for path in settings.published.glob("*/build.json"))
    return load_or_create_key(key, may_create=not key.exists() and all(record.get("round") != name for record in records))


def _prepare(connection: Any, settings: Settings, rules: EditionRules, edition: str, record: dict[str, Any]) -> None:
    """Give the connection what the edition's rules speak of."""
    if edition == ANALYST:
        name, first_day = settings.round_of(date.fromisoformat(record["as_of"]))
        prepare_persons(connection, rules, round_key(settings, name), first_day, settings.person_k)


def _connect(
    settings: Settings, build_db: Path, draft: Path, edition: str, key: bytes | None, *, read_only: bool
) -> Any:
    """A connection with the build and the edition attached.

    The editions are worked on at once: each spills into a folder of its own, because DuckDB names its files there as any
    other DuckDB does, and each may take its part of the memory that one alone would.
    """
    connection = connect_memory(writing=key is not None and not read_only, scratch=draft / f"spill-{edition}")
    try:
        amount, unit = connection.execute("select current_setting('memory_limit')").fetchone()[0].split()
        connection.execute(f"set memory_limit = '{float(amount) / len(EDITIONS)} {unit}'")
        _attach_build(connection, build_db)
        path = draft / f"{edition}.duckdb"
        if key is not None:
            attach_encrypted(connection, path, [key], "edition", read_only=read_only)
        else:
            options = " (read_only)" if read_only else ""
            connection.execute(f"attach '{sql_text(str(path))}' as edition{options}")
    except BaseException:
        connection.close()
        raise
    return connection


def _write(
    settings: Settings, rules: EditionRules, build_db: Path, draft: Path, edition: str, record: dict[str, Any],
    decisions: Decisions,
) -> None:  # fmt: skip
    key = _key(settings) if edition == AUTHORISED else None
    with closing(_connect(settings, build_db, draft, edition, key, read_only=False)) as connection:
        editions.write_decisions(connection, decisions)
        connection.begin()
        _prepare(connection, settings, rules, edition, record)
        editions.write_marts(connection, rules, edition, settings.small_cell)
        values = {name: record[name] for name in editions.BUILD_COLUMNS if name != "edition"}
        # The build's hash covers what analysts may not know, and few guesses would find out which it was: theirs is of theirs.
        own = record["content_hash"] if edition == AUTHORISED else _own_hash(connection, rules)
        editions.write_build_row(connection, {**values, "content_hash": own, "edition": edition})
        if edition == AUTHORISED:
            (persons,) = connection.execute("select count(*) from edition.marts.person_table").fetchone()
            editions.write_person_identity(connection, _identities(settings, record, persons))
            editions.write_hidden_figures(connection)
        editions.write_views(connection, rules, edition)
        connection.commit()
        connection.execute("use memory")
        connection.execute("detach edition")  # writes everything into the file and removes the log


def _own_hash(connection: Any, rules: EditionRules) -> str:
    """The content hash of the edition that is being written."""
    written = editions.tables_of(connection, "edition", "marts")
    return build_hash(
        (name, table_hash(connection, f"edition.marts.{quoted(name)}", rules.told(name, columns)))
        for name, columns in written.items()
    )


def _identities(settings: Settings, record: dict[str, Any], persons: int) -> Any:
    """Names and masked numbers as of the build's week, from the vault."""
    look = run_look(
        "names_for_edition", f"weekly run {record['week']}", parameters={"build_id": record["build_id"]}, rows=persons
    )
    with Vault.open(settings, look, read_only=True) as vault:
        names = vault.person_names(date.fromisoformat(record["as_of"]), record["inputs"])
    masked = pa.array([mask_id_number(number) for number in names.column("id_number").to_pylist()], pa.string())
    return names.drop_columns(["id_number"]).append_column("id_number_masked", masked)


def _audit(
    settings: Settings, rules: EditionRules, build_db: Path, draft: Path, edition: str, record: dict[str, Any],
    decisions: Decisions,
) -> dict[str, int]:  # fmt: skip
    key = _key(settings) if edition == AUTHORISED else None
    with closing(_connect(settings, build_db, draft, edition, key, read_only=True)) as connection:
        editions.write_decisions(connection, decisions)
        _prepare(connection, settings, rules, edition, record)
        return audit_edition(
            connection, rules, edition, record["build_id"], record["table_hashes"]["trace"], settings.small_cell,
            settings.person_k, decisions,
        )


def _place(settings: Settings, draft: Path, record: dict[str, Any]) -> Path:
    """Make the draft durable and give it its name."""
    write_new(draft / "build.json", json.dumps(record, ensure_ascii=False, indent=1).encode())
    for path in draft.iterdir():
        if path.is_file():
            close_to_others(path)
            fsync_path(path)
    fsync_path(draft)
    folder = settings.published / str(record["build_id"])
    draft.rename(folder)
    fsync_path(settings.published)
    return folder
