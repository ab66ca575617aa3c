"""Whom confmon believes, shown certificates made for this folder (their keys are worth nothing)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from confmon.api import errors
from confmon.api.client import open_client
from tests.api.conftest import http, saying

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = CERTIFICATES / "authority.pem"


async def asked(certificate: str, ca_file: Path | None, host: str = "127.0.0.1") -> str:
    """Ask a server with this certificate for call 5; return the error's words, or nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(http(b'{"id": 5}'))(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    client = open_client(f"https://{host}:{port}/v1", "l", "p", ca_file=ca_file)
    try:
        await client.get_call(5)
    except errors.Unreachable as error:
        return f"{error} {error.hint}"
    finally:
        await client.aclose()
        server.close()
    return ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_private_authority_from_the_config_is_believed(host: str) -> None:
    assert await asked("sound", AUTHORITY, host) == ""


@pytest.mark.parametrize(
    ("certificate", "ca_file", "why"),
    [
        ("sound", None, "certificate refused: unable to get local issuer certificate"),
        ("expired", AUTHORITY, "certificate refused: certificate has expired"),
        ("elsewhere", AUTHORITY, "certificate refused: IP address mismatch"),
    ],
)
async def test_others_are_refused_with_the_reason(
    certificate: str, ca_file: Path | None, why: str
) -> None:
    said = await asked(certificate, ca_file)
    assert why in said
    assert "ca_file" in said
