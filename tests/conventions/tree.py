"""The files of the project as git sees them, and how to read one as text.

Belongs here: finding and decoding. Does not belong here: judging what is found (the `checks_*` modules).
"""

from __future__ import annotations

import subprocess
import zipfile
from functools import cache
from pathlib import Path

from pipelines.settings import PROJECT_ROOT as ROOT

WORKBOOKS = frozenset({".xlsx", ".xlsm"})


@cache
def files_of_ours() -> tuple[Path, ...]:
    """Tracked files and new ones that git does not ignore, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    return tuple(sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> list[Path]:
    """The Python files under `folders`, relative to the root."""
    return [path for path in files_of_ours() if path.suffix == ".py" and path.parts[0] in folders]


def read_text(path: Path) -> str:
    """A file as text: UTF-8, else GB18030 as departments write it; a workbook as the XML of its parts."""
    # A case of the intake may be a workbook by its name only.
    if path.suffix.lower() in WORKBOOKS and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as workbook:
            return "\n".join(workbook.read(part).decode("utf-8", "replace") for part in workbook.namelist())
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
