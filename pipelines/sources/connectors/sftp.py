"""Which SFTP server is the right one.

Belongs here: the check of the server's key, which fsspec leaves to its caller. Does not belong here: folders.
"""

from __future__ import annotations

import logging
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from pipelines.errors import CunsheError


def open_sftp(host: str, host_key: str | None, **options: Any) -> SFTPFileSystem:
    """An SFTP file system of the server with this public key, written as in known_hosts (`ssh-ed25519 AAAA…`)."""
    if host_key is None:
        raise CunsheError(
            f"The SFTP source {host} has no host_key.",
            "Set it to the server's public key, as ssh-keyscan prints it, after checking it with the department.",
        )
    # It logs stack traces of what it also raises.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{host} {host_key}")
    if entry is None or entry.key is None:
        raise CunsheError(f"The host_key of {host} is no public key.", "Write it as `ssh-ed25519 AAAA…`.")
    return SFTPFileSystem(
        host, host_key_policy=_OnlyThisKey(entry.key), skip_instance_cache=True, allow_agent=False,
        look_for_keys=options.get("password") is None, **options,
    )


class _OnlyThisKey(paramiko.MissingHostKeyPolicy):
    def __init__(self, expected: paramiko.PKey) -> None:
        self._expected = expected

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        if key != self._expected:
            raise paramiko.BadHostKeyException(hostname, key, self._expected)
