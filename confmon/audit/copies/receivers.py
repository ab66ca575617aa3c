"""Where copies of audit lines go: sockets on this machine, or a host by UDP or TCP."""

from __future__ import annotations

import select
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_S: Final = 5.0
"""So long a host may take for one message."""
_PORTS: Final[Mapping[str, int]] = {"udp": 514, "tcp": 601}


class _Receiver:
    """A socket that is opened for the first message."""

    _socket: socket.socket | None = None

    def close(self) -> None:
        """Close it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@dataclass
class LocalSocket(_Receiver):
    """Datagrams to a socket on this machine. It never waits: a full socket takes nothing."""

    path: str
    is_local = True

    def send(self, message: bytes) -> None:
        """Send one message. OSError: nobody took it."""
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.settimeout(0)
        self._socket.sendto(message, self.path)  # by path: who serves it may begin anew


@dataclass
class _Host(_Receiver):
    host: str
    port: int
    is_local = False


class UdpHost(_Host):
    """Datagrams to a host."""

    def send(self, message: bytes) -> None:
        """Send one message. OSError: there is no such host, or it answered that nobody listens."""
        try:
            if self._socket is None:
                self._socket = self._connect()
            self._socket.send(message)
        except OSError:
            self.close()
            raise

    def _connect(self) -> socket.socket:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, address = found[0]
        connected = socket.socket(family, kind | socket.SOCK_CLOEXEC, protocol)
        try:
            connected.connect(address)
        except OSError:
            connected.close()
            raise
        return connected


class TcpHost(_Host):
    """A connection to a host; each message has its length before it (RFC 6587)."""

    def send(self, message: bytes) -> None:
        """Send one message, on a new connection where the old one was closed. OSError."""
        try:
            if self._socket is not None and self._is_closed(self._socket):
                self.close()
            if self._socket is None:
                self._socket = socket.create_connection((self.host, self.port), CONNECT_S)
                self._socket.settimeout(CONNECT_S)
            self._socket.sendall(b"%d %s" % (len(message), message))
        except OSError:
            self.close()
            raise

    @staticmethod
    def _is_closed(connected: socket.socket) -> bool:
        """Tell whether the host has hung up; else the next message would be lost unseen."""
        waiting = select.poll()
        waiting.register(connected, select.POLLIN)
        return bool(waiting.poll(0)) and not connected.recv(256)


def open_place(url: str) -> LocalSocket | UdpHost | TcpHost:
    """Return the receiver at ``unix:/dev/log``, ``udp://host:514`` or ``tcp://host:601``.

    The URL was checked before. Nothing is sent yet.

    >>> open_place("tcp://[2001:db8::1]")
    TcpHost(host='2001:db8::1', port=601)
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return LocalSocket(parts.path)
    of = UdpHost if parts.scheme == "udp" else TcpHost
    return of(parts.hostname or "", parts.port or _PORTS[parts.scheme])
