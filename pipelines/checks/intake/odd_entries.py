"""What a drop folder may hold that is no file a repository can keep: names in bytes, links that lead nowhere, pipes.

Belongs here: functions that `build` of a case names, `def name(case: Path, day: Path) -> None`; `day` is the dated drop folder.
Does not belong here: what is right.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from pipelines.files import make_folder


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
