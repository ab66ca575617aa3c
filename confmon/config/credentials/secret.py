"""A password in memory, and how a command without one ends."""

from __future__ import annotations

from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from confmon.process import exits

LONGEST = 64 << 10
"""Bytes read of a file or a command that has a password in its first line."""


class Secret:
    """A text that shows itself to nobody but `reveal`: not in a repr, a log, a pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


class Account(NamedTuple):
    """What a stored password is for. Another host or another login has another one."""

    origin: str
    login: str

    @classmethod
    def of(cls, base_url: str, login: str) -> Account:
        """Return the account of a base URL that has been checked.

        >>> Account.of("https://API.example:443/conference/v1", "ann").origin
        'https://api.example'
        """
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        port = f":{parts.port}" if parts.port not in (None, usual) else ""
        return cls(f"{parts.scheme}://{host}{port}", login)


def refuse(*lines: str) -> exits.CliExit:
    """Return the way to end when there is no password to be had."""
    return exits.CliExit(exits.CONFIG, *(f"confmon: {line}" for line in lines))


def first_line(raw: bytes, source: str) -> Secret:
    """Return the first line of `raw`; password stores keep remarks below it.

    What an editor adds unasked is not part of it: a mark at its beginning, blanks at its end.
    """
    head = raw.splitlines()[0] if raw else b""
    try:
        text = head.decode("utf-8-sig").rstrip(" \t")
    except UnicodeDecodeError:
        raise refuse(f"{source}: not UTF-8 text") from None
    if not text:
        raise refuse(f"{source}: no password in its first line")
    if not is_sendable(text):
        raise refuse(f"{source}: a control character is in its first line")
    return Secret(text)


def is_sendable(text: str) -> bool:
    """Tell whether a login or a password can be sent: control characters never, by RFC 7617.

    Neither can what Python makes of bytes that are no UTF-8 text.
    """
    return not any(ord(sign) < 32 or ord(sign) == 127 or 0xD800 <= ord(sign) < 0xE000
                   for sign in text)  # fmt: skip
