"""`cunshe report serve` as an account of its own: it answers links, and reaches no key but the one that signs them.

Where the tests run as root, the other keys belong to another account, and the service is root without its power over what is
not its own: an account proper might not be allowed to start this Python. Elsewhere the other keys are shut to everybody.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.keys.ring import load_or_create_key
from pipelines.reports.delivery.links import link
from pipelines.settings import PROJECT_ROOT, Settings
from tests.unit.reports.delivery.week import DEPARTMENT, TOWNSHIP, WEEK, queue, state

OTHER_ACCOUNT = 65534
# Every right to read and enter what belongs to others is taken from the process for good.
WITHOUT_POWER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


@dataclass(frozen=True)
class Machine:
    """A home, and the environment of the account that answers links."""

    home: Settings
    service: dict[str, str]
    shut: list[Path]  # folders of keys that are not the service's

    @property
    def secret_keys(self) -> list[Path]:
        return [self.home.vault_key, self.home.pseudonym_key, self.home.audit_key, self.home.authorised_key]

    def command(self, *arguments: str) -> list[str]:
        """What the account runs with this Python."""
        return [*(WITHOUT_POWER if os.geteuid() == 0 else ()), sys.executable, *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(*arguments), env=self.service, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
        )


@pytest.fixture(params=["a key folder of its own", "the keys folder of the home"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    home = Settings(home=tmp_path / "home", sends_path=tmp_path / "sends")
    service = tmp_path / "service"
    service.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CUNSHE_", "DAGSTER_", "DBT_"))},
        "CUNSHE_HOME": str(service), "CUNSHE_SENDS_PATH": str(home.sends), "PYTHONUTF8": "1",
    }  # fmt: skip
    is_own_folder = request.param.startswith("a key folder")
    machine = Machine(home, environment, [])
    for path in (*machine.secret_keys, home.delivery_key):
        load_or_create_key(path)
    if is_own_folder:
        shutil.copytree(home.delivery_key.parent, service / "delivery")
        environment["CUNSHE_KEY_FOLDERS__DELIVERY"] = str(service / "delivery")
        machine.shut.append(home.keys)
    else:
        environment["CUNSHE_KEYS_PATH"] = str(home.keys)
        home.keys.chmod(0o711)
        machine.shut.extend(path.parent for path in machine.secret_keys)
    home.sends.mkdir()
    home.sends.chmod(0o2770)
    queue(home)
    yield machine
    shut(machine, False)


def shut(machine: Machine, is_shut: bool) -> None:
    for folder in machine.shut:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, OTHER_ACCOUNT if is_shut else 0, -1)
        else:
            folder.chmod(0o000 if is_shut else 0o700)


def test_links_are_answered_by_an_account_that_cannot_reach_the_vaults_key(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    linked = link(machine.home.model_copy(update={"acknowledge_url": url}), WEEK, state(machine.home, DEPARTMENT).queued.key)
    assert linked is not None
    machine.service["CUNSHE_ACKNOWLEDGE_URL"] = url
    shut(machine, True)
    for path in machine.secret_keys:
        tried = machine.run("-c", f"open({str(path)!r})")
        assert "PermissionError" in tried.stderr, f"{path.name}: {tried.stderr or 'was opened'}"
    service = subprocess.Popen(
        machine.command("-m", "pipelines.cli", "report", "serve", "--port", str(port)), env=machine.service, cwd=PROJECT_ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        wait_for(service, port)
        with urllib.request.urlopen(urllib.request.Request(linked, method="POST"), timeout=60) as answer:
            assert answer.status == 200 and "确认收悉" in answer.read().decode()
    finally:
        service.terminate()
        service.communicate()
        shut(machine, False)
    assert state(machine.home, DEPARTMENT).state == "acknowledged"
    assert state(machine.home, TOWNSHIP).state == "queued"
    newest = max((machine.home.sends / WEEK).glob("*.json"))
    assert newest.stat().st_mode & 0o777 == 0o660  # the account of the weekly run can read what the service wrote


def wait_for(service: subprocess.Popen[str], port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except ConnectionRefusedError:
            try:
                service.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"The service ended: {service.stderr.read() if service.stderr else ''}")


def test_without_its_key_the_service_does_not_start_and_makes_none(machine: Machine) -> None:
    machine.service["CUNSHE_ACKNOWLEDGE_URL"] = "http://127.0.0.1:1"
    machine.service["CUNSHE_KEY_FOLDERS__DELIVERY"] = machine.service["CUNSHE_HOME"]
    told = machine.run("-m", "pipelines.cli", "report", "serve")
    assert told.returncode == 1 and "delivery.key is missing" in told.stderr
    assert not (Path(machine.service["CUNSHE_HOME"]) / "delivery.key").exists()
    machine.service["CUNSHE_KEY_FOLDERS__DELIVERY"] = str(machine.home.vault_key.parent)
    shut(machine, True)
    told = machine.run("-m", "pipelines.cli", "report", "serve")
    assert told.returncode == 1 and "belongs to another account" in told.stderr
