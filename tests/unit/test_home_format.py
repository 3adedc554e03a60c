"""A home says which formats it is in; one of another version is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.home_format import FILE, FORMAT, home_format, mark, require_current
from pipelines.settings import Settings


def test_a_home_that_holds_nothing_is_new_and_becomes_this_version(tmp_path: Path) -> None:
    home = Settings(home=tmp_path)
    assert home_format(home) is None
    require_current(home)
    mark(home)
    assert home_format(home) == FORMAT
    require_current(home)


def test_a_home_of_before_is_told_to_upgrade(tmp_path: Path) -> None:
    home = Settings(home=tmp_path)
    write_whole(home.vault_db, b"")
    with pytest.raises(CunsheError, match="Run: cunshe upgrade"):
        require_current(home)


NOT_OURS = [('{"format": 99}', "newer version"), ("{}", "cannot be read"), ("", "cannot be read")]


@pytest.mark.parametrize(("content", "words"), NOT_OURS)
def test_a_home_of_a_newer_version_or_of_none_is_refused(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(CunsheError, match=words):
        require_current(Settings(home=tmp_path))
