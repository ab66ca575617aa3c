"""What a setting may be. Each check returns the value, or raises ValueError.

The message of the ValueError completes the sentence "interval_s …". What most runs do not need is
imported when called: the table of settings loads this module even for `confmon --version`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from urllib.parse import SplitResult

_HEX_COLOUR = r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?"

_CONTROL = r"[\x00-\x1f\x7f]"
_USERINFO = r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*"
"""What RFC 3986 allows in a login inside a URL."""
_PATH = r"(?:[A-Za-z0-9._~!$&'()*+,;=:/-]|%[0-9A-Fa-f]{2})*"
"""And in a path."""

_SCHEMA = r"(?!pg_)[a-z_][a-z0-9_]{0,47}"
"""The name of a PostgreSQL schema that needs no quotes."""
_SERVER = r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._%-]*)(?::[0-9]{1,5})?"
"""A host, an address or the folder of a socket, with its port."""

# Textual knows more names, but loading it costs more than the whole command.
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


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` for the known name most like `name`, or nothing.

    >>> suggest("intervall_s", ["interval_s", "login"])
    '; did you mean interval_s?'
    """
    import difflib

    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def check_line(value: Any) -> str:
    """Accept a string of one line."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    from confmon.config.credentials.secret import is_sendable

    if not is_sendable(value):
        raise ValueError("must be one line of UTF-8 text without control characters")
    return value


def check_filled(value: Any) -> str:
    """Accept a string that is not blank."""
    if not check_line(value).strip():
        raise ValueError("must not be empty")
    return str(value)


def check_login(value: Any) -> str:
    """Accept a login. What comes after a colon would be sent as the password (RFC 7617)."""
    if ":" in check_filled(value):
        raise ValueError("must have no colon: a password does not belong here")
    return str(value)


def check_switch(value: Any) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number_between(low: float, high: float) -> Callable[[Any], Any]:
    """Accept a number from `low` to `high`."""

    def check(value: Any) -> float:
        # Comparing with NaN is always false, so the check asks for what is allowed.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("must be a number")
        if not low <= value <= high:
            raise ValueError(f"must be from {low:g} to {high:g}")
        return float(value)

    return check


def integer_between(low: int, high: int) -> Callable[[Any], Any]:
    """Accept a whole number from `low` to `high`."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("must be a whole number")
        if not low <= value <= high:
            raise ValueError(f"must be from {low} to {high}")
        return value

    return check


def one_of(*words: str) -> Callable[[Any], Any]:
    """Accept one of `words`."""

    def check(value: Any) -> str:
        if value not in words:
            raise ValueError("must be one of " + ", ".join(words))
        return str(value)

    return check


def check_colour(value: Any) -> str:
    """Accept #rrggbb or one of a few names; empty for the theme's own."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if value and value not in COLOURS and not re.fullmatch(_HEX_COLOUR, value):
        raise ValueError("must be a colour: #c02020, or one of " + ", ".join(COLOURS))
    return value


def check_path(value: Any) -> Path:
    """Accept a path; ``~`` is this user's home."""
    if not isinstance(value, str) or not value.strip() or re.search(_CONTROL, value):
        raise ValueError("must be a path, of one line")
    from pathlib import Path

    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"{value!r}: there is no such home folder") from None


_WORD = 16
"""So many letters a word in a small box may have."""


def check_argv(value: Any) -> tuple[str, ...]:
    """Accept a command as a list of words. No shell sees it."""
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise ValueError('must be a list of words, such as ["pass", "show", "bridge"]')
    if any("\0" in word for word in value):
        raise ValueError("has a word with a zero character, which no command can take")
    return tuple(value)


