"""Secrets in the bench's files and replies, which must show up nowhere."""

from __future__ import annotations

from base64 import b64encode

from tests.faults.server import PASSWORD, TOKEN
from tests.faults.town import CODES, number_of

KEPT_NOWHERE = (PASSWORD, TOKEN, b64encode(PASSWORD.encode()).decode(), *CODES)
"""The password in each encoding, and the access codes."""
SECRETS = (*KEPT_NOWHERE, *(number_of(nth).lstrip("+") for nth in range(60)))
"""These, and full numbers, which are masked: the history alone keeps them."""
