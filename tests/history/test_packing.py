"""Frames and changes come back as they were packed."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.history.packing import (
    Frame,
    pack_changes,
    pack_frame,
    unpack_changes,
    unpack_frame,
)
from confmon.models.text import clean
from confmon.sharing.frames.columns import UNPACKED_BYTES

IDS = st.integers(0, 2**53)
FRAMES = st.builds(
    Frame,
    put=st.lists(st.tuples(IDS, IDS, IDS)).map(sorted),
    came=st.lists(IDS).map(sorted),
    gone=st.lists(IDS).map(sorted),
    meetings=st.lists(st.tuples(IDS, IDS)).map(sorted),
    over=st.lists(IDS).map(sorted),
    named=st.lists(st.tuples(IDS, st.text().map(clean))),
)


@given(FRAMES)
def test_a_frame_comes_back(frame: Frame) -> None:
    assert unpack_frame(pack_frame(frame)) == frame


@given(st.lists(st.tuples(IDS, IDS)))
def test_changes_come_back_in_their_order(changes: list[tuple[int, int]]) -> None:
    assert unpack_changes(pack_changes(changes)) == changes


@pytest.mark.parametrize("data", [b"", b"\x00", b"plain", pack_changes([(1, 2)])[:-2]])
def test_what_is_broken_is_no_frame(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not|values|cut"):
        unpack_frame(data)


def test_what_others_wrote_is_cleaned_and_not_inflated_without_end() -> None:
    assert unpack_frame(pack_frame(Frame(named=[(1, "\x1b[31m\nred" + "x" * 4096)]))).named == [
        (1, clean("\x1b[31m\nred" + "x" * 4096))
    ]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b"[" + b" " * UNPACKED_BYTES + b"]") + packer.flush()
    assert len(bomb) < 100_000
    with pytest.raises(ValueError, match="too large"):
        unpack_changes(bomb)
    with pytest.raises(ValueError, match="too large"):
        unpack_frame(bomb)