def check_mute_words(value: Any) -> tuple[str, ...]:
    """Accept a list of three short words."""
    words = value if isinstance(value, list | tuple) else []
    short = [word for word in words if isinstance(word, str) and 0 < len(word.strip()) <= _WORD]
    if len(short) != len(words) or len(words) != 3 or not all(map(str.isprintable, short)):
        raise ValueError('must be a list of three short words, such as ["Open", "Soft", "Hard"]')
    return tuple(word.strip() for word in short)


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine."""
    if host.lower() == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_base_url(value: Any) -> str:
    """Accept the API's full base: https, or plain http to this machine; without its last slash.

    The login travels in every request, so nothing else will do.
    """
    url = check_filled(value).strip().rstrip("/")
    if "@" in url:  # wherever it is: what is before it may be a piece of a password
        raise ValueError("must not carry a login; set login, and see password_file")
    parts, host = _split(url)
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be a URL such as https://api.carrierx.com/conference/v1")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("must end with the path, without ? or #")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must be https; plain http is for this machine only")
    return url


def check_proxy(value: Any) -> str:
    """Accept the URL of an HTTP proxy. A sign that ends the host must not be in its login."""
    url = check_filled(value).strip()
    user = url.partition("://")[2].rpartition("@")[0]
    if not re.fullmatch(_USERINFO, user):
        raise ValueError(
            "has a login with special characters: percent-encode them, @ as %40, # as %23, / as %2F"
        )
    parts, host = _split(url)
    if parts.scheme not in ("http", "https") or not host or "?" in url or "#" in url:
        raise ValueError("must be a URL such as http://proxy.example.org:3128")
    return url


def check_syslog(value: Any) -> str:
    """Accept a place of syslog: a socket of this machine, or a host by UDP or TCP."""
    url = check_filled(value).strip()
    kind, _, path = url.partition(":")
    if kind == "unix" and path.startswith("/") and not path.startswith("//"):
        return url
    parts, host = _split(url)
    odd = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("udp", "tcp") or not host or odd:
        raise ValueError("must be unix:/dev/log, udp://HOST:514 or tcp://HOST:601")
    return url


def check_share(value: Any) -> str:
    """Accept where several confmon share what one of them reads: a PostgreSQL, or a file.

    The path of a file is a full one in what is returned. A URL has no password, and says nothing of
    TLS that would be weaker than verify-full, unless its server is on this machine.
    """
    text = check_line(value).strip()
    kind, _, rest = text.partition(":")
    if text in ("", "local"):
        return text
    if kind == "local":
        path = check_path(rest)
        if not path.is_absolute():
            raise ValueError("must have a full path, such as local:/var/lib/confmon/share.db")
        return f"local:{path}"
    if kind not in ("postgresql", "postgres") or not rest.startswith("//"):
        raise ValueError("must be postgresql://USER@HOST/DATABASE, local, or local:/path/of/a/file")
    _check_server(rest.removeprefix("//"))
    return text


def _check_server(rest: str) -> None:
    """Check what is behind ``postgresql://``. ValueError."""
    from urllib.parse import parse_qsl, unquote

    login = rest.rpartition("@")[0]
    # Any letter of a name may be percent-encoded.
    if ":" in login or re.search(r"[?&](?:ssl)?password=", unquote(rest)):
        raise ValueError("must not carry a password; ~/.pgpass has it, see confmon help sharing")
    if not rest.isascii() or re.search(r"[\s\\#]", rest) or not re.fullmatch(_USERINFO, login):
        raise ValueError("is not a URL; special characters are percent-encoded, @ as %40")
    place, _, query = rest.rpartition("@")[2].partition("?")
    try:
        options = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ValueError("has a part behind ? that is not NAME=VALUE") from None
    named = dict(options)
    if len(named) != len(options):
        raise ValueError("has the same name twice behind ?")
    if not re.fullmatch(_SCHEMA, named.get("schema", "confmon")):
        raise ValueError("has a schema that is none: small letters, digits and _, not pg_ at first")
    servers = place.partition("/")[0].split(",")
    if not all(re.fullmatch(_SERVER, server) for server in servers):
        raise ValueError("has a host or a port that is none")
    hosts = [unquote(re.sub(r":\d+$", "", server)).strip("[]") for server in servers]
    hosts += [host for name in ("host", "hostaddr") for host in named.get(name, "").split(",")]
    hosts = [host for host in hosts if host]
    is_here = all(host.startswith(("/", "@")) or is_loopback(host) for host in hosts)
    if "service" in named and not hosts:
        is_here = False
    if named.get("sslmode", "verify-full") != "verify-full" and not is_here:
        raise ValueError(
            f"must have sslmode=verify-full, which it has by itself, not {named['sslmode'][:20]!r}:"
            " anything less is for a server on this machine"
        )


def check_receiver(value: Any) -> str:
    """Accept the whole URL that alerts are sent to, as it is written, also its last slash."""
    url = check_filled(value).strip()
    check_base_url(url)
    path = url.partition("://")[2].partition("/")[2]
    if not re.fullmatch(_PATH, path) or any(part in (".", "..") for part in path.split("/")):
        raise ValueError("has a path with signs that must be percent-encoded, or with dots alone")
    return url


def without_path(url: str) -> str:
    """Return a URL with a path that may be a secret, as it may be shown.

    >>> without_path("https://hooks.example/services/T0/x9")
    'https://hooks.example/…'
    """
    scheme, sign, rest = url.partition("://")
    host, slash, _ = rest.partition("/")
    return f"{scheme}{sign}{host}{slash}…" if slash else url


def _split(url: str) -> tuple[SplitResult, str]:
    """Return the parts of a URL and its host. ValueError: it is none, or its port is 0."""
    if not url.isascii() or " " in url or "\\" in url:
        raise ValueError("is not a URL")
    from urllib.parse import urlsplit

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
