"""The command `cunshe agreement`: what suppliers have agreed to, and suspending it.

Belongs here: arguments and printing. Does not belong here: judging and suspending (`access.agreements`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.files import sole_run
from pipelines.settings import Settings
from pipelines.weeks import today

app = typer.Typer(help="Agreements with suppliers: list them, suspend one, resume it.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Number of the agreement, as contracts and register have it")]
By = Annotated[str, typer.Option(help="Who decides")]
Why = Annotated[str, typer.Option("--reason", help="Why, without names and numbers of people")]


@app.command("list")
def show() -> None:
    """List the agreements: supplier, purpose, until when, whether suspended, and what must be seen to."""
    from pipelines.access.agreements import is_suspended, load_register, notes
    from pipelines.sources.contract import load_catalog

    settings = Settings()
    register = load_register(settings)
    for one in register.agreements if register else ():
        state = "suspended" if is_suspended(settings, one.number) else f"until {one.expires_on}"
        typer.echo(f"{one.number}  {one.supplier}  {one.purpose}  {one.grade}  {state}  {one.document_no}")
    for line in notes(settings, load_catalog(), today()):
        typer.echo(f"! {line}")


@app.command()
def suspend(number: Number, by: By, reason: Why) -> None:
    """Take in nothing more under an agreement; what has landed stays in use, and nothing else stops."""
    from pipelines.access.agreements import suspend as suspend_now

    settings = Settings()
    with sole_run(settings.lock_file):
        suspend_now(settings, number, by=by, reason=reason)
    typer.echo(f"Agreement {number} is suspended; nothing is taken in under it until: cunshe agreement resume {number}")


@app.command()
def resume(number: Number, by: By, reason: Why) -> None:
    """Take in under an agreement again; what waits at the source lands with the next run."""
    from pipelines.access.agreements import resume as resume_now

    settings = Settings()
    with sole_run(settings.lock_file):
        resume_now(settings, number, by=by, reason=reason)
    typer.echo(f"Agreement {number} is in force again; run the week to take in what waits.")
