"""Tells systemd how a service is: that it is ready, alive, and what it does (sd_notify)."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 200
"""Characters of a status."""


class ServiceManager:
    """Who started us, if that is systemd and it listens; otherwise everything here does nothing.

    `watchdog_s` is how often it wants to hear that we are alive; None: it does not.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self.watchdog_s: float | None = None
        with contextlib.suppress(ValueError):
            watched_pid = int(environ.get("WATCHDOG_PID", os.getpid()))
            longest_us = int(environ.get("WATCHDOG_USEC", 0))
            if self._address and longest_us > 0 and watched_pid == os.getpid():
                self.watchdog_s = longest_us / 2e6

    def ready(self) -> None:
        """Say that the service does its work."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that it still does."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say what it does, in one line."""
        self._send(f"STATUS={' '.join(text[:_LONGEST].split())}")

    def stopping(self) -> None:
        """Say that it is about to end."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address.startswith(("/", "@")):
            return
        address = self._address
        if address[0] == "@":  # a name that is in no file system
            address = "\0" + address[1:]
        with contextlib.suppress(OSError, ValueError), _open() as out:
            out.sendto(text.encode(), address)


def _open() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    made.settimeout(0)  # a manager that does not listen must not stop us
    return made
