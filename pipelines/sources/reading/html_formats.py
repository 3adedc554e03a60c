"""Number formats of pages that are saved as workbooks (`mso-number-format`): a spreadsheet shows a cell's text by them.

Belongs here: finding a cell's format in its style or class, and whether it shows another thing than the text. Does not belong
here: tables and cells (`html`), formats (`number_formats`).
"""

from __future__ import annotations

import re
from datetime import datetime

from pipelines.sources.reading.date_formats import serial_of
from pipelines.sources.reading.format_codes import known_formats
from pipelines.sources.reading.number_formats import NumberFormat, Shown, number_format
from pipelines.sources.reading.table import Doubted

_FORMAT = re.compile(r"""mso-number-format\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^;}"']+))""", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"(?:td|th)?\.([\w-]+)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{4,6})\s?|(.))", re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d{1,15}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,15})?")
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")


class HtmlFormats:
    """The formats of a page's classes."""

    def __init__(self) -> None:
        self._by_class: dict[str, str] = {}

    def read_styles(self, css: str) -> None:
        """Take in a style sheet."""
        for selectors, rules in _RULE.findall(css):
            if code := _code(rules):
                for name in _CLASS.findall(selectors):
                    self._by_class[name] = code

    def of_cell(self, style: str | None, classes: str | None) -> NumberFormat | None:
        """The format of a cell by its own style, else by its classes; None if it has none."""
        own = _code(style or "")
        codes = [own] if own else [self._by_class[name] for name in (classes or "").split() if name in self._by_class]
        return number_format(codes[0]) if codes else None


def shown_in_spreadsheet(text: str, by: NumberFormat) -> Shown:
    """What a spreadsheet shows of a cell's text. Where that says something else, the text is what is stored."""
    plain = text.strip()
    if by.is_plain or not plain:
        return Shown(text)
    if _NUMBER.fullmatch(plain):
        shown = by.show(float(plain.replace(",", "")), False)
        changed = shown.doubt is not None or shown.text.endswith("%") or by.shows_dates
        return Shown(shown.text, _doubt(shown, plain)) if changed else Shown(text)
    if (day := _DAY.fullmatch(plain)) and by.shows_dates and not by.is_whole_date:
        try:
            moment = datetime(int(day[1]), int(day[3]), int(day[4]))
        except ValueError:
            return Shown(text)
        shown = by.show(serial_of(moment), False)
        return Shown(shown.text, _doubt(shown, plain))
    return Shown(text)


def _doubt(shown: Shown, plain: str) -> Doubted:
    unknown = shown.doubt is not None and shown.doubt.code != "SHOWN_NOT_STORED"
    return Doubted("FORMAT_UNKNOWN") if unknown else Doubted("SHOWN_NOT_STORED", shown.text, plain)


def _code(css: str) -> str:
    """The format code in the declarations of a rule; empty if there is none."""
    match = _FORMAT.search(css)
    if match is None:
        return ""
    quoted = match[1] if match[1] is not None else match[2]
    code = (quoted if quoted is not None else match[3] or "").strip()
    code = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], code)
    return known_formats().html_names.get(code.title() if code.title() in known_formats().html_names else code, code)
