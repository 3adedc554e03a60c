"""What may stand in any file of the project: invented people only, no machine's paths, no index address.

Each function takes text and returns what is wrong in it.
"""

from __future__ import annotations

import ast
import re

# A resident ID number: 18 characters (area, birthday of 1800-2099, serial, check) or 15 (first generation).
_BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_NUMBER = re.compile(
    rf"(?<![\w.])(?:\d{{6}}(?:18|19|20)\d{{2}}{_BIRTHDAY}\d{{3}}[\dXx]|\d{{8}}{_BIRTHDAY}\d{{3}})(?!\w)", re.ASCII
)
_MOBILE = re.compile(r"(?<![\w.])1[3-9]\d{9}(?!\w)", re.ASCII)
INVENTED_AREA = "9999"
INVENTED_MOBILE = "1600000"

_MACHINE_PATH = re.compile(r"(?:^|(?<=[\s'\"=(:`]))/(?:work|farm|root|home|Users|opt|mnt)/\w", re.MULTILINE)
_INDEX = re.compile(r"--(?:extra-|default-)?index(?:-url)?\b|--find-links\b|pythonhosted\.org|pypi\.org|file:///")

_LOCKED = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[[a-z,]+\])?==[^\s;]+(?: ; [^\\]+)? \\")  # name==version ; marker \
_HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")


def foreign_people(text: str) -> list[str]:
    """ID-like numbers outside the unassigned area and mobile-like numbers outside the unassigned prefix."""
    ids = [number for number in _ID_NUMBER.findall(text) if not number.startswith(INVENTED_AREA)]
    mobiles = [number for number in _MOBILE.findall(text) if not number.startswith(INVENTED_MOBILE)]
    return ids + mobiles


def machine_traces(text: str) -> list[str]:
    """Absolute paths of a developer's machine and addresses or options of a package index."""
    return [match.group() for pattern in (_MACHINE_PATH, _INDEX) for match in pattern.finditer(text)]


def stray_lock_lines(text: str) -> list[str]:
    """Lines of a lock file that are neither `name==version` with hashes to follow nor a hash."""
    return [line for line in text.splitlines() if not (_LOCKED.fullmatch(line) or _HASH.fullmatch(line))]


def reads_environment(source: str) -> list[str]:
    """Places where Python code reads or writes environment variables."""
    names = {"environ", "environb", "getenv", "putenv", "unsetenv"}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in names:
            found.append(f"line {node.lineno}: {node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            found += [f"line {node.lineno}: {alias.name}" for alias in node.names if alias.name in names]
    return found


def lacks_docstring(source: str) -> bool:
    """True for a module that holds something and does not say what it is."""
    return bool(source.strip()) and not ast.get_docstring(ast.parse(source))


def too_long(text: str, limit: int = 400) -> int | None:
    """The number of lines if it is above the limit."""
    lines = text.count("\n") + (not text.endswith("\n"))
    return lines if lines > limit else None
