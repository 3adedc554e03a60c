"""Columns of texts → typed columns: `read_column` is the one way in.

Belongs here: what a cell's text stands for. Does not belong here: what a row or a delivery makes of it (`interpret`).
"""

from pipelines.sources.columns.marks import is_ditto
from pipelines.sources.columns.read import Typed, read_column
from pipelines.sources.columns.texts import OWN_ID, PERSONAL_NUMBER, Coded, coded, plain_text

__all__ = ["OWN_ID", "PERSONAL_NUMBER", "Coded", "Typed", "coded", "is_ditto", "plain_text", "read_column"]
