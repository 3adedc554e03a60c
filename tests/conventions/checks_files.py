"""Where code makes folders and files: these functions name the lines that do it past `pipelines.files`.

Each takes a text, so that it can be shown a bad one.
"""

from __future__ import annotations

import ast

_METHODS = frozenset({"mkdir", "makedirs", "write_text", "write_bytes", "chmod", "fchmod", "touch", "copyfile", "copy2"})
_WRITING = frozenset("wax+")


def past_the_one_place(source: str) -> list[int]:
    """The lines of a module that make a folder or a file themselves, or change who may read one."""
    return sorted({node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _makes(node)})


def _makes(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _METHODS:
        return True
    if name != "open":
        return False
    if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "os":
        return any(isinstance(node, ast.Attribute) and node.attr == "O_CREAT" for node in ast.walk(call))
    modes = [*call.args[:2], *(word.value for word in call.keywords if word.arg == "mode")]
    texts = [one.value for one in modes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(set(text) <= set("rwxabt+") and _WRITING & set(text) for text in texts)
