"""Whose markup a page is: every tag and attribute is one that our templates write, or no document is made of it.

Belongs here: which there are, as the templates have them, and the check. Does not belong here: what becomes of them (`word`).
Templates escape whatever comes from data, so nothing else can be there; should that ever fail, it must not pass unseen.
"""

from __future__ import annotations

import re
from functools import cache

from lxml.html import HtmlElement

from pipelines.errors import CunsheError
from pipelines.reports.templating import TEMPLATES

_EXPRESSION = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = re.compile(r"[\s\"]([A-Za-z][A-Za-z:-]*)=\"")
_NO_REPORT = {"acknowledge.html.j2"}


@cache
def our_markup() -> tuple[frozenset[str], frozenset[str]]:
    """The tags and the attributes of all templates, in lower case as pages are parsed."""
    files = (path for path in TEMPLATES.rglob("*.j2") if path.name not in _NO_REPORT)
    sources = [_EXPRESSION.sub("", path.read_text(encoding="utf-8")) for path in files]
    found = (frozenset(name.lower() for source in sources for name in form.findall(source)) for form in (_TAG, _ATTRIBUTE))
    tags, attributes = found
    return tags, attributes


def refuse_other_markup(page: HtmlElement) -> None:
    """Raises CunsheError where a page holds a tag, a comment or an attribute that no template writes. Quotes no value."""
    tags, attributes = our_markup()
    for element in page.iter():
        others = set(element.attrib.keys()) - attributes
        strange = element.tag if element.tag not in tags else min(others, default=None)
        if strange is not None:
            what = strange if isinstance(strange, str) and re.fullmatch(r"[a-z][a-z0-9:-]{0,20}", strange) else "something else"
            raise CunsheError(
                f"A page of the report holds markup that no template writes ({what}); no document is made of it.",
                "Look which template writes a value without escaping it.",
            )
