"""Where the bridge is, and how its identity is checked."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from confmon.models.errors import Guarded
from confmon.models.text import clean

if TYPE_CHECKING:
    from pathlib import Path

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A checked base URL. The login goes to this scheme, host and port and nowhere else."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Return ``host:port``, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def base(self) -> str:
        """Return the URL that paths are added to; no slash at its end."""
        return f"{self.scheme}://{self.place}{self.path}"

    @property
    def loopback(self) -> bool:
        """Whether what is sent there stays on this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_base(base_url: str) -> Address:
    """Read a base URL such as ``https://api.carrierx.com/conference/v1``.

    Guarded: not http or https, plain http to another machine, a login, query or fragment in it.
    """
    if "@" in base_url:
        raise Guarded("base_url may not contain a login", hint="Set login and password apart.")
    shown = clean(base_url, 120)
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise Guarded(f"base_url {shown} cannot be read") from error
    host = parts.hostname or ""
    odd = not (base_url.isprintable() and base_url.isascii()) or " " in base_url
    if parts.scheme not in _PORTS or not host or odd or "\\" in base_url:
        raise Guarded(f"base_url {shown} is not an http:// or https:// address")
    if port == 0:
        raise Guarded(f"base_url {shown} has port 0, on which nothing can be reached")
    if parts.query or parts.fragment:
        raise Guarded(f"base_url {shown} may not contain ? or #")
    if parts.scheme == "http" and not is_loopback(host):
        raise Guarded(
            f"plain http to {clean(host, 80)} would show the login to the network",
            hint="Use https://; plain http is for this machine only.",
        )
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], parts.path.rstrip("/"))


def tls(ca_file: Path | None = None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities, and those of `ca_file` as well.

    The environment has no say in it. `ssl.create_default_context` would write the session keys
    wherever SSLKEYLOGFILE says, and `load_default_certs` would trust what SSL_CERT_FILE and
    SSL_CERT_DIR name; so both are left aside. OPENSSL_CONF can choose algorithms, not authorities.
    Guarded: `ca_file` cannot be read. Takes 20 to 75 ms.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _trust_the_system(context)
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ValueError) as error:
            raise Guarded(
                f"ca_file {clean(str(ca_file), 120)} cannot be used",
                hint="It must be a readable file of PEM certificates.",
            ) from error
    return context


def _trust_the_system(context: ssl.SSLContext) -> None:
    """Trust what OpenSSL trusts by the paths that it was built with."""
    built_in = ssl.get_default_verify_paths()
    # each may be missing, and a file without certificates is an error: neither trusts anybody
    with contextlib.suppress(OSError):
        context.load_verify_locations(cafile=built_in.openssl_cafile)
    with contextlib.suppress(OSError):
        context.load_verify_locations(capath=built_in.openssl_capath)
