"""Text of a Word document: paragraphs and runs.

Belongs here: inline elements of a page as runs, with bold, colour and ground. Does not belong here: blocks (`word`), tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml.html import HtmlElement

from pipelines.reports.word_shell import look, style_ids

# XML has no place for these; none of them can be seen.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile("[ \t\n\r\f]+")
_NEW_LINE = frozenset({"sub"})
_APART = frozenset({"ratio", "chip", "note"})


class Run(NamedTuple):
    """A stretch of text that looks one way. `colour` is a chip's, by its name."""

    text: str
    is_bold: bool = False
    colour: str = ""
    is_late: bool = False
    starts_line: bool = False
    is_raised: bool = False


def text_of(text: str, colour: str = "") -> list[Run]:
    """Plain text as runs."""
    return [Run(text, colour=colour)] if text else []


def runs(element: HtmlElement, *, before: str = "") -> list[Run]:
    """What a reader of the page sees in an element, without white space that the page does not show."""
    if not len(element) and not element.get("class"):
        return text_of(before + _SPACE.sub(" ", element.text or "").strip(" "))
    found = [run._replace(text=_SPACE.sub(" ", run.text)) for run in _inline(element, Run(""))]
    while found and not found[0].text.strip(" "):
        found.pop(0)
    while found and not found[-1].text.strip(" "):
        found.pop()
    if found:
        found[0] = found[0]._replace(text=before + found[0].text.lstrip(" "), starts_line=False)
        found[-1] = found[-1]._replace(text=found[-1].text.rstrip(" "))
    return found


def _inline(element: HtmlElement, around: Run) -> Iterator[Run]:
    classes = (element.get("class") or "").split()
    own = Run(
        "",
        is_bold=around.is_bold or element.tag == "b",
        colour=next((name[2:] for name in classes if name.startswith("c-")), around.colour),
        is_late=around.is_late or "late" in classes,
        is_raised=around.is_raised or element.tag == "sup",
    )
    starts = element.tag == "br" or not _NEW_LINE.isdisjoint(classes)
    if not _APART.isdisjoint(classes):
        yield Run(" ")
    if element.text or starts:
        yield own._replace(text=element.text or "", starts_line=starts)
    for child in element:
        if isinstance(child.tag, str):
            yield from _inline(child, own)
        if child.tail:
            yield own._replace(text=child.tail)


def paragraph(
    style: str, content: Sequence[Run], *, before: str = "", border: str = "", side: str = "", keep: bool = False
) -> str:
    """One paragraph as WordprocessingML. `before` is set ahead of the text, `border` is the colour of a line under it."""
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="1" w:color="{border}"/></w:pBdr>' if border else ""
    aligned = f'<w:jc w:val="{side}"/>' if side == "right" else ""
    kept = "<w:keepNext/>" if keep else ""
    head = f'<w:pPr><w:pStyle w:val="{style_ids()[style]}"/>{kept}{line}{aligned}</w:pPr>'
    return f"<w:p>{head}{_run(Run(before)) if before else ''}{''.join(map(_run, content))}</w:p>"


def _run(run: Run) -> str:
    looks = ""
    if run.is_bold:
        looks += "<w:b/>"
    if run.colour:
        fill = look()["fills"][run.colour]
        looks += f'<w:color w:val="{fill["letter"]}"/><w:shd w:val="clear" w:color="auto" w:fill="{fill["ground"]}"/>'
    elif run.is_late:
        looks += f'<w:color w:val="{look()["late"]["letter"]}"/>'
    if run.is_raised:
        looks += '<w:vertAlign w:val="superscript"/>'
    shown = escape(_NOT_XML.sub("", run.text))
    broken = "<w:br/>" if run.starts_line else ""
    return f'<w:r>{f"<w:rPr>{looks}</w:rPr>" if looks else ""}{broken}<w:t xml:space="preserve">{shown}</w:t></w:r>'
