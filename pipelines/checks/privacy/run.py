"""The whole check of a finished home, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

from pipelines.checks.privacy.account import check_account
from pipelines.checks.privacy.cells import check_cells
from pipelines.checks.privacy.editions import check_colours, check_persons
from pipelines.checks.privacy.findings import PartResult
from pipelines.checks.privacy.identities import check_identities, known_people
from pipelines.checks.privacy.reports import check_reports, report_folders
from pipelines.errors import CunsheError
from pipelines.identity.audit_log import run_look
from pipelines.identity.vault import Vault
from pipelines.progress import progress
from pipelines.publishing import pointer
from pipelines.publishing.reader import open_edition
from pipelines.publishing.rules import ANALYST, AUTHORISED
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog

_WHY = "check privacy"
_PLACES = """
select village_name from marts.village_file union select township_name from marts.village_file
union select managing_unit_name from marts.village_file union select department_name from marts.village_file
union select area_name from marts.village_file union select recipient_name from marts.responsibility
"""


def check_privacy(settings: Settings) -> list[PartResult]:
    """Check a home that has published at least one build; one result per part. Looks into vault and editions are logged."""
    builds = _whole_builds(settings)
    if not builds:
        raise CunsheError(f"{settings.root} has no published build to check.", "Run a week first.")
    parts = [
        check_account(settings),
        _together("colours", _of_analysts(settings, builds, check_colours)),
        _together("persons", _of_analysts(settings, builds, partial(check_persons, k=settings.person_k))),
        _together("cells", _cells(settings, builds)),
        _together("reports", _reports(settings, builds)),
    ]
    progress("check privacy", 0, 0, "identities")
    with Vault.open(settings, run_look("check_privacy", _WHY), read_only=True) as vault:
        people = known_people(settings, vault, load_catalog())
    parts.append(check_identities(settings, people, _known_words(settings, builds)))
    return parts


def _whole_builds(settings: Settings) -> list[str]:
    now = pointer.current(settings)
    return [build_id for build_id in (now.published if now else ()) if pointer.is_whole(settings, build_id)]


def _of_analysts(
    settings: Settings, builds: Iterable[str], check: Callable[[Any, str], PartResult]
) -> Iterator[PartResult]:
    for build_id in builds:
        progress("check privacy", 0, 0, f"analyst edition of {build_id}")
        with closing(open_edition(settings, ANALYST, build_id)) as connection:
            yield check(connection, build_id)


def _cells(settings: Settings, builds: Iterable[str]) -> Iterator[PartResult]:
    for build_id in builds:
        progress("check privacy", 0, 0, f"cells of {build_id}")
        with closing(_whole_edition(settings, build_id)) as connection:
            yield check_cells(connection, settings.published / build_id / f"{ANALYST}.duckdb", build_id, settings.small_cell)


def _whole_edition(settings: Settings, build_id: str) -> Any:
    """The authorised edition, opened as a look that is logged."""
    return open_edition(settings, AUTHORISED, build_id, look=run_look("check_privacy", _WHY))


def _reports(settings: Settings, builds: list[str]) -> Iterator[PartResult]:
    for folder in report_folders(settings.reports):
        if folder.name in builds:
            progress("check privacy", 0, 0, f"reports of {folder.name}")
            with closing(_whole_edition(settings, folder.name)) as connection:
                messages = settings.outbox / folder.parent.name / folder.name
                yield check_reports(folder, messages, connection, settings.small_cell)


def _known_words(settings: Settings, builds: list[str]) -> frozenset[str]:
    """Names of places and offices in the newest build."""
    with closing(open_edition(settings, ANALYST, builds[-1])) as connection:
        return frozenset(word for (word,) in connection.execute(_PLACES).fetchall() if word)


def _together(part: str, results: Iterable[PartResult]) -> PartResult:
    """The results of several builds as one."""
    listed = list(results)
    unit = listed[0].unit if listed else ""
    return PartResult(
        part, sum(result.looked_at for result in listed), unit, tuple(finding for result in listed for finding in result.findings)
    )
