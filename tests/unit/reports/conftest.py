"""What the tests of the report share: rendering an edition and reading its pages back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.reports import render_week
from pipelines.settings import Settings
from tests.unit.reports.edition import Edition
from tests.unit.reports.page_reader import Element, read_page

Render = Callable[..., dict[str, Element]]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Render an edition; give its pages by file name, or with `reminders` those of what falls due."""

    def rendered(edition: Edition, *, reminders: bool = False, **more: object) -> dict[str, Element]:
        out = tmp_path / "reports" / "2020-W49" / "2020-W49.001"
        edition.decide()
        render_week(edition.con, out, settings=Settings(small_cell=3), **more)
        pages = (path for path in out.glob("*.html") if path.stem.endswith(".reminder") == reminders)
        return {path.name: read_page(path.read_text(encoding="utf-8")) for path in pages}

    return rendered
