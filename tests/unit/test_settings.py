"""The home's own file of settings: with secrets in it, it is its owner's only."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import CunsheError
from pipelines.settings import Settings

SECRETS = ("CUNSHE_SECRETS__TOKEN=x", "export CUNSHE_SMTP_PASSWORD=x", 'cunshe_addresses={"county": "a@example.org"}')


@pytest.mark.parametrize("line", SECRETS)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_secrets_that_others_may_read_are_refused_with_the_command_that_mends_it(tmp_path: Path, line: str, mode: int) -> None:
    file = tmp_path / "settings.env"
    file.write_text(f"CUNSHE_SMALL_CELL=5\n{line}\n")
    file.chmod(mode)
    with pytest.raises(CunsheError, match="holds secrets") as refused:
        Settings(home=tmp_path)
    assert refused.value.hint == f"Run: chmod 600 {file}"
    file.chmod(0o600)
    assert Settings(home=tmp_path).small_cell == 5


def test_settings_without_secrets_may_lie_open(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("CUNSHE_SMALL_CELL=5\n")
    (tmp_path / "settings.env").chmod(0o644)
    assert Settings(home=tmp_path).small_cell == 5
