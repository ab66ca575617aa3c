"""Secrets in the bench's files and replies, which must show up nowhere."""

from __future__ import annotations

from base64 import b64encode

from tests.faults.server import PASSWORD, TOKEN
from tests.faults.town import CODES, number_of

SECRETS = (
    PASSWORD,
    TOKEN,
    b64encode(PASSWORD.encode()).decode(),
    *CODES,
    *(number_of(nth).lstrip("+") for nth in range(60)),
)
"""The password in each encoding, the access codes, and full numbers, which are masked."""
