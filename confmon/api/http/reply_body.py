"""The body of a reply: read as it comes, unpacked, and never longer than allowed."""

from __future__ import annotations

import codecs
import zlib
from typing import TYPE_CHECKING, Final, cast

from confmon.models.errors import Garbled

if TYPE_CHECKING:
    import httpx

_MEMBERS: Final = 4096
"""Of one gzip reply. Each costs some microseconds, even one that unpacks to nothing."""


async def read_body(response: httpx.Response, cap: int) -> bytes:
    """Read a body of at most `cap` bytes, unpacked as it comes so that a gzip bomb does not unfold.

    Garbled: longer than that, cut, or packed in a way nobody asked for.
    """
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise Garbled("the reply is packed in a way that was not asked for")
    unpack = _Gunzip() if packing.endswith("gzip") else None
    parts: list[bytes] = []
    left = packed = cap
    async for chunk in cast("httpx.AsyncByteStream", response.stream):
        packed -= len(chunk)
        part = chunk if unpack is None else unpack.feed(chunk, left + 1)
        left -= len(part)
        if left < 0 or packed < 0:
            raise Garbled(f"the reply is longer than {cap >> 20 or 1} MiB")
        parts.append(part)
    if unpack is not None and parts and not unpack.whole:
        raise Garbled("the reply was cut")
    return b"".join(parts).removeprefix(codecs.BOM_UTF8)


class _Gunzip:
    """Unpacks gzip piece by piece: members one after another, and zeros that fill up the end."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._members = 1

    @property
    def whole(self) -> bool:
        """Whether what came so far may be all."""
        return self._member.eof

    def feed(self, packed: bytes, most: int) -> bytes:
        """Return the next piece unpacked, at most `most` bytes of it. Garbled."""
        parts: list[bytes] = []
        while most > 0:
            if self._member.eof:
                packed = packed.lstrip(b"\0")
                if not packed:
                    break
                self._members += 1
                if self._members > _MEMBERS:
                    raise Garbled("the reply is packed in too many pieces")
                self._member = zlib.decompressobj(31)
            try:
                part = self._member.decompress(packed, most)
            except zlib.error as error:
                raise Garbled("the reply cannot be unpacked") from error
            parts.append(part)
            most -= len(part)
            packed = self._member.unused_data
            if not self._member.eof:
                break
        return b"".join(parts)
