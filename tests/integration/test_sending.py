"""A whole county's reports on their way: the run fills the outbox, the command sends over a real server, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.publishing.reader import open_edition
from pipelines.settings import SETTINGS_FILE
from tests.certificates import HOST, make_certificate
from tests.integration.homes import SECOND, Home
from tests.looks import TESTING
from tests.unit.reports.delivery.servers import mail_server


def status(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(home.cunshe("report", "status", "--week", SECOND, "--json").stdout)
    return found


def test_the_run_fills_the_outbox_and_the_command_sends_once(second_week: Home, elsewhere: Path) -> None:
    home = second_week.copy_to(elsewhere)
    before = status(home)
    offices = {one["recipient_id"] for one in before["recipients"]}
    with open_edition(home.settings, "authorised", look=TESTING) as connection:
        wanted = connection.execute("select distinct recipient_id from responsibility").fetchall()
    assert offices == {recipient for (recipient,) in wanted} and before["counts"] == {"queued": len(offices)}
    assert len(list((home.path / "outbox" / SECOND / f"{SECOND}.001").iterdir())) == len(offices)
    assert {"code": "no_address", "subject": "county"}.items() <= before["findings"][0].items()

    certificate = make_certificate(elsewhere / "server.pem")
    with mail_server(certificate) as mailbox:
        (home.path / SETTINGS_FILE).chmod(0o600)  # addresses are about persons: nobody else may read them
        with (home.path / SETTINGS_FILE).open("a", encoding="utf-8") as file:
            file.write(
                f"CUNSHE_SMTP_HOST={HOST}\nCUNSHE_SMTP_PORT={mailbox.port}\nCUNSHE_SMTP_CA={certificate}\n"
                'CUNSHE_SMTP_FROM=cunshe@example.org\nCUNSHE_ADDRESSES={"county": "county@example.org"}\n'
            )
        # These are weeks of long ago: by themselves they do not go out.
        assert "Nothing was due." in home.cunshe("report", "send").stdout and not mailbox.taken
        home.cunshe("report", "send", "--week", SECOND)
        home.cunshe("report", "send", "--week", SECOND)
    reached = {one["recipient_id"] for one in status(home)["recipients"] if one["state"] == "sent"}
    assert "county" in reached and len(mailbox.taken) == len(reached) and set(mailbox.counts.values()) == {1}
    assert {one["state"] for one in status(home)["recipients"]} <= {"sent", "unaddressed"}
    assert {one["subject"] for one in before["findings"] if one["code"] == "no_address"} == (offices - reached) | {"county"}
