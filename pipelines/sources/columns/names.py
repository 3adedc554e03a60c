"""Names of persons as they stand in rosters: one person's name in its normal form, or why it is none.

Belongs here: characters of names, notes behind them, several people in one cell. Does not belong here: whose name it is and
how names are compared (`identity`): traditional and variant characters stay as sent.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from pipelines.sources.columns.marks import marks
from pipelines.sources.columns.texts import STEERS, UNSEEN

# Chinese characters of every plane. Kana, letters, private-use characters and signs are in no name on an ID card here.
_PLAIN_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002f7ff\U00030000-\U000323af"
_HAN = f"{_PLAIN_HAN}\uf900-\ufaff\U0002f800-\U0002fa1f"
# A whole column's pattern of names that stand as they are.
PLAIN_NAME = f"[{_PLAIN_HAN}]{{2,40}}"
_NAME = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*")
# Every sign that stands between the parts of a name that came from another language.
MIDDLE_DOTS = "·•‧∙⋅ꞏ・."
_MIDDLE_DOTS = re.compile(rf"\s*[{MIDDLE_DOTS}](?=.)\s*")
_SEVERAL = re.compile(r"[、,，;；/|\\&\n]")
_STEERS = re.compile(STEERS)
_LONGEST = 40
# What stands beside a name: anything in brackets, and another name of the person.
_NOTE = re.compile(
    r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]?|[,，;；/、\s]?(?:曾用|又名|原名|别名|本名|旧名|现名|现用名|更名|改名|身份证名|户口名|小名|乳名|绰号|外号).*"
)
_NOTED = re.compile(rf"[{_HAN}0-9·•.*×✕xX○◯□■●?_ ()\[\]【】〔〕:、,;/年月日]+")
_BLANKS = " \t\r\n\v\f"


class NameProblem(StrEnum):
    """Why a text is not the name of one person."""

    UNREADABLE = "NAME_UNREADABLE"
    SEVERAL = "NAME_SEVERAL"
    CONTROL = "TEXT_CONTROL"


def parse_name(text: str) -> tuple[str, bool] | NameProblem:
    """The name, and whether a note was split off ("张三（主任）", "李四*").

    Only notes that are surely no part of a name are split off; anything else in brackets, and a question mark or box for
    a character that an encoding could not hold, makes it unreadable.
    """
    plain = re.sub(f"^{UNSEEN}+|{UNSEEN}+$", "", unicodedata.normalize("NFKC", text).strip()).strip()
    if _STEERS.search(plain):
        return NameProblem.CONTROL
    bare = without_note(plain)
    if _SEVERAL.search(bare):
        return NameProblem.SEVERAL
    parts = _MIDDLE_DOTS.sub("·", bare).split()
    if len(parts) > 1 and not _one_person(parts):
        return NameProblem.SEVERAL
    name = "".join(parts)
    if not (2 <= len(name) <= _LONGEST and _NAME.fullmatch(name)):
        return NameProblem.UNREADABLE
    return name, bare != plain


def noted_name(text: str) -> tuple[str, bool] | NameProblem:
    """A name as a record has it: one person's name as `parse_name` reads it, else the text as it was sent, with what stands
    beside
    the name or in its place (another name, a remark, a mask). Who is meant is for the linking to say.

    What names several, or nobody by any character, is none.
    """
    bare = re.sub(UNSEEN, "", text)  # nobody typed them, and nobody is shown a name of the vault beside others
    found = parse_name(bare)
    if not isinstance(found, NameProblem):
        # behind a name * may refer to a footnote, or stand for a character
        return (bare.strip() if bare.rstrip().endswith(("*", "＊")) else found[0]), found[1] or bare != text
    if found is NameProblem.CONTROL:
        return found
    text = bare
    plain = re.sub(f"^{UNSEEN}+|{UNSEEN}+$", "", unicodedata.normalize("NFKC", text).strip()).strip()
    bare = re.sub("(?<=..)(同志|先生|女士)$", "", without_note(_NOTE.sub("", plain)))
    parts = _MIDDLE_DOTS.sub("·", bare).split()
    if _SEVERAL.search(bare) or (len(parts) > 1 and not _one_person(parts)):
        return NameProblem.SEVERAL
    if len(plain) > _LONGEST or not _NOTED.fullmatch(plain) or not re.search(f"[{_HAN}]", bare):
        return NameProblem.UNREADABLE
    return plain, True


def without_note(plain: str) -> str:
    """A text in compatibility form without footnote signs and known notes in brackets at its end."""
    known = marks()
    plain = plain.rstrip(_BLANKS + "".join(known.name_signs))
    match = re.fullmatch(r"(.+?)\s*[(\[【〔]([^()\[\]【】〔〕]+)[)\]】〕]", plain, re.DOTALL)
    if match and "".join(match[2].split()).lower() in known.name_notes:
        return without_note(match[1])
    return plain


def _one_person(parts: list[str]) -> bool:
    """Blanks spread one name out ("李 四"); what is long enough for two names is one only under a surname of two."""
    whole = "".join(parts)
    return len(whole) <= 3 or (len(whole) == 4 and whole[:2] in marks().compound_surnames)
