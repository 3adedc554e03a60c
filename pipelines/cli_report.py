"""The command `cunshe report`: how the reports stand with their readers, sending, what comes back, files on demand.

Belongs here: arguments and printing. Does not belong here: any of it (`reports.delivery`, `reports.on_demand`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import CunsheError
from pipelines.files import sole_run
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.reports.delivery.addresses import AddressBook

app = typer.Typer(help="The reports: who has got them, sending, answers; files on demand.", no_args_is_help=True)

MaybeWeek = Annotated[str | None, typer.Option("--week", help="ISO week such as 2020-W49; default: the newest")]
AWeek = Annotated[str, typer.Option("--week", help="ISO week such as 2020-W49")]
Recipient = Annotated[str, typer.Argument(help="Id of the recipient, as `cunshe report status` shows it")]
MaybeRecipient = Annotated[str | None, typer.Argument(help="Id of the recipient; default: all")]
By = Annotated[str, typer.Option(help="Who decides; it is kept in the ledger")]
Why = Annotated[str, typer.Option(help="Why; it is kept in the ledger. It names nobody")]
Out = Annotated[Path, typer.Option(help="Folder to write into; default: here")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of lines")]


def _now() -> datetime:
    return datetime.now(UTC)


def _book(settings: Settings) -> AddressBook:
    """The addresses of the newest build's recipients."""
    from pipelines.identity.audit_log import run_look
    from pipelines.publishing import pointer
    from pipelines.reports.delivery.addresses import address_book
    from pipelines.weeks import today

    now = pointer.current(settings)
    if now is None:
        raise CunsheError("Nothing has been published yet.", "Run a week first.")
    look = run_look("addresses", "reports are sent", parameters={"build_id": now.build_id})
    return address_book(settings, now.build_id, look, today())


@app.command()
def status(week: MaybeWeek = None, as_json: AsJson = False) -> None:
    """Show how a week's reports stand with their readers, and what is wrong with addresses."""
    from pipelines.reports.delivery.message import words
    from pipelines.reports.delivery.standing import standing

    found = standing(Settings(), week)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return
    says = words()["state"]
    for one in found.reports:
        queued = one.queued
        parts = [queued.recipient_id, queued.name, queued.build_id, queued.notice, says[one.state], one.code,
                 " ".join(found.spoken_of.get(queued.key, ()))]  # fmt: skip
        typer.echo("  ".join(part for part in parts if part))
    for finding in found.findings:
        typer.echo(words()["finding"][finding.code].format(name=finding.name).strip())
    typer.echo(f"{found.week}: " + ", ".join(f"{count} {state}" for state, count in found.counts.items()))


@app.command()
def addresses() -> None:
    """List recipients without an address or with several, addresses of nobody, and villages nobody answers for."""
    from pipelines.reports.delivery.message import words

    settings = Settings()
    with sole_run(settings.lock_file):
        book = _book(settings)
    for one in book.findings:
        typer.echo(f"{one.subject}  {words()['finding'][one.code].format(name=one.name).strip()}")
    typer.echo(f"{len(book.of)} recipients have an address; {len(book.findings)} findings.")


@app.command()
def send(
    week: Annotated[str | None, typer.Option("--week", help="Also this week, however old")] = None,
) -> None:
    """Send what is due: new reports, what was deferred, reminders. What has gone is not sent again."""
    from pipelines.reports.delivery.send import send_due
    from pipelines.reports.delivery.standing import chosen_week

    settings = Settings()
    if settings.smtp_host is None:
        raise CunsheError("No mail server is set.", "Set CUNSHE_SMTP_HOST; without it the messages are in the outbox.")
    with sole_run(settings.lock_file):
        chosen = chosen_week(settings, week) if week else None
        done = send_due(settings, lambda: _book(settings), _now(), week=chosen)
    typer.echo(", ".join(f"{count} {state}" for state, count in sorted(done.counts.items())) or "Nothing was due.")
    if done.server:
        raise CunsheError(f"The mail server could not be used: {done.server}.", "What was not sent is sent next time.")


@app.command()
def resend(recipient: Recipient, week: AWeek, by: By, reason: Why) -> None:
    """Have a report sent again that was refused, or of which nobody knows whether it arrived."""
    from pipelines.reports.delivery.acknowledge import newest_report, send_again
    from pipelines.reports.delivery.standing import chosen_week

    settings = Settings()
    with sole_run(settings.lock_file):
        parcel = newest_report(settings, chosen_week(settings, week), recipient)
        send_again(settings, parcel, _now(), by=by, why=reason)
    typer.echo("The next sending tries it again: cunshe report send --week …")


