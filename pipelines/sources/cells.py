"""A value that is no text yet (a workbook's cell, a database's column, a JSON field) as the text a person sees.

Belongs here: this one conversion. Does not belong here: what the text means (`columns`).
"""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# What a spreadsheet keeps of a number; more digits of a double are those of its binary form, which nobody has entered.
_DOUBLE_DIGITS = 15
# What a spreadsheet shows for what is no number: refused in every column, where "nan" might pass for a blank or a word.
_NO_NUMBER = "#NUM!"


def cell_text(cell: Any) -> str:
    """Whole numbers without '.0', doubles in 15 digits, decimals in all of theirs, dates in ISO form, yes and no in Chinese,
    bytes as the UTF-8 they should be; nothing is an empty text. NaN and infinity are a failed formula's sign."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return _NO_NUMBER
        # The rest of a longer number was never there and must not be made up.
        exact = cell.is_integer() and abs(cell) < 10**_DOUBLE_DIGITS
        return str(int(cell)) if exact else f"{cell:.{_DOUBLE_DIGITS}g}"
    if isinstance(cell, Decimal):
        if not cell.is_finite():
            return _NO_NUMBER
        digits = f"{cell:f}"  # never 1E+3; zeros at the end are the column's, not the value's
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell).decode("utf-8", "replace")
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)
