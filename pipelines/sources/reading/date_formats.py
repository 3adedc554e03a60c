"""What a person sees of a date cell: a day, a month, a year, a time, as far as its number format shows it.

Belongs here: serial numbers under date formats. Does not belong here: other numbers (`number_formats`), reading texts as dates
(`columns.dates`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pipelines.sources.reading.format_codes import Section, Token, UnknownFormat, known_formats

# Spreadsheets count a 29 February 1900 that never was; up to it their days are no days, and a number so small is none.
FIRST_CERTAIN_SERIAL = 61
_DAY_AFTER_LAST = 2_958_466
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DAYS_1904 = 1462
# What is shown of a time before all times, whatever the column's width.
NO_SUCH_DAY = "########"


class DateFormat:
    """One section of a code that shows dates or times."""

    def __init__(self, section: Section) -> None:
        self._tokens = tuple(token for token in section.tokens if token.kind in ("date", "elapsed", "half"))
        letters = {token.text[0] for token in self._tokens if token.kind == "date"}
        if letters & {"g", "b"}:
            raise UnknownFormat("era")
        self.year = bool(letters & {"y", "e"})
        self.hour = "h" in letters or any(token.kind == "elapsed" for token in self._tokens)
        self.month = any(token.text[0] == "m" and not self._is_minute(place) for place, token in enumerate(self._tokens))
        self.day = any(token.text in ("d", "dd") for token in self._tokens)
        self.weekday = any(token.text[:3] in ("ddd", "aaa") for token in self._tokens)
        self.time = self.hour or bool(letters & {"s"}) or any(self._is_minute(place) for place in range(len(self._tokens)))
        self._year_in_words = any("年" in token.text for token in section.tokens if token.kind == "literal")

    @property
    def is_whole(self) -> bool:
        """Whether it shows a day with its month and year."""
        return self.year and self.month and self.day

    @property
    def shows_day(self) -> bool:
        """Whether it shows any part of a day's name."""
        return self.year or self.month or self.day or self.weekday

    def _is_minute(self, place: int) -> bool:
        """An m beside hours or seconds is a minute."""
        token = self._tokens[place]
        if token.kind == "elapsed":
            return token.text[0] == "m"
        if token.text[0] != "m" or len(token.text) > 2:
            return False
        before, after = self._near(place - 1), self._near(place + 1)
        return before == "h" or after == "s"

    def _near(self, place: int) -> str:
        inside = 0 <= place < len(self._tokens) and self._tokens[place].kind != "half"
        return self._tokens[place].text[0] if inside else ""

    def show(self, serial: float, epoch_1904: bool) -> str:
        """The text for a serial number: an ISO day (with its time, if it has one), else what is shown in Chinese words."""
        if any(token.kind == "elapsed" for token in self._tokens):
            return _elapsed(serial)
        if serial < 0 or serial + (_DAYS_1904 if epoch_1904 else 0) >= _DAY_AFTER_LAST:
            return NO_SUCH_DAY
        whole, seconds = divmod(round(serial * 86400), 86400)
        clock = _clock(seconds)
        year, month, day, weekday = _calendar(whole, epoch_1904)
        if self.is_whole:
            return f"{year}-{month:02}-{day:02}" + (f" {clock}" if seconds else "")
        said = f"{year}年" if self.year and (self.month or self.day or self._year_in_words) else f"{year}" if self.year else ""
        said += f"{month}月" if self.month else ""
        said += f"{day}日" if self.day else ""
        words = [said, weekday if self.weekday else "", clock if self.time else ""]
        return " ".join(word for word in words if word)


def is_date(token: Token) -> bool:
    """Whether a token shows a part of a day or time."""
    return token.kind in ("date", "elapsed", "half")


def _calendar(days: int, epoch_1904: bool) -> tuple[int, int, int, str]:
    """Year, month, day and weekday of a serial number, as a spreadsheet counts."""
    names = known_formats().weekdays
    if not epoch_1904 and days < FIRST_CERTAIN_SERIAL:
        month, day = (1, days) if days <= 31 else (2, days - 31)
        return 1900, month, day, names[(days - 2) % 7]
    found = (_EPOCH_1904 if epoch_1904 else _EPOCH) + timedelta(days=days)
    return found.year, found.month, found.day, names[found.weekday()]


def _clock(seconds: int) -> str:
    return (datetime.min + timedelta(seconds=seconds)).strftime("%H:%M:%S")


def _elapsed(days: float) -> str:
    sign, seconds = "-" if days < 0 else "", round(abs(days) * 86400)
    return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def serial_of(moment: datetime) -> float:
    """The serial number of a moment, counted from 1900."""
    return (moment.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)
