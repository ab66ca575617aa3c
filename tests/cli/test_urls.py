"""URLs in the settings: whatever may belong to a login is refused or hidden, and shown nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.config.settings.checks import check_base_url, check_proxy, without_login
from confmon.process import exits

if TYPE_CHECKING:
    from pathlib import Path

PROXIES = (
    "http://user:p@ss#word@proxy.example:3128", "http://user:p#word@proxy.example:3128",
    "http://user:p/word@proxy.example:3128", "http://user:p?word@proxy.example:3128",
    "http://us@er:word@proxy.example", "http://user:p word@proxy.example",
    "http://user:p\\word@proxy.example", "http://user:p%word@proxy.example",
    "http://user:pässword@proxy.example", "http://user:p[word@proxy.example",
)  # fmt: skip
BASES = (
    "https://user:sesame@host/v1", "https://us/er:sesame@host/v1", "https://user:p#sesame@host/v1",
    "https://user:p?sesame@host/v1", "https://host/v1/sesame@x", "https://user:p@ss#sesame@host",
)  # fmt: skip


@pytest.mark.parametrize("url", PROXIES)
def test_a_proxys_login_has_to_be_percent_encoded(
    config_file: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    config_file.write_text(
        f"[profiles.p]\nbase_url = 'https://a.example'\nlogin = 'x'\nproxy = '{url}'\n"
    )
    for argv in (["config", "show"], ["config", "validate"], ["meetings"]):
        assert main(argv) == exits.CONFIG
        out, err = capsys.readouterr()
        assert f"{config_file}:4: profiles.p.proxy: " in err
        assert "percent-encode" in err
        assert "word" not in out + err


@pytest.mark.parametrize(
    "url",
    ["http://proxy.example:3128", "https://proxy.example", "http://u:p%40ss%23x@proxy.example:1/",
     "http://u:a!$&'()*+,;=b~@[::1]:3128", "http://u@proxy.example"],
)  # fmt: skip
def test_proxies_that_are_taken(url: str) -> None:
    assert check_proxy(url) == url


@pytest.mark.parametrize(
    "url",
    ["ftp://proxy.example", "proxy.example:3128", "http://", "http://u:p@", "http://proxy:0",
     "http://proxy:99999", "http://proxy.example/?x", "http://proxy.example#x", "http://a b"],
)  # fmt: skip
def test_proxies_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|port 0|percent"):
        check_proxy(url)


@pytest.mark.parametrize("url", BASES)
def test_a_base_url_has_no_login_in_any_source(
    config_file: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    config_file.write_text(f"[profiles.p]\nbase_url = '{url}'\nlogin = 'x'\n")
    assert main(["config", "show"]) == exits.CONFIG
    config_file.write_text(f"[profiles.p]\nmediator_base_url = '{url}'\n")
    assert main(["config", "validate"]) == exits.CONFIG
    config_file.unlink()
    assert main(["--base-url", url, "--login", "x", "meetings"]) == exits.USAGE
    assert main(["discover", "--core-url", url]) == exits.USAGE
    out, err = capsys.readouterr()
    assert err.count("must not carry a login") == 4
    assert "sesame" not in out + err


@pytest.mark.parametrize(
    "url", ["https://host:0", "https://host:00/v1", "http://localhost:0/v1", "https://[::1]:0/v1"]
)
def test_port_0_is_no_port(url: str) -> None:
    with pytest.raises(ValueError, match="port 0"):
        check_base_url(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:p@ss#word@host:1/x", "http://host:1/x"), ("http://host/x", "http://host/x"),
        ("user:word@host", "host"), ("http://a/b@c", "http://c"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_shown_of_a_url_has_nothing_before_the_last_at(url: str, shown: str) -> None:
    assert without_login(url) == shown
