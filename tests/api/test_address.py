"""Which addresses confmon talks to at all, and which ones it trusts."""

import ssl
from pathlib import Path

import pytest

from confmon.api.http.address import parse_base, tls
from confmon.models.errors import Guarded


@pytest.mark.parametrize(
    ("base", "place", "url"),
    [
        (
            "https://api.carrierx.com/conference/v1",
            "api.carrierx.com:443",
            "https://api.carrierx.com:443/conference/v1",
        ),
        ("https://host:8443/x/", "host:8443", "https://host:8443/x"),
        ("http://localhost:8080", "localhost:8080", "http://localhost:8080"),
        ("http://127.9.9.9/v1", "127.9.9.9:80", "http://127.9.9.9:80/v1"),
        ("http://[::1]:81/v1", "[::1]:81", "http://[::1]:81/v1"),
    ],
)
def test_good_addresses(base: str, place: str, url: str) -> None:
    address = parse_base(base)
    assert (address.place, address.base) == (place, url)


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("http://api.carrierx.com/conference/v1", "plain http"),
        ("http://127.0.0.1.evil.example/", "plain http"),
        ("http://localhost.evil.example/", "plain http"),
        ("http://192.168.0.1/", "plain http"),
        ("http://0.0.0.0/", "plain http"),
        ("ftp://host/", "not an http"),
        ("host/v1", "not an http"),
        ("", "not an http"),
        ("https://", "not an http"),
        ("https://host:99999/", "cannot be read"),
        ("https://host/a b", "not an http"),
        ("https://host\\@evil/", "login"),
        ("https://user:hunter2@host/", "login"),
        ("https://us/er:hunter2@host/", "login"),
        ("https://user:p#hunter2@host/", "login"),
        ("https://host:0/v1", "port 0"),
        ("https://host/v1?x=1", "may not contain"),
        ("https://host/v1#x", "may not contain"),
        ("https://h\u043est/", "not an http"),
    ],
)
def test_bad_addresses(base: str, why: str) -> None:
    with pytest.raises(Guarded, match=why) as caught:
        parse_base(base)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_the_environment_cannot_take_the_session_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = tls()
    assert not getattr(context, "keylog_filename", None)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert not (tmp_path / "keys").exists()


def test_a_ca_file_must_hold_certificates(tmp_path: Path) -> None:
    noise = tmp_path / "ca.pem"
    with pytest.raises(Guarded, match="ca_file"):
        tls(noise)
    noise.write_text("not a certificate")
    with pytest.raises(Guarded, match="ca_file"):
        tls(noise)
