"""The command `cunshe retention`: identities whose time is over leave the vault.

Belongs here: arguments and printing. Does not belong here: who is due and what is removed (`identity.retention`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.files import sole_run
from pipelines.settings import Settings
from pipelines.weeks import today

app = typer.Typer(help="Retention: remove what may be kept no longer.", no_args_is_help=True)

By = Annotated[str | None, typer.Option(help="Who runs it; default: the user of the system")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed")]


@app.callback()
def group() -> None:
    """Keep `run` a command of its own, whatever else there is."""


@app.command()
def run(by: By = None, dry_run: DryRun = False) -> None:
    """Remove identities of unsuccessful candidates and old contacts, and leave a certificate. Can be repeated."""
    from pipelines.identity.audit_log import Look, run_look
    from pipelines.identity.retention import run_retention

    settings, why = Settings(), "retention, dry run" if dry_run else "retention"
    look = run_look("retention", why) if by is None else Look(by, "retention", why)
    with sole_run(settings.lock_file):
        done = run_retention(settings, look=look, today=today(), dry_run=dry_run)
    removed = ", ".join(f"{count} {kind}" for kind, count in done.removed.counts.items())
    typer.echo(f"{'Would remove' if dry_run else 'Removed'}: {removed}. Candidates are due from {done.due_on}.")
    for why_kept, count in done.due.kept.items():
        if count:
            typer.echo(f"Kept ({why_kept}): {count} persons")
    if done.certificate_no:
        typer.echo(f"Certificate: {settings.certificates / done.certificate_no}.json")
