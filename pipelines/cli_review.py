"""The command `cunshe review`: what waits for a person, side by side, and what that person decides.

Belongs here: arguments and printing. Does not belong here: what may be decided (`identity.review`).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.settings import Settings
from pipelines.weeks import today

if TYPE_CHECKING:
    from pipelines.identity.review.delivery import Delivered
    from pipelines.identity.review.items import ReviewItem

app = typer.Typer(
    help="Who is who: list what waits, show a pair, decide, hand out and take back a workbook.", no_args_is_help=True
)

Item = Annotated[str, typer.Argument(help="Id of the item, as `cunshe review list` shows it")]
Looker = Annotated[str, typer.Option(help="Who looks; it is written into the audit log")]
WhyLook = Annotated[str, typer.Option(help="Why; it is written into the audit log")]
Decider = Annotated[str, typer.Option(help="Who decides; it is kept with the decision")]
Why = Annotated[str, typer.Option(help="Why; it is kept with the decision. It names nobody")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the decision; default: today")]


@app.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided since the last run")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines")] = False,
) -> None:
    """List the pairs that wait, the oldest first. Nobody is named."""
    from pipelines.identity.review.delivery import known_decisions
    from pipelines.identity.review.items import DISPUTED, WAITING, current_items
    from pipelines.identity.review.standing import resolve
    from pipelines.identity.review.words import refusal_text

    settings = Settings()
    items = current_items(settings)
    counts = Counter(one.state for one in items)
    shown = [one for one in items if everything or one.state in (WAITING, DISPUTED)]
    disputes = [refusal_text(one) for one in resolve(known_decisions(settings)).refused]
    if as_json:
        typer.echo(json.dumps({"counts": counts, "items": [_as_json(one) for one in shown], "disputes": disputes},
                              ensure_ascii=False, indent=1))  # fmt: skip
        return
    for one in shown:
        typer.echo(_line(one))
    for text in disputes:
        typer.echo(f"  {text}")
    oldest = f", the oldest since {shown[0].opened_on}" if shown else ""
    typer.echo(f"{counts[WAITING]} wait, {counts[DISPUTED]} disputed{oldest}.")


def _as_json(item: ReviewItem) -> dict[str, Any]:
    from pipelines.identity.review.words import evidence_words, rule_words, score_words, state_words

    in_words = {
        language: {
            "rule": rule_words(item.rule, language),
            "score": score_words(item.weight, language),
            "evidence": evidence_words(item.evidence, language),
            "state": state_words(item.state, language),
        }
        for language in ("zh", "en")
    }
    return {**asdict(item), "opened_on": item.opened_on.isoformat(), "words": in_words}


def _line(item: ReviewItem) -> str:
    from pipelines.identity.review.words import code_label, evidence_words, rule_words, score_words, state_words

    parts = [
        item.item_id, item.opened_on.isoformat(), code_label("link_subject", item.subject_kind),
        f"{item.department}/{item.dataset}", state_words(item.state), score_words(item.weight), rule_words(item.rule),
        evidence_words(item.evidence),
    ]  # fmt: skip
    return "  ".join(part for part in parts if part)


@app.command()
def show(item: Item, by: Looker, reason: WhyLook) -> None:
    """Show one pair side by side, with the evidence and the score in words. It is a look into the vault."""
    from rich.console import Console
    from rich.table import Table

    from pipelines.identity.review import taking
    from pipelines.identity.review.words import rule_words, score_words, state_words

    found = taking.show(Settings(), item, by=by, reason=reason)
    typer.echo(_line(found.item))
    table = Table()
    for title in ("", found.item.subject_a, found.item.subject_b, ""):
        table.add_column(title, overflow="fold")
    for row in found.rows:
        table.add_row(row.title, row.left, row.right, row.in_words)
    Console(width=120).print(table)
    typer.echo(
        f"{score_words(found.item.weight)} / {score_words(found.item.weight, 'en')}; "
        f"{rule_words(found.item.rule)} / {rule_words(found.item.rule, 'en')}; {state_words(found.item.state)}"
    )


@app.command()
def decide(
    item: Item,
    by: Decider,
    reason: Why,
    same: Annotated[bool, typer.Option("--same", help="They are the same")] = False,
    different: Annotated[bool, typer.Option("--different", help="They are not the same")] = False,
    on: Day = None,
) -> None:
    """Decide a pair. It goes into the inbox as a delivery; the next run lands it."""
    from pipelines.identity.review import taking
    from pipelines.identity.review.decisions import DIFFERENT, SAME

    if same == different:
        raise CunsheError("A decision is one of two.", "Give --same or --different.")
    settings, day = Settings(), today()
    with sole_run(settings.lock_file):
        done = taking.decide(settings, item, SAME if same else DIFFERENT, by=by, reason=reason, on=_day(on), today=day)
    _print_delivered(done)


@app.command()
def withdraw(
    decision_no: Annotated[str, typer.Argument(help="Number of the decision, such as D202012030001")],
    by: Decider,
    reason: Why,
    on: Day = None,
) -> None:
    """Take a decision back; only who decided can."""
    from pipelines.identity.review import delivery

    settings = Settings()
    with sole_run(settings.lock_file):
        done = delivery.withdraw(settings, decision_no, by=by, reason=reason, on=_day(on), today=today())
    _print_delivered(done)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write the workbook; it holds names")],
    by: Looker,
    reason: WhyLook,
) -> None:
    """Write what waits into an Excel workbook to be filled in. It is a look into the vault."""
    from pipelines.identity.review import taking

    done = taking.export(Settings(), file, by=by, reason=reason, today=today())
    typer.echo(f"{done.pairs} pairs: {file}")
    for item in done.left_out:
        typer.echo(f"  {item} is left out: the vault no longer holds both sides; run the week again.")


@app.command("return")
def take_back(
    file: Annotated[Path, typer.Argument(help="The workbook, filled in")],
    by: Annotated[str, typer.Option(help="Who returns it; it is written into the audit log")],
    on: Day = None,
) -> None:
    """Take the decisions of a filled workbook, all of them or none."""
    from pipelines.identity.review import taking

    settings = Settings()
    with sole_run(settings.lock_file):
        done = taking.take_back(settings, file, by=by, on=_day(on), today=today())
    _print_delivered(done)


@app.command("accept-drift")
def accept_drift(
    by: Annotated[str, typer.Option(help="Who lets it pass; it is kept")],
    reason: Annotated[str, typer.Option(help="Why; it is kept")],
    week: Annotated[str, typer.Option(help="The week that was refused, such as 2020-W49")],
) -> None:
    """Let the links of a week be published although they are not like those of the last build."""
    from pipelines.identity import drift
    from pipelines.weeks import Week

    settings = Settings()
    with sole_run(settings.lock_file):
        drift.accept_drift(settings, Week.parse(week).key, by=by, reason=reason)
    typer.echo(f"Accepted. Run the week again: cunshe run --week {week}")


def _day(given: datetime | None) -> date:
    return given.date() if given else today()


def _print_delivered(done: Delivered) -> None:
    from pipelines.identity.review.words import decision_text

    for one in done.standing:
        typer.echo(f"Decided already: {decision_text(one)}")
    for one in done.new:
        typer.echo(decision_text(one))
    typer.echo(f"The next run lands {done.path}." if done.path else "Nothing new is written.")
