"""Every file of ours: length, docstring, environment, people, paths. The second half shows that each check can fail."""

from __future__ import annotations

import pytest

from tests.conventions import checks_text as checks
from tests.conventions.tree import ROOT, files_of_ours, python_files, read_text

CODE = frozenset({".py", ".sql", ".yml", ".yaml", ".html", ".css", ".js", ".toml", ".sh", ".j2"})
BINARY = frozenset({".xz", ".png", ".jpg", ".ico", ".woff2", ".parquet", ".xls", ".gz", ".zip"})
# This file carries the bad samples, in pieces; the module beside it carries the patterns.
PATTERNS_LIVE_HERE = frozenset({"tests/conventions/test_text.py", "tests/conventions/checks_text.py"})


def texts() -> list[tuple[str, str]]:
    return [
        (path.as_posix(), read_text(ROOT / path))
        for path in files_of_ours()
        if path.suffix.lower() not in BINARY and path.as_posix() not in PATTERNS_LIVE_HERE
    ]


def test_no_code_file_passes_400_lines() -> None:
    long = {
        path.as_posix(): lines
        for path in files_of_ours()
        if path.suffix in CODE and (lines := checks.too_long(read_text(ROOT / path)))
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.as_posix()
        for path in python_files("pipelines", "expectations", "tests", "benchmarks")
        if checks.lacks_docstring(read_text(ROOT / path))
    ]
    assert not silent


def test_only_settings_reads_the_environment() -> None:
    readers = {
        path.as_posix(): places
        for path in python_files("pipelines", "expectations", "benchmarks")
        if path.as_posix() != "pipelines/settings.py" and (places := checks.reads_environment(read_text(ROOT / path)))
    }
    assert not readers


def test_people_are_invented() -> None:
    # The lock's hashes are hexadecimal and may look like anything.
    real = {
        name: found for name, text in texts() if name != "requirements.lock" and (found := checks.foreign_people(text))
    }
    assert not real, "ID numbers must be of area 9999xx, mobile numbers start with 1600000"


def test_no_machine_is_named() -> None:
    named = {name: found for name, text in texts() if (found := checks.machine_traces(text))}
    assert not named


def test_the_lock_holds_versions_and_hashes_only() -> None:
    assert not checks.stray_lock_lines(read_text(ROOT / "requirements.lock"))


# --- each check on a bad sample -------------------------------------------------------------------------------------

BAD_ID = "330304" + "19900307" + "001X"
BAD_OLD_ID = "330304" + "900307" + "001"
BAD_MOBILE = "138" + "00138000"


@pytest.mark.parametrize("number", [BAD_ID, BAD_ID.lower(), BAD_OLD_ID, BAD_MOBILE])
@pytest.mark.parametrize("around", ["{}", "身份证号{}，", '"{}",', "<t>{}</t>"])
def test_a_number_that_could_be_somebodys_is_found(number: str, around: str) -> None:
    assert checks.foreign_people(around.format(number)) == [number]


@pytest.mark.parametrize(
    "text", ["999901" + "19900307" + "001X", "160000" + "01234", "330304001201", "0.130" + "12345678"]
)
def test_an_invented_number_and_a_village_code_pass(text: str) -> None:
    assert checks.foreign_people(text) == []


@pytest.mark.parametrize(
    "text", ["see /" + "home/ann/x", 'open("/' + "work/main" + '")', "--index" + "-url x", "file:" + "///x"]
)
def test_a_machine_path_or_an_index_is_found(text: str) -> None:
    assert checks.machine_traces(text)


@pytest.mark.parametrize("text", ["docs/home/page", "--no-emit-index-url", "<home>/inbox", "tests/work/x"])
def test_what_is_no_machine_path_passes(text: str) -> None:
    assert checks.machine_traces(text) == []


@pytest.mark.parametrize(
    "line", ["-i https://host/simple", "# via dagster", "dagster>=1", "dagster==1", "./wheels/x.whl \\"]
)
def test_a_stray_line_in_the_lock_is_found(line: str) -> None:
    good = "dagster==1.13.27 ; python_full_version < '3.12' \\\n    --hash=sha256:" + "0a" * 32
    assert checks.stray_lock_lines(good) == []
    assert checks.stray_lock_lines(f"{good}\n{line}") == [line]


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "import os\nos.getenv('A')", "from os import environ"]
)
def test_reading_the_environment_is_found(source: str) -> None:
    assert checks.reads_environment(source)
    assert not checks.reads_environment("environment = {'environ': 1}")


def test_a_silent_module_and_a_long_file_are_found() -> None:
    assert checks.lacks_docstring("x = 1\n")
    assert not checks.lacks_docstring('"""Says it."""\n')
    assert checks.too_long("\n" * 401) == 401
    assert checks.too_long("\n" * 400) is None
