"""Encodings: known with certainty, or refused."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import read_table
from pipelines.sources.reading.encodings import encoding_of, possible_originals
from pipelines.sources.reasons import Unreadable

TEXT = "村名,备注\r\n三垟街道,䶮\r\n"


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_table(content).whole()
    return caught.value.why.code


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        (b"a,b\r\n", "utf-8-sig"),
        (TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
    ],
)
def test_an_encoding_is_recognised(content: bytes, codec: str) -> None:
    encoding = encoding_of(content)
    assert (encoding.codec, encoding.damaged, encoding.unsure) == (codec, False, False)
    assert encoding.reader(content).read() == content.decode(codec)


def test_a_long_text_is_checked_to_its_end() -> None:
    content = "村".encode() * (1 << 20) + b"\r\n"
    assert encoding_of(content).codec == "utf-8-sig"
    assert encoding_of(content[:-5] + content[-4:]).damaged


def test_what_may_be_either_is_refused() -> None:
    """'模' in GB18030 is 'ģ' in UTF-8: with nothing else in the file, nobody can know."""
    assert "模".encode("gb18030").decode() == "ģ"
    assert refused("name,x\r\n模,1\r\n".encode("gb18030")) == "FILE_ENCODING"
    assert read_table("name,x\r\n模村,1\r\n".encode("gb18030")).whole()["name"].tolist() == ["模村"]


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    content = ("name,x\r\n" + "三垟街道南仙堤,1\r\n" * 4).encode().replace("垟".encode(), "垟".encode()[:2], 1)
    raw = read_table(content)
    assert raw.whole()["name"].tolist() == ["三垟街道南仙堤"] * 3
    assert [one.row for one in raw.rejects] == [2]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8")[:-4] + b"\r\nx\xe4",
        TEXT.encode("utf-16")[:-1],
        "\ufeff村名\r\n".encode("utf-32-le"),
        "村名,备注\r\n東村,한국\r\n".encode("big5", "ignore") + b"\xff\xff\r\n\xff\xff\r\n",
    ],
)
def test_what_decodes_in_no_encoding_is_refused(content: bytes) -> None:
    assert refused(content) in ("FILE_ENCODING", "FILE_UNREADABLE", "FILE_FORMAT")


def test_wrong_decoding_is_undone_only_without_loss() -> None:
    assert possible_originals("永川区".encode().decode("latin-1")) == ["永川区"]
    assert possible_originals("永川".encode().decode("gb18030")) == ["永川"]
    assert possible_originals("永川区") == []
    assert possible_originals("plain") == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_lost_in_the_header_refuses_the_file(encoding: str) -> None:
    lost = "村名".encode(encoding)[1:]
    content = ("村名,备注,村社代码\r\n" + "东村东村,无,1\r\n" * 9).encode(encoding).replace("村名".encode(encoding), lost, 1)
    with pytest.raises(Unreadable) as caught:
        read_table(content, frozenset({"村名", "备注", "村社代码"})).whole()
    assert (caught.value.why.code, caught.value.why.row) == ("FILE_ENCODING", 1)
