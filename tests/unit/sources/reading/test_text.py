"""CSV and its kin: separators, quotes, line ends."""

from __future__ import annotations

import pytest

from pipelines.sources.reading import read_table, text
from pipelines.sources.reasons import Unreadable
from tests.unit.sources.reading.writers import as_text

KNOWN = frozenset({"a", "b", "c"})


def rows(content: bytes, known: frozenset[str] = KNOWN) -> list[list[str]]:
    return read_table(content, known).whole().to_numpy().tolist()


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"a,b\n1,2\n3\n", "FILE_TRUNCATED", 3),
        (b'a,b\n1,"2\n', "FILE_UNREADABLE", None),
        (b'a,b\n1,"2"x\n', "FILE_UNREADABLE", None),
        (b"a,a,b\n1,2,3\n", "HEADER_REPEATED", 1),
        (b"x,y\n1,2\n", "HEADER_NOT_FOUND", None),
    ],
)
def test_what_is_not_certain_is_refused(content: bytes, code: str, row: int | None) -> None:
    with pytest.raises(Unreadable) as caught:
        rows(content)
    assert caught.value.why.code == code
    assert row is None or caught.value.why.row == row


def test_the_separator_is_that_of_the_header_not_the_most_frequent() -> None:
    assert rows(b"a;b\n1,2,3,4;5\n") == [["1,2,3,4", "5"]]


def test_without_known_headers_the_widest_first_row_tells_the_separator() -> None:
    assert rows(b"x\ty,z\tw\n1\t2\t3\n", frozenset()) == [["1", "2", "3"]]


def test_a_quoted_header_is_read_with_its_own_separator() -> None:
    assert rows(b'"a";"b"\n"1";"2,3"\n') == [["1", "2,3"]]


def test_the_line_that_names_the_separator_counts_no_row() -> None:
    raw = read_table(b"sep=|\r\na|b\r\n1|2\r\n", KNOWN)
    assert (raw.header_row, raw.whole().index.tolist()) == (1, [2])


def test_a_last_row_of_empty_cells_may_lack_its_line_end() -> None:
    assert rows(b"a,b\n1,2\n,") == [["1", "2"]]


def test_records_are_numbered_as_a_spreadsheet_does() -> None:
    content = as_text([["a", "b"], ["1\n2\n3", "x"], [], ["2", "y"]])
    assert read_table(content, KNOWN).whole().index.tolist() == [2, 4]


@pytest.mark.parametrize("block", [1, 30, 1 << 20])
@pytest.mark.parametrize("middle", [[], [["q\nr", "s,t"]], [[], []], [["x", "y", ""]]])
def test_blocks_give_the_rows_that_records_give(monkeypatch: pytest.MonkeyPatch, block: int, middle: list[list[str]]) -> None:
    monkeypatch.setattr(text, "_BLOCK", block)
    plain = [[f"一{place}", f"{place}"] for place in range(40)]
    raw = read_table(as_text([["a", "b"], *plain, *middle, *plain]), KNOWN)
    frame = raw.whole()
    expected = [*plain, *[row[:2] for row in middle if row], *plain]
    assert frame.to_numpy().tolist() == expected
    assert frame.index[-1] == 1 + 80 + len(middle)
    assert frame.index.is_monotonic_increasing


@pytest.mark.parametrize("block", [1, 30, 1 << 20])
def test_a_cut_far_down_is_named_by_its_row(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(text, "_BLOCK", block)
    content = as_text([["a", "b"], *[["1", "2"]] * 98, ["3"], *[["1", "2"]] * 9])
    with pytest.raises(Unreadable) as caught:
        rows(content)
    assert (caught.value.why.code, caught.value.why.row) == ("FILE_TRUNCATED", 100)


@pytest.mark.parametrize("block", [1, 30, 1 << 20])
def test_the_last_line_end_may_be_absent(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(text, "_BLOCK", block)
    for count in (1, 3, 19, 20, 21, 60):
        table = [["a", "b"], *[["10", "20"]] * count]
        raw = read_table(as_text(table).rstrip(b"\r\n"), KNOWN)
        assert raw.whole().to_numpy().tolist() == table[1:]
        assert [(note.code, note.row) for note in raw.notes] == [("LAST_LINE_OPEN", count + 1)]
        raw = read_table(as_text(table), KNOWN)
        assert (len(raw.whole()), raw.notes) == (count, [])


@pytest.mark.parametrize("block", [1, 30, 1 << 20])
@pytest.mark.parametrize("count", [2, 19, 20, 21, 60])
def test_a_last_cell_that_looks_cut_sets_its_row_aside(monkeypatch: pytest.MonkeyPatch, block: int, count: int) -> None:
    monkeypatch.setattr(text, "_BLOCK", block)
    for left in (1, 2):
        raw = read_table(as_text([["a", "b"], *[["10", "200"]] * count]).rstrip(b"\r\n")[:-left], KNOWN)
        assert len(raw.whole()) == count - 1
        assert [(one.code, one.row) for one in raw.rejects] == [("TEXT_CUT", count + 1)]
    raw = read_table(as_text([["a", "b"], *[["10", "200"]] * count]).rstrip(b"\r\n")[:-3], KNOWN)
    assert (len(raw.whole()), [one.code for one in raw.rejects]) == (count - 1, ["TEXT_CUT"])


@pytest.mark.parametrize("tail", [b"\x1a", b"\x00" * 512, b"\x1a" * 3 + b"\x00"])
def test_what_copying_leaves_behind_the_last_line_is_off(tail: bytes) -> None:
    assert rows(b"a,b\n1,2\n3,4\n" + tail) == [["1", "2"], ["3", "4"]]
    assert rows(as_text([["a", "b"], ["1", "2"]], "utf-16-le") + "\x00\x1a".encode("utf-16-le")) == [["1", "2"]]


def test_zeros_in_place_of_the_rest_refuse_the_file() -> None:
    with pytest.raises(Unreadable) as caught:
        rows(b"a,b\n1,2\n3,4" + b"\x00" * 512)
    assert caught.value.why.code == "FILE_UNREADABLE"
    assert rows(b"a,b\n1,2\n3,4\x1a") == [["1", "2"], ["3", "4"]], "^Z ends a text"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("first", ['"a","b"', "a,b"])
def test_a_second_mark_is_no_part_of_the_first_header(encoding: str, first: str) -> None:
    for count in (1, 2, 3):
        content = ("\ufeff" * count + first + "\r\n1,2\r\n").encode(encoding)
        assert rows(content) == [["1", "2"]]


def test_two_files_that_were_joined_with_their_marks_and_headers_are_one() -> None:
    part = as_text([["a", "b"], ["1", "2"], ["3", "4"]], "utf-8-sig")
    raw = read_table(part + part, KNOWN)
    assert len(raw.whole()) == 4
    assert [note.code for note in raw.notes] == ["HEADERS_LEFT_OUT"]
