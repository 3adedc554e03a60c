"""Bad networks on 127.0.0.1: a proxy that cuts the connection, a server that never speaks.

Belongs here: sockets. Does not belong here: what is on the other side.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType

HOST = "127.0.0.1"


class Listener:
    """Listens on a free port while the `with` block runs; `_serve` is called for every connection."""

    def __enter__(self) -> Listener:
        self._socket = socket.create_server((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (self._socket, *self._open):
            _end(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(client)
            self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        """A connection nobody speaks on."""


class SilentServer(Listener):
    """Takes every connection and never says a word."""


class CuttingProxy(Listener):
    """Passes everything on to a port, and cuts the connection when so many bytes have come back from there."""

    def __init__(self, port: int, after_bytes: int) -> None:
        self._target, self._left = port, after_bytes
        self.has_cut = False

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection((HOST, self._target))
        self._open.append(server)
        threading.Thread(target=self._pass_on, args=(client, server, False), daemon=True).start()
        threading.Thread(target=self._pass_on, args=(server, client, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while content := source.recv(4096):
                if counted:
                    self._left -= len(content)
                    if self._left < 0:
                        self.has_cut = True
                        break
                target.sendall(content)
        except OSError:
            pass
        _end(source)
        _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
