"""The Chinese words of the report, read from `texts.yml`.

Belongs here: reading and looking up words. Does not belong here: any word.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml

FILE = Path(__file__).with_name("texts.yml")


class Texts:
    """Words by section and key. A code without a word is shown as it is, so that new data never breaks a page."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words

    def word(self, section: str, key: Any) -> str:
        return str(self._words[section].get(str(key), key))

    def say(self, key: str, **values: Any) -> str:
        """A phrase with its places filled in."""
        return str(self._words["phrases"][key]).format(**values)

    def knows(self, section: str, key: str) -> bool:
        """Whether the section has the key."""
        return key in self._words[section]

    def listed(self, section: str, key: str) -> list[str]:
        """The list that stands under a key."""
        return list(self._words[section][key])

    def numeral(self, number: int) -> str:
        """The number of a chapter, as official documents count."""
        return str(self._words["numerals"][number - 1])

    def order(self, section: str) -> list[str]:
        """The keys of a section in the order of the file."""
        return list(self._words[section])


@cache
def texts() -> Texts:
    """The words, read once."""
    return Texts(read_yaml(FILE))
