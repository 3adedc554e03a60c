"""The empty document: whole in itself, whatever was left out of python-docx's template."""

from __future__ import annotations

import io
import posixpath
import zipfile

import lxml.etree
import pytest
from docx.oxml.ns import qn

from pipelines.reports.word_shell import shell, style_ids
from pipelines.reports.word_text import paragraph

TITLE = "周报 & 附件 <1>"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    """A document with a paragraph of every style, taken apart."""
    text = "".join(paragraph(style, []) for style in style_ids())
    with zipfile.ZipFile(io.BytesIO(shell().document(text, TITLE))) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_every_part_that_is_named_is_there(parts: dict[str, bytes]) -> None:
    types = lxml.etree.fromstring(parts["[Content_Types].xml"])
    named = {one.get("PartName", "").removeprefix("/") for one in types if one.tag.endswith("}Override")}
    assert named
    for name, content in parts.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            targets = (one.get("Target", "") for one in lxml.etree.fromstring(content) if one.get("TargetMode") is None)
            named |= {posixpath.normpath(posixpath.join("/", folder, target)).removeprefix("/") for target in targets}
    assert named <= parts.keys()


def test_every_style_that_is_named_is_there_and_no_other(parts: dict[str, bytes]) -> None:
    styles = lxml.etree.fromstring(parts["word/styles.xml"])
    there = {one.get(qn("w:styleId")) for one in styles.findall(qn("w:style"))}
    references = [
        one.get(qn("w:val"))
        for name in ("word/styles.xml", "word/document.xml", "word/footer1.xml", "word/footer2.xml")
        for kind in ("basedOn", "next", "link", "pStyle", "rStyle", "tblStyle")
        for one in lxml.etree.fromstring(parts[name]).iter(qn(f"w:{kind}"))
    ]
    defaults = {one.get(qn("w:styleId")) for one in styles.findall(qn("w:style")) if one.get(qn("w:default")) == "1"}
    assert set(references) <= there
    assert there - defaults <= {*style_ids().values(), *references}


def test_the_title_is_in_the_properties(parts: dict[str, bytes]) -> None:
    assert TITLE in lxml.etree.fromstring(parts["docProps/core.xml"]).itertext()


def test_a_document_is_small_and_the_same_each_time() -> None:
    text = paragraph("Normal", [])
    made = [shell().document(text, TITLE) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) < 20_000
