"""The reading process: takes a file from its socket, reads it, gives back rows; ends when its parent does.

Belongs here: the loop, and what this process gives up before it sees a file: its file handles, room to write, memory beyond
the bound. Does not belong here: how a file is read (`reading`); anything secret: its environment is empty.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from pipelines.sources.isolation import frames
from pipelines.sources.isolation.transport import Growing, packed, packed_rows, told, unpacked
from pipelines.sources.isolation.warm_up import warm_up
from pipelines.sources.reading import RawTable, read_table
from pipelines.sources.reasons import Unreadable

# (content, headers that the contract knows, whether several tables are read as one) → the table.
Read = Callable[[bytes, frozenset[str], bool], RawTable]

_MOST_CONTENT = 2**34
_PR_SET_PDEATHSIG = 1


def serve(link: socket.socket, memory_mb: int, read: Read = read_table) -> None:
    """Answer one file after another until the other side is gone."""
    _end_with_parent()
    warm_up(read_table)
    # Arrow would open a pipe for each file to be told of a Ctrl-C, which is not for this process.
    pa.enable_signal_handlers(False)
    # What has been made so far stays: no search for garbage needs to go through it.
    gc.freeze()
    _give_up(memory_mb)
    with suppress(frames.Ended):
        frames.send(link, frames.READY)
        while _answered(link, read):
            pass


def _answered(link: socket.socket, read: Read) -> bool:
    """Read one file; False where there was no memory for it, after which this process is not fit for another."""
    _, question = frames.receive(link, _MOST_CONTENT)
    content = bytes(frames.receive(link, _MOST_CONTENT)[1])
    try:
        known_headers, several = unpacked(question)
        _tell(link, read(content, frozenset(known_headers), several))
    except Unreadable as problem:
        frames.send(link, frames.REFUSED, packed(problem.why))
    except MemoryError:
        del content
        frames.send(link, frames.NO_MEMORY)
        return False
    except frames.Ended:
        raise
    except Exception as problem:  # an error of ours: the type and the place, never its text, which may quote a cell
        last = traceback.extract_tb(problem.__traceback__)[-1]
        frames.send(link, frames.FAILED, packed([type(problem).__name__, f"{Path(last.filename).name}:{last.lineno}"]))
    return True


def _tell(link: socket.socket, raw: RawTable) -> None:
    growing = Growing(raw)
    frames.send(link, frames.TABLE, packed(told(raw)))
    for chunk in raw.chunks:
        frames.send(link, frames.ROWS, *packed_rows(chunk, growing.new()))
    frames.send(link, frames.END, packed(growing.new()))


def _end_with_parent() -> None:
    """Where the system can: be killed when the parent dies, in the middle of whatever a library does."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _give_up(memory_mb: int) -> None:
    """No core, no writing to a file, no new handle (neither file nor socket), no memory of its own beyond the bound."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))
    # What this process may write to; of files that it maps, as its libraries, nothing is counted.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * 2**20, memory_mb * 2**20))


def main(read: Read = read_table) -> None:
    """The process started by `process`: its socket is the standard input, its bound the last argument."""
    serve(socket.socket(fileno=os.dup(0)), int(sys.argv[-1]), read)


if __name__ == "__main__":
    main()
