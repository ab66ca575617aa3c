"""What went wrong in PostgreSQL, in words for an operator, by its SQLSTATE.

The server's own words may be in any language, and come over the network: they are shown cleaned,
and decide as little as possible.
"""

from __future__ import annotations

import re

from confmon.models.text import clean_line
from confmon.sharing.engine import Denied, NotPrepared, ShareUnavailable

_REFUSED = (
    "password authentication failed",
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "is not permitted to log in",
    "permission denied",
)
"""A refused connection has no SQLSTATE in the driver, only words."""
_UNTRUSTED = ("root certificate", "server certificate", "certificate verify failed")
_PARAMETER = re.compile(r'parameter: "(\w{1,40})"')
_WRAPPING = re.compile(r"^(?:connection (?:failed|is bad|to server)\b.*?(?:failed)?: )+|^FATAL: +")


def explain(sqlstate: str | None, text: str) -> ShareUnavailable:
    """Return what a failed statement means. `text` is the driver's."""
    words = shorten(text)
    match sqlstate:
        case "42501":
            return Denied(f"the database does not permit that ({words})")
        case "42P01" | "3F000" | "42883" | "42703":
            return NotPrepared(f"the shared tables are missing or of another version ({words})")
        case "57014" | "55P03":
            return ShareUnavailable("the database is too slow")
        case "25006":
            return ShareUnavailable("the database takes no changes: is it a standby?")
        case "53100":
            return ShareUnavailable("the database's disk is full")
        case "57P01" | "57P02" | "57P03" | "57P05":
            return ShareUnavailable("the database is stopping or starting")
        case _:
            return ShareUnavailable(f"the database fails ({words})")


def explain_connecting(text: str, *, needs_password: bool) -> ShareUnavailable:
    """Return why no connection was made. `text` is the driver's, which has no password in it."""
    words = shorten(text)
    if needs_password:
        return Denied("the database asks for a password: ~/.pgpass has none for it")
    if any(word in words for word in _UNTRUSTED):
        return ShareUnavailable(f"the server's certificate can't be trusted ({words})")
    if any(word in words for word in _REFUSED):
        return Denied(f"the database refuses the login ({words})")
    return ShareUnavailable(f"the database does not answer ({words})")


def explain_url(text: str) -> ShareUnavailable:
    """Return why a URL is none. Of `text`, the driver's, only the name of a parameter is shown."""
    found = _PARAMETER.search(text)
    why = f": it has no parameter {found[1]!r}" if found else ""
    return ShareUnavailable(f"the setting `share` is no URL that PostgreSQL knows{why}")


def shorten(text: str) -> str:
    """Return the first line of a server's or driver's message, cleaned."""
    line = text.strip().partition("\n")[0]
    while (shorter := _WRAPPING.sub("", line)) != line:
        line = shorter
    return clean_line(line)
