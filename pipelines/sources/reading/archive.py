"""Zip archives: the one file in it, or a refusal that says how many there are.

Belongs here: opening an archive within bounds. Does not belong here: reading what is in it.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from pipelines.sources.file_names import is_passed_over, kind_of
from pipelines.sources.masking import without_numbers
from pipelines.sources.reasons import Unreadable, reason

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# More than the largest table anybody sends, and less than what fills the memory.
MOST_BYTES = 512 * 1024 * 1024
# How much smaller an honest file becomes by packing; below the first figure any is taken as it is.
_FREE_BYTES, _MOST_TIMES = 32 * 1024 * 1024, 100
_NAME_IS_UTF8 = 0x800
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, KeyError, OSError,
)  # fmt: skip


def is_zip(content: bytes) -> bool:
    """Whether the bytes are a zip container: an archive or a workbook."""
    return content.startswith(_ZIP)


def opened(content: bytes) -> zipfile.ZipFile:
    """The container, if its directory is whole and it does not unpack to more than MOST_BYTES; else Unreadable."""
    try:
        container = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as problem:  # what zipfile raises for a broken one
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None
    most = min(MOST_BYTES, max(_FREE_BYTES, _MOST_TIMES * len(content)))
    if sum(member.file_size for member in container.infolist()) > most:
        raise Unreadable(reason("ARCHIVE_TOO_LARGE", expected=most // 2**20))
    return container


def unpacked(container: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """One member, whole: its size and its checksum are those the directory states."""
    try:
        return container.read(name)
    except RuntimeError:  # the way zipfile says that a password is needed
        raise Unreadable(reason("FILE_ENCRYPTED", detail="密码")) from None
    # NotImplementedError is how zipfile refuses a way of packing that it does not know
    except _BROKEN as problem:
        raise Unreadable(reason("FILE_UNREADABLE", detail=type(problem).__name__)) from None


def is_archive(content: bytes) -> bool:
    """Whether the bytes are a zip archive of files, not a document that happens to be kept as one."""
    return is_zip(content) and not {"[content_types].xml", "mimetype"} & {name.lower() for name in opened(content).namelist()}


def only_member(content: bytes) -> bytes:
    """The content of the one file in an archive, whatever its name and that name's encoding."""
    files = _members(content)
    if len(files) != 1:
        raise Unreadable(reason("ARCHIVE_CONTENTS", found=len(files)))
    return files[0][1]()


def all_members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file in an archive, in the order of the names; Unreadable where there is none."""
    files = _members(content)
    if not files:
        raise Unreadable(reason("ARCHIVE_CONTENTS", found=0))
    return ((without_numbers(name), unpack()) for name, unpack in files)


def _members(content: bytes) -> list[tuple[str, Callable[[], bytes]]]:
    container = opened(content)
    files = [(_name(member), member) for member in container.infolist() if not member.is_dir()]
    kept = [(name, partial(_inner, container, member)) for name, member in files if not is_passed_over(name)]
    if any(kind_of(name.rpartition("/")[2]) is not None for name, _ in kept):
        raise Unreadable(reason("FILE_IS_BACKUP"))
    return sorted(kept, key=lambda file: file[0])


def _inner(container: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    inner = unpacked(container, member)
    if is_zip(inner) and is_archive(inner):
        raise Unreadable(reason("ARCHIVE_NESTED"))
    return inner


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; one that is not marked as UTF-8 is, as Chinese programs write it, GB18030."""
    if member.flag_bits & _NAME_IS_UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
