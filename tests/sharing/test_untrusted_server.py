"""What is wrong with the certificate of a server is no refused login, whatever words it has."""

from __future__ import annotations

import pytest

from confmon.sharing.engine import Denied
from confmon.sharing.engines.failures import explain_connecting


@pytest.mark.parametrize(
    "text",
    [
        'root certificate file "/home/ann/.postgresql/root.crt" does not exist',
        'server certificate for "localhost" does not match host name "127.0.0.1"',
        "SSL error: certificate verify failed",
    ],
)
def test_a_certificate_that_is_not_trusted_is_named(text: str) -> None:
    found = explain_connecting(f"connection failed: {text}", needs_password=False)
    assert not isinstance(found, Denied)
    assert str(found) == f"the server's certificate can't be trusted ({text})"


def test_a_client_certificate_that_is_refused_is_a_refused_login() -> None:
    text = 'FATAL:  certificate authentication failed for user "ann"'
    assert isinstance(explain_connecting(text, needs_password=False), Denied)
