"""The local disk as a drop folder: fsspec's local files, but that none is reached through a link.

Belongs here: that one difference. Does not belong here: how (`plain`), what a folder holds (`folder`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from pipelines.sources.connectors.plain import plain_descriptor


class PlainFiles(LocalFileSystem):
    """Local files below a root, which itself may lie anywhere, also behind a link: it is the deployment's own choice."""

    cachable = False

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        return open(plain_descriptor(self._root, Path(path).relative_to(self._root).parts), mode)  # noqa: PTH123 - a descriptor
