"""The command `cunshe rules`: trying a warning rule before it is switched on.

Belongs here: arguments and printing. Does not belong here: the judging (`publishing.replay`).
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.settings import Settings
from pipelines.weeks import Week

app = typer.Typer(help="Warning rules: what one would have fired.", no_args_is_help=True)


@app.callback()
def rules() -> None:
    """Warning rules: what one would have fired."""


@app.command()
def replay(
    rule: Annotated[str, typer.Option(help="Id of the rule, also of one that is off")],
    version: Annotated[int | None, typer.Option(help="Version in the seed; default: the newest")] = None,
    threshold_yellow: Annotated[str | None, typer.Option(help="Another threshold for yellow")] = None,
    threshold_red: Annotated[str | None, typer.Option(help="Another threshold for red")] = None,
    from_week: Annotated[str | None, typer.Option("--from", help="First week, as 2020-W45 or a day of it")] = None,
    to_week: Annotated[str | None, typer.Option("--to", help="Last week")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table")] = False,
) -> None:
    """Judge past weeks of the current build by a rule version or other thresholds; nothing is published."""
    from pipelines.publishing.replay import as_text, rule_version
    from pipelines.publishing.replay import replay as replay_rule

    wanted = rule_version(rule, version).with_thresholds(_number(threshold_yellow), _number(threshold_red))
    span = (Week.parse(text) if text else None for text in (from_week, to_week))
    found = replay_rule(Settings(), wanted, *span)
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1) if as_json else as_text(found))


def _number(text: str | None) -> Decimal | None:
    try:
        number = None if text is None else Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if number is not None and not number.is_finite():
        raise CunsheError(f"'{text}' is not a number.", "Write the threshold as a number such as 5 or 2.5.")
    return number
