"""The command `cunshe vault`: back the vault up, and try whether the copy can be opened.

Belongs here: arguments, printing, exit codes. Does not belong here: copying (`identity.backup`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.settings import Settings

app = typer.Typer(help="The vault: back it up, try the copy.", no_args_is_help=True)

Target = Annotated[Path, typer.Argument(help="Folder of the copy of vault and audit log")]
Keys = Annotated[Path, typer.Option(help="Folder of the copy of the keys, on another medium")]


@app.command()
def backup(target: Target, keys: Keys) -> None:
    """Copy vault and audit log to one folder and the keys to another, and try the copy."""
    from pipelines.identity.backup import back_up

    settings = Settings()
    with sole_run(settings.lock_file):
        back_up(settings, target, keys)
    check(target, keys)


@app.command()
def check(target: Target, keys: Keys) -> None:
    """Open a copy with the copied key and check its audit log; exit code 1 if it would be of no use."""
    from pipelines.identity.backup import try_backup

    found = try_backup(target, keys)
    if found.log.problem:
        raise CunsheError(f"The copy's audit log is not as it was written. {found.log.problem}", "Make another copy.")
    typer.echo(
        f"The copy can be opened: {found.persons} persons, {found.records} records, "
        f"audit log whole with {found.log.entries} entries."
    )
