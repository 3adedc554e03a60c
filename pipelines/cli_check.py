"""The command `cunshe check`: how right our own work is, measured where the truth is known.

Belongs here: arguments, printing, the exit code. Does not belong here: the measuring (`checks`,
`identity.villages`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.files import write_whole

if TYPE_CHECKING:
    from pipelines.identity.villages.lists import YearPair
    from pipelines.identity.villages.townships import TownshipMatch

app = typer.Typer(help="Measure our own work where the truth is known.", no_args_is_help=True)

_COUNTS = ("same", "renamed", "recoded", "gone", "new", "lost", "pairs_proposed", "without_candidate")


@app.callback()
def check() -> None:
    """Measure our own work where the truth is known."""


@app.command()
def villages(
    lists: Annotated[Path | None, typer.Option(help="Yearly lists as CSV; default: those of 瓯海区, 2016 to 2023")] = None,
    townships: Annotated[
        Path | None, typer.Option(help="Township codes in two systems as CSV: town_code and a name column for each")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, with every proposal, instead of a table")] = False,
) -> None:
    """Account for every unit of yearly village lists. Exit code 1: a unit is lost, or a change is in no proposal."""
    from pipelines.identity.villages.lists import compare_years, read_lists
    from pipelines.identity.villages.townships import match_townships, read_two_systems
    from pipelines.simulation.geography import LISTS

    pairs = compare_years(read_lists(lists or LISTS))
    matches = match_townships(*read_two_systems(townships)) if townships else []
    if as_json:
        found = {"years": [one.as_json() for one in pairs], "townships": [one.as_json() for one in matches]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        typer.echo(_table(pairs))
        for one in matches:
            typer.echo(_match(one))
    if any(one.lost or one.unproposed for one in pairs):
        raise typer.Exit(1)


@app.command()
def linkage(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table")] = False,
    seeds: Annotated[int, typer.Option(min=1, help="How many simulated counties")] = 3,
    persons: Annotated[int, typer.Option(min=100, help="How many officials each has")] = 4_000,
) -> None:
    """Link simulated records to persons in three ways: ours, stock Splink, exact matching. Exit code 1: an aim is missed."""
    from pipelines.checks.linkage import FIRST_SEED, as_text, check_linkage
    from pipelines.progress import shown_on_terminal

    with shown_on_terminal():
        result = check_linkage(range(FIRST_SEED, FIRST_SEED + seeds), persons)
    typer.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1) if as_json else as_text(result))
    if not result.met:
        raise typer.Exit(1)


@app.command()
def figures(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per printed figure instead of a table")] = False,
    scenario: Annotated[list[str] | None, typer.Option(help="Only this county; can be given several times")] = None,
    page: Annotated[Path | None, typer.Option(help="Also write the page, such as docs/published-figures.md")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where the homes stay; one that is there is not run again")] = None,
) -> None:
    """Run the five published counties, files in, marts out, beside what they printed. Exit code 1: a figure is wrong."""
    from pipelines.checks.figures import as_page, as_text, check_figures
    from pipelines.progress import shown_on_terminal
    from pipelines.simulation.scenarios import SCENARIOS, scenario_of

    names = [scenario_of(name).name for name in scenario or SCENARIOS]
    with shown_on_terminal():
        found = check_figures(names, keep)
    typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1) if as_json else as_text(found))
    if page is not None:
        write_whole(page, as_page(found).encode())
    if not all(one.as_expected for one in found):
        raise typer.Exit(1)


@app.command()
def privacy(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per part instead of a table")] = False,
) -> None:
    """Try a finished home from outside: its files, editions and reports. Exit code 1: something can be read that should not."""
    from pipelines.checks.privacy.findings import as_text
    from pipelines.checks.privacy.run import check_privacy
    from pipelines.progress import shown_on_terminal
    from pipelines.settings import Settings

    with shown_on_terminal():
        parts = check_privacy(Settings())
    typer.echo(json.dumps([part.as_json() for part in parts], ensure_ascii=False, indent=1) if as_json else as_text(parts))
    if any(part.findings for part in parts):
        raise typer.Exit(1)


@app.command()
def lawful(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines")] = False,
) -> None:
    """The yearly self-audit: agreements, assessments, retention, requests, looks. Exit code 1: something is overdue."""
    from pipelines.checks.lawful import self_audit
    from pipelines.settings import Settings
    from pipelines.weeks import today

    audit = self_audit(Settings(), today())
    if as_json:
        typer.echo(json.dumps(audit.as_json(), ensure_ascii=False, indent=1))
    else:
        for topic, found in audit.topics.items():
            typer.echo(f"{topic}:")
            for line in found if isinstance(found, list) else found.items():
                typer.echo(f"  {line if isinstance(line, dict) else ': '.join(map(str, line))}")
        for line in audit.overdue:
            typer.echo(f"! {line}")
    if audit.overdue:
        raise typer.Exit(1)


@app.command()
def rules(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per rule instead of a table")] = False,
    keep: Annotated[Path | None, typer.Option(help="Where the home stays; one that is there is not run again")] = None,
) -> None:
    """Have every warning rule fire in a simulated county and follow it to its readers. Exit code 1: a rule did not get there."""
    from pipelines.checks.rules import check_rules
    from pipelines.checks.rules_table import as_text
    from pipelines.progress import shown_on_terminal

    with shown_on_terminal():
        found = check_rules(keep)
    typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1) if as_json else as_text(found))
    if any(one.missing for one in found):
        raise typer.Exit(1)


@app.command()
def cells(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text")] = False,
    counties: Annotated[int, typer.Option(min=1, help="How many simulated counties")] = 3,
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks of each")] = 2,
    villages: Annotated[int, typer.Option(min=1, help="How many villages each has")] = 190,
) -> None:
    """Hide small petition counts of simulated counties and attack them. Exit code 1: one is open, or too many are hidden."""
    from pipelines.checks.cells import as_text, check_cells
    from pipelines.progress import shown_on_terminal

    with shown_on_terminal():
        result = check_cells(counties, weeks, villages)
    typer.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1) if as_json else as_text(result))
    if not result.met:
        raise typer.Exit(1)


@app.command()
def intake(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table")] = False,
    kind: Annotated[list[str] | None, typer.Option(help="Only cases of this kind; can be given several times")] = None,
) -> None:
    """Deliver every known case of what departments really send, beside what is right. Exit code 1: one is wrong."""
    from pipelines.checks.intake import table
    from pipelines.checks.intake.cases import load_cases
    from pipelines.checks.intake.run import check_intake
    from pipelines.progress import shown_on_terminal

    cases = [case for case in load_cases() if not kind or case.kind in kind]
    with shown_on_terminal():
        results = check_intake(cases)
    typer.echo(json.dumps(table.as_json(results), ensure_ascii=False, indent=1) if as_json else table.as_text(results))
    if any(result.wrong for result in results):
        raise typer.Exit(1)


def _table(pairs: list[YearPair]) -> str:
    head = ["years", "units", *_COUNTS]
    lines = [head]
    for one in pairs:
        counts = one.as_json()
        units = f"{one.units_earlier} -> {one.units_later}"
        lines.append([f"{one.earlier} -> {one.later}", units, *(str(counts[name]) for name in _COUNTS)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _match(one: TownshipMatch) -> str:
    elsewhere = f" ({one.name} is {one.other_code} there)" if one.verdict == "refused" and one.other_code else ""
    return f"{one.code}  {one.verdict:10}  {one.name or '-'} / {one.other_name or '-'}{elsewhere}"
