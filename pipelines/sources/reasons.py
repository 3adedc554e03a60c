"""Why something was set aside, as data: a code, where it is, and the words for whoever must act.

Belongs here: the shape of a reason and its texts (`reasons.yml`; of sources, drop folders, agreements, parts, values and
workbooks in files of their own). Does not belong here: deciding what follows from a reason (`landing`). A reason never carries
a cell's value, but for an amount or date given in two ways (`doubtful`), in columns from which everybody may learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipelines.files import read_yaml

_OWN = ("agreements", "files", "identity", "parts", "sources", "values", "workbooks")
_TEXTS = tuple(Path(__file__).with_name(name) for name in ("reasons.yml", *(f"reasons_{name}.yml" for name in _OWN)))


@dataclass(frozen=True)
class Reason:
    """One finding: machine code, place, and texts in Chinese (for the department) and English (for the log)."""

    code: str
    zh: str
    en: str
    fix_zh: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def with_place(self, file_name: str) -> tuple[str, str]:
        """The Chinese and English sentence with file, sheet, row and column in front."""
        place_zh = [f"文件“{file_name}”"]
        place_en = [f"file '{file_name}'"]
        for value, zh, en in (
            (self.sheet, "工作表“{}”", "sheet '{}'"),
            (self.row, "第{}行", "row {}"),
            (self.column, "列“{}”", "column '{}'"),
        ):
            if value is not None:
                place_zh.append(zh.format(value))
                place_en.append(en.format(value))
        return f"{' '.join(place_zh)}：{self.zh}。{self.fix_zh}。", f"{', '.join(place_en)}: {self.en}"


@cache
def reason_texts() -> dict[str, dict[str, str]]:
    """All texts by code."""
    return {code: texts for path in _TEXTS for code, texts in read_yaml(path).items()}


def reason(
    code: str, *, sheet: str | None = None, row: int | None = None, column: str | None = None, **values: object
) -> Reason:
    """Make the reason `code` with its texts filled in. KeyError for a code without texts."""
    in_words = row if "{row}" in "".join(reason_texts()[code].values()) else None
    return Reason(code, *_filled(code, in_words, column, **values), sheet, row, column)


@lru_cache(maxsize=4096)
def _filled(code: str, row: int | None, column: str | None, **values: object) -> tuple[str, str, str]:
    """The texts of a reason; thousands of rows with the same finding share them."""
    texts = reason_texts()[code]
    zh, en, fix = (texts[language].format(row=row, column=column, **values) for language in ("zh", "en", "fix_zh"))
    return zh, en, fix


class Unreadable(Exception):
    """A delivery that cannot be read at all; carries the reason it is held for."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.en)
        self.why = why
