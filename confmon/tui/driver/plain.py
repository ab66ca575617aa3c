"""A driver with Textual's output and our input."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from confmon.tui.driver.input.reader import InputDriver
from confmon.tui.driver.tty_writer import BLIND_S

if TYPE_CHECKING:
    from typing import TextIO

    from textual.app import App


class PlainDriver(InputDriver):
    """Writes every frame as Textual makes it."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._stream = _TimedStream(cast("TextIO", self._file))
        self._file = self._stream  # type: ignore[assignment]

    @property
    def is_blind(self) -> bool:
        """True if a write has waited too long for the terminal."""
        return self._stream.waiting_s() > BLIND_S


class _TimedStream:
    """A stream that tells how long its present write has waited."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._since_s: float | None = None
        self.fileno = stream.fileno

    def waiting_s(self) -> float:
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
