"""A village's or a person's file when somebody asks for it, as a page and as a Word document.

Belongs here: from the newest build to two files in a folder. Does not belong here: what the files say (`village_file`,
`person_file`), the command line (`cli_report`).

The files are there whole or not at all. A person's can be read by their owner only, and bear the person_id in their names.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from pipelines.files import write_whole
from pipelines.identity.audit_log import Look
from pipelines.identity.looks import record_exports
from pipelines.publishing.reader import open_edition
from pipelines.reports.person_file import PersonFile, person_file, person_words
from pipelines.reports.selection import file_stem
from pipelines.reports.templating import base_environment, environment
from pipelines.reports.village_file import village_file
from pipelines.reports.week_data import read_week
from pipelines.reports.week_rows import Build
from pipelines.reports.word import word_document
from pipelines.reports.wording import Wording
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.weeks import Week


def write_village(settings: Settings, asked: str, out: Path, look: Look) -> list[Path]:
    """Write the file of a village of the newest build into `out`; `asked` is its 12-digit code or its village_id."""
    with closing(open_edition(settings, "authorised", None, look)) as edition:
        code, html = village_page(edition, settings, asked)
    files = _files(out / file_stem(f"village-{code}"), html)
    record_exports(settings, look, files)
    return _write(files)


def village_page(edition: duckdb.DuckDBPyConnection, settings: Settings, asked: str) -> tuple[str, str]:
    """A village's code, and its file as a page."""
    data = read_week(edition)
    found = village_file(edition, data, asked)
    template = environment(Wording(data, settings), {}).get_template("village_file.html.j2")
    titles = {(one.department, one.dataset): one.title.zh for one in load_catalog().values()}
    return found.facts.village_code, template.render(file=found, titles=titles)


def write_person(settings: Settings, person_id: str, out: Path, *, by: str, reason: str) -> list[Path]:
    """Write all that is held on a person into `out`; the look is logged, and the number is masked."""
    found = person_file(settings, person_id, by=by, reason=reason)
    files = _files(out / file_stem(f"person-{found.identity.person_id}"), person_page(found))
    record_exports(settings, Look(by, "export", reason, person_id, rows=len(found.items)), files)
    return _write(files)


def person_page(found: PersonFile) -> str:
    """A person's file as a page."""
    env = base_environment()
    words, filters = person_words(found)
    env.filters.update(filters)
    build = Build(found.build_id, Week.of(found.as_of), found.as_of)
    return env.get_template("person_file.html.j2").render(**words, build=build)


def _files(stem: Path, html: str) -> dict[Path, bytes]:
    contents = {".html": html.encode(), ".docx": word_document(html)}
    return {stem.with_name(stem.name + ending): content for ending, content in contents.items()}


def _write(files: dict[Path, bytes]) -> list[Path]:
    for path, content in files.items():
        write_whole(path, content)
    return list(files)
