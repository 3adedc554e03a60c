"""Frames on a socket: one byte for the kind, eight for the length, then so many bytes.

Belongs here: sending and receiving whole frames within a time. Does not belong here: what is in them (`transport`).
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

_HEAD = struct.Struct(">cQ")
_STEP = 1 << 20

# From us: the question with the contract's headers, then the file. From the reading process: it is ready; the table without
# its rows; some rows; the end; a refusal; an error of ours with its type and place; no more memory.
READY, ASKED, CONTENT = b"R", b"A", b"C"
TABLE, ROWS, END, REFUSED, FAILED, NO_MEMORY = b"T", b"B", b"E", b"U", b"X", b"M"


class Ended(Exception):
    """The other side is gone, or what it sends is no frame."""


class TooLong(Exception):
    """The other side has taken more time than it has."""


@dataclass
class Allowance:
    """Seconds that are left for waiting."""

    seconds: float

    def left(self) -> float:
        """What is left. Raises TooLong where that is nothing."""
        if self.seconds <= 0:
            raise TooLong
        return self.seconds


def send(link: socket.socket, kind: bytes, *parts: bytes | memoryview, allowance: Allowance | None = None) -> None:
    """Send a frame made of `parts`. Raises Ended, and TooLong where an allowance is given and used up."""
    head = _HEAD.pack(kind, sum(memoryview(part).nbytes for part in parts))
    for part in (head, *parts):
        view = memoryview(part).cast("B")
        while view:
            view = view[_timed(link, allowance, link.send, view[:_STEP]) :]


def receive(link: socket.socket, most: int, allowance: Allowance | None = None) -> tuple[bytes, bytearray]:
    """The next frame's kind and content. Raises Ended, also for a frame of more than `most` bytes, and TooLong."""
    kind, length = _HEAD.unpack(_exactly(link, _HEAD.size, allowance))
    if length > most:
        raise Ended
    return kind, _exactly(link, length, allowance)


def _exactly(link: socket.socket, length: int, allowance: Allowance | None) -> bytearray:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        taken = _timed(link, allowance, link.recv_into, view[:_STEP])
        if not taken:
            raise Ended
        view = view[taken:]
    return content


def _timed(link: socket.socket, allowance: Allowance | None, step: Callable[[memoryview], int], piece: memoryview) -> int:
    """One step on the socket, its time taken off the allowance."""
    link.settimeout(allowance.left() if allowance else None)
    started = time.monotonic()
    try:
        return step(piece)
    except TimeoutError:
        raise TooLong from None
    except OSError:
        raise Ended from None
    finally:
        if allowance:
            allowance.seconds -= time.monotonic() - started
