"""Where Dagster keeps a home's events: its own SQLite files, opened once.

Belongs here: how the files are opened. Does not belong here: what is written into them, which is Dagster's business; the
instance that names this class (`run`).

Dagster's class builds an engine, a connection and the text of each statement anew for every event. A county-week has some
thousands, and a third of the run's own time went there (benchmarks/README.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as db
from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

from pipelines.files import close_process

# Below Dagster's home, where its own class keeps them too: a home of before goes on with the files it has.
_FOLDER = Path("history") / "runs"


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log with one engine for each file, as long as the process lives."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        close_process()  # each process of Dagster comes by here: its web server and its daemon open no other door of ours
        self._engines: dict[str, db.Engine] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> OpenEventLog:
        """`base_dir` is Dagster's home, as the instance's file knows it."""
        return cls(str(Path(config_value["base_dir"]) / _FOLDER), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock:
            engine = self._engines.get(shard) or _engine(self.conn_string_for_shard(shard))
            self._engines[shard] = engine
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether Dagster's own version of the files has a table; asked for each event, and what is there stays there."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event. The UI follows a run by watching its file, which an open write-ahead log leaves untouched."""
        super().store_event(event)
        os.utime(self.path_for_shard(event.run_id))

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _engine(url: str) -> db.Engine:
    engine = db.create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})

    @db.event.listens_for(engine, "connect")
    def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
        # With the write-ahead log a power failure may cost the last events, never the file; results are not kept here.
        connection.execute("pragma synchronous = normal")

    return engine
