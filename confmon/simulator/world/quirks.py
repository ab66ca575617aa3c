"""How this bridge departs from what a reader of the reference would expect, a switch each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Quirks:
    """Oddities of a bridge. The defaults are what is known or guessed of the real service."""

    honoured: frozenset[str] = frozenset({"isRecording", "isSecured"})
    """Fields of `PUT /meetings/{n}` that take effect; others get a 200 and are ignored."""
    recording_delay_s: float = 2.0
    """From the 200 to `isRecording` and the recording leg."""
    write_delay_s: float = 0.0
    """From the 200 of a `PUT /calls/{id}` to the change."""
    stale_reply: bool = True
    """`PUT` answers with the object as it was before the change."""
    listed_reply: bool = False
    """`PUT /calls/{id}` answers with a list of that call, as one print of the reference shows."""
    total: Literal["count", "null", "absent", "wrong"] = "count"
    last: Literal["mixed", "index", "zero", "absent"] = "mixed"
    """`mixed` takes turns among the other three, by offset and length of the page."""
    envelope: Literal["conference", "core"] = "conference"
    """`core` is the other list envelope: items, count, has_more, pagination."""
    sparse: bool = False
    """Leave out keys that are usually there, differently per call."""
    surplus: bool = False
    """Add keys that no document knows."""
    unreadable_every: int = 0
    """Calls with an id divisible by this are sent in an unreadable shape; 0: none."""
    duplicates: bool = False
    """The last item of a page comes twice."""
    ignore_filter: bool = False
    ignore_order: bool = False
    """Lists come in a fixed order that is not that of the ids."""
    ignore_offset: bool = False
    ignore_limit: bool = False
    """Every page has ten items, whatever the request asks for."""
    ignore_edits: bool = False
    """PUT and PATCH of the directory, bindings and dialouts get a 200 and change nothing."""
    forbid_writes: bool = False
    """The logins may only read: every request but GET gets a 403."""

    @property
    def item_quirks(self) -> tuple[bool, bool, int]:
        """The switches that change one item of a list."""
        return (self.sparse, self.surplus, self.unreadable_every)
