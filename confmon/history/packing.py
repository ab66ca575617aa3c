"""How frames, keyframes and the changes of a stay are written: JSON of columns, then deflate.

Numbers that belong together are a column, sorted numbers are kept as differences: so most of them
have one or two digits, and deflate makes 4 to 9 bytes of an event.
"""

from __future__ import annotations

import json
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from confmon.models.text import clean
from confmon.sharing.frames.columns import differences, pack_columns, split_columns, unpack_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Frame(NamedTuple):
    """What one read changed, in the store's own numbers.

    `put`: (leg, session, state) of each call that came, moved or changed; `came`: the legs of those
    that are new to the bridge; `gone`: the legs that left. `meetings`: (session, state) of those
    that started or changed; `over`: the sessions that ended. `named`: (leg, name) where the name
    changed.
    """

    put: Sequence[tuple[int, int, int]] = ()
    came: Sequence[int] = ()
    gone: Sequence[int] = ()
    meetings: Sequence[tuple[int, int]] = ()
    over: Sequence[int] = ()
    named: Sequence[tuple[int, str]] = ()

    @property
    def events(self) -> int:
        """How many calls and meetings changed."""
        return len(self.put) + len(self.gone) + len(self.meetings) + len(self.over)


def pack_frame(frame: Frame) -> bytes:
    """Return a frame, or a keyframe: one that puts everything that is live."""
    legs, sessions, states = split_columns(sorted(frame.put), 3)
    of_meetings, meeting_states = split_columns(sorted(frame.meetings), 2)
    columns = [
        differences(legs), sessions, states, differences(sorted(frame.came)),
        differences(sorted(frame.gone)), differences(of_meetings), meeting_states,
        differences(sorted(frame.over)), [list(pair) for pair in frame.named],
    ]  # fmt: skip
    return pack_columns(columns)


def unpack_frame(data: bytes) -> Frame:
    """Return a frame again. ValueError: it is none."""
    columns = unpack_columns(data)
    try:
        legs, sessions, states, came, gone, of_meetings, meeting_states, over, named = columns
        return Frame(
            put=list(zip(accumulate(legs), sessions, states, strict=True)),
            came=list(accumulate(came)),
            gone=list(accumulate(gone)),
            meetings=list(zip(accumulate(of_meetings), meeting_states, strict=True)),
            over=list(accumulate(over)),
            named=[(leg, clean(name)) for leg, name in named],  # others write shared tables
        )
    except TypeError:
        raise ValueError("not a frame") from None


def pack_changes(changes: Iterable[tuple[int, int]]) -> bytes:
    """Return (moment, state) pairs of a stay, in their order.

    One pair, which most stays have for long, is left as text: 22 bytes instead of 15, but two
    thousand stays are read without inflating any. Deflated columns never begin with a bracket: a
    block of literals that does so begins with another byte.
    """
    pairs = list(changes)
    if len(pairs) == 1:
        return b"[[%d],[%d]]" % pairs[0]
    moments, states = split_columns(pairs, 2)
    return pack_columns([differences(moments), states])


def unpack_changes(data: bytes) -> list[tuple[int, int]]:
    """Return them again. ValueError: they are none."""
    try:
        moments, states = json.loads(data) if data[:1] == b"[" else unpack_columns(data)
        return list(zip(accumulate(moments), states, strict=True))
    except TypeError:
        raise ValueError("not the changes of a stay") from None
