"""The errors of our own after which the program went on, for a test to look at."""

from __future__ import annotations

import asyncio
from typing import Any


class Bugs:
    """Keeps what is reported to the event loop that runs."""

    def __init__(self) -> None:
        self.found: list[BaseException] = []
        asyncio.get_running_loop().set_exception_handler(self._note)

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if (error := context.get("exception")) is not None:
            self.found.append(error)

    def check(self) -> None:
        """Raise the first of them, if there is any."""
        if self.found:
            raise self.found[0]
