"""The parts of an Office document, found as Office finds them: by their relationships, whatever they are called.

Belongs here: names of parts, relationships, small XML parts. Does not belong here: the zip container (`archive`), what a part
says (`workbook`, `sheet_xml`).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from pipelines.sources.reading.archive import opened, unpacked
from pipelines.sources.reasons import Unreadable, reason

# What no small part of a document reaches: bytes, and elements in one another.
_LARGEST_TREE = 16 * 2**20
_DEEPEST_TREE = 64


@dataclass
class Element:
    """An XML element by its local name, with its attributes by theirs; one with a prefix is found under both."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The elements called `name` in this one, at any depth, in order."""
        found: list[Element] = []
        for child in self.children:
            found += [child, *child.all(name)] if child.name == name else child.all(name)
        return found

    def first(self, name: str) -> Element | None:
        """The first of them."""
        return next(iter(self.all(name)), None)


@dataclass(frozen=True)
class Relation:
    """What a part refers to: the relation's id, the last word of its type, and the name of the other part."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a document by their names, which Office compares without regard to case and to the direction of slashes."""

    def __init__(self, content: bytes) -> None:
        self._container = opened(content)
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for member in self._container.infolist():
            name = _same(member.filename)
            if name in self._parts:
                raise Unreadable(reason("FILE_UNREADABLE", detail="同名部件"))
            self._parts[name] = member
        # Readers that compare names as they are written find every part only if none needs the tolerance above.
        self.by_the_book = all("\\" not in member.filename for member in self._parts.values())

    def __contains__(self, name: str) -> bool:
        return _same(name) in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises Unreadable where there is none."""
        member = self._parts.get(_same(name))
        if member is None:
            raise Unreadable(reason("FILE_UNREADABLE", detail="缺少部件"))
        self.by_the_book &= member.filename == name
        return unpacked(self._container, member)

    def tree(self, name: str) -> Element:
        """A small part as a tree."""
        return tree_of(self.read(name))

    def relations(self, of: str) -> list[Relation]:
        """What the part `of` refers to inside the document; "" is the document itself."""
        folder, base = posixpath.split(of)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self:
            return []
        return [
            Relation(
                relation.attributes.get("Id", ""),
                relation.attributes.get("Type", "").rsplit("/", 1)[-1],
                _joined(folder, relation.attributes.get("Target", "")),
            )
            for relation in self.tree(name).all("Relationship")
            if relation.attributes.get("TargetMode") != "External"
        ]

    def related(self, of: str, kind: str) -> str | None:
        """The one part of a kind that `of` refers to."""
        return next((relation.target for relation in self.relations(of) if relation.kind == kind), None)


def workbook_part(package: Package) -> str | None:
    """The name of the workbook's main part; None where the document is something else."""
    for name in (package.related("", "officeDocument"), "xl/workbook.xml"):
        if name is not None and name in package and name.lower().endswith(".xml"):
            return name
    return None


def parsed(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], object], text: Callable[[str], object]
) -> None:
    """Go through a part's XML. Names come without their prefixes; a part that declares entities of its own is refused.

    Raises Unreadable for what is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None


def tree_of(xml: bytes) -> Element:
    """A part as a tree, without its texts."""
    root = Element("", {})
    path = [root]
    if len(xml) > _LARGEST_TREE:
        raise Unreadable(reason("FILE_UNREADABLE", detail="部件过大"))

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) > _DEEPEST_TREE:
            raise Unreadable(reason("FILE_UNREADABLE", detail="部件嵌套过深"))
        bare = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items()}
        element = Element(name.rsplit(":", 1)[-1], bare | attributes)
        path[-1].children.append(element)
        path.append(element)

    parsed(xml, start, lambda _: path.pop(), lambda _: None)
    return root


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(reason("FILE_UNREADABLE", detail="DOCTYPE"))


def _same(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


def _joined(folder: str, target: str) -> str:
    plain = target.replace("\\", "/")
    return posixpath.normpath(plain.lstrip("/") if plain.startswith("/") else posixpath.join(folder, plain))
