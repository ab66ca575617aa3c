"""What a frame often contains: both sides know it before they write or read one.

It is a fixed text, and the texts of the newest records that are known. Those who come have names
like theirs, and reach the same numbers and nodes: that saves a fifth of a frame.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confmon.sharing.frames.record_columns import Layout

NEWEST: Final = 200
"""So many records lend their texts: it takes half a millisecond."""
REPEATED: Final = (
    "meeting_number",
    "custom_name",
    "subscriber_name",
    "callee",
    "node_name",
    "bridge_name",
    "codec",
)
"""The fields whose values come again."""
_MOST_BYTES: Final = 32_000
"""Deflate looks no further back."""
COMMON: Final = rb"""
["G711U","G729","G722","opus","PCMA","PCMU"]
["","","<sip:\u0002@\u0003>","<sip:\u0002@\u0003>"]
[0,0,0,0,0,0,0,0,0,0,0,0]
[1,1,1,1,1,1,1,1,1,1,1,1]
[2,2,2,2,2,2,2,2,2,2,2,2]
["\"\u0001\" <sip:\u0001@\u0003>","\"\u0001\" <sip:\u0001@\u0003>"]
["10.
[2,"change","meetings",null,[0,0,0,0,0,
[2,"change","calls",null,[0,0,0,0,0,100],[true,100,null,1,0.0"""
"""What frames often contain. Whoever changes it changes the version of frames."""


def dictionary(layout: Layout[Any], known: Mapping[int, Any], keys: Sequence[int]) -> bytes:
    """Return what a frame against these records is deflated with. `keys` are theirs, in order."""
    if not keys:
        return COMMON
    rows = [layout.values_of(known[key]) for key in keys[-NEWEST:]]
    places = [layout.places[name] for name in REPEATED if name in layout.places]
    columns = [[row[at] for row in rows if row[at]] for at in places]
    text = json.dumps(columns, separators=(",", ":"), ensure_ascii=False)
    return text.encode()[-_MOST_BYTES:] + COMMON
