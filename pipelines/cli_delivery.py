"""The command `cunshe delivery`: held deliveries, and what a named person decides about them.

Belongs here: arguments and printing. Does not belong here: which decisions there are (`landing.release`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.files import sole_run
from pipelines.settings import Settings
from pipelines.weeks import today

if TYPE_CHECKING:
    from pipelines.landing.ledger import Delivery
    from pipelines.sources.contract import Contract

app = typer.Typer(help="Held deliveries: list them, release one, close what cannot be mended.", no_args_is_help=True)

DeliveryId = Annotated[str, typer.Argument(help="Id of the delivery, as `cunshe delivery list` and the return note show it")]
By = Annotated[str, typer.Option(help="Who decides")]
Why = Annotated[str, typer.Option(help="Why; it is kept beside the delivery")]


@app.command("list")
def show() -> None:
    """List the held deliveries that nothing has mended yet, and whether each can be released."""
    from pipelines.landing.release import RELEASABLE, releases
    from pipelines.sources.contract import load_catalog

    landing, found = Settings().landing, 0
    for contract in load_catalog().values():
        decided = releases(landing, contract)
        for delivery in _unmended(landing, contract):
            found += 1
            codes = {str(hold["code"]) for hold in delivery.holds}
            state = "can be released" if codes and codes <= RELEASABLE else "must be sent again"
            if delivery.delivery_id in decided:
                state = f"released by {decided[delivery.delivery_id].by}; lands at the next run"
            typer.echo(f"{delivery.delivery_id}  {contract.department}/{contract.dataset}  {delivery.delivered_at}  {state}")
            for text in delivery.reasons_en:
                typer.echo(f"    {text}")
    if not found:
        typer.echo("No delivery is held.")


def _unmended(landing: Path, contract: Contract) -> list[Delivery]:
    from pipelines.landing.ledger import read_ledger
    from pipelines.landing.return_lines import open_lines, return_lines

    ledger = read_ledger(landing, contract)
    if not any(one.verdict == "held" for one in ledger):
        return []
    lines = return_lines(landing, contract, ledger, max(today(), *(one.delivered_at for one in ledger)))
    standing = {line.delivery_id for line in open_lines(lines)}
    return [one for one in ledger if one.verdict == "held" and one.delivery_id in standing]


@app.command("release")
def let_pass(delivery_id: DeliveryId, by: By, reason: Why) -> None:
    """Let a delivery pass the row floor or the check that holds it; the next run lands it under a new id."""
    from pipelines.landing.release import release
    from pipelines.sources.contract import load_catalog

    settings = Settings()
    with sole_run(settings.lock_file):
        decision = release(settings.landing, load_catalog(), delivery_id, by=by, reason=reason, today=today())
    typer.echo(f"{delivery_id} passes {', '.join(decision.waived)}; it lands as {decision.lands_as} at the next run.")


@app.command("close")
def close(delivery_id: DeliveryId, by: By, reason: Why) -> None:
    """Close the open lines of a delivery that no later delivery can close by itself."""
    from pipelines.landing.release import close_lines
    from pipelines.sources.contract import load_catalog

    settings = Settings()
    with sole_run(settings.lock_file):
        close_lines(settings.landing, load_catalog(), delivery_id, by=by, reason=reason, today=today())
    typer.echo(f"The open lines of {delivery_id} are closed.")
