"""A temporary certificate authority and its certificates, made with the openssl command."""

from __future__ import annotations

import ssl
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CA = """[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = p
unique_subject = no
copy_extensions = copy
x509_extensions = leaf
[leaf]
basicConstraints = critical, CA:false
authorityKeyIdentifier = keyid
[p]
commonName = supplied
"""
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """A certificate authority in its own folder. `file` is its certificate, for `ca_file`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.file = folder / "ca.pem"
        (folder / "ca.cnf").write_text(_CA)
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01\n")
        self._openssl(
            "req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=throw-away authority",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def context(self, name: str = "IP:127.0.0.1", *, expired: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for `name`, such as ``DNS:elsewhere``."""
        stem = f"{name.replace(':', '-')}{'-expired' * expired}"
        self._openssl(
            "req", "-new", *_KEY, "-keyout", f"{stem}.key", "-out", f"{stem}.csr",
            "-subj", "/CN=bridge", "-addext", f"subjectAltName={name}",
        )  # fmt: skip
        end = "20200202000000Z" if expired else "20491231000000Z"
        self._openssl(
            "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
            "-in", f"{stem}.csr", "-out", f"{stem}.pem", "-startdate", "20200101000000Z",
            "-enddate", end,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)
