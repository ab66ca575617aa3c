"""Alertmanager and webhook over real sockets: what is sent, and servers that misbehave."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from confmon.api.alerts import LASTS_S, Origin, split_url
from confmon.api.connect import open_alertmanager, open_webhook
from confmon.models import errors
from confmon.models.alert import Alert
from tests.api.conftest import heard, http, saying

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from confmon.api.alerts import AlertmanagerClient, WebhookClient
    from tests.api.conftest import Serve, Talk, Wild

ORIGIN = Origin("api.carrierx.com", "prod")
AT = 1_700_000_100.0
FIRING = Alert(
    "no_host_left", "no host left", "red", "no host for 2m", AT - 60, meeting=106131,
    acknowledged_by="ann",
)  # fmt: skip
GONE = Alert("node_lost", "node lost", "amber", "no calls on a", AT - 90, subject="a", ended=AT - 1)
TOKEN = "abcd.efgh-1234"


class Heard:
    """A server that keeps the requests it is sent, and answers each with `reply`."""

    def __init__(self, reply: bytes = b"") -> None:
        self.reply = reply or http(b"{}")
        self.requests: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            self.requests.append(await heard(reader))
            writer.write(self.reply)
            await writer.drain()

    def bodies(self) -> list[Any]:
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.requests]


def alertmanager(wild: Wild, token: str | None = None, **options: Any) -> AlertmanagerClient:
    base = wild.base.removesuffix("/conference/v1")
    return open_alertmanager(base, token, ORIGIN, **options)


def webhook(wild: Wild, token: str | None = None, **options: Any) -> WebhookClient:
    url = wild.base.replace("/conference/v1", "/hooks/T0/x9")
    return open_webhook(url, token, ORIGIN, **options)


async def test_an_alertmanager_gets_labels_annotations_and_moments(serve: Serve) -> None:
    server = Heard()
    client = alertmanager(await serve(server.talk))
    await client.send([FIRING], [GONE], AT, AT - 2)
    await client.aclose()
    head = server.requests[0].partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"post /api/v2/alerts http/1.1\r\n")
    assert b"content-type: application/json" in head
    assert b"authorization" not in head
    [[gone, firing]] = server.bodies()
    assert gone == {
        "labels": {
            "alertname": "ConfmonNodeLost", "rule": "node_lost", "severity": "warning",
            "instance": "api.carrierx.com", "profile": "prod", "subject": "a",
        },
        "annotations": {
            "summary": "node lost", "description": "no calls on a",
            "read": "2023-11-14T22:14:58.000Z",
        },
        "startsAt": "2023-11-14T22:13:30.000Z",
        "endsAt": "2023-11-14T22:14:59.000Z",
    }  # fmt: skip
    assert firing["labels"]["severity"] == "critical"
    assert firing["labels"]["meeting"] == "106131"
    assert firing["annotations"]["summary"] == "no host left, meeting 106131"
    assert firing["annotations"]["acknowledged_by"] == "ann"
    assert LASTS_S > 180
    assert firing["endsAt"] == "2023-11-14T22:19:00.000Z"


async def test_a_cause_after_its_end_is_no_alert_that_is_refused(serve: Serve) -> None:
    server = Heard()
    client = alertmanager(await serve(server.talk))
    await client.send([], [GONE._replace(since=AT + 50)], AT, AT - 2)
    await client.aclose()
    [[gone]] = server.bodies()
    assert gone["startsAt"] == gone["endsAt"]


async def test_a_webhook_gets_what_is_gone_and_what_is_so(serve: Serve) -> None:
    server = Heard()
    client = webhook(await serve(server.talk), TOKEN)
    await client.send([FIRING], [GONE], AT, AT - 2)
    await client.send([FIRING], [], AT, AT - 2)
    await client.aclose()
    head = server.requests[0].partition(b"\r\n\r\n")[0]
    assert head.startswith(b"POST /hooks/T0/x9 HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}".encode() in head
    resolved, firing, again = server.bodies()
    assert again == firing
    assert (resolved["status"], firing["status"]) == ("resolved", "firing")
    assert resolved["signals"][0]["ended"] == "2023-11-14T22:14:59.000Z"
    assert firing == {
        "version": 1, "status": "firing", "sent": "2023-11-14T22:15:00.000Z",
        "read": "2023-11-14T22:14:58.000Z",
        "bridge": "api.carrierx.com", "profile": "prod",
        "signals": [{
            "rule": "no_host_left", "title": "no host left", "severity": "red",
            "text": "no host for 2m", "meeting": 106131, "call": None, "subject": None,
            "since": "2023-11-14T22:14:00.000Z", "ended": None, "acknowledged_by": "ann",
            "snoozed_until": None,
        }],
    }  # fmt: skip


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await heard(reader)
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await heard(reader)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await heard(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    while True:
        writer.write(bytes(1 << 20))
        await writer.drain()


@pytest.mark.parametrize("open_", [alertmanager, webhook])
@pytest.mark.parametrize(
    ("talk", "kind", "words"),
    [
        (saying(http(b"{}", "500 Oops")), errors.ServerTrouble, "fails (500)"),
        (saying(http(b'{"message": "bad"}', "400 Bad")), errors.Rejected, "(400): bad"),
        (saying(http(b"", "401 No")), errors.Unauthorized, "(401)"),
        (saying(http(b"", "429 Slow", "Retry-After: 7")), errors.Throttled, "next in 7 s"),
        (
            saying(http(b"", "307 Go", "Location: http://127.0.0.2/evil")),
            errors.Redirected, "not followed",
        ),
        (silent, errors.TimedOut, "127.0.0.1"),
        (hangs_up, errors.Unreachable, "broke off"),
    ],
)  # fmt: skip
async def test_what_goes_wrong_is_an_error_without_the_path_and_the_token(
    serve: Serve,
    open_: Callable[..., AlertmanagerClient | WebhookClient],
    talk: Talk,
    kind: type[errors.BridgeError],
    words: str,
) -> None:
    wild = await serve(talk)
    client = open_(wild, TOKEN, deadline_s=0.5 if talk is silent else 10.0)
    with pytest.raises(kind) as caught:
        await client.send([FIRING], [], AT, AT - 2)
    await client.aclose()
    assert words in str(caught.value)
    for secret in ("T0", "x9", TOKEN):
        assert secret not in f"{caught.value} {caught.value.hint} {client.name}"
    assert wild.connections == 1


async def test_an_endless_answer_is_cut_and_counts_as_taken(serve: Serve) -> None:
    client = webhook(await serve(endless))
    await client.send([FIRING], [], AT, AT - 2)
    await client.aclose()


async def test_a_token_in_an_error_page_is_not_shown(serve: Serve) -> None:
    page = json.dumps({"message": f"you sent Bearer {TOKEN}"}).encode()
    client = webhook(await serve(saying(http(page, "400 Bad"))), TOKEN)
    with pytest.raises(errors.Rejected, match=r"Bearer \*\*\*\*"):
        await client.send([FIRING], [], AT, AT - 2)
    await client.aclose()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Name a proxy in the environment that takes connections, and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, url)
        yield listening


async def test_the_environments_proxy_is_not_asked(serve: Serve, proxy: socket.socket) -> None:
    server = Heard()
    client = alertmanager(await serve(server.talk))
    await client.send([FIRING], [], AT, AT - 2)
    await client.aclose()
    assert len(server.requests) == 1
    with pytest.raises(BlockingIOError):
        proxy.accept()


async def test_plain_http_leaves_this_machine_neither_way() -> None:
    for url in ("http://alerts.example", "ftp://alerts.example", "https://a:b@alerts.example"):
        with pytest.raises(errors.Guarded):
            open_alertmanager(url, None, ORIGIN)
        with pytest.raises(errors.Guarded):
            open_webhook(f"{url}/x", None, ORIGIN)


async def test_what_is_no_token_is_refused_without_its_words() -> None:
    with pytest.raises(ValueError, match="that is no token"):
        open_webhook("https://hooks.example/x", "two words", ORIGIN)


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("https://h.example", "https://h.example", "/"),
        ("https://h.example/", "https://h.example", "/"),
        ("https://h.example/a", "https://h.example", "/a"),
        ("https://h.example:8443/a/b/", "https://h.example:8443/a/b", "/"),
    ],
)
async def test_a_webhooks_path_is_sent_as_it_is_written(url: str, base: str, path: str) -> None:
    assert split_url(url) == (base, path)
    client = open_webhook(url, None, ORIGIN)
    built = client._wire._build_request("POST", client._path, None, {})
    assert str(built.url).replace(":443", "") == url + "/" * (url == "https://h.example")
    await client.aclose()
