"""What a person sees of a number cell: the text its number format makes of it, and whether that is still the stored number.

Belongs here: number formats of every kind of workbook. Does not belong here: the grammar of their codes (`format_codes`), which
of shown and stored counts (the contract, `doubtful`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from pipelines.sources.cells import cell_text
from pipelines.sources.reading.date_formats import FIRST_CERTAIN_SERIAL, DateFormat, is_date
from pipelines.sources.reading.format_codes import Section, Token, UnknownFormat, known_formats, sections_of
from pipelines.sources.reading.table import Doubted

_LARGEST = 1e21
# Numbers so small have all their digits within the 15.
_QUICK_BELOW = 1e9
_SPREADSHEET_DIGITS = 15


@dataclass(frozen=True)
class Shown:
    """A cell's text as a person sees it, without what decorates it; `doubt` where the stored value is another one."""

    text: str
    doubt: Doubted | None = None


class NumberFormat:
    """One format code: shows numbers and texts."""

    def __init__(self, code: str) -> None:
        self._known = True
        try:
            sections = sections_of(code)
            self._text = next((section for section in sections if section.has("at")), sections[3] if len(sections) == 4 else None)
            numbers = [section for section in sections[:3] if section is not self._text]
            self._numbers = [_NumberSection(section) for section in numbers or sections[:1]]
        except UnknownFormat:
            self._known, self._text, self._numbers = False, None, []
        self.shows_dates = any(section.is_date for section in self._numbers)
        self._quick = self._numbers[0].quick_decimals if self._numbers else None
        self._cache: dict[tuple[float, bool], Shown] = {}

    @property
    def is_plain(self) -> bool:
        """Whether every number is shown as it is stored."""
        return self._known and len(self._numbers) == 1 and self._numbers[0].is_plain and not self.changes_texts

    @property
    def is_whole_date(self) -> bool:
        """Whether every number is shown as a day of a month of a year."""
        return self._known and len(self._numbers) == 1 and self._numbers[0].shows_whole_date

    @property
    def changes_texts(self) -> bool:
        """Whether a text under it is shown as another one."""
        if self._text is None:
            return False
        return not self._text.has("at") or any(token.text for token in self._text.tokens if token.kind not in ("at", "blank"))

    def show(self, value: float, epoch_1904: bool) -> Shown:
        """What is shown of a number."""
        if self._quick is not None and 0 < value < _QUICK_BELOW:
            text = f"{value:.{self._quick}f}"
            if float(text) == value:
                return Shown(text)
        key = (value, epoch_1904)
        if key not in self._cache:
            if len(self._cache) > 100_000:
                self._cache.clear()
            self._cache[key] = self._show(value, epoch_1904)
        return self._cache[key]

    def shown_otherwise(self, value: float, epoch_1904: bool) -> Shown | None:
        """What is shown of a number, where that is not the text of the number itself."""
        if self._quick is not None and 0 < value < _QUICK_BELOW:
            text = f"{value:.{self._quick}f}"
            if float(text) == value:
                return Shown(text) if self._quick and text[-1] == "0" else None
        shown = self.show(value, epoch_1904)
        return shown if self.shows_dates or shown.doubt is not None or shown.text != stored_text(value) else None

    def show_text(self, text: str) -> Shown:
        """What is shown of a text."""
        if not self.changes_texts or self._text is None or not text:
            return Shown(text)
        shown = "".join(text if token.kind == "at" else token.text for token in self._text.tokens).strip()
        return Shown(shown, None if shown else Doubted("SHOWN_NOT_STORED", "", text))

    def _show(self, value: float, epoch_1904: bool) -> Shown:
        stored = stored_text(value)
        if not self._known or abs(value) >= _LARGEST or value != value:
            return Shown(stored, None if self._known else Doubted("FORMAT_UNKNOWN"))
        number = Decimal(f"{value:.{_SPREADSHEET_DIGITS}g}")
        section, negative = self._section(number)
        if section is None:
            return Shown(stored, Doubted("FORMAT_UNKNOWN"))
        return section.show(number, stored, value, negative, epoch_1904)

    def _section(self, number: Decimal) -> tuple[_NumberSection | None, bool]:
        """The section for a number, and whether the number's minus is shown beside it."""
        sections = self._numbers
        if any(section.conditional for section in sections):
            meant = next((section for section in sections if section.meant_for(number)), None)
            # Whether a minus is shown beside a section with a condition depends on the program.
            return (None if number < 0 else meant), False
        if len(sections) > 2 and number == 0:
            return sections[2], False
        if len(sections) > 1 and number < 0:
            return sections[1], False
        return sections[0], number < 0


