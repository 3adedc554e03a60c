"""Reading a rendered page back: its visible text, its elements by attribute, its tables.

Belongs here: a small HTML reader on the standard library. Does not belong here: what a page should say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "hr", "br", "link", "img", "input"}
HIDDEN = {"style", "script"}


@dataclass
class Element:
    """An element with its attributes, its children in order, and its text."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements by tag and attributes; `class_="x"` asks for one of the classes, `data_x` for `data-x`."""
        return [
            e for e in self.walk() if (not tag or e.tag == tag) and all(e._has(k, v) for k, v in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    @property
    def text(self) -> str:
        parts = [
            c if isinstance(c, str) else c.text for c in self.children if isinstance(c, str) or c.tag not in HIDDEN
        ]
        return "".join(parts).strip()

    def _has(self, name: str, value: str) -> bool:
        name = name.rstrip("_").replace("_", "-")
        held = self.attributes.get(name)
        return held is not None and (value in held.split() if name == "class" else held == value)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(html: str) -> Element:
    """The page as a tree. Elements that are not closed in order are an error."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is not closed"
    return builder.root
