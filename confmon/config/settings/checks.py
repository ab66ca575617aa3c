"""What each setting may be. One reader a setting: it returns the value or raises ValueError.

The message of the ValueError completes the sentence "interval_s …".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from confmon.config.credentials.secret import is_sendable

Check = Callable[[Any], Any]

_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_USERINFO = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*")
"""What RFC 3986 allows in a login inside a URL."""

# Textual has more names and could be asked, but loading it costs more than the whole command.
COLOURS = (
    "black", "blue", "brown", "crimson", "cyan", "darkgreen", "darkorange", "darkred", "gold",
    "gray", "green", "magenta", "maroon", "navy", "olive", "orange", "orchid", "purple", "red",
    "steelblue", "teal", "white", "yellow",
)  # fmt: skip

THEMES = (
    "textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "dracula",
    "tokyo-night", "monokai", "flexoki", "catppuccin-latte", "catppuccin-frappe",
    "catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon",
    "rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light",
)  # fmt: skip
"""Textual's own themes; a test compares."""


def text(value: Any) -> str:
    """Accept a string of one line."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if not is_sendable(value):
        raise ValueError("must be one line of UTF-8 text without control characters")
    return value


def filled(value: Any) -> str:
    """Accept a string that says something."""
    if not text(value).strip():
        raise ValueError("must not be empty")
    return str(value)


def login(value: Any) -> str:
    """Accept a login. What comes after a colon would be sent as the password (RFC 7617)."""
    if ":" in filled(value):
        raise ValueError("must have no colon: a password does not belong here")
    return str(value)


def flag(value: Any) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number(low: float, high: float) -> Check:
    """Accept a number from `low` to `high`."""

    def check(value: Any) -> float:
        # A NaN is neither below nor above anything, hence the positive form.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("must be a number")
        if not low <= value <= high:
            raise ValueError(f"must be from {low:g} to {high:g}")
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    """Accept a whole number from `low` to `high`."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("must be a whole number")
        if not low <= value <= high:
            raise ValueError(f"must be from {low} to {high}")
        return value

    return check


def one_of(*words: str) -> Check:
    """Accept one of `words`."""

    def check(value: Any) -> str:
        if value not in words:
            raise ValueError("must be one of " + ", ".join(words))
        return str(value)

    return check


def colour(value: Any) -> str:
    """Accept #rrggbb or one of a few names; empty for the theme's own."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if value and value not in COLOURS and not _HEX_COLOUR.fullmatch(value):
        raise ValueError("must be a colour: #c02020, or one of " + ", ".join(COLOURS))
    return value


def path(value: Any) -> Path:
    """Accept a path; ``~`` is this user's home."""
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise ValueError("must be a path, of one line")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"{value!r}: there is no such home folder") from None


def argv(value: Any) -> tuple[str, ...]:
    """Accept a command as a list of words. No shell sees it."""
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise ValueError('must be a list of words, such as ["pass", "show", "bridge"]')
    if any("\0" in word for word in value):
        raise ValueError("has a word that no command can be given: it holds a zero character")
    return tuple(value)


def loopback(host: str) -> bool:
    """Tell whether `host` is this machine."""
    if host.lower() == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def base_url(value: Any) -> str:
    """Accept the API's full base: https, or plain http to this machine; without its last slash.

    The login travels in every request, so nothing else will do.
    """
    url = filled(value).strip().rstrip("/")
    if "@" in url:  # wherever it is: what stands before it may be a piece of a password
        raise ValueError("must not carry a login; set login, and see password_file")
    parts, host = _split(url)
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be a URL such as https://api.carrierx.com/conference/v1")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("must end with the path, without ? or #")
    if parts.scheme == "http" and not loopback(host):
        raise ValueError("must be https; plain http is for this machine only")
    return url


def proxy(value: Any) -> str:
    """Accept the URL of an HTTP proxy. A sign that ends the host must not stand in its login."""
    url = filled(value).strip()
    login = url.partition("://")[2].rpartition("@")[0]
    if not _USERINFO.fullmatch(login):
        raise ValueError(
            "has a login with special characters: percent-encode them, @ as %40, # as %23, / as %2F"
        )
    parts, host = _split(url)
    if parts.scheme not in ("http", "https") or not host or "?" in url or "#" in url:
        raise ValueError("must be a URL such as http://proxy.example.org:3128")
    return url


def _split(url: str) -> tuple[SplitResult, str]:
    """Return the parts of a URL and its host. ValueError: it is none, or its port is 0."""
    if not url.isascii() or " " in url or "\\" in url:
        raise ValueError("is not a URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if port == 0:
        raise ValueError("has port 0, on which nothing can be reached")
    return parts, parts.hostname or ""


def without_login(url: str) -> str:
    """Return a URL as it may be shown: without anything that may belong to a login.

    >>> without_login("http://user:p@ss#word@proxy.example:3128")
    'http://proxy.example:3128'
    """
    scheme, sign, rest = url.partition("://")
    return scheme + sign + rest.rpartition("@")[2] if sign else url.rpartition("@")[2]


CHECKS: dict[str, Check] = {
    "base_url": base_url,
    "login": login,
    "read_only": flag,
    "interval_s": number(0.5, 60),
    "accent": colour,
    "theme": one_of(*THEMES),
    "requests_per_s": number(0.5, 1000),
    "deadline_s": number(1, 120),
    "ca_file": path,
    "proxy": proxy,
    "mask_numbers": flag,
    "mediator_base_url": base_url,
    "mediator_login": login,
    "output": one_of("auto", "diff", "plain"),
    "typed_over": whole(1, 100_000),
}
"""By the names of `confmon.config.settings.model.Settings`."""

CREDENTIAL_CHECKS: dict[str, Check] = {
    "password_file": path,
    "credentials_command": argv,
    "mediator_password_file": path,
    "mediator_credentials_command": argv,
}
"""Where a profile's passwords come from. A password itself is no setting."""
