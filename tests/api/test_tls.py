"""Which servers confmon believes: certificates made for this folder, with keys worth nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import confmon
from confmon.api.connect import open_client
from confmon.api.http.address import tls
from confmon.models import errors
from tests.api.conftest import http, saying

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = CERTIFICATES / "authority.pem"


@contextlib.asynccontextmanager
async def served(certificate: str) -> AsyncIterator[int]:
    """Serve call 5 with this certificate, on the port that is returned."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            await saying(http(b'{"id": 5}'))(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def asked(certificate: str, ca_file: Path | None, host: str = "127.0.0.1") -> str:
    """Ask a server with this certificate for call 5; return the error's words, or nothing."""
    async with served(certificate) as port:
        client = open_client(f"https://{host}:{port}/v1", "l", "p", ca_file=ca_file)
        try:
            await client.get_call(5)
        except errors.Unreachable as error:
            return f"{error} {error.hint}"
        finally:
            await client.aclose()
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
    message = await asked(certificate, ca_file)
    assert why in message
    assert "ca_file" in message


_CONFIGURATION = """openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = default
[default]
VerifyCAFile = {authority}
"""


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"])
async def test_no_variable_of_the_environment_makes_anybody_trusted(
    variable: str, tmp_path: Path
) -> None:
    """A process of its own: OpenSSL reads some of these once, when it is loaded."""
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.read_bytes())
    (tmp_path / "openssl.cnf").write_text(_CONFIGURATION.format(authority=AUTHORITY))
    hashes = tmp_path / "hashed"
    hashes.mkdir()
    (hashes / f"{await _openssl_hash(AUTHORITY)}.0").write_bytes(AUTHORITY.read_bytes())
    password = tmp_path / "password"
    password.write_text("p\n")
    password.chmod(0o600)
    config = tmp_path / "confmon.toml"
    value = {"SSL_CERT_FILE": tmp_path / "ca.pem", "SSL_CERT_DIR": hashes}.get(variable)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(confmon.__file__).parents[1]),
        variable: str(value or tmp_path / "openssl.cnf"),
    }
    async with served("sound") as port:
        config.write_text(
            f'[profiles.p]\nbase_url = "https://127.0.0.1:{port}/v1"\nlogin = "l"\n'
            f'password_file = "{password}"\n'
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "confmon", "--config", str(config), "call", "5",
            env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
    assert process.returncode == 69, err.decode()
    assert b"unable to get local issuer certificate" in err
    assert not out


async def _openssl_hash(certificate: Path) -> str:
    """Return under which name a folder of authorities has this one."""
    process = await asyncio.create_subprocess_exec(
        "openssl", "x509", "-subject_hash", "-noout", "-in", str(certificate),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode().strip()


def test_the_systems_authorities_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    by_itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    by_itself.load_default_certs(ssl.Purpose.SERVER_AUTH)
    assert tls().cert_store_stats() == by_itself.cert_store_stats()
