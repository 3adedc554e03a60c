"""One place makes every folder and file of a home (`pipelines.files`): closed, and whole; the second half breaks it."""

from __future__ import annotations

import pytest

from tests.conventions.checks_files import past_the_one_place
from tests.conventions.tree import ROOT, python_files, read_text

ELSEWHERE = {
    "pipelines/files.py": "the one place",
    "pipelines/permissions.py": "what a setting opens to a group",
    "pipelines/keys/ring.py": "key files, which may belong to another account than the home",
    "pipelines/identity/encrypted.py": "a file that takes the place of another keeps its owner and mode",
    "pipelines/identity/backup.py": "copies on other media",
    "pipelines/identity/audit_log.py": "a file that is only ever appended to",
    "pipelines/docs_pages.py": "pages of the project, not of a home",
    "pipelines/sources/dbt_models.py": "files of the project, not of a home",
    "pipelines/sources/dbt_sources.py": "files of the project, not of a home",
}


def test_nothing_makes_folders_or_files_past_the_one_place() -> None:
    found = {
        path.as_posix(): lines
        for path in python_files("pipelines", "expectations")
        if path.as_posix() not in ELSEWHERE and (lines := past_the_one_place(read_text(ROOT / path)))
    }
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "path.mkdir()", "os.makedirs(path)", "path.write_text('x')", "path.write_bytes(b'')", "path.open('w')",
        "open(path, 'ab')", "path.open(mode='x')",
        "os.open(path, os.O_WRONLY | os.O_CREAT)", "path.chmod(0o644)", "shutil.copyfile(one, other)",
    ],
)  # fmt: skip
def test_each_way_past_it_is_seen(line: str) -> None:
    assert past_the_one_place(f"x = 1\n{line}\n") == [2]


@pytest.mark.parametrize("line", ["path.open('rb')", "open(path)", "os.open(path, os.O_RDONLY)", "Vault.open(settings, look)"])
def test_reading_is_free(line: str) -> None:
    assert past_the_one_place(line) == []
