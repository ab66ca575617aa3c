"""Sends copies of the audit lines on, and says when they do not arrive.

No action waits for it. Sockets of this machine take a line at once or not at all; a host is
written to by a thread with a queue of so many lines. A copy that did not arrive is in the file.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from confmon.audit.copies.journald import SOCKET, journal_datagram
from confmon.audit.copies.receivers import LocalSocket, open_place
from confmon.audit.copies.syslog import syslog_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WAITING: Final = 1000
"""Lines that wait for a host; of more, the oldest are dropped."""
CLOSING_S: Final = 0.5
"""The last lines may take so long at the end of the process."""
_RETRY_S: Final = (1.0, 30.0)


class Receiver(Protocol):
    """Where messages go. `is_local`: sending never waits."""

    is_local: bool

    def send(self, message: bytes) -> None:
        """Send one message. OSError: it did not arrive."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Copy:
    """One receiver, and what is known of it. `say` is called once for each change of that."""

    def __init__(
        self,
        name: str,
        encode: Callable[[Mapping[str, Any]], bytes],
        receiver: Receiver,
        say: Callable[[str], None],
    ) -> None:
        self.name = name
        self.dropped = 0
        """Lines that did not arrive and never will."""
        self.trouble = ""
        """Why the last line did not arrive, or an empty string."""
        self._said_dropped = 0
        self._encode, self._receiver, self._say = encode, receiver, say
        self._waiting: deque[bytes] = deque()
        self._news = threading.Condition()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def send(self, entry: Mapping[str, Any]) -> None:
        """Send a line, or let the thread do it."""
        message = self._encode(entry)
        with self._news:  # the lines of two actions come from two threads
            if self._receiver.is_local:
                self.dropped += not self._try(message)
                return
            if len(self._waiting) >= WAITING:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(message)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self, timeout_s: float = CLOSING_S) -> None:
        """Wait for the lines that are on their way, but not without end."""
        with self._news:
            self._is_closing = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)
        else:
            self._receiver.close()

    def _run(self) -> None:
        wait_s = _RETRY_S[0]
        while True:
            with self._news:
                while not self._waiting and not self._is_closing:
                    self._news.wait()
                if not self._waiting:
                    break
                message = self._waiting[0]
            if self._try(message):
                wait_s = _RETRY_S[0]
                with self._news:
                    if self._waiting and self._waiting[0] is message:
                        self._waiting.popleft()
                continue
            with self._news:
                if self._is_closing:
                    break
                self._news.wait_for(lambda: self._is_closing, wait_s)
            wait_s = min(2 * wait_s, _RETRY_S[1])
        self._receiver.close()

    def _try(self, message: bytes) -> bool:
        try:
            self._receiver.send(message)
        except (OSError, UnicodeError) as error:  # a name that is none is the second
            why = getattr(error, "strerror", None) or type(error).__name__
            was, self.trouble = self.trouble, why
            if not was:
                self._say(
                    f"audit lines do not reach {self.name}: {self.trouble}; the file has them"
                )
            return False
        if self.trouble:
            self.trouble = ""
            lost, self._said_dropped = self.dropped - self._said_dropped, self.dropped
            tail = f"; {lost} {'line' if lost == 1 else 'lines'} did not" if lost else ""
            self._say(f"audit lines reach {self.name} again{tail}")
        return True


class Copies:
    """The receivers of one run."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self.copies = tuple(copies)

    def send(self, line: bytes) -> None:
        """Send a line that is in the file. It never fails and never waits."""
        if self.copies:
            entry = json.loads(line)
            for copy in self.copies:
                copy.send(entry)

    def close(self) -> None:
        """Wait for what is on its way, at most for a moment each."""
        for copy in self.copies:
            copy.close()


def open_copies(*, journald: bool, syslog: str, say: Callable[[str], None]) -> Copies:
    """Return the receivers that settings name. `say` is called on any thread."""
    found: list[Copy] = []
    if journald:
        found.append(Copy("journald", journal_datagram, LocalSocket(SOCKET), say))
    if syslog:
        found.append(Copy(f"syslog {syslog}", syslog_message, open_place(syslog), say))
    return Copies(found)
