"""Makes a PNG small: 8-bit colour from a palette instead of 32-bit. Terminals have few colours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
STEP = 17
"""Colours closer than this in every part are one."""


def few_colours(png: bytes) -> bytes:
    """Return the picture of an RGBA PNG, 8 bits a part and not interlaced, with 256 colours."""
    chunks = list(_chunks(png))
    header = next(body for kind, body in chunks if kind == b"IHDR")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (depth, colour, interlaced) != (8, 6, 0):
        raise ValueError("not an RGBA PNG of the plain kind")
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    rows = [_coarse(row) for row in _rows(data, width * 4, height)]
    common = [rgba for rgba, _ in Counter(c for row in rows for c in row).most_common()]
    palette = common[:256]
    place = {rgba: at for at, rgba in enumerate(palette)}
    for rgba in common[256:]:
        place[rgba] = min(
            range(256),
            key=lambda at: sum((a - b) ** 2 for a, b in zip(palette[at], rgba, strict=True)),
        )
    lines = b"".join(b"\0" + bytes([place[c] for c in row]) for row in rows)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(bytes(rgba[:3]) for rgba in palette)),
            _chunk(b"tRNS", bytes(rgba[3] for rgba in palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _rows(data: bytes, stride: int, height: int) -> Iterator[bytes]:
    """Undo the filters of the format, row by row; a pixel has four bytes."""
    above = bytes(stride)
    for y in range(height):
        at = y * (stride + 1)
        how, row = data[at], bytearray(data[at + 1 : at + 1 + stride])
        for x in range(stride):
            left, up = row[x - 4] if x >= 4 else 0, above[x]
            corner = above[x - 4] if x >= 4 else 0
            if how == 1:
                row[x] = row[x] + left & 255
            elif how == 2:
                row[x] = row[x] + up & 255
            elif how == 3:
                row[x] = row[x] + (left + up) // 2 & 255
            elif how == 4:
                near = left + up - corner
                by = abs(near - left), abs(near - up), abs(near - corner)
                row[x] = row[x] + (left, up, corner)[by.index(min(by))] & 255
        above = bytes(row)
        yield above


def _coarse(row: bytes) -> list[tuple[int, ...]]:
    parts = [min(255, (part + STEP // 2) // STEP * STEP) for part in row]
    return list(zip(*(iter(parts),) * 4, strict=True))
