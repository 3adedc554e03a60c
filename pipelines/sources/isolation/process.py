"""One reading process: started, asked, and ended from outside.

Belongs here: its start with nothing of ours but the code, its end, who has it now. Does not belong here: what it answers
(`reader`), what it does (`worker`).
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from pipelines.sources.isolation import frames

# Module and function of the process.
WORKER = "pipelines.sources.isolation.worker:main"
# Without the environment and the caller's folder; the code is that of this very tree.
_START = """
import sys
from importlib import import_module
sys.path.insert(0, sys.argv[1])
module, _, function = sys.argv[2].partition(":")
getattr(import_module(module), function)()
"""
_CODE = Path(__file__).resolve().parents[3]
# One thread for what only computes, one pool of memory that gives back what it does not need.
_ENVIRONMENT = {
    "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
}  # fmt: skip
_SECONDS_TO_START = 120


class ReaderUnavailable(Exception):
    """The reading process cannot be started: our own machine's fault, of no file."""


class ReadingProcess:
    """A process that reads files one after another. It is started at once and gets ready beside us."""

    def __init__(self, memory_mb: int, entry: str = WORKER) -> None:
        self.memory_mb, self.entry = memory_mb, entry
        self.files = 0
        self._owner = os.getpid()
        self._ready = False
        self.link, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(_CODE), entry, str(memory_mb)],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, cwd="/",
                # A Ctrl-C is for us; it ends when we do.
                start_new_session=True,
            )  # fmt: skip
        except OSError as problem:
            self.link.close()
            raise ReaderUnavailable(type(problem).__name__) from None
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_usable(self) -> bool:
        """Whether it lives and is ours: a process that was forked from us shares the socket and must not use it."""
        return self._owner == os.getpid() and self._process.poll() is None

    def await_ready(self) -> None:
        """Wait until it can take a file. Raises ReaderUnavailable."""
        if self._ready:
            return
        try:
            kind, _ = frames.receive(self.link, 0, frames.Allowance(_SECONDS_TO_START))
        except (frames.Ended, frames.TooLong):
            self.end()
            raise ReaderUnavailable("no answer") from None
        if kind != frames.READY:
            self.end()
            raise ReaderUnavailable("no answer")
        self._ready = True

    def end(self) -> None:
        """End it whatever it is doing, and wait until it is gone."""
        self.link.close()
        if self._owner == os.getpid():
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()


class Warm:
    """The reading process that waits for the next file; one at most, so that a run has one."""

    def __init__(self) -> None:
        self._idle: ReadingProcess | None = None
        self._lock = threading.Lock()

    def prepare(self, memory_mb: int, entry: str = WORKER) -> None:
        """Start one that gets ready beside us, where none waits."""
        with self._lock:
            if self._idle is None or not self._fits(self._idle, memory_mb, entry):
                self._put(ReadingProcess(memory_mb, entry))

    def take(self, memory_mb: int, entry: str = WORKER) -> ReadingProcess:
        """The one that waits, or a new one, ready. Raises ReaderUnavailable."""
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is not None and not self._fits(idle, memory_mb, entry):
            idle.end()
            idle = None
        process = idle or ReadingProcess(memory_mb, entry)
        process.await_ready()
        return process

    def give_back(self, process: ReadingProcess) -> None:
        """Keep it for the next file; of two that came back one is enough."""
        with self._lock:
            self._put(process)

    def end(self) -> None:
        """End the one that waits."""
        with self._lock:
            self._put(None)

    def _put(self, process: ReadingProcess | None) -> None:
        if self._idle is not None:
            self._idle.end()
        self._idle = process

    @staticmethod
    def _fits(process: ReadingProcess, memory_mb: int, entry: str) -> bool:
        return process.is_usable() and (process.memory_mb, process.entry) == (memory_mb, entry)


WARM = Warm()
atexit.register(WARM.end)


def prepare_reading(memory_mb: int) -> None:
    """Start the reading process, which gets ready beside us, so that the first file need not wait for it."""
    with suppress(ReaderUnavailable):  # the first file finds out, and says so
        WARM.prepare(memory_mb)


def end_reading() -> None:
    """End the reading process that waits for a next file."""
    WARM.end()
