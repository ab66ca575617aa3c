"""A line of the audit log as a message of RFC 5424, with its fields as structured data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from confmon.audit.copies.words import fields, one_line, sentence, severity

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHPRIV: Final = 10
"""The facility: what only administrators read."""
SD_ID: Final = "confmon@32473"
"""The name of our structured data, under the enterprise number that is meant for examples."""
_BOM: Final = "\ufeff"


def syslog_message(entry: Mapping[str, Any]) -> bytes:
    """Return the message of a line, in UTF-8 and without a newline; seldom over 4 kB."""
    head = " ".join(
        (
            f"<{AUTHPRIV * 8 + severity(entry)}>1",
            _token(entry.get("time"), 32),
            _token(entry.get("host"), 255),
            "confmon",
            _token(entry.get("pid"), 128),
            _token(entry.get("event"), 32),
        )
    )
    data = "".join(f' {_name(name)}="{_escaped(text)}"' for name, text in fields(entry))
    text = f"{head} [{SD_ID}{data}] {_BOM}{sentence(entry)}"
    return text.encode("utf-8", "replace")


def _token(value: object, most: int) -> str:
    """Return a field of the header: visible ASCII, or a dash for nothing."""
    return re.sub(r"[^!-~]", "", "" if value is None else str(value))[:most] or "-"


def _name(name: str) -> str:
    """Return the name of a parameter: visible ASCII without the signs that end it."""
    return re.sub(r'[^!-~]|["=\]]', "", name)[:32] or "x"


def _escaped(text: str) -> str:
    r"""Return the value of a parameter; three signs have a backslash before them.

    >>> print(_escaped('say "yes" [now]'))
    say \"yes\" [now\]
    """
    return re.sub(r'(["\\\]])', r"\\\1", one_line(text))
