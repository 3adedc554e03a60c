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
Person = Annotated[str, typer.Argument(help="person_id, such as P0123456789abcdef")]
Decider = Annotated[str, typer.Option("--by", help="Who decides")]
Why = Annotated[str, typer.Option("--reason", help="Why, without names and numbers of people")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed")]


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


@app.command()
def hold(person_id: Person, by: Decider, reason: Why) -> None:
    """Keep a person's identity from being removed while an appeal or a case is open."""
    from pipelines.access.legal_holds import place_hold

    settings = Settings()
    with sole_run(settings.lock_file):
        place_hold(settings, person_id, by=by, reason=reason)
    typer.echo(f"A hold stands on {person_id}; to lift it: cunshe retention unhold {person_id}")


@app.command()
def unhold(person_id: Person, by: Decider, reason: Why) -> None:
    """Lift a hold; the next retention run removes the person where their time is over."""
    from pipelines.access.legal_holds import lift_hold

    settings = Settings()
    with sole_run(settings.lock_file):
        lift_hold(settings, person_id, by=by, reason=reason)
    typer.echo(f"No hold stands on {person_id} any more.")
