"""Which encoding a text file is in: UTF-8, GB18030 or UTF-16 with its mark, or a refusal.

Belongs here: bytes ↔ characters, also of texts that were decoded wrongly before they came. Does not belong here: rows and
cells (`text`), characters that were lost (`damage`).
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import TextIO

from pipelines.sources.reasons import Unreadable, reason

UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_BOM = codecs.BOM_UTF32_LE
_PIECE = 1 << 20
_AROUND = 1 << 16
_UNDECODABLE = re.compile("[\udc80-\udcff]")
# The encodings whose reader makes "ç“¯æµ·" or "姘稿窛" of UTF-8.
_MISTAKEN_FOR = ("latin-1", "gb18030")
_CP1252 = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


# Byte order marks of 8-bit encodings; and what a copy or an old system leaves behind the last character.
_MARKS = (codecs.BOM_UTF8, "\ufeff".encode("gb18030"))
_PADDED = re.compile(rb"\x00+(?=[,;|\t\r\n\"])")


def without_marks_and_tail(content: bytes) -> bytes:
    """The bytes of a text without further byte order marks behind the first, and without NUL and ^Z behind the last line.

    NUL where a line is not ended is what is left of a file that was never copied to its end: Unreadable.
    """
    if content.startswith(UTF16_BOMS):
        mark, rest = content[:2], content[2:]
        while rest.startswith(mark):
            rest = rest[2:]
        wide = [sign.encode("utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be") for sign in "\x00\x1a"]
        while rest.endswith(tuple(wide)) and len(rest) % 2 == 0:
            rest = rest[:-2]
        return mark + rest
    bare = content.removeprefix(codecs.BOM_UTF8)
    if not bare.startswith(_MARKS) and not bare.endswith((b"\x00", b"\x1a")) and b"\x00" not in bare:
        return content
    while bare.startswith(_MARKS):
        bare = bare.removeprefix(_MARKS[0]).removeprefix(_MARKS[1])
    kept = bare.rstrip(b"\x00\x1a")
    if bare.endswith(b"\x00") and kept and not kept.endswith((b"\n", b"\r")):
        raise Unreadable(reason("FILE_UNREADABLE", detail="末尾是空字节 / it ends in NUL bytes"))
    marked = content.startswith(codecs.BOM_UTF8)
    return (codecs.BOM_UTF8 if marked else b"") + _PADDED.sub(b"", kept)


def may_be_text(content: bytes) -> bool:
    """Whether bytes without the mark of UTF-16 are characters: NUL stands only where a field or the file was filled up."""
    return b"\x00" not in content or b"\x00" not in _PADDED.sub(b"", content.rstrip(b"\x00\x1a"))


@dataclass(frozen=True)
class Encoding:
    """A codec, and whether one line of the file does not decode (its broken bytes are marked, see `damage`).

    `codec` takes the byte order mark off, `bare` knows nothing of it. `unsure`: it may be another one.
    """

    codec: str
    bare: str
    damaged: bool = False
    unsure: bool = False

    def reader(self, content: bytes) -> TextIO:
        """The characters of `content` as they are needed, line ends untouched."""
        errors = "surrogateescape" if self.damaged else "strict"
        return io.TextIOWrapper(io.BytesIO(content), encoding=self.codec, errors=errors, newline="")

    def ends_in_line_end(self, content: bytes) -> bool:
        """Whether the last line is ended; one that just stops may have lost the end of its last cell."""
        return content.endswith(("\n".encode(self.bare), "\r".encode(self.bare)))


def encoding_of(content: bytes) -> Encoding:
    """The encoding, with certainty, or Unreadable. Never gb2312 or gbk: place names as 三垟 do not fit them.

    One line that does not decode is left to be set aside; more of them mean that the file was damaged on its way.
    """
    if content.startswith(UTF16_BOMS):
        little = content.startswith(codecs.BOM_UTF16_LE)
        if content.startswith(_UTF32_BOM) or _first_error(content, "utf-16") is not None:
            raise Unreadable(reason("FILE_ENCODING", row=1))
        return Encoding("utf-16", "utf-16-le" if little else "utf-16-be")
    wrong = _first_error(content, "utf-8-sig")
    if wrong is None:
        return Encoding("utf-8-sig", "utf-8", unsure=_may_as_well_be_chinese(content))
    if _is_broken_utf8(content, wrong):
        return _one_line_damaged(content, Encoding("utf-8-sig", "utf-8", damaged=True))
    if _first_error(content, "gb18030") is None:
        return Encoding("gb18030", "gb18030")
    return _one_line_damaged(content, Encoding("gb18030", "gb18030", damaged=True))


def _first_error(content: bytes, codec: str) -> int | None:
    """Where the bytes stop being text of that codec, about; None if they are text to the end. In bounded memory."""
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    for start in range(0, len(content) + 1, _PIECE):
        piece = view[start : start + _PIECE]
        try:
            decoder.decode(piece, final=start + _PIECE > len(content))
        except UnicodeDecodeError as problem:
            return start + problem.start
    return None


def _may_as_well_be_chinese(content: bytes) -> bool:
    """UTF-8 without one character of three bytes: no Chinese. The same bytes may be a short Chinese text in GB18030."""
    if content.isascii() or content.startswith(codecs.BOM_UTF8) or re.search(rb"[\xe0-\xf4]", content):
        return False
    return _first_error(content, "gb18030") is None


def _is_broken_utf8(content: bytes, wrong: int) -> bool:
    """Whether the text around the first error is UTF-8 but for a few bytes; of GB18030 nearly nothing is."""
    text = content[max(0, wrong - _AROUND) : wrong + _AROUND].decode("utf-8", "surrogateescape")
    chinese = sum("\u0800" <= character < "\ud800" or character >= "\ue000" for character in text)
    return chinese > 3 * len(_UNDECODABLE.findall(text))


def _one_line_damaged(content: bytes, encoding: Encoding) -> Encoding:
    text = content.decode(encoding.codec, "surrogateescape")
    first = _UNDECODABLE.search(text)
    assert first is not None
    line_end = re.compile("[\r\n]").search(text, first.end())
    if line_end is None or _UNDECODABLE.search(text, line_end.end()):
        raise Unreadable(reason("FILE_ENCODING", row=len(text[: first.start()].splitlines()) or 1))
    return encoding


def undo_wrong_decoding(text: str, codec: str) -> str | None:
    """The text that somebody read as `codec` although it was UTF-8; None where that does not fit every character."""
    try:
        return (text.translate(_CP1252) if codec == "latin-1" else text).encode(codec).decode("utf-8-sig")
    except UnicodeError:
        return None


def possible_originals(text: str) -> list[str]:
    """What the text was before UTF-8 was taken for something else, as far as that can be undone without loss."""
    found = [undo_wrong_decoding(text, codec) for codec in _MISTAKEN_FOR]
    return [one for one in found if one is not None and one != text]
