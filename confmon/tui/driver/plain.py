"""Textual's own way of writing to the terminal, with our way of reading it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from confmon.tui.driver.input.reader import InputDriver
from confmon.tui.driver.tty_writer import BLIND_S

if TYPE_CHECKING:
    from typing import TextIO

    from textual.app import App


class PlainDriver(InputDriver):
    """Writes every frame of Textual's."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._watched = _Watched(cast("TextIO", self._file))
        self._file = self._watched  # type: ignore[assignment]

    @property
    def is_blind(self) -> bool:
        """True if one write has been waiting for the terminal for too long."""
        return self._watched.waits_s() > BLIND_S


class _Watched:
    """A stream that tells how long the write under way has been waiting."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._since_s: float | None = None
        self.fileno = stream.fileno

    def waits_s(self) -> float:
        since_s = self._since_s
        return 0.0 if since_s is None else monotonic() - since_s

    def write(self, text: str) -> int:
        self._since_s = monotonic()
        written = self._stream.write(text)
        self._since_s = None
        return written

    def flush(self) -> None:
        self._since_s = monotonic()
        self._stream.flush()
        self._since_s = None
