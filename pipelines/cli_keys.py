"""The command `cunshe keys`: what keys there are, replacing one, dropping former ones."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.settings import Settings

app = typer.Typer(help="Keys: list their ids, replace one by a new one.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="vault, authorised, audit or delivery")]
By = Annotated[str, typer.Option(help="Who does it")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit log")]


@app.command("list")
def show() -> None:
    """List the keys by use: the current one's id, and former ones that are still kept."""
    from pipelines.identity.rotation import USES
    from pipelines.keys.ring import KeyRing, key_id

    settings = Settings()
    for name, use in USES.items():
        ring = KeyRing(use.path(settings))
        try:
            ids = list(map(key_id, ring.keys())) if ring.files() else []
        except CunsheError as problem:  # a folder of another account
            typer.echo(f"{name:<12}{problem.message}")
            continue
        former = f"  former: {' '.join(ids[1:])}" if ids[1:] else ""
        typer.echo(f"{name:<12}{ids[0]}  {ring.path}{former}" if ids else f"{name:<12}none in {ring.path.parent}")


@app.command()
def rotate(name: Name, by: By, reason: Why) -> None:
    """Replace a key by a new one and encrypt anew what lies under it; run again, it goes on where a killed one stopped."""
    from pipelines.identity.rotation import USES, rotate

    settings = Settings()
    with sole_run(settings.lock_file):
        done = rotate(settings, name, by, reason)
    begun = "is the new key of" if done.is_new else "was the new key already; brought to its end:"
    typer.echo(f"{done.current_id} {begun} {name}; {done.files} file(s) encrypted anew.")
    if done.former_ids:
        why = USES[name].former_serve or "other homes with these keys: run this there, too"
        typer.echo(f"Kept for {why}: {' '.join(done.former_ids)}. See: cunshe keys drop {name}")
    if name == "vault":
        typer.echo("Shares of the former key are of no use any more: cunshe vault split …")


@app.command()
def drop(name: Name, by: By, reason: Why) -> None:
    """Remove the former keys of a use; what was still made with them counts no more."""
    from pipelines.identity.rotation import drop_former

    settings = Settings()
    with sole_run(settings.lock_file):
        gone = drop_former(settings, name, by, reason)
    typer.echo(f"Dropped: {' '.join(gone)}" if gone else "There was none to drop.")
