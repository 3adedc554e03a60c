"""Names of persons in the form in which they are compared.

Belongs here: one name to its form, surname and given name. Does not belong here: whether a text is a name at all
(`sources.columns.names`), how near two forms are to each other (`linking`), pinyin (`pinyin`).
"""

from __future__ import annotations

import re

import pandas as pd

from pipelines.identity.normal.characters import kept_as_surname, seen, simplified, words_of_names
from pipelines.sources.columns.marks import marks
from pipelines.sources.columns.names import MIDDLE_DOTS, PLAIN_NAME, without_note
from pipelines.sources.columns.texts import coded

_DOT = re.compile(f"[{MIDDLE_DOTS}]")
_DOT_INSIDE = re.compile(rf"\w[{MIDDLE_DOTS}]\w")
_PLAIN = re.compile(PLAIN_NAME)
# A Han name has a surname of one or two characters and at most two more; what is longer came from another language.
_LONGEST_HAN = 4


def matching_name(name: str) -> str:
    """The form in which a name is compared; never one to show.

    NFKC, without blanks, unseen characters and middle dots, traditional and variant characters as simplified ones (but
    see `name_forms.yml`), titles in front and behind and notes in brackets split off. Any text has a form, and the form of a
    form is itself.
    """
    words = words_of_names()
    if _PLAIN.fullmatch(name) and not name.endswith(words["behind"]) and not name.startswith(words["in_front"]):
        return _simplified_name(name)
    while (form := _one_pass(name)) != name:
        name = form
    return form


def _one_pass(name: str) -> str:
    form = without_note(_simplified_name(_DOT.sub("", seen(name))))
    for word in words_of_names()["behind"]:
        if form.endswith(word) and len(form) >= len(word) + 2:
            return form.removesuffix(word)
    for word in words_of_names()["in_front"]:
        if form.startswith(word) and len(form) >= len(word) + 2:
            return form.removeprefix(word)
    return form


def _simplified_name(name: str) -> str:
    form = simplified(name)
    surname = kept_as_surname().get(name[:1])
    return surname + form[1:] if surname else form


def matching_names(names: pd.Series) -> pd.Series:
    """`matching_name` of a whole column, each distinct text once; nulls stay null."""
    by_text = coded(names)
    forms = pd.Series([matching_name(one) for one in by_text.distinct.dropna()], dtype="str")
    distinct = by_text.distinct.copy()
    distinct[distinct.notna()] = forms.to_numpy()
    return by_text.spread(distinct)


def surname_and_given(name: str) -> tuple[str, str]:
    """Surname and given name, both in matching form; the surname is empty where the name has no Han surname.

    Those are names with a middle dot (阿依·某某) and names of five characters or more. Compound surnames are those of
    `marks.yml`; a name of two characters has a surname of one.
    """
    form = matching_name(name)
    dotted = not _PLAIN.fullmatch(name) and _DOT_INSIDE.search(without_note(seen(name)))
    if dotted or len(form) > _LONGEST_HAN:
        return "", form
    length = 2 if len(form) > 2 and form[:2] in marks().compound_surnames else 1
    return form[:length], form[length:]
