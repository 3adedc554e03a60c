"""Tables as bytes: CSV in any encoding, workbooks row by row; the same rows always give the same bytes.

Belongs here: writing cells and counting rows. Does not belong here: what a cell says (`formats`).
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path

import xlsxwriter

from pipelines.files import new_file
from pipelines.simulation.formats import Cell


class CsvWriter:
    """A CSV file as spreadsheet programs export it (CRLF)."""

    def __init__(self, path: Path, headers: list[str], encoding: str) -> None:
        self._file = TextIOWrapper(new_file(path), encoding=encoding, newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(headers)
        self.row = 1

    def write(self, cells: list[Cell]) -> int:
        """Write a row and return its number in the file, the header being 1."""
        self._writer.writerow(cells)
        self.row += 1
        return self.row

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class WorkbookWriter:
    """A workbook with one sheet; texts stay texts, dates are date cells, nothing is kept in memory."""

    def __init__(self, path: Path, headers: list[str], sheet: str, created: date) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._book.set_properties({"created": datetime(created.year, created.month, created.day, 9)})
        self._sheet = self._book.add_worksheet(sheet)
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self.row = 0
        self.write(list(headers))

    def write(self, cells: list[Cell]) -> int:
        """Write a row and return its number in the sheet, the header being 1."""
        sheet, row = self._sheet, self.row
        for column, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(row, column, cell, self._date)
            else:
                sheet.write_number(row, column, cell)
        self.row += 1
        return self.row

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


Writer = CsvWriter | WorkbookWriter
