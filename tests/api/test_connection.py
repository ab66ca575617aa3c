"""The guarded wire against servers that misbehave, byte for byte."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import time
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from confmon.api.connect import open_client
from confmon.api.http.connection import BODY_CAP, HttpConnection
from confmon.api.http.rate_limit import RateLimit
from confmon.clock import SystemClock
from confmon.models import errors
from confmon.models.resources.directory import ROOMS
from tests.api.conftest import BASE, Serve, Talk, Wild, call, heard, http, saying

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.api.live import ConferenceClient

CALL = json.dumps(call(5)).encode()
JSON = "Content-Type: application/json"


def opened(wild: Wild, **options: float | bool) -> ConferenceClient:
    return open_client(wild.base, "login", "secret", **options)  # type: ignore[arg-type]


def wire(base: str, **options: object) -> HttpConnection:
    clock = SystemClock()
    limit = RateLimit(1e6, clock)
    return HttpConnection(base, "l", "p", rate_limit=limit, clock=clock, **options)  # type: ignore[arg-type]


async def raised_by(wild: Wild, method: str = "get", **options: float | bool) -> errors.BridgeError:
    """Return the error a request for call 5 ends in."""
    client = opened(wild, **options)
    requests: dict[str, Callable[[], object]] = {
        "get": lambda: client.get_call(5),
        "put": lambda: client.put_call(5, {"muteMode": 2}),
        "delete": lambda: client.delete_call(5),
        "post": lambda: client.directory.create(ROOMS, {}),
        "patch": lambda: client._wire.send("PATCH", "/bindings/x", body={}),
    }
    try:
        with pytest.raises(errors.BridgeError) as caught:
            await requests[method]()  # type: ignore[misc]
    finally:
        await client.aclose()
    assert str(caught.value).isprintable()
    return caught.value


async def test_a_sound_reply_over_a_socket(serve: Serve) -> None:
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await heard(reader))
        writer.write(http(CALL))

    wild = await serve(talk)
    client = opened(wild)
    assert (await client.get_call(5)).caller == "+15162065319"
    await client.aclose()
    head = heads[0].lower()
    assert head.startswith(b"get /conference/v1/calls/5 http/1.1\r\n")
    assert b"authorization: basic bg9naw46c2vjcmv0\r\n" in head
    assert b"user-agent: confmon/" in head
    assert b"cookie" not in head


async def test_cookies_are_not_kept(serve: Serve) -> None:
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heads.append(await heard(reader))
            writer.write(http(CALL, "200 OK", "Set-Cookie: a=b"))

    wild = await serve(talk)
    client = opened(wild)
    await client.get_call(5)
    await client.get_call(5)
    await client.aclose()
    assert wild.connections == 1
    assert b"cookie" not in heads[1].lower()


async def test_nobody_listens() -> None:
    with socket.socket() as silent:  # which has the port, so that nobody else gets it
        silent.bind(("127.0.0.1", 0))
        wild = Wild(saying(), port=silent.getsockname()[1])
        for method in ("get", "put", "delete"):
            error = await raised_by(wild, method)
            assert isinstance(error, errors.Unreachable)
            assert str(error) == f"127.0.0.1:{wild.port} refused the connection"
            assert not error.lost


async def test_an_unknown_host() -> None:
    client = open_client("https://nowhere.invalid/v1", "l", "p")
    with pytest.raises(errors.Unreachable, match=r"nowhere\.invalid:443"):
        await client.get_call(5)
    await client.aclose()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"", errors.Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Le", errors.Unreachable),
        (http(CALL)[:-40], errors.Garbled),
        (http(CALL, "200 OK", "Transfer-Encoding: chunked"), errors.Garbled),
        (b"220 smtp.example ESMTP\r\n\r\n", errors.Garbled),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", errors.Garbled),
        (http(b""), errors.Garbled),
        (http(b"", "204 No Content"), errors.Garbled),
        (http(b"<html>login</html>", "200 OK", "Content-Type: text/html"), errors.Garbled),
        (http(CALL, "200 OK", "Content-Encoding: br"), errors.Garbled),
        (http(CALL, "200 OK", "Content-Encoding: gzip"), errors.Garbled),
        (http(gzip.compress(CALL)[:-12], "200 OK", "Content-Encoding: gzip"), errors.Garbled),
        (http(CALL.decode().encode("utf-16")), errors.Garbled),
        (http(b"", "302 Found", "Location: https://evil.example/"), errors.Redirected),
        (http(b"no", "401 Unauthorized"), errors.Unauthorized),
        (http(b"", "429 Too Many Requests", "Retry-After: 5"), errors.Throttled),
        (http(b"x" * 300_000, "500 Oops"), errors.ServerTrouble),
    ],
)
async def test_replies_that_are_none(
    reply: bytes, kind: type[errors.BridgeError], serve: Serve
) -> None:
    wild = await serve(saying(reply))
    error = await raised_by(wild)
    assert type(error) is kind
    assert wild.connections == 1  # a fresh connection that fails is not tried again at once


@pytest.mark.parametrize("method", ["put", "delete", "post", "patch"])
async def test_a_write_with_an_answer_cut_off_is_lost(method: str, serve: Serve) -> None:
    for reply in (b"", b"HTTP/1.1 200", b"SSH-2.0-x\r\n\r\n", http(b"", "502 Bad Gateway")):
        wild = await serve(saying(reply))
        assert (await raised_by(wild, method)).lost
        assert wild.connections == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 x"])
@pytest.mark.parametrize("method", ["put", "delete", "post", "patch", "get"])
async def test_redirects_are_not_followed(status: str, method: str, serve: Serve) -> None:
    elsewhere = await serve(saying(http(CALL)))
    wild = await serve(saying(http(b"", status, f"Location: {elsewhere.base}/calls/5")))
    error = await raised_by(wild, method)
    assert isinstance(error, errors.Redirected)
    assert not error.lost
    assert elsewhere.connections == 0


@pytest.mark.parametrize("location", ["http://[bad", "//:x", "\xff", "http://h:99999/", "x" * 9000])
async def test_a_redirect_to_no_address_is_a_redirect(location: str, serve: Serve) -> None:
    wild = await serve(saying(http(CALL), http(b"", "302 Found", f"Location: {location}")))
    client = opened(wild)
    await client.get_call(5)
    with pytest.raises(errors.Redirected):
        await client.get_call(5)
    assert wild.connections == 1
    await client.aclose()


async def test_nothing_is_sent_once_it_is_closed(serve: Serve) -> None:
    wild = await serve(saying(http(CALL)))
    client = opened(wild)
    await client.aclose()
    with pytest.raises(errors.Unreachable, match="closed"):
        await client.put_call(5, {"muteMode": 2})
    assert wild.connections == 0


async def test_nothing_is_sent_once_it_is_closed_with_a_pool_to_be_replaced(serve: Serve) -> None:
    asked = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        asked.set()
        await asyncio.Event().wait()

    wild = await serve(talk)
    client = opened(wild)
    reading = asyncio.ensure_future(client.get_call(5))
    await asked.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await client.aclose()
    with pytest.raises(errors.Unreachable, match="closed"):
        await client.put_call(5, {"muteMode": 2})
    assert wild.connections == 1


@pytest.mark.parametrize(("method", "lost"), [("get", False), ("put", True)])
async def test_an_encrypted_connection_that_breaks_is_an_outage(method: str, lost: bool) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise ssl.SSLError(1, "[SSL] decryption failed or bad record mac")

    client = open_client(BASE, "l", "p", transport=httpx.MockTransport(broken))
    with pytest.raises(errors.Unreachable, match="broke") as caught:
        await (client.get_call(5) if method == "get" else client.put_call(5, {"muteMode": 2}))
    assert caught.value.lost is lost
    await client.aclose()


@pytest.mark.parametrize(
    "reply",
    [
        http(b"", "204 No Content"),
        http(b"<html>"),
        http(b"{]"),
        http(CALL)[:-40],
        http(b"x", "200 OK", "Content-Encoding: gzip"),
    ],
)
async def test_of_the_reply_to_a_write_only_the_status_counts(reply: bytes, serve: Serve) -> None:
    client = opened(await serve(saying(reply)))
    await client.put_call(5, {"muteMode": 2})
    await client.aclose()


def drip(reply: bytes, every_s: float) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        for byte in reply:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every_s)

    return talk


@pytest.mark.parametrize("dripping", [True, False])
@pytest.mark.parametrize("method", ["get", "put", "post"])
async def test_the_deadline_is_over_the_whole_request(
    dripping: bool, method: str, serve: Serve
) -> None:
    wild = await serve(drip(http(CALL), 0.02 if dripping else 3600))
    error = await raised_by(wild, method, deadline_s=0.2)
    assert isinstance(error, errors.TimedOut)
    assert error.lost == (method != "get")


async def test_after_many_deadlines_and_cancellations_the_wire_still_works(serve: Serve) -> None:
    good = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await heard(reader)
            await good.wait()
            writer.write(http(CALL))

    client = opened(await serve(talk), deadline_s=0.3, requests_per_s=1e6)
    for _ in range(3):
        tasks = [asyncio.ensure_future(client.get_call(5)) for _ in range(40)]
        await asyncio.sleep(0.01)
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(
            isinstance(result, (asyncio.CancelledError, errors.TimedOut)) for result in results
        )
    good.set()
    answered = 0
    for _ in range(20):  # on a busy machine one more or less takes too long, and no more than that
        with contextlib.suppress(errors.TimedOut):
            answered += (await client.get_call(5)).id == 5
    assert answered >= 3
    await client.aclose()


async def test_a_full_pool_is_replaced() -> None:
    class Full(httpx.AsyncBaseTransport):
        asked = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            if self.asked == 1:
                raise httpx.PoolTimeout("full")
            return httpx.Response(200, content=CALL)

    full = Full()
    reply = await wire("http://localhost/v1", transport=full).send("PUT", "/calls/5")
    assert (reply.status, reply.requests, full.asked) == (200, 2, 2)


async def test_a_kept_connection_that_died_costs_a_read_nothing(serve: Serve) -> None:
    wild = await serve(saying(http(CALL), b""))
    client = opened(wild)
    assert (await client.get_call(5)).id == 5
    assert (await client.get_call(5)).id == 5  # the server closed after hearing it; asked again
    assert wild.connections == 2
    await client.aclose()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
async def test_a_kept_connection_that_died_loses_a_write(method: str, serve: Serve) -> None:
    wild = await serve(saying(http(CALL), b""))
    client = opened(wild)
    await client.get_call(5)
    with pytest.raises(errors.Unreachable) as caught:
        await client._wire.send(method, "/calls/5", body={})
    assert caught.value.lost
    assert wild.connections == 1
    await client.aclose()


async def test_a_read_is_repeated_once_only(serve: Serve) -> None:
    turn = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turn
        turn += 1
        await heard(reader)
        if turn == 1:
            writer.write(http(CALL))
            await heard(reader)

    wild = await serve(talk)
    client = opened(wild)
    await client.get_call(5)
    with pytest.raises(errors.Unreachable, match="broke off"):
        await client.get_call(5)
    assert wild.connections == 2
    await client.aclose()


async def test_a_bomb_is_cut_before_it_unfolds(serve: Serve) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(300)) + bomb.flush()
    assert len(packed) < 400_000
    wild = await serve(saying(http(packed, "200 OK", "Content-Encoding: gzip")))
    error = await raised_by(wild)
    assert isinstance(error, errors.Garbled)
    assert "16 MiB" in str(error)


async def test_a_long_reply_is_cut(serve: Serve) -> None:
    sent = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await heard(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 8 * BODY_CAP:
            writer.write(bytes(1 << 18))
            sent += 1 << 18
            await writer.drain()

    error = await raised_by(await serve(talk))
    assert "16 MiB" in str(error)
    assert sent < 2 * BODY_CAP


async def test_a_packed_reply_is_read(serve: Serve) -> None:
    packed = gzip.compress(CALL)
    client = opened(await serve(saying(http(packed, "200 OK", "Content-Encoding: gzip"))))
    assert (await client.get_call(5)).id == 5
    await client.aclose()


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(CALL[:40]) + gzip.compress(CALL[40:]),
        gzip.compress(b"") + b"".join(gzip.compress(bytes([one])) for one in CALL),
        gzip.compress(CALL) + bytes(512),
        gzip.compress(b"\xef\xbb\xbf" + CALL),
    ],
)
async def test_gzip_of_several_members_is_read(serve: Serve, packed: bytes) -> None:
    reply = http(packed, "200 OK", "Content-Encoding: gzip")
    cuts = (len(reply) - len(packed) + 5, len(reply) - 9)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        for start, end in pairwise((0, *cuts, len(reply))):
            writer.write(reply[start:end])
            await writer.drain()

    client = opened(await serve(talk))
    assert (await client.get_call(5)).id == 5
    await client.aclose()


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(CALL[:40]) + gzip.compress(CALL[40:])[:-3],
        gzip.compress(CALL) + b"not packed", gzip.compress(CALL) + gzip.compress(b"")[:9],
    ],
)  # fmt: skip
async def test_a_last_member_that_is_none_is_garbled(serve: Serve, packed: bytes) -> None:
    error = await raised_by(await serve(saying(http(packed, "200 OK", "Content-Encoding: gzip"))))
    assert isinstance(error, errors.Garbled)


async def test_members_that_unpack_to_nothing_have_an_end_too(serve: Serve) -> None:
    packed = gzip.compress(b"") * 10_000
    error = await raised_by(await serve(saying(http(packed, "200 OK", "Content-Encoding: gzip"))))
    assert "too many pieces" in str(error)


async def test_a_mark_before_the_reply_is_read_over(serve: Serve) -> None:
    client = opened(await serve(saying(http(b"\xef\xbb\xbf" + CALL))))
    assert (await client.get_call(5)).id == 5
    await client.aclose()


async def test_the_environment_is_not_asked(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = await serve(saying(http(CALL)))
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "")
    client = opened(await serve(saying(http(CALL))))
    assert (await client.get_call(5)).id == 5
    await client.aclose()
    assert proxy.connections == 0


async def test_a_proxy_from_the_config_is_used_for_https_only(serve: Serve) -> None:
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await heard(reader))
        writer.write(http(b"", "403 Forbidden"))

    proxy = f"http://127.0.0.1:{(await serve(talk)).port}"
    client = open_client("https://bridge.invalid/v1", "l", "p", proxy=proxy)
    with pytest.raises(errors.Unreachable, match="proxy would not connect"):
        await client.get_call(5)
    await client.aclose()
    assert heads[0].startswith(b"CONNECT bridge.invalid:443 ")
    assert b"uthorization" not in heads[0]
    with pytest.raises(errors.Guarded, match="proxy"):
        open_client("http://localhost/v1", "l", "p", proxy=proxy)
    for bad in ("socks5://h:1", "ftp://h", "nonsense", "http://[x"):
        with pytest.raises(errors.Guarded, match="proxy"):
            open_client("https://bridge.invalid/v1", "l", "p", proxy=bad)


async def test_plain_text_where_tls_was_meant(serve: Serve) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http(CALL))
        await reader.read()

    wild = await serve(talk)
    client = open_client(wild.base.replace("http:", "https:"), "l", "p")
    with pytest.raises(errors.Unreachable, match="TLS failed"):
        await client.get_call(5)
    await client.aclose()


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/calls",
        "@evil.example/calls",
        "/../../core/v2/endpoints",
        "/meetings/5/attributes/..",
        "/calls/5?x=1",
        "/calls/5#x",
        "/calls/\n",
        "",
        "calls",
        ":80@evil.example/",
    ],
)
async def test_no_path_leads_elsewhere(path: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"sent {request.url}")

    guarded = wire("http://localhost/conference/v1", transport=httpx.MockTransport(answer))
    with pytest.raises(errors.Guarded):
        await guarded.send("GET", path)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "get", "CONNECT", "TRACE"])
async def test_only_five_methods_are_sent(method: str) -> None:
    with pytest.raises(errors.Guarded):
        await wire("http://localhost/v1").send(method, "/calls")


async def test_secrets_are_in_no_message_and_no_repr(serve: Serve) -> None:
    client = open_client("https://bridge.invalid/v1", "login", "hunter2")
    assert "hunter2" not in repr(client) + repr(vars(client)) + repr(client._wire)
    await client.aclose()


async def test_the_date_and_the_time_taken_are_returned(serve: Serve) -> None:
    date = "Date: Tue, 14 Nov 2023 22:13:20 GMT"
    wild = await serve(saying(http(b'{"calls": [], "total": 0}', "200 OK", date)))
    client = opened(wild)
    began = time.monotonic()
    scan = await client.scan_calls()
    assert scan.server_time_s == 1_700_000_000
    assert 0 < scan.latency_s <= time.monotonic() - began
    await client.aclose()
