"""The command `cunshe`: thin, calls the rooms below and prints for people.

Belongs here: arguments, printing, exit codes. Does not belong here: any work.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from pipelines.cli_access import app as access_app
from pipelines.cli_agreement import app as agreement_app
from pipelines.cli_audit import app as audit_app
from pipelines.cli_check import app as check_app
from pipelines.cli_delivery import app as delivery_app
from pipelines.cli_keys import app as keys_app
from pipelines.cli_person import app as person_app
from pipelines.cli_report import app as report_app
from pipelines.cli_retention import app as retention_app
from pipelines.cli_review import app as review_app
from pipelines.cli_round import app as round_app
from pipelines.cli_rules import app as rules_app
from pipelines.cli_upgrade import upgrade
from pipelines.cli_vault import app as vault_app
from pipelines.errors import CunsheError
from pipelines.files import close_process, write_whole
from pipelines.home_format import require_current
from pipelines.permissions import opening_line
from pipelines.progress import progress, shown_on_terminal
from pipelines.settings import PROJECT_ROOT, SETTINGS_FILE, Settings
from pipelines.weeks import Week

app = typer.Typer(
    help="Cunshe (村社): the weekly run of one county's village and election data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

simulate_app = typer.Typer(invoke_without_command=True)
app.add_typer(simulate_app, name="simulate")
app.add_typer(delivery_app, name="delivery")
app.add_typer(check_app, name="check")
app.add_typer(review_app, name="review")
app.add_typer(rules_app, name="rules")
app.add_typer(access_app, name="access")
app.add_typer(agreement_app, name="agreement")
app.add_typer(round_app, name="round")
app.add_typer(audit_app, name="audit")
app.add_typer(person_app, name="person")
app.add_typer(report_app, name="report")
app.add_typer(retention_app, name="retention")
app.add_typer(vault_app, name="vault")
app.add_typer(keys_app, name="keys")
app.command()(upgrade)

# What works on no home, or on one of any version.
_ANY_HOME = frozenset({"simulate", "check", "upgrade"})

_START = "2020-W48"
Weeks = Annotated[int, typer.Option(min=1, help="How many weekly deliveries")]
Villages = Annotated[int, typer.Option(min=1, help="How many villages and communities")]
Seed = Annotated[int, typer.Option(help="Same seed, same bytes")]
Start = Annotated[str, typer.Option(help="First week, as 2020-W48 or a day of it")]


def main() -> None:
    """Entry point: an error for people ends with its message and exit code 1, never with a traceback."""
    close_process()
    try:
        app()
    except CunsheError as problem:
        print(f"cunshe: {problem}", file=sys.stderr)
        sys.exit(1)
    except ValidationError as problem:
        wrong = ", ".join(f"CUNSHE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in problem.errors() if one["loc"])
        print(f"cunshe: a setting is wrong: {wrong}\n  Mend it in the environment or in settings.env.", file=sys.stderr)
        sys.exit(1)
    except Exception as problem:
        if Settings().debug:
            raise
        place = traceback.extract_tb(problem.__traceback__)[-1]
        print(
            f"cunshe: an error of ours, {type(problem).__name__} at {Path(place.filename).name}:{place.lineno}; "
            "what was published stays as it was.\n  Run again with CUNSHE_DEBUG=true for the whole story.",
            file=sys.stderr,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        print("cunshe: interrupted; what was published stays as it was.", file=sys.stderr)
        sys.exit(130)


@app.callback()
def _before(context: typer.Context) -> None:
    # Typer shows no text of a callback that says nothing: the help of the application stands above.
    if context.invoked_subcommand not in _ANY_HOME and not {"--help"} & set(sys.argv[1:]):
        require_current(Settings())


@simulate_app.callback()
def simulate(
    context: typer.Context,
    weeks: Weeks = 2,
    villages: Villages = 190,
    seed: Seed = 1,
    start: Start = _START,
    out: Annotated[Path | None, typer.Option(help="Where to drop the deliveries; default: the home's inbox")] = None,
    scenario: Annotated[str | None, typer.Option(help="A county as its district published it, such as kaifu; one week")] = None,
) -> None:
    """Have synthetic departments send weekly deliveries with known defects (truth.csv says which row has which)."""
    from pipelines.simulation import simulate as run_simulation
    from pipelines.simulation.agreements import register_text

    if context.invoked_subcommand is not None:
        sources = (context.get_parameter_source(name) for name in context.params)
        if any(source is not None and source.name == "COMMANDLINE" for source in sources):
            raise CunsheError("These options are not for 'serve'.", "Put them behind it: cunshe simulate serve --seed 7")
        return
    settings = Settings()
    target = out or settings.inbox
    if scenario is not None:
        _simulate_scenario(target, scenario, seed)
        return
    with shown_on_terminal():
        summary = run_simulation(
            target, weeks=weeks, villages=villages, seed=seed, start=Week.parse(start).monday,
            progress=lambda done, total: progress("simulate", done, total),
        )
    if out is None and settings.allow_unassigned_area and not settings.agreements.exists():
        write_whole(settings.agreements, register_text().encode())
    typer.echo(f"{summary.records:,} records of {summary.villages:,} villages: {target}")


def _simulate_scenario(target: Path, name: str, seed: int) -> None:
    from pipelines.simulation.scenarios import scenario_of, simulate_scenario

    scenario = scenario_of(name)
    rows = simulate_scenario(target, scenario, seed)
    typer.echo(f"{sum(rows.values()):,} records of {scenario.county_name}, week {scenario.week.iso}: {target}")
    typer.echo("Its home needs these in settings.env:")
    for key, value in scenario.settings().items():
        typer.echo(f"  {key}={value}")


@simulate_app.command()
def serve(weeks: Weeks = 2, villages: Villages = 190, seed: Seed = 1, start: Start = _START) -> None:
    """Run the synthetic departments on 127.0.0.1 until Ctrl-C: a PostgreSQL, a petition service, and drop folders.

    The home's settings.env is made to point at them; `cunshe run` in another terminal then reads from them.
    """
    from pipelines.demo import County, prepared_home, served, simulate_once

    settings = prepared_home(Settings())
    with shown_on_terminal():
        simulate_once(settings.departments, County(villages, seed, weeks, Week.parse(start).monday))
    try:
        with served(settings) as live:
            typer.echo(f"Civil affairs: {live.exchange.url}")
            typer.echo(f"Petitions:     {live.petitions.url}")
            typer.echo(f"Drop folders:  {live.inbox}")
            typer.echo(f"The passwords are in {settings.root / SETTINGS_FILE}. Ctrl-C stops the servers.")
            signal.pause()
    except KeyboardInterrupt:
        typer.echo("The servers have stopped.")


@app.command()
def run(
    week: Annotated[str, typer.Option(help="ISO week such as 2020-W49, or a day of it")],
) -> None:
    """Run one week: land what was delivered up to its Sunday, link, build, publish, report. Can be repeated."""
    from pipelines.run import run_week

    settings, the_week = Settings(), Week.parse(week)
    typer.echo(opening_line(settings))
    with shown_on_terminal():
        run_week(settings, the_week)
    _print_status(settings)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table")] = False,
) -> None:
    """Show the build readers see, the state of each feed, the warnings by colour and where the report lies."""
    if as_json:
        from pipelines.status import collect

        typer.echo(json.dumps(collect(Settings()).as_json(), ensure_ascii=False, indent=1))
    else:
        _print_status(Settings())


@app.command()
def rollback(
    to: Annotated[str | None, typer.Option(help="Build to go back to, such as 2020-W48.001; default: the last one")] = None,
) -> None:
    """Let readers see an earlier published build again."""
    from pipelines.publishing import pointer

    now = pointer.rollback(Settings(), to)
    typer.echo(f"Readers now see build {now.build_id}.")


@app.command()
def demo(
    live: Annotated[bool, typer.Option("--live", help="From running servers instead of files in the inbox")] = False,
) -> None:
    """Simulate a county and run two consecutive weeks in the home; what the first one reports is answered in the second."""
    from pipelines.demo import County, answer_reports, prepared_home, served, simulate_once
    from pipelines.run import run_week
    from pipelines.simulation import demo_faults

    settings, county = prepared_home(Settings()), County(faults=demo_faults())
    with shown_on_terminal():
        simulate_once(settings.departments if live else settings.inbox, county)
    with served(settings) if live else nullcontext():
        settings, week = Settings(), Week(county.start)
        for number in range(county.weeks):
            if number:
                typer.echo(f"{answer_reports(settings, week, county.seed)} answers to its reports are in the inbox.")
                week = week.next()
            typer.echo(f"\nWeek {week.iso} ({week.monday} to {week.sunday})")
            with shown_on_terminal():
                run_week(settings, week)
    _print_status(settings)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1")] = 3000,
) -> None:
    """Start Dagster's UI and daemon on 127.0.0.1 with the home's instance."""
    from pipelines.run import prepare_instance

    prepare_instance(Settings())
    dagster = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "-h", "127.0.0.1", "-p", str(port), "-w", str(PROJECT_ROOT / "workspace.yaml")]
    os.execv(dagster, [str(dagster), *arguments])


def _print_status(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    from pipelines.status import collect

    now = collect(settings)
    typer.echo(opening_line(settings))
    table = Table(title=f"Build {now.build_id}, week {now.week}, data up to {now.as_of}")
    table.add_column("dataset", no_wrap=True)
    for title in ("delivered", "age", "state", "read", "landed", "held", "quarantined", "redacted"):
        table.add_column(title, justify="left" if title in ("delivered", "state") else "right", no_wrap=True)
    for name, feed in now.datasets.items():
        cells = (feed.delivered_at or "never", feed.age_days, feed.state, feed.read, feed.landed, feed.held,
                 feed.quarantined, feed.redacted)
        table.add_row(name, *("" if cell is None else str(cell) for cell in cells))
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
    for name, feed in now.datasets.items():
        if feed.reason:
            console.print(f"  {name}: {feed.reason}", highlight=False)
    warnings = ", ".join(f"{count} {colour}" for colour, count in now.warnings.items())
    villages = ", ".join(f"{count} {colour}" for colour, count in now.villages.items())
    console.print(f"Warnings: {warnings}    Villages: {villages}", highlight=False)
    if now.withheld:
        held_back = ", ".join(f"{rule} {count}" for rule, count in now.withheld.items())
        console.print(f"Held back, not well-formed: {held_back} (why: the county's report, chapter on data)", highlight=False)
    for line in (*now.agreements, *now.unknown_drops):
        console.print(f"! {line}", highlight=False, style="yellow", markup=False)
    typer.echo(f"Report:   {now.report_folder / 'index.html'}")
    typer.echo(f"Database: {now.published / 'analyst.duckdb'}")


if __name__ == "__main__":
    main()
