"""A TCP relay that counts what goes through it: bytes, and replies of an HTTP server."""

from __future__ import annotations

import contextlib
import socket
import threading

_REPLY = b"HTTP/1.1 "


class Relay:
    """Listens on `port` of this machine and connects whoever comes with another port of it."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.bytes = self.replies = 0
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it, and every connection."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._open += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        last = b""
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                target.sendall(piece)
                self.bytes += len(piece)
                # The word may be cut in two.
                self.replies += (last + piece).count(_REPLY)
                last = piece[-len(_REPLY) + 1 :]
            target.shutdown(socket.SHUT_WR)
