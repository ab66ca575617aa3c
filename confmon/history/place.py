"""Where the history of an endpoint is kept, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """The file of a database, the endpoint it is of, and for how many days, in how many bytes.

    `trouble`: why there is no such place, and nothing is kept.
    `is_temporary`: the folder is made for this run and removed at its end.
    """

    path: Path
    endpoint: str
    days: int = 90
    size: int = 4096 << 20
    is_temporary: bool = False
    trouble: str = ""

    def remove(self) -> None:
        """Remove what is there for this run alone."""
        if self.is_temporary:
            import shutil

            shutil.rmtree(self.path.parent, ignore_errors=True)
