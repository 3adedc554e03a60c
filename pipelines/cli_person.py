"""The command `cunshe person`: what is held on one person, and corrections that a person asks for.

Belongs here: arguments and printing. Does not belong here: collecting (`reports.person_file`), corrections
(`identity.corrections`). An ID number is never an argument, which a shell would keep: it is read from standard input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.settings import Settings
from pipelines.weeks import today

app = typer.Typer(help="One person: show all that is held, open and close corrections.", no_args_is_help=True)

PersonId = Annotated[str, typer.Argument(help="person_id, as in the person table")]
MaybePersonId = Annotated[str | None, typer.Argument(help="person_id, as in the person table")]
By = Annotated[str, typer.Option(help="Who looks or decides; it is written into the audit log")]
Why = Annotated[str, typer.Option(help="Why; without names and ID numbers")]
FromStdin = Annotated[bool, typer.Option("--id-number-stdin", help="Read the person's ID number from standard input instead")]
Unmask = Annotated[bool, typer.Option("--unmask", help="Show the whole ID number; the log says so")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a page")]
Item = Annotated[str, typer.Option(help="Which value, as `person show` names it in brackets, such as post/P1")]
Outcome = Annotated[bool, typer.Option("--upheld/--rejected", help="What the department found")]


@app.command()
def show(
    by: By, reason: Why, person_id: MaybePersonId = None, id_number_stdin: FromStdin = False, unmask: Unmask = False,
    as_json: AsJson = False,
) -> None:
    """Print all that is held on one person, from which department and since when (查阅)."""
    from pipelines.identity.access import person_id_of_number
    from pipelines.reports.person_file import as_text, person_file

    if (person_id is None) != id_number_stdin:
        raise CunsheError("Whom?", "Give either a PERSON_ID or --id-number-stdin with the number on standard input.")
    settings = Settings()
    if person_id is None:
        person_id = person_id_of_number(settings, sys.stdin.readline(), by=by, reason=reason)
    found = person_file(settings, person_id, by=by, reason=reason, unmask=unmask)
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1) if as_json else as_text(found))


@app.command()
def correct(person_id: PersonId, item: Item, by: By, reason: Why) -> None:
    """Open a correction with the department that sent a value; the value shows as disputed (有异议) from the next run on."""
    from pipelines.identity.corrections import open_correction, slip_path
    from pipelines.reports.person_file import person_file, value_of

    settings = Settings()
    with sole_run(settings.lock_file):
        found = person_file(settings, person_id, by=by, reason=reason, what="person_correct")
        opened = open_correction(settings, value_of(found, item), by=by, reason=reason, today=today())
    typer.echo(f"更正{opened.correction_no}已登记，请{opened.department}于{opened.due_on}前答复。")
    typer.echo(f"核实单：{slip_path(settings, opened)}")


@app.command()
def bridge(
    from_round: Annotated[str, typer.Option("--from", help="Round of the older analyst editions, such as 2020")],
    to_round: Annotated[str, typer.Option("--to", help="Round of the newer ones")],
    by: By, reason: Why,
    out: Annotated[Path, typer.Option(help="The new file, which its owner only can read")],
) -> None:
    """Write which pseudonym of one round's analyst editions is which of another's; who may is said in docs/privacy.md."""
    from pipelines.publishing.bridge import write_bridge

    settings = Settings()
    with sole_run(settings.lock_file):
        count = write_bridge(settings, from_round, to_round, out, by=by, reason=reason)
    typer.echo(f"{count} persons: {out}")


@app.command("close")
def close(
    correction_no: Annotated[str, typer.Argument(help="Number of the correction")], upheld: Outcome, by: By, reason: Why
) -> None:
    """Close a correction as the department has answered; the value is no longer shown as disputed."""
    from pipelines.identity.corrections import close_correction

    settings = Settings()
    with sole_run(settings.lock_file):
        closed = close_correction(settings, correction_no, upheld=upheld, by=by, reason=reason, today=today())
    typer.echo(f"更正{closed.correction_no}已办结：{'情况属实' if upheld else '核实无误'}。")
