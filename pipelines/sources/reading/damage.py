"""Characters that say a text was damaged on its way: what they stood for is lost and must not be guessed.

Belongs here: telling such characters. Does not belong here: decoding (`encodings`).
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# U+FFFD and what becomes of two of them read as GBK (锟斤拷); kana, which half a lost character makes of the rest in
# GBK; private characters, for which a name needs the sender's own font; UTF-8 that was taken for Latin-1 (ç“¯).
_LATIN_TAIL = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_LOST = (
    "[\u0000\ufffd\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d\ue000-\uf8ff\U000f0000-\U0010fffd]|锟斤|斤拷"
    f"|[\u00e4-\u00e9][{_LATIN_TAIL}]{{2}}"
)
_UNDECODED = re.compile("[\ud800-\udfff]")
# UTF-8 that was taken for GBK: the first two of a Chinese character's three bytes make one of these.
_GBK_TAIL = "".join(
    bytes([lead, trail]).decode("gbk", "ignore") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0)
)
_SUSPECT = f"[{_GBK_TAIL}]"


def damaged_cells(column: pa.Array) -> np.ndarray:
    """Which cells of a text column hold damaged characters."""
    if pc.all(pc.string_is_ascii(column), min_count=0).as_py():
        return np.zeros(len(column), dtype=bool)
    # Chinese columns say few different things many times.
    coded = column.dictionary_encode()
    texts = coded.dictionary
    lost = pc.match_substring_regex(texts, _LOST).to_numpy(zero_copy_only=False).copy()
    suspect = pc.match_substring_regex(texts, _SUSPECT).to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(suspect & ~lost):
        lost[place] = _is_utf8_in_gbk(texts[place].as_py())
    damaged: np.ndarray = lost[coded.indices.to_numpy()]
    return damaged


def undecoded(text: str) -> bool:
    """Whether bytes of the text could not be decoded and were marked."""
    return _UNDECODED.search(text) is not None


def _is_utf8_in_gbk(text: str) -> bool:
    """Whether the GB18030 bytes of a text are, but for a few, the UTF-8 of another Chinese text; of no real text they are."""
    as_utf8 = text.encode("gb18030").decode("utf-8", "surrogateescape")
    chinese = sum("\u0800" <= character < "\ud800" for character in as_utf8)
    return chinese > 1 and chinese >= len(_UNDECODED.findall(as_utf8))