@cache
def number_format(code: str) -> NumberFormat:
    """The format of a code; one for each code."""
    return NumberFormat(code)


def builtin_format(number: int) -> NumberFormat:
    """The format that a workbook names by number only."""
    return number_format(known_formats().builtin.get(number, "[unknown]"))


def stored_text(value: float) -> str:
    """A stored number: the 15 digits that a spreadsheet keeps."""
    return cell_text(value)


class _NumberSection:
    """One section, for the numbers that it is meant for."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self.conditional = section.condition is not None
        self._date = DateFormat(section) if any(map(is_date, section.tokens)) else None
        self._as_stored = section.has("general", "at")
        digits = _Digits(section.tokens)
        self._digits = digits
        self.is_plain = not (digits.decoration or self.conditional or section.has("digit", "percent")) and self._as_stored
        self.shows_whole_date = self._date is not None and self._date.is_whole and not self.conditional

    @property
    def is_date(self) -> bool:
        return self._date is not None

    @property
    def quick_decimals(self) -> int | None:
        """How many decimals it shows of a number, where it shows nothing else; None where it does more."""
        more = self.conditional or self.is_date or self._as_stored or not self._digits.is_simple
        return None if more else self._digits.decimals

    def meant_for(self, number: Decimal) -> bool:
        """Whether its condition holds."""
        return self._section.meant_for(number)

    def show(self, number: Decimal, stored: str, value: float, minus: bool, epoch_1904: bool) -> Shown:
        """What is shown of `number`, whose text is `stored`; `minus` if its sign is shown beside the section."""
        if self._date is not None:
            text = self._date.show(value, epoch_1904)
            # A number this small was meant as something else, and 1900年1月0日 is a blank that became a zero.
            small = not epoch_1904 and 0 <= value < FIRST_CERTAIN_SERIAL and self._date.shows_day
            return Shown(text, Doubted("SHOWN_NOT_STORED", text, stored) if small else None)
        if self._as_stored:
            return self._digits.around(stored if minus or number >= 0 else stored.removeprefix("-"), stored)
        if self._section.has("exponent"):
            return self._scientific(number, stored)
        return self._digits.show(abs(number), minus, number, stored)

    def _scientific(self, number: Decimal, stored: str) -> Shown:
        """Shown in powers of ten: the stored digits, if all of them are shown."""
        tokens = self._section.tokens
        before = [token.kind for token in tokens[: next(p for p, token in enumerate(tokens) if token.kind == "exponent")]]
        if before.count("digit") and ("point" not in before or before.index("point") == 1) and (
            "point" in before or before.count("digit") == 1
        ):
            decimals = before.count("digit") - 1
            shown = f"{number:.{decimals}E}"
            return Shown(stored) if Decimal(shown) == number else Shown(shown, Doubted("SHOWN_NOT_STORED", shown, stored))
        return Shown(stored, Doubted("FORMAT_UNKNOWN"))


class _Digits:
    """Places for digits, and what stands around and between them."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self._whole: list[Token] = []  # digits and what stands among them
        self._decimals: list[Token] = []
        self._percents = sum(token.kind == "percent" for token in tokens)
        self._thousands = 0
        self._grouped = False
        self._fraction = any(token.text == "/" and token.kind == "literal" for token in tokens) and sum(
            token.kind == "digit" for token in tokens
        ) > 1
        self._take_apart(tokens)
        said = "".join([*self.before, *self.after, *(token.text for token in self._whole if token.kind == "literal")])
        for sign in known_formats().harmless:
            said = said.replace(sign, "")
        self.bare = said = "".join(said.split())
        self._bracketed = said.startswith("(") and said.endswith(")")
        self._minus = self._bracketed or "-" in "".join(self.before)
        plain = {token.text for token in [*self._whole[-1:], *self._decimals]}
        self.decimals = len(self._decimals)
        self.is_simple = (
            plain == {"0"} and not (self._percents or self._thousands or self._fraction or self._minus or said)
            and all(token.text == "#" for token in self._whole[:-1]) and not any(token.kind == "exponent" for token in tokens)
        )  # fmt: skip
        # What is left says something about the number, or is a part of a key.
        self.decoration = said.strip("()" if self._bracketed else "").lstrip("-+") if self._minus or "+" in said else said

    def _take_apart(self, tokens: tuple[Token, ...]) -> None:
        stand_ins = ("digit",) if any(token.kind == "digit" for token in tokens) else ("general", "at")
        places = [place for place, token in enumerate(tokens) if token.kind in stand_ins]
        last = places[-1] if places else len(tokens)
        first = places[0] if places else len(tokens)
        point = next((place for place, token in enumerate(tokens) if token.kind == "point"), None)
        for place, token in enumerate(tokens):
            if token.kind == "comma":
                end = point if point is not None and place < point else None
                later = any(place < other and (end is None or other < end) for other in places)
                self._grouped |= later and first < place
                self._thousands += not later and first < place
            elif token.kind in ("percent", "point", "at", "general"):
                continue
            elif token.kind == "digit":
                (self._whole if point is None or place < point else self._decimals).append(token)
            elif token.kind == "blank":
                (self.before if place < first else self.after).append(" ")
            elif first < place < last:
                (self._whole if point is None or place < point else self._decimals).append(token)
            else:
                (self.before if place < first else self.after).append(token.text)

    def around(self, digits: str, stored: str) -> Shown:
        """A number that is shown as it is stored, with what stands around it."""
        if self._minus:
            digits = f"-{digits}"
        if not self.decoration:
            return Shown(digits, None if digits == stored else Doubted("SHOWN_NOT_STORED", digits, stored))
        return Shown(f"{''.join(self.before)}{digits}{''.join(self.after)}".strip())

    def show(self, amount: Decimal, minus: bool, number: Decimal, stored: str) -> Shown:
        """`amount` in the places; `number` is what it is with its sign, `stored` as a text."""
        if not any(token.kind == "digit" for token in self._whole + self._decimals):
            return self._without_places(number, stored)
        if self._fraction:
            return Shown(stored) if number == number.to_integral_value() else Shown(stored, Doubted("FORMAT_UNKNOWN"))
        scaled = amount * 100**self._percents / 1000**self._thousands
        decimals = sum(token.kind == "digit" for token in self._decimals)
        rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        whole, _, fraction = f"{rounded:f}".partition(".")
        sign = "-" if minus or self._minus else ""
        places, infix = self._filled(whole if whole != "0" else "")
        shown_decimals = self._shown_decimals(fraction)
        if not places.strip() and not shown_decimals:  # as those of a zero under #
            return self._without_places(number, stored)
        digits = f"{sign}{places or '0'}" + (f".{shown_decimals}" if shown_decimals else "") + "%" * self._percents
        worth = rounded / 100**self._percents * (-1 if sign else 1)
        # A point among whole digits makes a number a thousandth or ten-thousandth of what is stored.
        same = worth == number and not self._thousands and not (infix and "." in infix)
        text = digits if not self.decoration or set(infix) == set(self.decoration) else self._rendered(digits, sign)
        return Shown(text, None if same else Doubted("SHOWN_NOT_STORED", text, stored))

    def _filled(self, digits: str) -> tuple[str, str]:
        """The whole digits in their places, from the right, and the literals among them."""
        left, shown, infix = list(digits), [], []
        first = next((place for place, token in enumerate(self._whole) if token.kind == "digit"), None)
        for place in range(len(self._whole) - 1, -1, -1):
            token = self._whole[place]
            if token.kind == "literal":
                shown.append(token.text[::-1])
                infix.append(token.text)
            elif left:
                shown.append(left.pop())
            elif token.text == "0":
                shown.append("0")
            if place == first and left:
                shown.append("".join(reversed(left)))
        return "".join(shown)[::-1], "".join(infix)

    def _shown_decimals(self, fraction: str) -> str:
        """The decimals: all that have a 0 for their place, of the others those that are not zeros at the end."""
        kinds = [token.text for token in self._decimals if token.kind == "digit"]
        end = len(fraction)
        while end and kinds[end - 1] in "#?" and fraction[end - 1] == "0":
            end -= 1
        return fraction[:end]

    def _rendered(self, digits: str, sign: str) -> str:
        """The number with everything around it, its minus in front."""
        before, after = "".join(self.before).strip(), "".join(self.after).strip()
        if self._minus:
            before, after = before.replace("-", "").removeprefix("("), after.removesuffix(")")
        return f"{sign}{before}{digits.removeprefix(sign) if sign else digits}{after}".strip()

    def _without_places(self, number: Decimal, stored: str) -> Shown:
        """A section that shows the same words for every number; none if it has none."""
        words = "".join([*self.before, *self.after]).strip()
        if number == 0 and self.bare in known_formats().zero_dashes:
            return Shown("0")
        return Shown(words, Doubted("SHOWN_NOT_STORED", words, stored))
