"""Bytes → one table of texts, exactly as sent, or a refusal that says why. Never a wrong value.

Rooms: `formats` tells by the content what was sent; `text`, `workbook`, `html` and `archive` open it into a `Grid` of
texts; `header` finds the header row; `body` gives the rows below it in pieces and leaves out, stated, what is no row of
the table. Does not belong here: what a cell means (`interpret`).
"""

from pipelines.sources.reading.formats import read_table
from pipelines.sources.reading.table import CHUNK_ROWS, RawTable, text_frame

__all__ = ["CHUNK_ROWS", "RawTable", "read_table", "text_frame"]
