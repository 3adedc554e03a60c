"""The command `cunshe round`: close an election round, open it again, and say how it stands.

Belongs here: arguments and printing. Does not belong here: deciding (`access.round`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.files import sole_run
from pipelines.settings import Settings

app = typer.Typer(help="The election round: its end closes the joint review and starts the clocks of retention.")

By = Annotated[str, typer.Option(help="Who decides")]
Why = Annotated[str, typer.Option("--reason", help="Why, without names and numbers of people")]


@app.command()
def status() -> None:
    """Say whether the round is open, and who closed or opened it when."""
    from pipelines.access.events import read
    from pipelines.access.round import round_ended_on

    settings = Settings()
    ended = round_ended_on(settings)
    typer.echo("The round is open." if ended is None else f"The round ended on {ended}.")
    for event in read(settings.round_events):
        details = " ".join(f"{name}={value}" for name, value in event.details.items())
        typer.echo(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.kind}  {event.by}  {details}  {event.reason}")


@app.command()
def close(
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day it ended, its complaint window included")],
    by: By,
    reason: Why,
) -> None:
    """Close the round: new reports leave the joint review out, and retention counts from that day."""
    from pipelines.access.round import close_round

    settings = Settings()
    with sole_run(settings.lock_file):
        close_round(settings, on.date(), by=by, reason=reason)
    typer.echo(f"The round is closed as of {on.date()}. What is to be removed when: cunshe retention run --dry-run")


@app.command("open")
def open_again(by: By, second: Annotated[str, typer.Option(help="The second person who decides")], reason: Why) -> None:
    """Open the round again, or the next one; it takes two people."""
    from pipelines.access.round import open_round

    settings = Settings()
    with sole_run(settings.lock_file):
        open_round(settings, by=by, second=second, reason=reason)
    typer.echo("The round is open; no retention clock runs.")
