"""Where the login goes, and where it never does: TLS, plain http, links, proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.replies import changed
from tests.faults.server import BASE
from tests.faults.town import STAFF, call_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.bench import Bench
    from tests.faults.certificates import Authority


@pytest.mark.parametrize(
    ("how", "trusted", "why"),
    [
        ({"expired": True}, True, "certificate has expired"),
        ({"name": "DNS:elsewhere.example"}, True, "mismatch"),
        ({}, False, "unable to get local issuer certificate"),
    ],
    ids=["expired", "wrong_host", "unknown_ca"],
)
def test_a_certificate_is_refused(
    make_bench: Callable[..., Bench],
    authority: Authority,
    how: dict[str, Any],
    trusted: bool,
    why: str,
) -> None:
    bench = make_bench(tls=authority.context(**how))
    if trusted:
        bench.options["ca_file"] = str(authority.file)
    terminal = bench.start(environ={"SSL_CERT_FILE": str(authority.file)})
    terminal.sees("No data yet", f"{bench.place}: certificate refused", why)
    terminal.sees("There is no switch to override this", "ca_file in the config")
    terminal.until(lambda: bench.server.journal.broken_handshakes, what="the broken handshake")
    assert not bench.server.journal.requests
    bench.recovers = False  # the certificate stays what it is


def test_a_private_authority_and_nothing_of_the_environment(
    make_bench: Callable[..., Bench], authority: Authority
) -> None:
    """Proxies, netrc and SSLKEYLOGFILE in the environment change nothing; ca_file does."""
    bench = make_bench(tls=authority.context())
    bench.options["ca_file"] = str(authority.file)
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    (bench.home / ".netrc").write_text("machine 127.0.0.1 login other password of-netrc\n")
    (bench.home / ".netrc").chmod(0o600)
    keys = bench.home / "tls-keys"
    terminal = bench.open_board(
        environ={
            **dict.fromkeys(proxies, bench.other.origin),
            "NETRC": str(bench.home / ".netrc"),
            "SSLKEYLOGFILE": str(keys),
        }
    )
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done", "Boris ••••••••7101 — muted")
    assert not keys.exists()
    assert {r.status for r in bench.server.journal.requests} == {200}


def test_a_proxy_of_the_config_sees_no_login(
    make_bench: Callable[..., Bench], authority: Authority
) -> None:
    bench = make_bench(tls=authority.context())
    bench.options |= {"ca_file": str(authority.file), "proxy": bench.other.origin}
    bench.reached_other = True
    terminal = bench.start()
    terminal.sees("the proxy would not connect to")
    asked = bench.other.journal.requests
    assert {request.method for request in asked} == {"CONNECT"}
    assert not any("authorization" in name for request in asked for name in request.headers)
    assert not bench.server.journal.requests
    bench.recovers = False


@pytest.mark.parametrize("host", ["192.0.2.1", "bridge.example", "127.0.0.1.example"])
def test_plain_http_is_refused(bench: Bench, host: str) -> None:
    bench.options["base_url"] = f"http://{host}/conference/v1"
    terminal = bench.start()
    terminal.leaves(lambda: None)
    assert terminal.code == 78
    assert "https" in terminal.text()


def test_links_in_replies_are_never_requested(bench: Bench) -> None:
    away = f"{bench.other.origin}{BASE}"
    links = {
        "next": f"{away}/calls?offset=10",
        "previous": f"//127.0.0.1:{bench.other.port}/calls",
        "first": f"http://x:y@127.0.0.1:{bench.other.port}/",
        "self": "../../meetings/300200",
    }

    def envelope(page: dict[str, Any]) -> dict[str, Any]:
        kind = next(iter(page))
        rows = page[kind]
        for row in rows:
            row["href"] = row["url"] = f"{away}/{kind}/1"
        more = {"count": len(rows), "has_more": False, "limit": 1000, "offset": 0}
        return {
            "items": rows,
            "pagination": links,
            "total": len(rows),
            "next": links["next"],
            **more,
        }

    bench.server.fault(changed(envelope, "meetings"), path="^/meetings")
    bench.server.fault(changed(envelope), path="^/calls$")
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done", "Boris ••••••••7101 — muted")
    assert {r.path.split("/")[1] for r in bench.server.journal.requests} == {"calls", "meetings"}


def test_an_id_that_is_a_path_goes_nowhere(bench: Bench) -> None:
    """Ids are whole numbers, or the item is unreadable: no `../` reaches a URL."""
    ids = ("../meetings/300200", "1/../../meetings", "%2e%2e", "1?x=1", "-1", 1.5, True, 10**400)

    def twist(page: dict[str, Any]) -> None:
        model = dict(page["calls"][0]) if page["calls"] else {}
        for nth, bad in enumerate(ids):
            page["calls"].append({**model, "id": bad, "customName": f"Path {nth}"})

    bench.server.fault(changed(twist), path="^/calls$")
    terminal = bench.start()
    bench.enter_board(terminal, agree=False)
    terminal.sees("unreadable")
    for nth in range(len(ids)):
        if not terminal.shows(f"Path {nth}"):
            continue
        assert ids[nth] == "-1"  # a number, though an odd one
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done", "Boris ••••••••7101 — muted")
    assert call_named(bench.world, "Rosa").mute_mode == 0
    assert STAFF in bench.world.meetings
