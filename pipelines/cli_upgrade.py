"""The command `cunshe upgrade`: bringing the home of an earlier version up to date.

Belongs here: arguments and printing. Does not belong here: any work (`upgrade`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.permissions import opening_line
from pipelines.progress import shown_on_terminal
from pipelines.settings import Settings


def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Say what would change, and change nothing")] = False,
) -> None:
    """Bring the home up to date: close what is open, encrypt what lies open. Can be killed and repeated."""
    from pipelines.upgrade import home

    settings = Settings()
    if check:
        found = home.pending(settings)
        typer.echo("\n".join(["This would change:", *(f"  {one}" for one in found)]) if found else "Nothing would change.")
        return
    with shown_on_terminal():
        found = home.upgrade(settings)
    typer.echo("\n".join(["Done:", *(f"  {one}" for one in found)]) if found else "Nothing to change.")
    typer.echo(opening_line(settings))
