"""How this bridge departs from what a reader of the reference would expect; each one a switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Quirks:
    """The vendor's habits. The defaults are what is known or guessed of the real service."""

    honoured: frozenset[str] = frozenset({"isRecording", "isSecured"})
    """Fields of `PUT /meetings/{n}` that are carried out; the rest is answered 200 and ignored."""
    recording_delay_s: float = 2.0
    """From the 200 to `isRecording` and the recording leg."""
    write_delay_s: float = 0.0
    """From the 200 of a `PUT /calls/{id}` to the change."""
    stale_reply: bool = True
    """`PUT` answers with the object as it was before."""
    listed_reply: bool = False
    """`PUT /calls/{id}` answers with a list of that one, as one print of the reference shows it."""
    total: Literal["count", "null", "absent", "wrong"] = "count"
    last: Literal["mixed", "index", "zero", "absent"] = "mixed"
    """`mixed` goes through the other three by offset and length of the page."""
    envelope: Literal["conference", "core"] = "conference"
    """`core` is the other list envelope: items, count, has_more, pagination."""
    sparse: bool = False
    """Leave out keys that are usually there, differently per call."""
    surplus: bool = False
    """Add keys that no document knows."""
    unreadable_every: int = 0
    """Every call whose id divides by this is sent in a shape nobody can read."""
    duplicates: bool = False
    """The last item of a page comes twice."""
    ignore_filter: bool = False
    ignore_order: bool = False
    """Lists come in a fixed order that is not that of the ids."""
    ignore_offset: bool = False
    ignore_limit: bool = False
    """Every page has ten items, whatever was asked for."""
    ignore_edits: bool = False
    """PUT and PATCH of the directory, bindings and dialouts are answered 200, to no effect."""
    forbid_writes: bool = False
    """These logins may look only: 403 to whatever is not a GET."""

    @property
    def item_quirks(self) -> tuple[bool, bool, int]:
        """The switches that change one item of a list."""
        return (self.sparse, self.surplus, self.unreadable_every)
