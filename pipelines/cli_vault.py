"""The command `cunshe vault`: back the vault up, try whether the copy can be opened, split its key and join it.

Belongs here: arguments, printing, exit codes. Does not belong here: copying (`identity.backup`), shares (`identity.shares`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run, write_whole
from pipelines.settings import Settings

app = typer.Typer(help="The vault: back it up, try the copy, split and join its key.", no_args_is_help=True)

Target = Annotated[Path, typer.Argument(help="Folder of the copy of vault and audit log")]
Keys = Annotated[Path, typer.Option(help="Folder of the copy of the keys, on another medium")]


@app.command()
def backup(target: Target, keys: Keys) -> None:
    """Copy vault and audit log to one folder and the keys to another, and try the copy."""
    from pipelines.identity.backup import back_up, kept_elsewhere

    settings = Settings()
    with sole_run(settings.lock_file):
        back_up(settings, target, keys)
    if elsewhere := kept_elsewhere(settings):
        typer.echo(f"Not copied, since a setting keeps them elsewhere: {', '.join(elsewhere)}.")
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


@app.command()
def split(
    out_dir: Annotated[list[Path], typer.Option(help="Where the shares go: one folder for each, or one for all")],
    by: Annotated[str, typer.Option(help="Who splits it")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the audit log")],
    shares: Annotated[int, typer.Option(help="How many shares")] = 3,
    threshold: Annotated[int, typer.Option(help="How many of them give the key")] = 2,
) -> None:
    """Write the vault's key as shares for several persons, none of whom can open the vault alone."""
    from pipelines.identity.audit_log import Look
    from pipelines.identity.looks import record_look
    from pipelines.identity.shares import split_key
    from pipelines.keys.ring import KeyRing, key_id

    if len(out_dir) not in (1, shares):
        raise CunsheError(f"{len(out_dir)} folders for {shares} shares.", "Name --out-dir once, or once for each share.")
    folders = out_dir * shares if len(out_dir) == 1 else out_dir
    paths = [folder / f"vault-share-{number}.txt" for number, folder in enumerate(folders, 1)]
    if there := [str(path) for path in paths if path.exists()]:
        raise CunsheError(f"There is a share already: {', '.join(there)}.", "Move it away first.")
    settings = Settings()
    key = KeyRing(settings.vault_key).current()
    parts = split_key(key, shares, threshold)
    record_look(settings, Look(by, "split key", reason, parameters={"key": "vault", "shares": shares, "threshold": threshold}))
    for path, share in zip(paths, parts, strict=True):
        write_whole(path, share.text().encode())
        typer.echo(f"Share {share.number}: {path}")
    typer.echo(f"Any {threshold} give the key {key_id(key)}. Hand each to its keeper, delete it here, and try: cunshe vault join")


@app.command()
def join(
    share: Annotated[list[Path] | None, typer.Argument(help="Files of shares; without any they are read from standard input")]
    = None,
    to: Annotated[Path | None, typer.Option(help="The key file to write; default: where the home expects it")] = None,
) -> None:
    """Restore the vault's key from its shares; nothing is written unless they give the very key, and no other key is replaced."""
    from pipelines.identity.shares import join_key, read_shares
    from pipelines.keys.ring import key_id, write_key

    texts = {str(path): _text(path) for path in share} if share else {"standard input": sys.stdin.read()}
    given = {
        name if len(found) == 1 else f"{name}, share {place}": part
        for name, found in ((name, read_shares(text, name)) for name, text in texts.items())
        for place, part in enumerate(found, 1)
    }
    path = (to or Settings().vault_key).absolute()
    key = join_key(given)
    was_there = path.exists()
    write_key(path, key)
    typer.echo(f"{path} {'was there and is' if was_there else 'is'} the key {key_id(key)}.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CunsheError(f"The share {path} cannot be read.", "Check its name and owner.") from None
