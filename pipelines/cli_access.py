"""The command `cunshe access`: what the policy says of a role and a relation, and the matrix for the assessor.

Belongs here: arguments and printing. Does not belong here: deciding (`access.policy`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.files import write_whole

app = typer.Typer(help="Who may see what: the policy, explained.", no_args_is_help=True)


@app.command()
def show(role: Annotated[str | None, typer.Option(help="Only this role")] = None) -> None:
    """Print the roles, or one of them with every relation."""
    from pipelines.access.matrix import verdict_text
    from pipelines.access.policy import load_policy

    policy = load_policy()
    if role is None:
        for name, one in policy.roles.items():
            counts = f"{len(one.grants)} grants, {len(one.denied)} groups denied"
            typer.echo(f"{name}  {one.zh}  area {one.area}  {counts}  ({one.source})")
        return
    policy.role(role)
    for relation in policy.relations:
        verdict = policy.decide(role, relation)
        typer.echo(f"{relation}  {verdict.data_class}  {verdict_text(verdict).replace(chr(10), ' | ')}  [line {verdict.line}]")


@app.command()
def explain(
    role: Annotated[str, typer.Argument(help="A role of the policy")],
    what: Annotated[str, typer.Argument(help="A mart, or a column as MART.COLUMN")],
) -> None:
    """Say whether a role may see a mart or a column, by which rule, and on which line of the policy it stands."""
    from pipelines.access.matrix import verdict_text
    from pipelines.access.policy import load_policy

    policy = load_policy()
    relation, _, column = what.partition(".")
    verdict = policy.decide(role, relation, column or None)
    member, entry = policy.role(role), policy.relations[relation]
    typer.echo(f"{role} ({member.zh}), area {member.area}: {verdict.what} is {verdict.data_class}: {verdict_text(verdict)}")
    typer.echo(f"Rule: {verdict.rule}, policy.yml line {verdict.line}. Source: {member.source}")
    for row in entry.rows if verdict.is_allowed else ():
        reached = not row.closed and policy.permits(role, row.data_class, policy.group_of(relation))
        typer.echo(f"Rows where {row.when} are {row.data_class}: {'allowed' if reached else 'refused'}")
    if entry.audience and verdict.is_allowed:
        for audience, data_class in policy.audiences.items():
            reached = policy.permits(role, data_class, policy.group_of(relation))
            typer.echo(f"Rows of rules for '{audience}' ({data_class}): {'allowed' if reached else 'refused'}")


@app.command()
def matrix(out: Annotated[Path, typer.Option(help="The Excel workbook to write")]) -> None:
    """Write the whole matrix, every relation and graded column by role, as an Excel workbook for the assessor."""
    from pipelines.access.matrix import matrix as workbook
    from pipelines.access.policy import load_policy

    write_whole(out, workbook(load_policy()))
    typer.echo(f"Matrix: {out}")
