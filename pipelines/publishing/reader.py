"""Opening an edition for reading: every reader of published data goes through here.

Belongs here: from pointer to connection. Does not belong here: queries (`reports`), who may open which edition.

The file is named by its build, so a swap is never seen half: a reader that needs several answers of one build opens it
once, or passes the build id on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look
from pipelines.identity.encrypted import NO_NETWORK, attach_encrypted, connect_memory
from pipelines.identity.looks import record_look
from pipelines.keys.ring import KeyRing
from pipelines.publishing.pointer import current, is_whole, week_of
from pipelines.publishing.rules import ANALYST, EDITIONS
from pipelines.settings import Settings


def open_edition(settings: Settings, edition: str, build_id: str | None = None, look: Look | None = None) -> Any:
    """A read-only DuckDB connection to an edition of a build (default: the current one). The caller closes it.

    The authorised edition needs a `look`: who opens it and why stands in the audit log before the connection is handed out.
    Raises CunsheError without one, and where the log cannot be written.

    Names are found without their schema: `village_file`, `build` and "一村一档" are all in reach.
    """
    if edition not in EDITIONS:
        raise CunsheError(f"There is no edition '{edition}'.", f"Editions: {', '.join(EDITIONS)}.")
    if build_id is None:
        pointer = current(settings)
        if pointer is None:
            raise CunsheError("Nothing has been published yet.", "Run a week first.")
        build_id = pointer.build_id
    week_of(build_id)
    if not is_whole(settings, build_id):
        raise CunsheError(f"There is no published build {build_id}.", "It was never published, or has been pruned.")
    path = settings.published / build_id / f"{edition}.duckdb"
    if edition == ANALYST:
        connection = duckdb.connect(str(path), read_only=True, config=dict(NO_NETWORK))
        connection.execute("set search_path = 'main,marts'")
        return connection
    if look is None:
        raise CunsheError("Nobody looks into the authorised edition unnamed.", "Say who looks and why.")
    keys = KeyRing(settings.authorised_key).keys()
    record_look(settings, replace(look, parameters={**look.parameters, "build_id": build_id}))
    connection = connect_memory(writing=False)
    try:
        attach_encrypted(connection, path, keys, "authorised", read_only=True)
        connection.execute("set search_path = 'authorised.main,authorised.marts'")
    except BaseException:
        connection.close()
        raise
    return connection
