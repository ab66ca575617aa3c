"""What the wire says when things go wrong, and what becomes of it."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.api.http.error_mapping import from_status, read_server_message, retry_after
from confmon.models import errors
from confmon.models.text import clean

NOW_S = 1_700_000_000.0


def error(
    status: int, body: bytes = b"", write: bool = False, **headers: str
) -> errors.BridgeError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return from_status(status, httpx.Headers(named), body, "h:1", write=write, wall_s=NOW_S)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, errors.Redirected),
        (304, errors.Redirected),
        (400, errors.Rejected),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.Rejected),
        (418, errors.Rejected),
        (429, errors.Throttled),
        (500, errors.ServerTrouble),
        (503, errors.ServerTrouble),
        (600, errors.Garbled),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[errors.BridgeError]) -> None:
    raised = error(status, write=True)
    assert type(raised) is kind
    assert raised.status == status
    # the server may have done it before it failed; a refusal did nothing
    assert raised.lost == (status >= 500)
    assert not error(status).lost


def test_unauthorized_tells_endpoint_from_portal() -> None:
    raised = error(401, b'{"message": "Bad credentials"}')
    assert "Bad credentials" in str(raised)
    assert "endpoint" in raised.hint
    assert "portal" in raised.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("301", 300),
        ("9" * 5000, 300),
        ("-5", 10),
        ("soon", 10),
        ("1e9", 10),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60),
        ("Tue, 14 Nov 2023 20:00:00 GMT", 1),
        ("Fri, 14 Nov 2099 22:14:20 GMT", 300),
        ("Fri, 99 Nov 99999 22:14:20 GMT", 10),
        ("", 10),
    ],
)
def test_retry_after_in_every_form(text: str, seconds: float) -> None:
    assert error(429, retry_after=text).retry_after_s == seconds


def test_retry_after_missing_altogether() -> None:
    assert error(429).retry_after_s == 10
    assert error(503).retry_after_s is None
    assert error(503, retry_after="20").retry_after_s == 20


def test_a_date_is_measured_by_the_servers_own_clock() -> None:
    headers = {
        "retry-after": "Tue, 14 Nov 2033 22:14:20 GMT",
        "date": "Tue, 14 Nov 2033 22:13:20 GMT",
    }
    assert retry_after(httpx.Headers(headers), NOW_S) == 60


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30))
def test_any_retry_after_is_clamped(text: str) -> None:
    headers = httpx.Headers([(b"retry-after", text.encode("latin-1"))])
    wait_s = from_status(429, headers, b"", "h:1", write=False, wall_s=NOW_S).retry_after_s
    assert wait_s is not None
    assert 1 <= wait_s <= 300


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("application/json", b'{"message": "Invalid field specific"}', "Invalid field specific"),
        ("application/json", b'{"errors": [{"message": "Wrong value"}]}', "Wrong value"),
        ("application/json", b'"bad\\u001b[31m"', "bad␛[31m"),
        ("application/json", b'{"x": 1}', ""),
        ("text/plain; charset=utf-8", b"No JSON object\r\ncould be decoded", None),
        ("text/plain", b"\xff\x9b", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"),
        ("text/html", b"Forbidden", ""),
        ("", b"<html>", ""),
        ("application/octet-stream", b"\x00\x01", ""),
        ("application/json", b"", ""),
    ],
)
def test_what_an_error_body_says(kind: str, body: bytes, words: str | None) -> None:
    wanted = "No JSON object could be decoded" if words is None else words
    assert read_server_message({"content-type": kind}, body) == wanted


@given(st.binary(max_size=200), st.sampled_from(["text/plain", "application/json", ""]))
def test_no_error_body_comes_through_raw(body: bytes, kind: str) -> None:
    message = str(error(400, body, content_type=kind))
    assert message == clean(message)


@given(
    st.recursive(
        st.text(max_size=10),
        lambda x: st.dictionaries(st.sampled_from(["message", "error", "body"]), x),
    )
)
def test_nested_messages_are_found_or_not_but_never_crash(value: object) -> None:
    message = str(error(400, json.dumps(value).encode(), content_type="application/json"))
    assert len(message) < 200


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://elsewhere.example/x?token=1", "to https://elsewhere.example;"),
        ("/other", "to another path;"),
        ("http://[bad", "to an unreadable address;"),
        ("https://user:pw@evil.example:8/", "to https://evil.example:8;"),
    ],
)
def test_a_redirect_names_the_host_and_nothing_else(location: str, shown: str) -> None:
    assert shown in str(error(302, location=location))