@app.command()
def confirm(recipient: Recipient, week: AWeek, by: By, reason: Why) -> None:
    """Record that a report has been seen, as its reader said by other means."""
    from pipelines.reports.delivery.acknowledge import BY_RECORD, acknowledge, newest_report
    from pipelines.reports.delivery.standing import chosen_week

    settings = Settings()
    parcel = newest_report(settings, chosen_week(settings, week), recipient)
    is_new = acknowledge(settings, parcel, BY_RECORD, _now(), by=by, why=reason)
    typer.echo("Recorded." if is_new else "It was known.")


@app.command()
def history(recipient: MaybeRecipient = None, week: MaybeWeek = None, as_json: AsJson = False) -> None:
    """List what was sent to whom and when, of which build, with the first digits of each file's SHA-256."""
    from pipelines.reports.delivery.standing import history as happened

    found = list(happened(Settings(), week, recipient))
    if as_json:
        rows = [{**queued.as_json(), **event.as_json()} for event, queued in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for event, queued in found:
        files = " ".join(f"{one.name}:{one.sha256[:12]}" for one in event.files)
        parts = [event.at.isoformat(timespec="seconds"), event.what, queued.recipient_id, queued.name, queued.notice,
                 queued.build_id, event.code, event.by, event.why, files]  # fmt: skip
        typer.echo("  ".join(part for part in parts if part))


@app.command()
def take(
    files: Annotated[list[Path], typer.Argument(help="Returned ledgers (.xlsx), filled in")],
) -> None:
    """Take returned ledgers: their answers go into the inbox as a delivery, and each acknowledges its report."""
    from pipelines.reports.delivery.taking import take as take_back

    settings = Settings()
    with sole_run(settings.lock_file):
        for path in files:
            try:
                content = path.read_bytes()
            except OSError as problem:
                raise CunsheError(f"{path} cannot be read: {problem.strerror}.", "Check the name of the file.") from None
            done = take_back(settings, content, _now())
            landed = f"the next run lands {done.path}" if done.path else "nothing new is written"
            seen = "acknowledged" if done.is_acknowledged else "it was acknowledged before"
            typer.echo(f"{done.recipient_id}  {done.build_id}: {done.answers} answers, {landed}; {seen}.")


@app.command()
def village(
    village: Annotated[str, typer.Argument(help="12-digit code or village_id")],
    by: Annotated[str | None, typer.Option(help="Who looks; default: the user of the system")] = None,
    reason: Annotated[str, typer.Option(help="Why; without names and ID numbers")] = "a village's file",
    out: Out = Path(),
) -> None:
    """Write a village's file (一村一档) of the newest build as a page and a Word document."""
    from pipelines.identity.audit_log import Look, user_look
    from pipelines.reports.on_demand import write_village

    look = user_look("edition_village", reason) if by is None else Look(by, "edition_village", reason)
    for path in write_village(Settings(), village, out, look):
        typer.echo(path)


@app.command()
def person(
    person_id: Annotated[str, typer.Argument(help="person_id, as in the person table")],
    by: Annotated[str, typer.Option(help="Who looks; it is written into the audit log")],
    reason: Annotated[str, typer.Option(help="Why; without names and ID numbers")],
    out: Out = Path(),
) -> None:
    """Write all that is held on one person (查阅) as a page and a Word document that only their owner can read."""
    from pipelines.reports.on_demand import write_person

    for path in write_person(Settings(), person_id, out, by=by, reason=reason):
        typer.echo(path)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; a proxy with TLS stands before it")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port")] = 8750,
) -> None:
    """Answer the links of acknowledgement until Ctrl-C."""
    from pipelines.keys.ring import KeyRing
    from pipelines.reports.delivery.serve import acknowledgement_service
    from pipelines.reports.delivery.web import Limits, web_server

    settings = Settings()
    if settings.acknowledge_url is None:
        raise CunsheError("Messages bear no link yet.", "Set CUNSHE_ACKNOWLEDGE_URL to where readers reach this service.")
    KeyRing(settings.delivery_key).current()  # none is made here: under a new one every link that was sent would be refused
    typer.echo(f"Listening on http://{host}:{port} for {settings.acknowledge_url}")
    web_server(acknowledgement_service(settings, _now, Limits()), host, port, Limits()).run()
