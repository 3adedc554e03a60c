"""What no repository can keep of a case: a source that answers, a file whose name is no text, links, pipes.

Belongs here: functions that `build` of a case names, `def name(case: Path, day: Path) -> Source | None`: `case` is the folder
of the case, `day` the dated drop folder that is delivered; a source that is returned takes the place of the contract's. Does not
belong here: what is right.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipelines.files import make_folder, read_yaml
from pipelines.sources.source import ApiSource, DatabaseSource, Paging, Source

_LOOPBACK = "127.0.0.1"


def api(case: Path, day: Path) -> Source:
    """An API that answers `answer.json` of the day, whatever is asked; `source.yml` of the case says more of the source."""
    answer = case / day.name / "answer.json"
    for left in day.iterdir():
        left.unlink()
    server = _Answering((_LOOPBACK, 0), answer.read_bytes())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said = read_yaml(case / "source.yml") if (case / "source.yml").exists() else {}
    fields: dict[str, Any] = {"items": "data.items", "total": "data.total", "cursor": "pushed_on", **said}
    page = Paging(parameter="page", size_parameter="size")
    url = f"http://{_LOOPBACK}:{server.server_port}/matters"
    return ApiSource(kind="api", url=url, page=page, since="since", until="until", insecure=True, attempts=1, **fields)


class _Answering(ThreadingHTTPServer):
    """A server with one answer. It ends with the process that has started it."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], answer: bytes) -> None:
        super().__init__(address, _Handler)
        self.answer = answer


class _Handler(BaseHTTPRequestHandler):
    server: _Answering

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is asked is no news."""


def database(case: Path, day: Path) -> Source:
    """A database with the table of the day's `rows.json`: its name, columns with their types, rows."""
    said = json.loads((case / day.name / "rows.json").read_text(encoding="utf-8"))
    for left in day.iterdir():
        left.unlink()
    place = day.parents[3] / "source.db"
    with sqlite3.connect(place) as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in said["columns"].items())
        connection.execute(f'drop table if exists "{said["table"]}"')  # of the day before
        connection.execute(f'create table "{said["table"]}" ({columns})')
        marks = ", ".join("?" * len(said["columns"]))
        connection.executemany(f'insert into "{said["table"]}" values ({marks})', said["rows"])
    connection.close()
    return DatabaseSource(kind="database", url=f"sqlite:///{place}", table=said["table"], cursor=said["cursor"])


def gbk_name(case: Path, day: Path) -> None:
    """The one file of the day under its name as Windows of before wrote it, in GBK bytes, which are no UTF-8."""
    (only,) = day.iterdir()
    only.rename(day / os.fsdecode(only.name.encode("gbk")))


def link(case: Path, day: Path) -> None:
    """Each file of the day lies elsewhere, and a link to it in the drop folder."""
    store = day.parents[3]
    for file in list(day.iterdir()):
        elsewhere = store / f"store-{file.name}"
        file.rename(elsewhere)
        file.symlink_to(elsewhere)


def linked_folder(case: Path, day: Path) -> None:
    """The dated folder itself is a link to another."""
    elsewhere = day.parents[3] / f"store-{day.name}"
    day.rename(elsewhere)
    day.symlink_to(elsewhere, target_is_directory=True)


def lost_bytes_name(case: Path, day: Path) -> None:
    """The one file of the day under a name that is no text in any encoding of ours."""
    _renamed(day, b"\xff\xfe\x81\xff.csv")


def line_end_name(case: Path, day: Path) -> None:
    """The one file of the day under a name of two lines, which turns the text behind it around."""
    _renamed(day, "名册\n\u202e二.csv".encode())


def dangling_link(case: Path, day: Path) -> None:
    """A link to nothing."""
    (day / "名册.csv").symlink_to("nowhere.csv")


def pipe(case: Path, day: Path) -> None:
    """A pipe, which who opens it for reading waits at for ever."""
    os.mkfifo(day / "名册.csv")


def listening(case: Path, day: Path) -> None:
    """A socket. Its address must be short, so that it is made by its name alone."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(day)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("名册.csv")
    finally:
        os.fchdir(here)
        os.close(here)


def folder_like_a_file(case: Path, day: Path) -> None:
    """A folder with the name of a workbook, the day's files in it."""
    folder = make_folder(day / "名册.xlsx")
    for file in list(day.iterdir()):
        if file != folder:
            file.rename(folder / file.name)


def hidden_transfer(case: Path, day: Path) -> None:
    """What rsync calls the one file of the day until it is whole."""
    (only,) = day.iterdir()
    only.rename(day / f".{only.name}.Xa12Bc")


def _renamed(day: Path, name: bytes) -> None:
    (only,) = day.iterdir()
    only.rename(day / os.fsdecode(name))
