"""The command `cunshe audit`: whether the log of looks is whole, and what stands in it.

Belongs here: arguments, printing, exit codes. Does not belong here: checking and reading (`identity.audit_check`).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.identity.audit_log import Entry

app = typer.Typer(help="The log of looks into the vault and authorised editions: verify it, list it.", no_args_is_help=True)

Person = Annotated[str | None, typer.Option(help="Entries about this person_id only")]
Heads = Annotated[Path | None, typer.Option(help="Compare with the heads in this file, too, such as of a syslog")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Entries from this day (UTC) on")]


@app.command()
def verify(heads: Heads = None) -> None:
    """Check every byte of the log against its key and the heads kept elsewhere; exit code 1 if anything is wrong."""
    from pipelines.identity.audit_check import check_log

    found = check_log(Settings(), heads)
    if found.problem:
        typer.echo(f"The audit log is not as it was written. {found.problem}", err=True)
        raise typer.Exit(1)
    typer.echo(f"The audit log is whole: {found.entries} entries, head {found.head.no} {found.head.hash}")
    if found.is_torn:
        typer.echo("The last line was not written to its end (a process was killed); the next entry will say so.")


@app.command("list")
def show(person: Person = None, since: Since = None) -> None:
    """List who looked into the vault or an authorised edition, when and why."""
    from pipelines.identity.audit_check import read_log

    day: date | None = since.date() if since else None
    found = read_log(Settings(), person, day)
    for entry in found.entries:
        typer.echo(_line(entry))
    if person is not None:
        typer.echo(f"{len(found.entries)} about {person}; {found.of_all} more about everybody at once (runs).")


def _line(entry: Entry) -> str:
    parameters = " ".join(f"{name}={value}" for name, value in entry.parameters.items())
    rows = "" if entry.rows is None else f"{entry.rows} rows"
    parts = [str(entry.no), entry.at, entry.by, entry.what, entry.subject or "", parameters, rows, entry.why]
    return "  ".join(part for part in parts if part)
