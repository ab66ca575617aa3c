"""Packs what belongs together into few bytes: JSON of columns, then deflate.

Numbers that belong together are a column, sorted numbers are kept as differences: so most of them
have one or two digits. What is long is written line by line, so that no step of it takes long.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confmon.clock import Steps

VALUES_A_LINE: Final = 1000
"""So many values are written or read in one step: below 1 ms."""
PACKED_BYTES: Final = 16 << 20
UNPACKED_BYTES: Final = 64 << 20
"""More than this is nothing that a confmon has written: 100,000 calls are 16 MB."""
LINE_BYTES: Final = 2 << 20
_RAW: Final = -15
"""Deflate without zlib's header and sum: short columns need neither."""
_LEVEL: Final = 6
_FED_BYTES: Final = 16 << 10
_PIECE_BYTES: Final = 64 << 10
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def _no_constant(_: str) -> None:
    raise ValueError("not a number")


_from_json = json.JSONDecoder(parse_constant=_no_constant).decode


def split_columns(rows: Sequence[tuple[int, ...]], count: int) -> list[list[int]]:
    """Return rows of so many numbers as columns."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * count


def differences(numbers: Sequence[int]) -> list[int]:
    """Return the first number, and of each other how much it is above the one before."""
    return [now - before for before, now in zip((0, *numbers), numbers, strict=False)]


def pack_columns(columns: Sequence[Any]) -> bytes:
    """Return short columns in one piece."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packer.compress(_to_json(columns).encode()) + packer.flush()


def unpack_columns(data: bytes) -> list[Any]:
    """Return them again. ValueError: they are none."""
    unpacker = zlib.decompressobj(_RAW)
    try:
        unpacked = unpacker.decompress(data, UNPACKED_BYTES)
    except zlib.error as error:
        raise ValueError(f"not packed: {error}") from None
    if not unpacker.eof:
        raise ValueError("too large, or cut off")
    return _read_list(unpacked)


def _read_list(text: bytes) -> list[Any]:
    try:
        values = _from_json(text.decode())
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(values, list):
        raise ValueError("not a list")
    return values


class LineWriter:
    """Packs line by line: columns of any length, each in steps.

    `common` is what lines often contain. A reader that has another one finds nothing to read: the
    sum at the end tells.
    """

    def __init__(self, common: bytes = b"") -> None:
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zdict=common)
        self._parts: list[bytes] = []

    def add(self, values: Sequence[Any]) -> None:
        """Write one line."""
        self._parts.append(self._packer.compress(f"{_to_json(values)}\n".encode()))

    def adding(self, column: Sequence[Any]) -> Steps[None]:
        """Write a column. One without values takes no line: the reader knows how many there are."""
        for at in range(0, len(column), VALUES_A_LINE):
            self.add(column[at : at + VALUES_A_LINE])
            yield

    def end(self) -> bytes:
        """Return all that was written."""
        return b"".join((*self._parts, self._packer.flush()))


class LineReader:
    """Reads it again; the bytes may come from anybody. Every method raises ValueError."""

    def __init__(self, data: bytes, common: bytes = b"") -> None:
        if len(data) > PACKED_BYTES:
            raise ValueError("too large")
        self._lines = _unpacked_lines(data, common)

    def line(self) -> list[Any]:
        """Read one line."""
        text = next(self._lines, None)
        if text is None:
            raise ValueError("a line is missing")
        return _read_list(text)

    def column(self, count: int, *types: type) -> Steps[list[Any]]:
        """Read so many values, each of one of these types."""
        column: list[Any] = []
        while len(column) < count:
            values = self.line()
            if not values or not set(map(type, values)).issubset(types):
                raise ValueError("a value is of another type")
            column += values
            yield
        if len(column) > count:
            raise ValueError("more values than there are")
        return column

    def end(self) -> None:
        """Make sure that nothing follows."""
        if next(self._lines, None) is not None:
            raise ValueError("more lines than there are")


def _unpacked_lines(data: bytes, common: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zdict=common)
    rest, total, at, fed = b"", 0, 0, b""
    while not unpacker.eof:
        if not fed:
            fed, at = data[at : at + _FED_BYTES], at + _FED_BYTES
        try:
            piece = unpacker.decompress(fed, _PIECE_BYTES)
        except zlib.error as error:
            raise ValueError(f"not packed: {error}") from None
        if not fed and not piece and not unpacker.eof:
            raise ValueError("cut off")
        fed = unpacker.unconsumed_tail
        total += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        if total > UNPACKED_BYTES or len(rest) > LINE_BYTES:
            raise ValueError("too large")
        yield from lines
    if rest or unpacker.unused_data or at < len(data):
        raise ValueError("more bytes than there are")
