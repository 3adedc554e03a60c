"""Whether the body of an API's answer with status 200 says that the request was refused or has failed.

Belongs here: what such an answer looks like where nothing is agreed (the words are data, `refusals.yml`), and the agreed sign
of success (`success` of the source). Does not belong here: asking, paging (`api`). Nothing of the body is ever quoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.sources.source import ApiSource

_WORDS = Path(__file__).with_name("refusals.yml")
Fields = dict[str, Any]


@dataclass(frozen=True)
class _Words:
    flags: frozenset[str]
    no: frozenset[str]
    codes: frozenset[str]
    good: frozenset[str]
    bad: frozenset[str]
    login_codes: frozenset[str]
    login_words: frozenset[str]
    errors: frozenset[str]
    nothing: frozenset[str]
    messages: frozenset[str]
    fault_words: frozenset[str]
    envelopes: frozenset[str]
    login_pages: frozenset[str]
    statuses: range


@cache
def _words() -> _Words:
    content: dict[str, Any] = read_yaml(_WORDS)
    bounds = content.pop("statuses")
    return _Words(
        **{name: frozenset(words) for name, words in content.items()}, statuses=range(bounds["from"], bounds["to"] + 1)
    )


def refusal(answer: Any, source: ApiSource) -> str | None:
    """SOURCE_LOGIN or SOURCE_ANSWER where an answer says that it is none; None where nothing speaks against it.

    With `success` in the source its sign alone decides. Without it: a flag that says no, a code that is an error's, an error
    that is told; and beside an empty or missing list also a code nobody knows or a message of something gone wrong, for
    such an answer would pass for "nothing new".
    """
    if not isinstance(answer, dict):
        return None
    told = list(_told(answer, source.items))
    if source.success is not None:
        stated = _text(_value(answer, source.success.path))
        fine = stated is not None and stated in {_text(value) for value in source.success.is_one_of}
    else:
        fine = not (_says_no(told) or (not _value(answer, source.items) and _is_doubtful(told)))
    if fine:
        return None
    return "SOURCE_LOGIN" if _is_about_login(told) else "SOURCE_ANSWER"


def leads_to_login(text: str) -> bool:
    """Whether an address or the beginning of a page is that of a login."""
    return any(word in text.lower() for word in _words().login_pages)


def _told(answer: Fields, items: str) -> Iterator[tuple[str, Any]]:
    """(name, value) of what an answer tells beside its records: on the way to them, and in what services put their state into."""
    *way, last = items.split(".")
    place: Any = answer
    for part in (*way, None):
        if not isinstance(place, dict):
            return
        for name, value in place.items():
            plain = _name(name)
            if name in (part, last):
                continue
            yield plain, value
            if isinstance(value, dict) and plain in _words().envelopes:
                yield from ((_name(inner), one) for inner, one in value.items())
        place = place.get(part) if part is not None else None


def _says_no(told: list[tuple[str, Any]]) -> bool:
    words = _words()
    for name, value in told:
        text = _text(value)
        if name in words.errors and (text not in words.nothing if text is not None else bool(value)):
            return True
        if text is None:
            continue
        if (name in words.flags and text in words.no) or (name in words.codes and _is_error(text)):
            return True
    return False


def _is_error(code: str) -> bool:
    """A code that surely says that something went wrong; one that nobody knows does not."""
    words = _words()
    number = _number(code)
    below = number is not None and number < 0
    return code in words.bad or code in words.login_codes or below or number in words.statuses


def _is_doubtful(told: list[tuple[str, Any]]) -> bool:
    """What is not believed beside an empty list: a code that is no known success, a message of something gone wrong."""
    words = _words()
    for name, value in told:
        text = _text(value)
        if text is None:
            continue
        if name in words.codes and text not in words.good and text != "":
            return True
        if name in words.messages and text not in words.nothing and _has(text, words.fault_words | words.login_words):
            return True
    return False


def _is_about_login(told: list[tuple[str, Any]]) -> bool:
    words = _words()
    for name, value in told:
        text = _text(value)
        if text is not None and name in words.codes and text in words.login_codes:
            return True
        if text is not None and name in words.codes | words.messages | words.errors and _has(text, words.login_words):
            return True
    return False


def _has(text: str, words: frozenset[str]) -> bool:
    return any(word in text for word in words)


def _value(answer: Any, path: str) -> Any:
    for part in path.split("."):
        answer = answer.get(part) if isinstance(answer, dict) else None
    return answer


def _name(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _text(value: Any) -> str | None:
    """A plain value as the text it is compared as: `false` is not 0, "0" is; None for what is no plain value."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().lower()


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
