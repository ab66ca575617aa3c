"""Sits between a client and PostgreSQL as a pooler does, and takes away what that does."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = b"\x00options\x00"
NO_TLS = 80877103
REFUSED = b"SFATAL\x00C08P01\x00Munsupported startup parameter: options\x00\x00"
WORD = b"A"
"""The type of a message that brings a notification."""


class Pooler:
    """Listens on `port`. `refuses_options`: as pgbouncer does; `drops_words`: as all of them."""

    def __init__(self, server_port: int, *, refuses_options: bool, drops_words: bool) -> None:
        self._server_port = server_port
        self._refuses_options = refuses_options
        self._drops_words = drops_words
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._open):
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            self._start(self._serve, client)

    def _start(self, run: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=run, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            startup = _read_packet(client)
            while struct.unpack("!i", startup[4:8])[0] == NO_TLS:
                client.sendall(b"N")
                startup = _read_packet(client)
            if self._refuses_options and OPTIONS in startup:
                client.sendall(b"E" + struct.pack("!i", 4 + len(REFUSED)) + REFUSED)
                client.shutdown(socket.SHUT_RDWR)
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            self._open.append(server)
            server.sendall(startup)
            self._start(self._pass_on, client, server)
            while True:
                kind = _read(server, 1)
                message = _read_packet(server)
                if not (self._drops_words and kind == WORD):
                    client.sendall(kind + message)

    @staticmethod
    def _pass_on(client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := client.recv(65536):
                server.sendall(some)
            server.shutdown(socket.SHUT_WR)


def _read(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        some = source.recv(size - len(found))
        if not some:
            raise EOFError
        found += some
    return found


def _read_packet(source: socket.socket) -> bytes:
    """Return a length and what it counts."""
    length = _read(source, 4)
    return length + _read(source, struct.unpack("!i", length)[0] - 4)
