"""What one run of the screen starts with, by the command line. It is remembered nowhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """The filter and the meeting to begin with, and what this run may do besides."""

    filter: str = ""
    meeting: int | None = None
    reveal_numbers: bool = False
    """Telephone numbers are copied and exported in full, whatever the profile says."""
    fresh: bool = False
    """Columns, order and filter are as they are at first, not as they were left."""
