"""Which attributes may hold an access code: live meetings have some under names of their own."""

from __future__ import annotations

import re

_SECRET = re.compile(r"access_?code|keychain|passw|(^|_)(pin|codes?)(_|$)", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether what has this name is to be hidden unless it is revealed. No preset's name is.

    >>> is_secret("host_access_code"), is_secret("accessCode"), is_secret("conference_jobcode_dtmf")
    (True, True, False)
    """
    return _SECRET.search(name) is not None
