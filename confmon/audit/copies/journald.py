"""A line of the audit log in the native protocol of journald: a datagram of fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from confmon.audit.copies.words import fields, sentence, severity

if TYPE_CHECKING:
    from collections.abc import Mapping

SOCKET: Final = "/run/systemd/journal/socket"


def journal_datagram(entry: Mapping[str, Any]) -> bytes:
    """Return the datagram of a line.

    A line of the log is shorter than 4 kB, so it is sent whole; nothing goes by a file descriptor.
    Source: systemd, Native Journal Protocol.
    """
    found = {
        "MESSAGE": sentence(entry),
        "PRIORITY": str(severity(entry)),
        "SYSLOG_IDENTIFIER": "confmon",
    }
    for name, text in fields(entry):
        found[f"CONFMON_{re.sub('[^A-Z0-9]', '_', name.upper())}"] = text
    return b"".join(_field(name, text) for name, text in found.items())


def _field(name: str, text: str) -> bytes:
    """Return one field; a value with a newline is sent with its length before it."""
    value = text.encode("utf-8", "replace")
    if b"\n" not in value:
        return name.encode() + b"=" + value + b"\n"
    return name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
