"""`cunshe simulate serve`: says where the departments are, keeps the secrets to the settings, leaves nothing behind."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.integration.homes import COMMAND, Home

SERVE = ("simulate", "serve", "--villages", "2", "--weeks", "1", "--seed", "5")


def test_serve_until_it_is_told_to_stop(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    server = subprocess.Popen(
        [*COMMAND, *SERVE], env=home.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", "".join(said))]
    assert len(ports) == 2
    for port in ports:
        socket.create_connection(("127.0.0.1", port)).close()
    settings = home.settings
    assert set(settings.sources) == {"civil_affairs", "petition"}
    server.send_signal(signal.SIGTERM)
    rest, errors = server.communicate()
    assert server.returncode == 0, errors
    for secret in settings.secrets.values():
        assert secret.get_secret_value() not in "".join(said) + rest + errors
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_no_server_outlives_it_even_when_it_is_killed(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [*COMMAND, *SERVE], env=Home(tmp_path / "var").environment, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    line = next(line for line in server.stdout if line.startswith("Civil affairs"))
    with socket.create_connection(("127.0.0.1", int(line.split(":")[-1].split("/")[0])), timeout=50) as connection:
        server.kill()
        server.communicate()
        assert connection.recv(1) == b""  # closed by a server that is going; it would not close it by itself for a minute


def test_another_county_needs_another_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    folder = home.path / "departments"
    folder.mkdir(parents=True)
    (folder / "truth.json").write_text('{"villages": 2, "seed": 6, "weeks": 1, "start": "2020-11-23"}', encoding="utf-8")
    done = home.cunshe(*SERVE, check=False)
    assert done.returncode == 1
    assert "holds another simulation" in done.stderr


def test_an_option_before_serve_is_refused(tmp_path: Path) -> None:
    done = Home(tmp_path).cunshe("simulate", "--seed", "7", "serve", check=False)
    assert done.returncode == 1
    assert "simulate serve --seed 7" in done.stderr
