"""The empty Word document that every report is put into: page, grid, styles, page numbers after GB/T 9704-2012.

Belongs here: what all documents share, made once with python-docx from the sizes and fonts of `word.yml`. Does not belong
here: what a document says (`word`).
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from pipelines.files import read_yaml

_BODY = "word/document.xml"
_PROPERTIES = "docProps/core.xml"
_TITLE, _TEXT = "@title@", "@text@"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TWIPS_PER_MM = 1440 / 25.4
# Parts of python-docx's template that say nothing here: a preview of the empty page, Word 2010's effects, bulleted lists.
_LEFT_OUT = ("thumbnail", "stylesWithEffects", "numbering")
_DRAWN_ONCE = ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3")


@cache
def look() -> dict[str, Any]:
    """Sizes, fonts and colours of the documents."""
    found: dict[str, Any] = read_yaml(Path(__file__).with_name("word.yml"))
    return found


@cache
def style_ids() -> dict[str, str]:
    """The id by which a paragraph names its style."""
    return {name: name.replace(" ", "") for name in look()["styles"]}


@dataclass(frozen=True)
class Shell:
    """The parts of the empty document; `around` is what stands before and behind the text."""

    parts: tuple[tuple[str, bytes], ...]
    around: tuple[str, str]

    def document(self, text: str, title: str) -> bytes:
        """A document with `text` (paragraphs and tables as WordprocessingML). The same text gives the same bytes."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            for name, part in self.parts:
                if name == _BODY:
                    part = text.join(self.around).encode()
                elif name == _PROPERTIES:
                    part = part.replace(_TITLE.encode(), escape(title).encode())
                package.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
        return content.getvalue()


@cache
def shell() -> Shell:
    """The empty document, made once in a process."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _TITLE, "", ""
    properties.language = "zh-CN"
    properties.created = properties.modified = datetime(*_EPOCH)
    _set_page(document)
    for name, style in look()["styles"].items():
        _set_style(document, name, style)
    _drop_other_styles(document)
    _set_page_numbers(document)
    document.add_paragraph(_TEXT)
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as package:
        parts = {
            name: _without_left_out(package.read(name))
            for name in package.namelist()
            if not any(word in name for word in _LEFT_OUT)
        }
    parts["word/fontTable.xml"] = _font_table()
    before, after = re.split(rf"<w:p>(?:(?!</w:p>).)*{_TEXT}.*?</w:p>", parts[_BODY].decode(), flags=re.DOTALL)
    return Shell(tuple(parts.items()), (before, after))


def _without_left_out(part: bytes) -> bytes:
    """A part without its references to parts that are left out."""
    return re.sub(rf"<(?:Relationship|Override) [^>]*(?:{'|'.join(_LEFT_OUT)})[^>]*/>".encode(), b"", part)


def _drop_other_styles(document: Any) -> None:
    """Leave out the template's styles that nothing here is drawn in: nine tenths of what would go into every document."""
    styles = document.styles.element
    every = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
    kept, named = set[str](), [key for key, style in every.items() if style.get(qn("w:default")) == "1"]
    named += style_ids().values()
    while named:
        kept.add(one := named.pop())
        references = (every[one].find(qn(f"w:{kind}")) for kind in ("basedOn", "next", "link"))
        named += [key for ref in references if ref is not None and (key := ref.get(qn("w:val"))) not in kept]
    for key in every.keys() - kept:
        styles.remove(every[key])


def _set_page(document: Any) -> None:
    page, grid, section = look()["page"], look()["grid"], document.sections[0]
    section.page_width, section.page_height = Mm(page["width"]), Mm(page["height"])
    section.top_margin, section.bottom_margin = Mm(page["top"]), Mm(page["bottom"])
    section.left_margin, section.right_margin = Mm(page["left"]), Mm(page["right"])
    section.footer_distance = Mm(page["footer"])
    drawn = section._sectPr.find(qn("w:docGrid"))
    if drawn is None:
        drawn = OxmlElement("w:docGrid")
        section._sectPr.append(drawn)
    drawn.set(qn("w:type"), "lines")
    line = (page["height"] - page["top"] - page["bottom"]) / grid["lines"] * _TWIPS_PER_MM
    drawn.set(qn("w:linePitch"), str(int(line)))


def _set_style(document: Any, name: str, given: dict[str, Any]) -> None:
    if name in _DRAWN_ONCE:
        style = document.styles[name]
    else:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold, style.font.italic = Pt(given["size"]), given.get("bold", False), False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    latin, chinese = look()["fonts"]["latin"]["name"], look()["fonts"][given["font"]]["name"]
    for script, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{script}"), font)
    if given["size"] == look()["styles"]["Normal"]["size"]:
        _squeeze(style)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(given["line"])
    shape.first_line_indent = Pt(given["size"] * given.get("indent", 0))
    shape.keep_with_next = given.get("keep", False)
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if given.get("align") == "center" else None
    if given["line"] != look()["styles"]["Normal"]["line"]:
        style.element.get_or_add_pPr().append(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
    border = style.element.pPr.find(qn("w:pBdr"))  # the line under Word's own title
    if border is not None:
        style.element.pPr.remove(border)


def _squeeze(style: Any) -> None:
    """Draw characters together by so much that the prescribed number fits a line; in steps of a twentieth of a point."""
    page, characters = look()["page"], look()["grid"]["characters"]
    fits = (page["width"] - page["left"] - page["right"]) / 25.4 * 72 / characters
    twentieths = math.floor((fits - style.font.size.pt) * 20)
    style.element.rPr.append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{twentieths}"/>'))


def _set_page_numbers(document: Any) -> None:
    """A dash on both sides, outside: odd pages right, even pages left, one character in."""
    number, section = look()["page_number"], document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        footer.paragraphs[0]._p.getparent().replace(footer.paragraphs[0]._p, parse_xml(_page_number(number, side)))


def _page_number(number: dict[str, Any], side: str) -> str:
    font, size = look()["fonts"][number["font"]]["name"], round(number["size"] * 2)
    looks = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/><w:sz w:val="{size}"/></w:rPr>'
    before, after = (
        f'<w:r>{looks}<w:t xml:space="preserve">{part}</w:t></w:r>' for part in number["pattern"].split("{number}")
    )
    field = f'<w:fldSimple w:instr=" PAGE "><w:r>{looks}<w:t>1</w:t></w:r></w:fldSimple>'
    indent = f'<w:ind w:{side}="{number["size"] * 20}" w:firstLine="0"/>'
    return f'<w:p {nsdecls("w")}><w:pPr>{indent}<w:jc w:val="{side}"/></w:pPr>{before}{field}{after}</w:p>'


def _font_table() -> bytes:
    """Which font stands in where one is not installed."""
    fonts = "".join(
        f'<w:font w:name="{font["name"]}"><w:altName w:val="{font["fallback"]}"/></w:font>'
        for font in look()["fonts"].values()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()
