"""The command `cunshe status` names what lies in the inbox and is never read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import status
from pipelines.cli import app
from pipelines.settings import Settings
from pipelines.sources.contract import load_catalog
from pipelines.sources.drop_folders import unknown_drops


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose build is one of no datasets, and an inbox with two folders that are no dataset's."""
    for name in ("organisation/postz", "信访[b]"):
        (tmp_path / "inbox" / name).mkdir(parents=True)

    def collect(settings: Settings) -> status.Status:
        drops = [f"{why.zh}。{why.fix_zh}。" for why in unknown_drops(settings.inbox, load_catalog().values())]
        return status.Status(
            "2020-W48.001", "2020-W48", date(2020, 11, 29), "", {}, {}, {}, {}, tmp_path, tmp_path, [], unknown_drops=drops
        )

    monkeypatch.setenv("CUNSHE_HOME", str(tmp_path))
    monkeypatch.setattr(status, "collect", collect)
    return tmp_path


def test_unknown_drop_folders_are_printed_with_the_likely_one(published: Path) -> None:
    printed = CliRunner().invoke(app, ["status"]).stdout.replace("\n", "")
    assert "organisation/postz" in printed and "organisation/posts" in printed
    assert "信访[b]" in printed and "petition" in printed


def test_unknown_drop_folders_stand_in_the_json(published: Path) -> None:
    said = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert len(said["unknown_drops"]) == 2
