"""A value that is no text yet (a workbook's cell, a database's column, a JSON field) as the text a person sees.

Belongs here: this one conversion. Does not belong here: what the text means (`columns`).
"""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from typing import Any


def cell_text(cell: Any) -> str:
    """Whole numbers without '.0', dates in ISO form, yes and no in Chinese, bytes as the UTF-8 they should be; nothing is
    an empty text."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # A spreadsheet keeps 15 digits: the rest of a longer number was never there and must not be made up.
        exact = math.isfinite(cell) and cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if exact else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell).decode("utf-8", "replace")
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)
